package ui

import "slices"

// brokenFirst moves cards with problems to the front, in their order: they
// are what somebody has to do something about.
func brokenFirst(cards []Card) []Card {
	if !slices.ContainsFunc(cards, func(c Card) bool { return c.Broken > 0 }) {
		return cards
	}
	sorted := slices.Clone(cards)
	slices.SortStableFunc(sorted, func(a, b Card) int {
		switch {
		case a.Broken > 0 && b.Broken == 0:
			return -1
		case a.Broken == 0 && b.Broken > 0:
			return 1
		}
		return 0
	})
	return sorted
}
