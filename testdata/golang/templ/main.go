// Command shop serves the shop.
package main

import (
	"fmt"
	"html/template"
)

func main() { fmt.Println("shop") }

// Banner is shown on top.
func Banner(text string) template.HTML {
	return template.HTML("<header>" + template.HTMLEscapeString(text) + "</header>")
}
