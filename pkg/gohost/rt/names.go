package rt

import (
	"fmt"
	"strings"
)

// A name is what something can be called: its name in Go, and in JSON if it
// has another there.
type name struct{ goName, tag string }

// fold makes all spellings of a name one: HTMLFor, htmlFor, html_for and
// html-for.
func fold(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return r
	}, s))
}

// find returns the index of the name that is written as s, or -1. An exact
// name comes before another spelling, so that names which differ only in
// spelling can each be reached. If several fit equally, they are returned too.
func find(s string, names []name) (index int, also []int) {
	folded := fold(s)
	if folded == "" {
		return -1, nil
	}
	for i := range names {
		if names[i].goName == s {
			return i, nil
		}
	}
	for i := range names {
		if names[i].tag == s {
			return i, nil
		}
	}
	index = -1
	for i := range names {
		if fold(names[i].goName) != folded && (names[i].tag == "" || fold(names[i].tag) != folded) {
			continue
		}
		if index < 0 {
			index = i
		} else {
			also = append(also, i)
		}
	}
	return index, also
}

// nearest returns the candidate that s is most likely a misspelling of, or ""
// when none is near: at most a third of its letters differ. Of several, the first wins.
func nearest(s string, candidates []string) string {
	s = fold(s)
	best, bestDistance := "", len([]rune(s))/3+1
	for _, candidate := range candidates {
		if d := distance(s, fold(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// longestName is how many characters of a name are compared: names are short,
// and what isn't can't be a slip of the finger.
const longestName = 64

// distance counts the insertions, deletions, substitutions and swaps of
// neighbours between two names (the optimal string alignment distance).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > longestName || len(t) > longestName {
		return longestName
	}
	var before []int
	last := make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = least(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = least(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}

func least(numbers ...int) int {
	result := numbers[0]
	for _, n := range numbers {
		if n < result {
			result = n
		}
	}
	return result
}

// didYouMean is the hint for a name that isn't known: the nearest of the
// known ones, or all, or "" when there are none.
func didYouMean(s string, known []string) string {
	if near := nearest(s, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return ""
	}
	return "known are " + enumerate(known)
}

// enumerate lists names, but not hundreds of them.
func enumerate(names []string) string {
	const most = 20
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
