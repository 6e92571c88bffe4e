package check

import (
	"fmt"
	"strings"
)

const (
	// around is how many lines a difference is shown with before and after.
	around = 3
	// maxDiff is how many lines of a difference are shown, maxLine how many
	// characters of a line.
	maxDiff = 60
	maxLine = 240
	// maxTable bounds the comparison of lines by each other.
	maxTable = 4 << 20
)

// Diff compares HTML that is wanted, such as a golden file, with HTML that is
// there, as HTML. It is "" when both mean the same, and otherwise the lines
// of their normal forms in which they differ: "-" before what is missing, "+"
// before what is new.
func Diff(want, got string) string {
	got = Normalize(got)
	if want == got {
		return ""
	}
	if want = Normalize(want); want == got {
		return ""
	}
	return diffLines(split(want), split(got))
}

func split(s string) []string {
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// An edit is a line with '-', '+' or ' ' before it.
type edit struct {
	sign byte
	text string
}

func diffLines(want, got []string) string {
	start := 0
	for start < len(want) && start < len(got) && want[start] == got[start] {
		start++
	}
	end := 0
	for end < len(want)-start && end < len(got)-start && want[len(want)-1-end] == got[len(got)-1-end] {
		end++
	}
	var edits []edit
	for _, line := range want[max(0, start-around):start] {
		edits = append(edits, edit{' ', line})
	}
	edits = append(edits, middle(want[start:len(want)-end], got[start:len(got)-end])...)
	for _, line := range want[len(want)-end:][:min(around, end)] {
		edits = append(edits, edit{' ', line})
	}
	return written(edits)
}

// middle is the shortest way from one text to the other, by their longest
// common subsequence of lines; texts too long for that are exchanged whole.
func middle(want, got []string) []edit {
	var edits []edit
	if len(want)*len(got) > maxTable {
		for _, line := range want {
			edits = append(edits, edit{'-', line})
		}
		for _, line := range got {
			edits = append(edits, edit{'+', line})
		}
		return edits
	}
	width := len(got) + 1
	common := make([]int32, (len(want)+1)*width) // of what follows
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			edits = append(edits, edit{' ', want[i]})
			i, j = i+1, j+1
		case j == len(got) || i < len(want) && common[(i+1)*width+j] >= common[i*width+j+1]:
			edits = append(edits, edit{'-', want[i]})
			i++
		default:
			edits = append(edits, edit{'+', got[j]})
			j++
		}
	}
	return edits
}

// written writes the edits; of long stretches in which nothing changes, only
// the ends.
func written(edits []edit) string {
	near := make([]bool, len(edits))
	for i, e := range edits {
		if e.sign == ' ' {
			continue
		}
		for k := max(0, i-around); k <= min(len(edits)-1, i+around); k++ {
			near[k] = true
		}
	}
	var b strings.Builder
	lines, left := 0, 0
	for i, e := range edits {
		switch {
		case !near[i]:
			if i > 0 && near[i-1] && lines < maxDiff {
				b.WriteString("  …\n")
			}
		case lines >= maxDiff:
			if e.sign != ' ' {
				left++
			}
		default:
			text := e.text
			if e.sign == '-' && i+1 < len(edits) && edits[i+1].sign == '+' {
				text = focus(text, edits[i+1].text)
			} else if e.sign == '+' && i > 0 && edits[i-1].sign == '-' {
				text = focus(text, edits[i-1].text)
			}
			fmt.Fprintf(&b, "%c %s\n", e.sign, shorten(text, maxLine))
			lines++
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "  and %d more lines that differ\n", left)
	}
	return b.String()
}

// focus cuts what a long line has in common with another from its beginning,
// so that the difference is seen.
func focus(line, other string) string {
	const lead = 60
	a, b := []rune(line), []rune(other)
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	if len(a) <= maxLine || same <= lead {
		return line
	}
	return "… " + string(a[same-lead:])
}
