package ui

import (
	"bytes"
	"encoding/json"
)

// writeJS writes a value as JSON that is also JavaScript: encoding/json
// escapes U+2028, U+2029 and, against a "</script>" in a title, "<" and ">".
func writeJS(out *bytes.Buffer, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // strings, and structs of strings, always encode
	}
	out.Write(data)
}
