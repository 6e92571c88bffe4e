package ui

import (
	"embed"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// What the workshop itself says, in other languages than English: a file for
// each, from the English text to its translation. "{}" stands for what is
// filled in. What is wrong in a catalog is told in English.
//
//go:embed words/*.json
var wordFiles embed.FS

// words are the workshop's texts in a language. Nil is English.
type words map[string]string

// wordsIn returns the texts in the language of a tag such as "ar" or "ar-EG",
// or those in English where there are none.
func wordsIn(lang string) words {
	for tag := strings.ToLower(lang); tag != ""; {
		data, err := wordFiles.ReadFile("words/" + tag + ".json")
		if err != nil {
			tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
			continue
		}
		var w words
		if err := json.Unmarshal(data, &w); err != nil {
			panic(err) // the file is ours
		}
		return w
	}
	return nil
}

// say returns a text in the language, with what stands in the places of "{}";
// without any, these stay.
func (w words) say(english string, args ...string) string {
	text, ok := w[english]
	if !ok {
		text = english
	}
	if len(args) == 0 {
		return text
	}
	before, rest, _ := strings.Cut(text, "{}")
	for _, arg := range args {
		after, more, _ := strings.Cut(rest, "{}")
		before, rest = before+arg+after, more
	}
	return before
}

// count says how many there are of something. Languages count in many ways, so
// but for English it is the name of the things and then the number.
func (w words) count(n int, one, many string) string {
	switch {
	case w != nil:
		return w.say(many) + ": " + strconv.Itoa(n)
	case n == 1:
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// said is a text in a script: t("Copied").
var said = regexp.MustCompile(`\bt\("([^"\\]*)"\)`)

// script writes the texts of a script in the language. Scripts have no
// dictionary with them, they are made with one.
func (w words) script(source string) string {
	return said.ReplaceAllStringFunc(source, func(call string) string {
		text, err := json.Marshal(w.say(said.FindStringSubmatch(call)[1]))
		if err != nil {
			panic(err) // it is text
		}
		return string(text)
	})
}
