package ui

// outline is a subject's table of contents: its headings, and then the parts
// that the page itself adds. A page of one heading needs none.
func outline(s *Subject) []Heading {
	headings := s.Contents[:len(s.Contents):len(s.Contents)]
	if len(s.Props) > 0 {
		headings = append(headings, Heading{2, "st-props", "Props"})
	}
	if len(s.Nested) > 0 {
		headings = append(headings, Heading{2, "st-nested", "Below this"})
	}
	if len(headings) < 2 {
		return nil
	}
	return headings
}
