// Package rt is the part of a host that runs: a program that Storytime
// generates, builds and starts to render a user's Go components.
//
// The generated main package imports the user's packages and holds only a
// Table of what they export; this package reads requests, makes Go values from
// the props in them, calls the component and answers with its HTML. Its source
// is put beside the user's as one more package of their module. So it imports
// the standard library alone, keeps to the language of Go 1.20, has no state
// of its own and does nothing before Main.
//
// # Protocol
//
// Requests and answers are lines of JSON. They go over two files whose
// descriptors are named by the variables STORYTIME_HOST_IN and
// STORYTIME_HOST_OUT, since the user's code may print. The first answer is
// {"ready":true}. Then each request has one answer with its id, in any order:
//
//	{"id":7,"component":"c0","props":VALUE,"children":VALUE}
//	{"id":8,"block":"b0","children":VALUE}
//	{"id":9,"template":TEMPLATE,"props":VALUE}
//
//	{"id":7,"html":"<p>…</p>"}
//	{"id":7,"error":PROBLEM,"errors":[PROBLEM,…]}
//
// A template of html/template is executed with the functions of an application;
// see the type templateRequest. Its function `component` asks Storytime for
// another component, whatever renders it, while the request waits:
//
//	{"id":9,"call":{"dir":"cart","name":"row.html","args":[VALUE]}}
//
//	{"id":9,"return":{"html":"<tr>…</tr>"}}
//	{"id":9,"return":{"error":"…"}}
//
// In an answer, errors are all that is wrong and error is the first of them;
// see the type problem for what a PROBLEM has. An object in a VALUE that has
// one key which begins with "$" is one of these:
//
//	{"$component":{"id":"c1","props":VALUE,"children":VALUE}}   another component
//	{"$html":"<b>x</b>"}                                        HTML as it is
//	{"$go":"v0"}                                                a Go value
//	{"$object":{"$go":"text"}}                                  an object with such a key
//	{"$live":3}                                                 a Go value from a question
//
// A line that is no request has the id 0 in its answer if it has none.
package rt

import (
	"context"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"time"
)

// A Table is what a host can render.
type Table struct {
	Components []Component
	Blocks     []Block
	Values     []Value
	Enums      []Enum
	// WithChildren is templ.WithChildren and InitContext is
	// templ.InitializeContext, if the module has templ; each may be nil. The
	// children have Render(context.Context, io.Writer) error.
	WithChildren func(ctx context.Context, children any) context.Context
	InitContext  func(ctx context.Context) context.Context
	// RenderAttributes is templ.RenderAttributes, given templ.Attributes. It
	// tells which values this version of templ drops. It may be nil: then
	// numbers are taken to be dropped, as older versions do.
	RenderAttributes func(ctx context.Context, w io.Writer, attributes map[string]any) error
}

// A Component is something of the user's that makes HTML.
type Component struct {
	ID string
	// Fn is a function, method value or function variable, or a value that can
	// itself be rendered.
	Fn any
	// Params are the names of its parameters; "" or "_" for one without.
	Params []string
	// Name is for messages: "button.Button".
	Name string
}

// A Block is a story's Go expression.
type Block struct {
	ID string
	Fn func() any
}

// A Value is what {$go: Name} means: a value, or a function without
// parameters, which is called.
type Value struct {
	ID string
	Fn func() any
	// Name is for messages, and may be empty: "SampleUser".
	Name string
}

// An Enum is the named values of a type. It is closed if they are its
// constants: then other values are mistakes.
type Enum struct {
	Type   reflect.Type
	Names  []string
	Values []any
	Closed bool
}

// The variables that name the file descriptors of the protocol.
const (
	inVariable  = "STORYTIME_HOST_IN"
	outVariable = "STORYTIME_HOST_OUT"
)

// TryVariable asks a host to end with the code TriedCode as soon as all its
// packages are initialized.
const (
	TryVariable = "STORYTIME_HOST_TRY"
	TriedCode   = 93
)

// MemoryVariable is how many bytes a host may take before it ends with the code
// MemoryCode. DefaultMemory is what it may take without it.
const (
	MemoryVariable = "STORYTIME_HOST_MEMORY"
	MemoryCode     = 94
	DefaultMemory  = int64(1 << 30)
)

// Main answers requests until there are no more, and ends the process.
func Main(t Table) {
	if os.Getenv(TryVariable) != "" {
		os.Exit(TriedCode)
	}
	debug.SetMaxStack(maxStack)
	go watchMemory()
	in, err := inherited(inVariable)
	if err == nil {
		var out *os.File
		if out, err = inherited(outVariable); err == nil {
			err = serve(t, in, out)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "storytime host:", err)
		os.Exit(2)
	}
	os.Exit(0)
}

// maxStack is how large the stack of a component may grow. Go's own limit takes
// seconds to reach.
const maxStack = 64 << 20

// watchMemory ends the process when it takes more memory than it may.
func watchMemory() {
	limit, err := strconv.ParseInt(os.Getenv(MemoryVariable), 10, 64)
	if err != nil {
		limit = DefaultMemory
	}
	_ = os.Unsetenv(MemoryVariable)
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		time.Sleep(20 * time.Millisecond)
		metrics.Read(samples)
		if used := samples[0].Value.Uint64() - samples[1].Value.Uint64(); used > uint64(limit) {
			os.Exit(MemoryCode)
		}
	}
}

// inherited returns the file that a variable names the descriptor of.
func inherited(variable string) (*os.File, error) {
	number, err := strconv.ParseUint(os.Getenv(variable), 10, 0)
	if err != nil {
		return nil, fmt.Errorf("%s must be the number of a file descriptor: this program is started by storytime", variable)
	}
	keepFromChildren(uintptr(number))
	if err := os.Unsetenv(variable); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(number), variable), nil
}
