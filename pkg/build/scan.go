package build

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A grammar is as much of a language as colours need.
type grammar struct {
	line     []string  // what a comment to the end of the line begins with
	block    [2]string // what a comment over lines begins and ends with
	quotes   string    // what text stands in; "`" may go over lines
	keywords map[string]bool
	literals map[string]bool
	folded   bool // keywords are the same in capitals
	// keys says that text before a colon is a name, as in JSON and CSS.
	keys bool
	// types says that a word with a capital is a type.
	types bool
	// variables begin with this.
	variables byte
}

var commonLiterals = set("true false null nil None True False undefined NaN iota self this")

// The languages that prose about components has code in. A language that
// isn't here is shown without colours.
var grammars = map[string]*grammar{
	"go": {
		line: []string{"//"}, block: [2]string{"/*", "*/"}, quotes: "\"'`", literals: commonLiterals, types: true,
		keywords: set("break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var templ css script children"),
	},
	"js": {
		line: []string{"//"}, block: [2]string{"/*", "*/"}, quotes: "\"'`", literals: commonLiterals, types: true,
		keywords: set("abstract as async await break case catch class const continue declare default delete do else enum export extends finally for from function if implements import in instanceof interface let namespace new of private protected public readonly return satisfies set get static super switch throw try type typeof var void while with yield"),
	},
	"c": {
		line: []string{"//"}, block: [2]string{"/*", "*/"}, quotes: "\"'", literals: commonLiterals, types: true,
		keywords: set("abstract auto bool break byte case catch char class const constexpr continue def default delete do double else enum extends extern final finally float fn for foreach fun if impl implements import in include inline instanceof int interface internal is let long loop match mod move mut namespace new object operator out override package private protected pub public ref return sealed short signed sizeof static string struct super switch synchronized template throw throws trait try typedef typename union unsafe unsigned use using val var virtual void volatile when where while yield"),
	},
	"python": {
		line: []string{"#"}, quotes: "\"'", literals: commonLiterals, types: true,
		keywords: set("and as assert async await break class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield"),
	},
	"ruby": {
		line: []string{"#"}, quotes: "\"'", literals: commonLiterals, types: true, variables: '@',
		keywords: set("alias and begin break case class def defmodule do else elsif end ensure fn for if in module next not or redo require rescue retry return super then undef unless until use when while yield"),
	},
	"sh": {
		line: []string{"#"}, quotes: "\"'", literals: set("true false"), variables: '$',
		keywords: set("case do done elif else esac export fi for function if in local return set then unset until while FROM RUN COPY CMD ENV WORKDIR EXPOSE ENTRYPOINT ARG"),
	},
	"css": {
		block: [2]string{"/*", "*/"}, line: nil, quotes: "\"'", keys: true, variables: '@', literals: set("inherit initial unset none auto"),
	},
	"json": {quotes: "\"", keys: true, line: []string{"//"}, literals: commonLiterals},
	"toml": {quotes: "\"'", line: []string{"#", ";"}, literals: commonLiterals},
	"sql": {
		line: []string{"--"}, block: [2]string{"/*", "*/"}, quotes: "'\"", folded: true, literals: commonLiterals,
		keywords: set("add all alter and as asc between by case create default delete desc distinct drop else end exists foreign from full group having in index inner insert into is join key left like limit not null offset on or order outer primary references returning right select set table then union unique update values view when where with"),
	},
}

// aliases are the other names that a fence may call a language by.
var aliases = map[string]string{
	"golang": "go", "templ": "go",
	"javascript": "js", "jsx": "js", "mjs": "js", "ts": "js", "typescript": "js", "tsx": "js",
	"java": "c", "kotlin": "c", "kt": "c", "rust": "c", "rs": "c", "c++": "c", "cpp": "c", "cs": "c", "csharp": "c", "php": "c", "swift": "c", "scala": "c", "dart": "c",
	"py": "python", "rb": "ruby", "ex": "ruby", "elixir": "ruby",
	"bash": "sh", "shell": "sh", "zsh": "sh", "console": "sh", "make": "sh", "makefile": "sh", "dockerfile": "sh", "docker": "sh",
	"scss": "css", "less": "css", "json5": "json", "jsonc": "json", "ini": "toml",
}

