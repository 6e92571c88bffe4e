package check

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// pieces are what random sources are made of: every element that the parser
// of HTML treats in a way of its own, and texts.
var pieces = strings.Fields(`a abbr address annotation-xml applet area article audio b base big body br button caption center code col colgroup dd
	desc details dialog dir div dl dt em fieldset font foreignObject form frame frameset h1 h2 head header hr html i iframe image img input ins
	keygen label li link listing main marquee math meta mi mglyph mtext nav nobr noembed noframes noscript object ol optgroup option p param
	plaintext pre q rb rp rt rtc ruby s script search section select source span strong style sub summary svg table tbody td template textarea
	tfoot th thead title tr track u ul var video wbr x-y xmp`)

// TestRandomNesting holds the rule to its promise on sources that are partly
// right, which random bytes seldom are.
func TestRandomNesting(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	right, wrong := 0, 0
	n := 60_000
	if testing.Short() {
		n = 20_000
	}
	for range n {
		if t.Failed() {
			return
		}
		source := randomSource(random)
		if found := promise(t, source); len(found) == 0 {
			right++
		} else {
			wrong++
		}
	}
	t.Logf("%d without a mistake, %d with one", right, wrong)
}

func randomSource(random *rand.Rand) string {
	var b strings.Builder
	if random.IntN(8) == 0 {
		b.WriteString([]string{"<!doctype html>", "<html>", "<!doctype html><html><head>", "<!doctype html><body>"}[random.IntN(4)])
	}
	few := pieces
	if random.IntN(2) == 0 { // few elements meet each other more often
		few = nil
		for range 2 + random.IntN(5) {
			few = append(few, pieces[random.IntN(len(pieces))])
		}
	}
	var open []string
	for range 1 + random.IntN(10) {
		switch random.IntN(12) {
		case 0:
			b.WriteString([]string{"x", " ", "&nbsp;", "<!--c-->", "\x00"}[random.IntN(5)])
		case 1, 2, 3, 4:
			if len(open) > 0 {
				b.WriteString("</" + open[len(open)-1] + ">")
				open = open[:len(open)-1]
			}
		case 5:
			if len(open) > 0 { // its end tag is left out
				open = open[:len(open)-1]
			}
		case 6:
			b.WriteString("</" + few[random.IntN(len(few))] + ">")
		default:
			name := few[random.IntN(len(few))]
			b.WriteString("<" + name)
			if random.IntN(10) == 0 {
				b.WriteString([]string{" type=hidden", " color=red", " encoding=text/html", "/", " a=1 a=2"}[random.IntN(5)])
			}
			b.WriteString(">")
			switch name {
			case "area", "base", "br", "col", "frame", "hr", "img", "image", "input", "keygen", "link", "meta", "param", "source", "track", "wbr":
			default:
				open = append(open, name)
			}
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		if random.IntN(12) > 0 {
			b.WriteString("</" + open[i] + ">")
		}
	}
	return b.String()
}

// TestNothingIsFoundInWhatIsRightAsItIsWritten writes random trees with all
// their tags: where that reads as the same tree, nothing was repaired, and
// nothing may be found.
func TestNothingIsFoundInWhatIsRightAsItIsWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	n := 50_000
	if testing.Short() {
		n = 5_000
	}
	same := 0
	for range n {
		source := fullTags(NewDocument(randomSource(random)))
		d := NewDocument(source)
		if d.err != nil || parserDrops(source) || fullTags(d) != source || outdated.MatchString(source) || d.root.Data != rootName && d.root.Data != "" {
			continue
		}
		same++
		if _, found := followed(d); len(found) > 0 {
			t.Errorf("%q: %s", source, found[0].Message)
			if same > 1000 {
				return
			}
		}
	}
	t.Logf("%d trees", same)
}

// outdated is what can be written without a repair, and
// is a mistake all the same: old elements, and parts of a table beside others.
var outdated = regexp.MustCompile(`<(plaintext|keygen|frameset)|<template[^>]*>(<[^t][^>]*>)*<(t[rdhbf]|caption|col)|<table.*<form`)

// fullTags returns a document with all tags and without texts.
func fullTags(d *Document) string {
	var b strings.Builder
	if d.root.Type == html.DocumentNode {
		b.WriteString("<!doctype html>")
	}
	var write func(n *html.Node)
	write = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			b.WriteString("<" + c.Data)
			for _, a := range c.Attr {
				b.WriteString(" " + a.Key + "=" + a.Val)
			}
			b.WriteString(">")
			if !isVoid(c) || c.Namespace != "" {
				write(c)
				b.WriteString("</" + c.Data + ">")
			}
		}
	}
	write(d.root)
	return b.String()
}
