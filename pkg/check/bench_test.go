package check

import (
	"strings"
	"testing"

	"github.com/storytime-dev/storytime/pkg/story"
)

func field(name string, data any) story.Field {
	return story.Field{Name: name, Value: story.Value{Data: data}}
}

// typical is a story of about 1 kB.
const typical = `<article class="product-card product-card--sale" data-testid="card">
  <a class="product-card__link" href="/mugs/speckled">
    <img class="product-card__image" src="static/mug.jpg" alt="A mug, terracotta above, white below" width="320" height="320">
    <h3 class="product-card__title">Speckled mug</h3>
  </a>
  <p class="rating"><span class="rating__stars" role="img" aria-label="4.5 out of 5 stars" style="--rating: 4.5"></span> <a href="#reviews">61 reviews</a></p>
  <p class="price"><span class="visually-hidden">Before: </span><del>€46.00</del> <span class="visually-hidden">Now: </span><ins>€39.00</ins></p>
  <form action="/basket" method="post">
    <label for="n">Quantity</label> <input id="n" type="number" name="n" value="1" min="1" max="9">
    <button class="button button--primary" type="submit">Add to basket</button>
    <button class="button button--quiet" type="button" aria-pressed="false"><svg aria-hidden="true" width="16" height="16"><path d="M0 0h16v16H0z"/></svg> Remember this mug</button>
  </form>
</article>
`

func BenchmarkDocumentAndTwoChecks(b *testing.B) {
	var checks []*Check
	for _, m := range []story.Map{
		{field("role", "button"), field("name", "Add to basket")},
		{field("text", "€39.00")},
	} {
		c, problems := Parse(story.Value{Data: m}, Options{})
		if c == nil {
			b.Fatal(problems)
		}
		checks = append(checks, c)
	}
	b.SetBytes(int64(len(typical)))
	b.ReportAllocs()
	for b.Loop() {
		d := NewDocument(typical)
		for _, c := range checks {
			if p := c.Run(d); p != nil {
				b.Fatal(p)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	v := story.Value{Data: story.Map{field("role", "button"), field("name", "Add to basket")}}
	b.ReportAllocs()
	for b.Loop() {
		if c, problems := Parse(v, Options{}); c == nil {
			b.Fatal(problems)
		}
	}
}

func BenchmarkNormalize(b *testing.B) {
	b.SetBytes(int64(len(typical)))
	for b.Loop() {
		Normalize(typical)
	}
}

func BenchmarkRolesOfALargeDocument(b *testing.B) {
	c, _ := Parse(story.Value{Data: story.Map{field("role", "button"), field("count", 200)}}, Options{})
	source := strings.Repeat(typical, 100)
	for b.Loop() {
		if p := c.Run(NewDocument(source)); p != nil {
			b.Fatal(p)
		}
	}
}
