// Package gohost makes the Go components of a user's module callable.
//
// What goes in is a module on disk and the names that the stories of a catalog
// use: components, values, and blocks of Go or templ. What comes out is a
// Host: a program that was generated, compiled and can be started to render
// them, an ID in it for each name, and the documentation of each component as
// far as its source tells.
//
// It promises that
//
//   - nothing in the user's module changes: all that is generated reaches the
//     compiler through `go build -overlay` and lies in a cache of Storytime's;
//   - the host imports only the standard library and what the module's own
//     go.mod leads to;
//   - one mistake stops only what depends on it: a package that doesn't
//     compile, a name that doesn't exist or a block with an error is a problem
//     at its own place in the user's file, and all the rest still renders;
//   - nothing is built again when nothing that it depends on has changed.
package gohost

import (
	"slices"
	"strings"

	"github.com/storytime-dev/storytime/pkg/problem"
	"github.com/storytime-dev/storytime/pkg/story"
)

// Options say where the components are and how they are built.
type Options struct {
	// Dir is the catalog's directory, absolute and without symbolic links.
	Dir string
	// Tags are build tags, and Args more arguments for the go command.
	Tags, Args []string
	// ArgsAt is where Args are written.
	ArgsAt problem.Place
	// Cache is where hosts are built and kept; if it is empty, a directory of
	// the user's.
	Cache string
	// Jobs is how many compilers run at once; zero leaves it to the go command.
	Jobs int
	// Contained says that whoever calls ends, with this process, all that it
	// has started.
	Contained bool
}

// A Ref is a name of something in Go, in a story file.
type Ref struct {
	// Dir is the directory of the story file, relative to the catalog; ""
	// is the catalog's root.
	Dir string
	// Name is what stands in `component:` or `{$go: …}`.
	Name string
	At   problem.Place
	// Imports are the `imports:` of the story's subject.
	Imports []Import
}

// An Import says which package a name means.
type Import struct {
	Name, Path string
	At         problem.Place
}

// A Block is a story that is written in Go or templ.
type Block struct {
	// Key is the story's address.
	Key string
	Dir string // as in Ref
	// Language is "go" or "templ".
	Language string
	Text     string
	// At is where Text begins.
	At      problem.Place
	Imports []Import
}

// Needs is all that the stories of a catalog use.
type Needs struct {
	Components, Values []Ref
	Blocks             []Block
}

// A Component is something in Go that makes HTML.
type Component struct {
	// ID is what the host knows it by.
	ID string
	// Name is its package's name and its own: "button.Button". Import is the
	// path of the package.
	Name, Import string
	// Doc is the comment above it.
	Doc string
	// Props are what it takes, named as in Go.
	Props story.Props
	// Place is where it is declared, and File is the same file's path on disk.
	// A component from a .templ file is declared there.
	Place problem.Place
	File  string
}

// A Host is a program that renders what was needed.
type Host struct {
	// Program is its executable; "" if there is nothing that it could render.
	Program string
	// Env is what its environment needs beside the current one.
	Env []string
	// Dir is where it must run: the module's root.
	Dir string
	// Problems are those of the module's own files that stop anything.
	Problems problem.List
	// Sources are the directories of the module's packages that it was built
	// from.
	Sources []string
	// Watch are the directories outside the module's own that it was built
	// from, such as those of replaced modules.
	Watch []string
	// Cached says that nothing had to be built.
	Cached bool

	module     *Module
	components map[string]found
	values     map[string]found
	blocks     map[string]found
	needed     map[string]*Block
}

// found is what became of one need.
type found struct {
	Component Component // of a value or block, only its ID
	Code      codePlace // of a component
	Problems  problem.List
	Own       []ownProblem // of a block
	// Here says that the problem is one of the name's, so it stands where the
	// name does.
	Here bool
}

// key tells names apart that may mean different things.
func (r Ref) key() string {
	parts := []string{r.Dir, r.Name}
	for _, i := range r.Imports {
		parts = append(parts, i.Name, i.Path)
	}
	return strings.Join(parts, "\x00")
}

// Component returns the component that a ref among the needs means.
func (h *Host) Component(r Ref) (Component, *problem.Problem) {
	return h.lookup(h.components, r)
}

// Value returns the ID of the value that a ref among the needs means.
func (h *Host) Value(r Ref) (id string, p *problem.Problem) {
	c, p := h.lookup(h.values, r)
	return c.ID, p
}

// Block returns the ID of the block of the story whose address is key.
func (h *Host) Block(key string) (id string, problems problem.List) {
	f, ok := h.blocks[key]
	if !ok {
		return "", problem.List{{
			Kind: problem.Story, Message: "the story " + quoted(key) + " is not in the host", Hint: hintAgain,
		}}
	}
	for _, p := range f.Problems {
		one := *p
		problems = append(problems, &one)
	}
	for _, o := range f.Own {
		problems = append(problems, o.at(h.needed[key]))
	}
	return f.Component.ID, problems
}

// hintAgain is what to do about what can't be.
const hintAgain = "save the file again, and if it stays, report it as a mistake of Storytime's"

func (h *Host) lookup(in map[string]found, r Ref) (Component, *problem.Problem) {
	f, ok := in[r.key()]
	if !ok {
		return Component{}, atPlace(&problem.Problem{
			Kind: problem.Component, Message: quoted(r.Name) + " is not in the host", Hint: hintAgain,
		}, r.At, r.Name)
	}
	if len(f.Problems) == 0 {
		return f.Component, nil
	}
	p := *f.Problems[0]
	if f.Here {
		return Component{}, atPlace(&p, r.At, r.Name)
	}
	return Component{}, &p
}

// atPlace puts a problem where a name stands.
func atPlace(p *problem.Problem, at problem.Place, name string) *problem.Problem {
	p.File, p.Line, p.Column = at.File, at.Line, at.Column
	if at.Line > 0 {
		p.Length = len([]rune(name))
	}
	return p
}

// unique returns refs without those that mean the same.
func unique(refs []Ref) []Ref {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(refs), func(r Ref) bool {
		again := seen[r.key()]
		seen[r.key()] = true
		return again
	})
}

func quoted(s string) string { return `"` + s + `"` }
