package check

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"
)

// layouts are what random HTML is made of: all kinds of layout, and much white
// space.
var layouts = strings.Split("a|b|c| | | |\n|\n  |<!-- c -->|<b>|</b>|<i>|</i>|<a href=x>|</a>|<div>|</div>|<p>|</p>|<br>|<br>|<script></script>|<style>x {}</style>|<template>|"+
	"</template>|<link>|<button>|</button>|<input>|<input type=hidden>|<img width=9 height=9>|<pre>y|</pre>|<span style='white-space:pre'>|</span>|"+
	"<span style='display:inline-block'>|</span>|<div style='display:inline'>|</div>|<span style='display:block'>|</span>|<span style='float:left'>|</span>|"+
	"<span style='position:absolute'>|</span>|<div hidden>|</div>|<span hidden>|</span>|<dialog>|</dialog>|<i class=icon></i>|<textarea> a </textarea>|"+
	"<select><option> x </select>|<svg width=9 height=9> <g> </g> </svg>|<svg><text>|<tspan>|</tspan>|</text></svg>|<x-y>|</x-y>|<picture>|<source>|</picture>|<ul>|<li>|</li>|</ul>|<table>|<tr>|<td>|</td>|"+
	"</table>|<label>|</label>|<ruby> x <rt> y </rt> </ruby>|<div style='display:flex'>|</div>|<noscript>|</noscript>|&nbsp;|<!--[if x]>y<![endif]-->|"+
	"<details>|<summary>|</summary>|</details>|<video>|</video>|<canvas>|</canvas>|<math> <mi> x </mi> <mo>+</mo> </math>|<span style='display:contents'>|</span>|<div style='display:contents'>|</div>|"+
	"<span style='display:initial'>|</span>|<object>|</object>|<bdi>|</bdi>|<div style='white-space:pre-line'>|</div>|<div style='float:right'>|</div>", "|")

func randomLayout(r *rand.Rand) string {
	var b strings.Builder
	if r.IntN(2) == 0 {
		b.WriteString("<p>")
	}
	for range 2 + r.IntN(14) {
		b.WriteString(layouts[r.IntN(len(layouts))])
		if r.IntN(3) == 0 {
			b.WriteString(" ")
		}
	}
	return b.String()
}

// survives reports whether HTML is a tree that HTML can say: misplaced tags
// may make others.
func survives(source string) bool {
	render := func(d *Document) string {
		var b strings.Builder
		for c := d.root.FirstChild; c != nil; c = c.NextSibling {
			if html.Render(&b, c) != nil {
				return ""
			}
		}
		return b.String()
	}
	d := NewDocument(source)
	if d.err != nil {
		return false
	}
	once := render(d)
	return render(NewDocument(once)) == once
}

// visible returns what HTML shows by the kinds of its elements, folded in
// another way than Normalize does it: by replacing.
func visible(source string) string {
	d := NewDocument(strings.TrimLeft(source, byteOrderMark))
	if d.err != nil {
		return ""
	}
	s := &space{map[*html.Node]kind{}, map[*html.Node]bool{}, map[point]bool{}}
	s.prepare(d.root)
	var separate []string
	var gather func(n *html.Node) string
	children := func(n *html.Node) string {
		var b strings.Builder
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			b.WriteString(gather(c))
		}
		return b.String()
	}
	gather = func(n *html.Node) string {
		if n.Type == html.TextNode {
			return anySpace.ReplaceAllString(n.Data, " ")
		}
		if n.Type != html.ElementNode {
			return ""
		}
		k := s.kinds[n]
		inner := ""
		switch {
		case n.Data == "br" && k == inline:
			return "\n"
		case isVoid(n) && k == apart:
			return ""
		case isVoid(n) && k != block:
			return "□"
		case isVerbatim(n):
			inner = strings.NewReplacer(" ", "·", "\n", "¶", "\t", "→", "\f", "↓").Replace(verbatim(n))
		default:
			inner = children(n)
		}
		switch {
		case k == block:
			return "\n" + inner + "\n"
		case k == apart:
			separate = append(separate, n.Data+":"+squeeze(inner))
			return ""
		case k == box:
			return "[" + squeeze(inner) + "]"
		case k == unsure, isEmpty(n), isVerbatim(n):
			return "(" + inner + ")"
		}
		return inner
	}
	return squeeze(children(d.root)) + "\n" + strings.Join(separate, "\n")
}

