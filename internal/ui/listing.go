package ui

import "slices"

// brokenFirst moves cards with problems or failed checks to the front, in
// their order: they are what somebody has to do something about.
func brokenFirst(cards []Card) []Card {
	if !slices.ContainsFunc(cards, func(c Card) bool { return c.bad() }) {
		return cards
	}
	sorted := slices.Clone(cards)
	slices.SortStableFunc(sorted, func(a, b Card) int {
		switch {
		case a.bad() && !b.bad():
			return -1
		case !a.bad() && b.bad():
			return 1
		}
		return 0
	})
	return sorted
}

func (t Tally) bad() bool { return t.Broken+t.Failed > 0 }
