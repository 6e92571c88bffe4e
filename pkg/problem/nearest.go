package problem

import (
	"fmt"
	"math"
	"strings"
)

// Nearest returns the candidate that name is most likely a misspelling of, or
// "" when none is near: at most a third of its letters differ, case aside. Of
// candidates equally near, the first wins.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", len([]rune(name))/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// Near reports whether two names differ by a slip or two, case aside.
func Near(a, b string) bool {
	const most = 2
	return distance(strings.ToLower(a), strings.ToLower(b)) <= most
}

// DidYouMean is the hint for a name that isn't one of the known ones: the
// nearest of them, or all of them, or "" when there are none.
func DidYouMean(name string, known []string) string {
	if near := Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	const most = 20
	switch {
	case len(known) == 0:
		return ""
	case len(known) > most:
		return fmt.Sprintf("known are %s and %d more", strings.Join(known[:most], ", "), len(known)-most)
	}
	return "known are " + strings.Join(known, ", ")
}

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours, each counted once.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	// Names are short; what isn't can't be a slip of the finger.
	const longest = 64
	if len(s) > longest || len(t) > longest {
		return math.MaxInt
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
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(t)]
}
