package ui

import "strings"

// What is sent to a browser leaves out what is written for people: comments,
// indentation, and the space around punctuation. That is a third of it, for
// no more than this file; shorter names and the like would take a compiler.
//
// It works because our own sources keep these rules, which lean_test.go
// checks: a string or template literal ends on the line it began on, "//"
// and "/*" in one begin no comment, and a regular expression holds neither
// quotes nor a punctuation mark with a space beside it.

// leanScript makes a script smaller.
func leanScript(source string) string {
	var b strings.Builder
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		b.WriteString(leanLine(line))
		b.WriteByte('\n')
	}
	return ends.Replace(b.String())
}

// leanLine makes one line of a script smaller, its strings apart.
func leanLine(line string) string {
	var b strings.Builder
	for line != "" {
		at := strings.IndexAny(line, "\"'`")
		code := line
		if at >= 0 {
			code = line[:at]
		}
		if before, _, comment := strings.Cut(code, " // "); comment {
			b.WriteString(tighten(before))
			break
		}
		b.WriteString(tighten(code))
		if at < 0 {
			break
		}
		end := literalEnd(line, at)
		b.WriteString(line[at:end])
		line = line[end:]
	}
	return b.String()
}

// literalEnd returns where the string ends that begins at a place of a line.
func literalEnd(line string, start int) int {
	for i := start + 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case line[start]:
			return i + 1
		}
	}
	return len(line)
}

// tighten drops the space around the punctuation of a piece of script:
// operators first, for a bracket beside one would take half of its space.
func tighten(code string) string { return brackets.Replace(operators.Replace(code)) }

var (
	operators = strings.NewReplacer(
		" === ", "===", " !== ", "!==", " => ", "=>", " = ", "=", " += ", "+=", " ??= ", "??=", " ||= ", "||=",
		" && ", "&&", " || ", "||", " ?? ", "??", " ? ", "?", " : ", ":",
		" < ", "<", " > ", ">", " <= ", "<=", " >= ", ">=",
		" + ", "+", " - ", "-", " * ", "*", " / ", "/",
		"; ", ";", ", ", ",", ": ", ":",
		"const ", "let ", // who reads it sees to the difference here
	)
	brackets = strings.NewReplacer(" {", "{", "{ ", "{", " }", "}", "} ", "}", " (", "(", ") ", ")", " [", "[", " !", "!")
	// A line that ends so goes on in the next, or has its semicolon.
	ends = strings.NewReplacer(";\n", ";", "{\n", "{", ",\n", ",", "(\n", "(")
)

// leanStyle makes a style sheet smaller.
func leanStyle(source string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(source, "/*")
		for line := range strings.Lines(before) {
			if line = strings.TrimSpace(line); line != "" {
				b.WriteString(line)
				b.WriteByte('\n')
			}
		}
		if !found {
			return styleMarks.Replace(b.String())
		}
		_, source, _ = strings.Cut(rest, "*/")
	}
}

var styleMarks = strings.NewReplacer(
	" / 0.", "/.", " / ", "/", " 0.", " .", ": 0.", ":.", "(0.", "(.", ", 0.", ",.",
	" {\n", "{", " { ", "{", ";\n}\n", "}", ";\n}", "}", "; }\n", "}", "; } ", "}", "; }", "}", "}\n", "}", "} ", "}",
	";\n", ";", "; ", ";", ": ", ":", ", ", ",", ",\n", ",", " > ", ">",
)