// A scanner goes through code in one direction and never loses a byte.
type scanner struct {
	*grammar
	source string
	at     int
	out    strings.Builder
}

// highlightCode colours code by a grammar.
func highlightCode(g *grammar, source string) template.HTML {
	s := scanner{grammar: g, source: source}
	s.out.Grow(2 * len(source))
	for s.at < len(source) {
		s.next()
	}
	return template.HTML(s.out.String())
}

func (s *scanner) emit(class string, end int) {
	token(&s.out, class, s.source[s.at:end])
	s.at = end
}

// next writes what begins at the current place.
func (s *scanner) next() {
	rest := s.source[s.at:]
	c := rest[0]
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case isSpace(c):
		s.out.WriteByte(c)
		s.at++
	case s.block[0] != "" && strings.HasPrefix(rest, s.block[0]):
		s.until(s.block[1], classComment)
	case s.lineComment(rest):
		s.until("\n", classComment)
	case strings.IndexByte(s.quotes, c) >= 0:
		s.quoted(c)
	case c >= '0' && c <= '9', c == '#' && s.keys:
		s.emit(classNumber, s.word(s.at+1))
	case s.variables != 0 && c == s.variables:
		s.emit(classAttr, s.word(s.at+1))
	case unicode.IsLetter(r), c == '_', c == '$', c == '-' && s.keys && len(rest) > 1 && (rest[1] == '-' || isLetter(rest[1])):
		end := s.word(s.at + size)
		s.emit(s.class(s.source[s.at:end], s.source[end:]), end)
	case c < utf8.RuneSelf:
		s.emit(classPunct, s.at+1)
	default:
		s.emit("", s.at+size)
	}
}

func (s *scanner) lineComment(rest string) bool {
	for _, mark := range s.line {
		if strings.HasPrefix(rest, mark) {
			return true
		}
	}
	return false
}

// until emits all up to a mark: with it, unless it is the line's end.
func (s *scanner) until(mark, class string) {
	end := strings.Index(s.source[s.at+1:], mark)
	switch {
	case end < 0:
		end = len(s.source)
	case mark == "\n":
		end += s.at + 1
	default:
		end += s.at + 1 + len(mark)
	}
	s.emit(class, end)
}

// quoted emits a text. It ends with its line, unless it stands in backquotes.
func (s *scanner) quoted(quote byte) {
	end := s.at + 1
	for end < len(s.source) && s.source[end] != quote && (s.source[end] != '\n' || quote == '`') {
		if s.source[end] == '\\' && end+1 < len(s.source) {
			end++
		}
		end++
	}
	if end < len(s.source) && s.source[end] == quote {
		end++
	}
	class := classString
	if s.keys && strings.HasPrefix(strings.TrimLeft(s.source[end:], " "), ":") {
		class = className
	}
	s.emit(class, end)
}

// word returns where a word ends that goes on at i.
func (s *scanner) word(i int) int {
	for i < len(s.source) {
		r, size := utf8.DecodeRuneInString(s.source[i:])
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' && r != '$' &&
			(r != '-' || !s.keys) && (r != '.' || s.source[i-1] < '0' || s.source[i-1] > '9') {
			break
		}
		i += size
	}
	return i
}

// class says what a word is, given what comes after it.
func (s *scanner) class(word, rest string) string {
	name := word
	if s.folded {
		name = strings.ToLower(word)
	}
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case s.keywords[name]:
		return classKeyword
	case s.literals[name]:
		return classNumber
	case s.keys && strings.HasPrefix(strings.TrimLeft(rest, " "), ":"):
		return classAttr
	case strings.HasPrefix(rest, "("), s.types && unicode.IsUpper(first):
		return classFunction
	}
	return ""
}

// highlightDiff colours the lines of a difference.
func highlightDiff(source string) template.HTML {
	var out strings.Builder
	for line := range strings.Lines(source) {
		class := ""
		switch line[0] {
		case '+':
			class = classString
		case '-':
			class = classKeyword
		case '@':
			class = classAction
		}
		token(&out, class, line)
	}
	return template.HTML(out.String())
}
