package story

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// fixtures are the files that props are taken from. A file is read once a
// Read, however many stories use it.
type fixtures struct {
	fsys  fs.FS
	files sync.Map // path → *fixture
}

type fixture struct {
	once     sync.Once
	value    Value
	problems problem.List
}

// resolve replaces each {$file: name} within v by what the file holds.
func (x *fixtures) resolve(src *Source, v Value) Value {
	switch d := v.Data.(type) {
	case List:
		for i, item := range d {
			d[i] = x.resolve(src, item)
		}
	case Map:
		if len(d) == 1 && d[0].Name == "$go" {
			checkGoValue(src, d[0])
			return v
		}
		if len(d) == 1 && d[0].Name == "$file" {
			name, ok := d[0].Value.Data.(string)
			if !ok {
				src.Report(problem.Type, d[0].Value.At, 1, "`$file` must be the name of a file, not "+kindOf(d[0].Value.Data),
					"write `{$file: fixtures/alice.json}`")
				return Value{At: v.At}
			}
			return x.load(src, name, d[0].Value.At)
		}
		for i := range d {
			d[i].Value = x.resolve(src, d[i].Value)
		}
	}
	return v
}

// load reads the file that is named at a place of the source.
func (x *fixtures) load(src *Source, name string, at problem.Place) Value {
	length := utf8.RuneCountInString(name)
	file, _ := ComponentPath(path.Dir(src.Name), name)
	if !fs.ValidPath(file) {
		src.Report(problem.Link, at, length, fmt.Sprintf("%q leads out of the catalog", name), "keep the file in the catalog")
		return Value{At: at}
	}
	ending := strings.ToLower(path.Ext(file))
	if ending != ".json" && ending != ".yaml" && ending != ".yml" {
		src.Report(problem.Type, at, length, fmt.Sprintf("props can't be read from %q", name), "use a file that ends in .json or .yaml")
		return Value{At: at}
	}
	src.Reads = append(src.Reads, file)
	if _, err := fs.Stat(x.fsys, file); err != nil {
		src.Report(problem.Link, at, length, fmt.Sprintf("there is no file %q", file), "create it, or correct the name; it is relative to the story's file")
		return Value{At: at}
	}
	entry, _ := x.files.LoadOrStore(file, &fixture{})
	f := entry.(*fixture)
	f.once.Do(func() {
		source := ReadSource(x.fsys, file)
		if len(source.Problems) == 0 {
			if ending == ".json" {
				f.value, _ = decodeJSON(source)
			} else {
				d := decoder{src: source}
				f.value, _ = d.decode(source.Text)
			}
		}
		f.problems = source.Problems
	})
	src.Problems = append(src.Problems, f.problems...)
	if f.value.Data == nil {
		return Value{At: at}
	}
	return f.value
}
