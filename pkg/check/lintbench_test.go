package check

import "testing"

// small is a typical story: 400 bytes, ten elements.
const small = `<article class="card" data-testid="card">
  <a class="card__link" href="/mugs/speckled">
    <img class="card__image" src="static/mug.jpg" alt="A mug" width="320" height="320">
    <h3 class="card__title">Speckled mug</h3>
  </a>
  <form action="/basket" method="post">
    <label for="n">Quantity</label> <input id="n" type="number" name="n" value="1">
    <button class="button" type="button" aria-pressed="false"><svg aria-hidden="true"></svg> Buy</button>
  </form>
</article>
`

func BenchmarkLint(b *testing.B) {
	d := NewDocument(small)
	b.ReportAllocs()
	for b.Loop() {
		if found := d.Lint(nil); len(found) > 0 {
			b.Fatal(found)
		}
	}
}

func BenchmarkNewDocument(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewDocument(small)
	}
}

func BenchmarkOutline(b *testing.B) {
	d := NewDocument(small)
	b.ReportAllocs()
	for b.Loop() {
		if o := d.Outline(100); len(o.Stops) != 3 {
			b.Fatal(o.Stops)
		}
	}
}
