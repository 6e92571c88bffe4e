package render

// The render protocol is how Storytime speaks with a program that renders
// components: a command that `renderers:` names, over its standard input and
// output. It is documented for those who write one in docs/renderers.md.
//
// Each message is a JSON object on a line of its own. A program gets a request
// and answers it, until its input ends. It may answer in any order; the answer
// bears the number of its request. What it writes to its standard error is its
// log.

// A request asks for a component's HTML.
type request struct {
	ID int `json:"id"`
	// Component is the component's file relative to the catalog's root, with
	// forward slashes; File is its absolute name.
	Component string `json:"component"`
	File      string `json:"file"`
	// Props are as the story gives them, with the declared defaults. A prop of
	// the type component is HTML that is rendered already.
	Props map[string]any `json:"props"`
	// Children is HTML; nil if the story gives none.
	Children *string `json:"children"`
}

// An answer has the HTML or why there is none.
type answer struct {
	ID    int          `json:"id"`
	HTML  *string      `json:"html"`
	Error *answerError `json:"error"`
}

// An answerError says what is wrong. All but the message may be left out.
type answerError struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
	// File is absolute, or relative to the catalog's root; "" is the
	// component's. Line and Column count from one.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	// Detail is for people who want to know more, such as a traceback.
	Detail string `json:"detail"`
}
