package story

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/storytime-dev/storytime/pkg/problem"
)

// A Source is the text of a file that problems can be found in. It gathers
// them until its reader takes them.
type Source struct {
	Name     string
	Text     string
	Problems problem.List
	// Reads are the files that it has been told to take data from.
	Reads []string

	lines []int // where each line begins; made when first asked for
}

// NewSource returns the text as the source of a file called name. A byte
// order mark at its beginning is dropped and each line ending is made "\n",
// which moves no line and no column; bytes that aren't UTF-8 are a problem,
// and replaced.
func NewSource(name string, data []byte) *Source {
	s := &Source{Name: name, Text: strings.TrimPrefix(string(data), "\uFEFF")}
	if strings.Contains(s.Text, "\r") {
		s.Text = strings.ReplaceAll(strings.ReplaceAll(s.Text, "\r\n", "\n"), "\r", "\n")
	}
	if !utf8.ValidString(s.Text) {
		bad := 0
		for bad < len(s.Text) {
			r, size := utf8.DecodeRuneInString(s.Text[bad:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			bad += size
		}
		b := s.Text[bad]
		s.Text = strings.ToValidUTF8(s.Text, "\uFFFD")
		s.Report(problem.Encoding, s.Place(bad), 1, fmt.Sprintf("byte 0x%02x isn't UTF-8 text", b),
			"save the file in the encoding UTF-8")
	}
	return s
}

// maxFile is how many bytes a file of the catalog's text may have. It only
// keeps a stray archive or a device from being read into memory.
const maxFile = 64 << 20

// ReadSource reads the file called name. A file that can't be read has no
// text and one problem.
func ReadSource(fsys fs.FS, name string) *Source {
	data, err := readFile(fsys, name)
	if err != nil {
		s := &Source{Name: name}
		s.Problems = problem.List{FileProblem(name, err)}
		return s
	}
	return NewSource(name, data)
}

var errTooLarge = fmt.Errorf("it has more than %d MB", maxFile>>20)

func readFile(fsys fs.FS, name string) ([]byte, error) {
	data, err := fs.ReadFile(fsys, name)
	if err == nil && len(data) > maxFile {
		return nil, errTooLarge
	}
	return data, err
}

// FileProblem is the problem that a file can't be read.
func FileProblem(name string, err error) *problem.Problem {
	p := &problem.Problem{Kind: problem.File, File: name}
	switch {
	case errors.Is(err, fs.ErrPermission):
		p.Message, p.Hint = "the file can't be read: permission denied", "give yourself the right to read it, or name it under `ignore:` in storytime.yaml"
	case errors.Is(err, fs.ErrNotExist):
		p.Message, p.Hint = "the file isn't there", "create it, or correct the name"
	default:
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		p.Message, p.Hint = "the file can't be read: "+err.Error(), "mend it, or name it under `ignore:` in storytime.yaml"
	}
	return p
}

// Report adds a problem at a place of the source.
func (s *Source) Report(kind problem.Kind, at problem.Place, length int, message, hint string) *problem.Problem {
	p := &problem.Problem{
		Kind: kind, File: s.Name, Line: at.Line, Column: at.Column, Length: length,
		Message: message, Hint: hint,
	}
	if at.File != "" && at.File != s.Name {
		p.File = at.File // a value from another file
	} else {
		p.Length += s.quotesAt(at)
		p.WithExcerpt(s.Text)
	}
	s.Problems = append(s.Problems, p)
	return p
}

// quotesAt returns how much longer a text is where it stands than what it
// says: by two quotes, or not at all.
func (s *Source) quotesAt(at problem.Place) int {
	s.findLines()
	if at.Line < 1 || at.Line > len(s.lines) {
		return 0
	}
	line, _, _ := strings.Cut(s.Text[s.lines[at.Line-1]:], "\n")
	runes := []rune(line)
	if at.Column < 1 || at.Column > len(runes) || runes[at.Column-1] != '"' && runes[at.Column-1] != '\'' {
		return 0
	}
	return len(`""`)
}

// Place returns the line and column of a byte offset. One outside the text is
// moved to the nearest end.
func (s *Source) Place(offset int) problem.Place {
	offset = max(0, min(offset, len(s.Text)))
	s.findLines()
	line, found := slices.BinarySearch(s.lines, offset)
	if !found {
		line--
	}
	column := utf8.RuneCountInString(s.Text[s.lines[line]:offset])
	return problem.Place{File: s.Name, Line: line + 1, Column: column + 1}
}

// nearest moves a place that is outside the source to the nearest inside.
func (s *Source) nearest(at problem.Place) problem.Place {
	s.findLines()
	at.Line = max(1, min(at.Line, len(s.lines)))
	line, _, _ := strings.Cut(s.Text[s.lines[at.Line-1]:], "\n")
	at.Column = max(1, min(at.Column, utf8.RuneCountInString(line)+1))
	return at
}

// findLines finds where each line begins, once.
func (s *Source) findLines() {
	if s.lines != nil {
		return
	}
	s.lines = []int{0}
	for i := 0; i < len(s.Text); i++ {
		if s.Text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
}
