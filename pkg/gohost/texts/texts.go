// Package texts holds the text of templ files apart from their code, so that
// an edit of text alone needs no compiler.
//
// The code that Storytime has templ generate looks its text up here instead of
// having it in string literals, as well as the lines and columns that its
// errors name. A host gets them when it is started: a file, which Encode
// writes, is named by the variable Variable.
//
// Its source is put beside the user's as one more package of their module,
// which the packages with templ files import. So it imports the standard
// library alone and keeps to the language of Go 1.20.
package texts

import (
	"encoding/binary"
	"fmt"
	"os"
	"sort"
	"sync"
)

// Variable names the environment variable that has the path of the texts.
const Variable = "STORYTIME_HOST_TEXTS"

// A Table is what was taken out of the code of one file, in its order.
type Table struct {
	Text   []string
	Number []int // lines and columns
}

var (
	load   sync.Once
	tables map[string]Table
	failed error
)

// Of returns the table of a file. It panics if there is none, for then the
// program was not started by Storytime.
func Of(name string) *Table {
	load.Do(func() {
		var text []byte
		if text, failed = os.ReadFile(os.Getenv(Variable)); failed == nil {
			tables, failed = Decode(string(text))
		}
		_ = os.Unsetenv(Variable)
	})
	t, found := tables[name]
	if !found {
		panic(fmt.Sprintf("storytime: there are no texts for %s: this program is started by storytime (%v)", name, failed))
	}
	return &t
}

// Encode writes tables, by the names of their files. What is equal is written
// equally.
func Encode(tables map[string]Table) []byte {
	names := make([]string, 0, len(tables))
	for name := range tables {
		names = append(names, name)
	}
	sort.Strings(names)
	var b []byte
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	for _, name := range names {
		t := tables[name]
		text(name)
		b = binary.AppendUvarint(b, uint64(len(t.Text)))
		for _, s := range t.Text {
			text(s)
		}
		b = binary.AppendUvarint(b, uint64(len(t.Number)))
		for _, n := range t.Number {
			b = binary.AppendVarint(b, int64(n))
		}
	}
	return b
}

// Decode reads what Encode wrote. The texts share its memory.
func Decode(s string) (map[string]Table, error) {
	r := reader{rest: s}
	tables := map[string]Table{}
	for r.rest != "" && !r.broken {
		name, t := r.text(), Table{}
		for n := r.count(); n > 0 && !r.broken; n-- {
			t.Text = append(t.Text, r.text())
		}
		for n := r.count(); n > 0 && !r.broken; n-- {
			t.Number = append(t.Number, r.number())
		}
		tables[name] = t
	}
	if r.broken {
		return nil, fmt.Errorf("the texts are cut short, %d bytes before their end", len(r.rest))
	}
	return tables, nil
}

// A reader takes what Encode wrote apart.
type reader struct {
	rest   string
	broken bool
}

func (r *reader) count() uint64 {
	n, size := binary.Uvarint([]byte(r.rest[:min(len(r.rest), binary.MaxVarintLen64)]))
	return n * r.skip(size)
}

func (r *reader) number() int {
	n, size := binary.Varint([]byte(r.rest[:min(len(r.rest), binary.MaxVarintLen64)]))
	return int(n) * int(r.skip(size))
}

// skip goes on by so many bytes; it returns 0 instead of 1 if there aren't
// any.
func (r *reader) skip(size int) uint64 {
	if size <= 0 {
		r.broken = true
		return 0
	}
	r.rest = r.rest[size:]
	return 1
}

func (r *reader) text() string {
	n := r.count()
	if n > uint64(len(r.rest)) {
		r.broken = true
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}