var (
	anySpace  = regexp.MustCompile(`[ \t\r\n\f]+`)
	severally = regexp.MustCompile(` {2,}`)
	lineEnds  = regexp.MustCompile(` *\n[ \n]*`)
)

// squeeze folds what stands in lines of its own.
func squeeze(s string) string {
	return strings.Trim(severally.ReplaceAllString(lineEnds.ReplaceAllString(s, "\n"), " "), " \n")
}

func FuzzNormalize(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		f.Add(randomLayout(r))
	}
	f.Fuzz(normalizesWell)
}

func TestNormalizeKeepsWhatShows(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 4_000 {
		normalizesWell(t, randomLayout(r))
	}
}

// normalizesWell looks whether the normal form is its own, and shows the same.
func normalizesWell(t *testing.T, source string) {
	once := Normalize(source)
	// An attribute may begin with "=", but not after one without a value.
	if len(source) > 1<<12 || !survives(source) || strings.Contains(once, " =") {
		return
	}
	if twice := Normalize(once); twice != once {
		t.Fatalf("%q:\nonce  %q\ntwice %q", source, once, twice)
	}
	if want, got := visible(source), visible(once); got != want {
		t.Fatalf("%q:\nshows %q\nas\n%s\nit shows %q", source, want, once, got)
	}
}

// TestNormalizeMovesNothingInABrowser compares where Chromium puts all that
// shows before and after.
func TestNormalizeMovesNothingInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	r := rand.New(rand.NewPCG(13, 4))
	var pairs [][2]string
	for len(pairs) < rounds {
		// A browser with scripts reads a noscript in another way.
		// Nor does one know what a story stands in.
		if source := randomLayout(r); survives(source) && !strings.Contains(source, "<noscript") && contexts[firstTag(source)] == nil {
			pairs = append(pairs, [2]string{source, Normalize(source)})
		}
	}
	data, err := json.Marshal(pairs)
	if err != nil {
		t.Fatal(err)
	}
	c := startChromium(t)
	moved, err := chromedp.Run(c.ctx, chromedp.Evaluate[[]string](`(`+placesScript+`)(`+string(data)+`)`))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range moved {
		t.Error(m)
	}
}

const rounds = 1500

// placesScript returns the pairs of HTML that Chromium lays out in two ways.
const placesScript = `pairs => {
	const places = html => {
		document.body.innerHTML = '<div style="width: 900px; font: 16px monospace"></div>';
		const root = document.body.firstChild;
		root.innerHTML = html;
		const list = [], range = document.createRange();
		const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
		const note = (what, rects) => { for (const r of rects) list.push(what + ' ' + [r.x, r.y, r.width, r.height].map(Math.round)); };
		for (let n; n = walk.nextNode();) {
			if (n.nodeType == 1) {
				if (n.matches('input, img, button, select, textarea, svg, canvas, video')) note(n.localName, n.getClientRects());
				continue;
			}
			for (let i = 0; i < n.length; i++) {
				if (' \t\n\r\f'.includes(n.data[i])) continue;
				range.setStart(n, i);
				range.setEnd(n, i + 1);
				note(n.data[i], range.getClientRects());
			}
		}
		return list.join('; ');
	};
	document.open();
	document.write('<!doctype html><body></body>');
	document.close();
	return pairs.map(p => [p, places(p[0]), places(p[1])]).filter(x => x[1] != x[2]).map(x => JSON.stringify(x[0][0]) + '\n' + x[0][1] + x[1] + '\n' + x[2]);
}`
