//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// libraryStories show components of templUI (https://templui.io), a library
// of templ components that was not written for this. Each story stands beside
// the Go expression that makes the same HTML, and lies in the directory of the
// package that it is mostly about.
//
// What makes up a random id can't be compared. So all have an id that needs
// one, and what doesn't take one for all of its parts is left out: the time
// picker, and a select box with a search field.
var libraryStories = []struct{ pkg, block, direct string }{
	{"accordion", `yaml story
props: {id: faq, class: w-96}
children:
  component: Item
  props: {attributes: {open: true, data-n: "1"}}
  children:
    - {component: Trigger, children: Is it accessible?}
    - {component: Content, children: {html: "<p>Yes, &amp; always.</p>"}}`,
		`with(accordion.Accordion(accordion.Props{ID: "faq", Class: "w-96"}),
			with(accordion.Item(accordion.ItemProps{Attributes: templ.Attributes{"open": true, "data-n": "1"}}),
				with(accordion.Trigger(), text("Is it accessible?")),
				with(accordion.Content(), templ.Raw("<p>Yes, &amp; always.</p>"))))`},

	{"alert", `yaml story
props: {variant: destructive}
children:
  - {component: icon.CircleAlert, props: {size: 16, stroke_width: "1.5"}}
  - {component: Title, children: 'Café "closed" & <gone>'}
  - {component: Description, props: {ID: why}, children: It's Tuesday.}`,
		`with(alert.Alert(alert.Props{Variant: alert.VariantDestructive}),
			icon.CircleAlert(icon.Props{Size: 16, StrokeWidth: "1.5"}),
			with(alert.Title(), text("Café \"closed\" & <gone>")),
			with(alert.Description(alert.DescriptionProps{ID: "why"}), text("It's Tuesday.")))`},

	{"aspectratio", `yaml story
component: AspectRatio
props: {ratio: RatioVideo}
children: {html: '<img alt="" src="data:,">'}`,
		`with(aspectratio.AspectRatio(aspectratio.Props{Ratio: aspectratio.RatioVideo}), templ.Raw("<img alt=\"\" src=\"data:,\">"))`},

	{"avatar", `yaml story
component: Group
props: {spacing: GroupSpacingLg}
children:
  - {component: Avatar, props: {size: sm, inGroup: true}, children: {component: Image, props: {src: "data:,", alt: Ada}}}
  - {component: Avatar, props: {size: avatar.SizeLg, in-group: true}, children: {component: Fallback, children: {component: Initials, props: {name: grace hopper}}}}
  - {component: GroupOverflow, props: {count: 7, size: SizeSm}}`,
		`with(avatar.Group(avatar.GroupProps{Spacing: avatar.GroupSpacingLg}),
			with(avatar.Avatar(avatar.Props{Size: avatar.SizeSm, InGroup: true}), avatar.Image(avatar.ImageProps{Src: "data:,", Alt: "Ada"})),
			with(avatar.Avatar(avatar.Props{Size: avatar.SizeLg, InGroup: true}), with(avatar.Fallback(), text(avatar.Initials("grace hopper")))),
			avatar.GroupOverflow(7, avatar.Props{Size: avatar.SizeSm}))`},

	{"badge", `yaml story
props: {variant: VariantOutline, attributes: {data-count: "3"}}
children: 5 < 6`,
		`with(badge.Badge(badge.Props{Variant: badge.VariantOutline, Attributes: templ.Attributes{"data-count": "3"}}), text("5 < 6"))`},

	{"breadcrumb", `yaml story
children:
  component: List
  children:
    - {component: Item, children: {component: Link, props: {href: /}, children: Home}}
    - {component: Separator}
    - {component: Separator, props: {useCustom: true}, children: /}
    - {component: Item, props: {current: true}, children: {component: Page, children: Here}}`,
		`with(breadcrumb.Breadcrumb(), with(breadcrumb.List(),
			with(breadcrumb.Item(), with(breadcrumb.Link(breadcrumb.LinkProps{Href: "/"}), text("Home"))),
			breadcrumb.Separator(),
			with(breadcrumb.Separator(breadcrumb.SeparatorProps{UseCustom: true}), text("/")),
			with(breadcrumb.Item(breadcrumb.ItemProps{Current: true}), with(breadcrumb.Page(), text("Here")))))`},

	{"button", `yaml story
props: {variant: VariantSecondary, size: lg, type: TypeSubmit, fullWidth: true, attributes: {hx-post: "/save?a=1&b=2", aria-busy: "true", autofocus: true, data-off: false}}
children: Save`,
		`with(button.Button(button.Props{Variant: button.VariantSecondary, Size: button.SizeLg, Type: button.TypeSubmit, FullWidth: true,
			Attributes: templ.Attributes{"hx-post": "/save?a=1&b=2", "aria-busy": "true", "autofocus": true, "data-off": false}}), text("Save"))`},

	{"button", `yaml story
props: {href: "/docs?a=1&b=2", target: _blank}
children: [Read on, {component: icon.ArrowRight}]`,
		`with(button.Button(button.Props{Href: "/docs?a=1&b=2", Target: "_blank"}), text("Read on"), icon.ArrowRight())`},

	{"calendar", `yaml story
props: {id: day, value: 2026-11-22, localeTag: LocaleTagGerman}`,
		`calendar.Calendar(calendar.Props{ID: "day", Value: &day, LocaleTag: calendar.LocaleTagGerman})`},

	{"card", `yaml story
children:
  - component: Header
    children: [{component: Title, children: Plan}, {component: Description, children: Choose one.}]
  - component: Content
    children: {component: button.Button, props: {variant: button.VariantLink}, children: [{component: icon.Check}, {html: "<b>Pro</b>"}]}
  - {component: Footer, props: {class: justify-end}, children: [a, " b ", c]}`,
		`with(card.Card(),
			with(card.Header(), with(card.Title(), text("Plan")), with(card.Description(), text("Choose one."))),
			with(card.Content(), with(button.Button(button.Props{Variant: button.VariantLink}), icon.Check(), templ.Raw("<b>Pro</b>"))),
			with(card.Footer(card.FooterProps{Class: "justify-end"}), text("a"), text(" b "), text("c")))`},

	{"carousel", `yaml story
props: {autoplay: true, interval: 4000, loop: true}
children:
  - {component: Content, children: [{component: Item, children: One}, {component: Item, children: Two}]}
  - {component: Previous}
  - {component: Next}
  - {component: Indicators, props: {count: 2}}`,
		`with(carousel.Carousel(carousel.Props{Autoplay: true, Interval: 4000, Loop: true}),
			with(carousel.Content(), with(carousel.Item(), text("One")), with(carousel.Item(), text("Two"))),
			carousel.Previous(), carousel.Next(), carousel.Indicators(carousel.IndicatorsProps{Count: 2}))`},

	{"chart", `yaml story
props:
  id: sales
  variant: VariantLine
  data:
    labels: [Jan, "Feb </script>"]
    datasets:
      - {label: Mugs, data: [1, 2.5], borderColor: red, tension: 0.4}
      - {label: Bowls, data: [3], backgroundColor: [red, blue], fill: true, borderWidth: 2}
  options: {responsive: true}
  showXAxis: true`,
		`chart.Chart(chart.Props{ID: "sales", Variant: chart.VariantLine, ShowXAxis: true,
			Data: chart.Data{Labels: []string{"Jan", "Feb </script>"}, Datasets: []chart.Dataset{
				{Label: "Mugs", Data: []float64{1, 2.5}, BorderColor: "red", Tension: 0.4},
				{Label: "Bowls", Data: []float64{3}, BackgroundColor: []string{"red", "blue"}, Fill: true, BorderWidth: 2}}},
			Options: chart.Options{Responsive: true}})`},

	{"checkbox", `yaml story
props: {name: terms, value: "yes", checked: true, required: true, attributes: {aria-label: Terms}, icon: {component: icon.Minus, props: {size: 12}}}`,
		`checkbox.Checkbox(checkbox.Props{Name: "terms", Value: "yes", Checked: true, Required: true,
			Attributes: templ.Attributes{"aria-label": "Terms"}, Icon: icon.Minus(icon.Props{Size: 12})})`},

	{"checkboxcard", `yaml story
component: CheckboxCard
props: {id: pro, name: plan, value: pro, disabled: true}
children: [{component: Header, children: Pro}, {component: Description, children: For many}, {component: Footer, children: 9 €}]`,
		`with(checkboxcard.CheckboxCard(checkboxcard.Props{ID: "pro", Name: "plan", Value: "pro", Disabled: true}),
			with(checkboxcard.Header(), text("Pro")), with(checkboxcard.Description(), text("For many")), with(checkboxcard.Footer(), text("9 €")))`},

	{"code", `yaml story
props: {id: hello, language: go, size: SizeSm, showCopyButton: true, attrs: {data-line: "1"}}
children: |
  func main() {
  	fmt.Println("<hello>")
  }`,
		`with(code.Code(code.Props{ID: "hello", Language: "go", Size: code.SizeSm, ShowCopyButton: true, Attrs: templ.Attributes{"data-line": "1"}}),
			text("func main() {\n\tfmt.Println(\"<hello>\")\n}\n"))`},

	{"datepicker", `yaml story
component: DatePicker
props: {id: born, value: "2026-11-22", format: FormatLOCALE_LONG, localeTag: de-DE, hasError: true, attributes: {data-a: b}}`,
		`datepicker.DatePicker(datepicker.Props{ID: "born", Value: day, Format: datepicker.FormatLOCALE_LONG,
			LocaleTag: datepicker.LocaleTagGerman, HasError: true, Attributes: templ.Attributes{"data-a": "b"}})`},

	{"drawer", `yaml story
component: Content
props: {id: menu, position: PositionLeft, initialOpen: true}
children:
  - {component: Header, children: {component: Title, children: Menu}}
  - {component: Footer, children: {component: Close, props: {for: menu}, children: Close}}`,
		`with(drawer.Content(drawer.ContentProps{ID: "menu", Position: drawer.PositionLeft, InitialOpen: true}),
			with(drawer.Header(), with(drawer.Title(), text("Menu"))),
			with(drawer.Footer(), with(drawer.Close(drawer.CloseProps{For: "menu"}), text("Close"))))`},

	// The parts of a dropdown find each other through the context.
	{"dropdown", `yaml story
props: {id: actions}
children:
  - {component: Trigger, children: {component: button.Button, children: Open}}
  - component: Content
    props: {align: end, width: w-56}
    children:
      - {component: Label, children: Account}
      - {component: Separator}
      - {component: Item, props: {id: profile, href: /me}, children: [Profile, {component: Shortcut, children: ⌘P}]}
      - component: Sub
        props: {id: more}
        children: [{component: SubTrigger, children: More}, {component: SubContent, children: {component: Item, props: {id: out, disabled: true}, children: Log out}}]`,
		`with(dropdown.Dropdown(dropdown.Props{ID: "actions"}),
			with(dropdown.Trigger(), with(button.Button(), text("Open"))),
			with(dropdown.Content(dropdown.ContentProps{Align: "end", Width: "w-56"}),
				with(dropdown.Label(), text("Account")), dropdown.Separator(),
				with(dropdown.Item(dropdown.ItemProps{ID: "profile", Href: "/me"}), text("Profile"), with(dropdown.Shortcut(), text("⌘P"))),
				with(dropdown.Sub(dropdown.SubProps{ID: "more"}), with(dropdown.SubTrigger(), text("More")),
					with(dropdown.SubContent(), with(dropdown.Item(dropdown.ItemProps{ID: "out", Disabled: true}), text("Log out"))))))`},

	{"form", `yaml story
component: Item
children:
  - {component: Label, props: {for: mail}, children: Email}
  - {component: input.Input, props: {id: mail, type: TypeEmail, hasError: true, placeholder: "a@b.example"}}
  - {component: Message, props: {variant: MessageVariantError}, children: Missing}`,
		`with(form.Item(), with(form.Label(form.LabelProps{For: "mail"}), text("Email")),
			input.Input(input.Props{ID: "mail", Type: input.TypeEmail, HasError: true, Placeholder: "a@b.example"}),
			with(form.Message(form.MessageProps{Variant: form.MessageVariantError}), text("Missing")))`},

	{"icon", `yaml story
component: Star
props: {size: 32, color: "#f00", fill: none, class: a}`,
		`icon.Star(icon.Props{Size: 32, Color: "#f00", Fill: "none", Class: "a"})`},

	{"input", `yaml story
props: {id: secret, type: password, name: secret, value: '"''<&', readonly: true, attributes: {aria-label: Secret}}`,
		`input.Input(input.Props{ID: "secret", Type: input.TypePassword, Name: "secret", Value: "\"'<&", Readonly: true, Attributes: templ.Attributes{"aria-label": "Secret"}})`},

	{"inputotp", `yaml story
component: InputOTP
props: {id: otp, value: "12", required: true}
children:
  - {component: Group, children: [{component: Slot, props: {index: 0, attributes: {aria-label: First}}}, {component: Slot, props: {index: 1, type: password, attributes: {aria-label: Second}}}]}
  - {component: Separator}`,
		`with(inputotp.InputOTP(inputotp.Props{ID: "otp", Value: "12", Required: true}),
			with(inputotp.Group(), inputotp.Slot(inputotp.SlotProps{Attributes: templ.Attributes{"aria-label": "First"}}),
				inputotp.Slot(inputotp.SlotProps{Index: 1, Type: "password", Attributes: templ.Attributes{"aria-label": "Second"}})),
			inputotp.Separator())`},

	{"label", `yaml story
props: {for: x, error: no}
children: Name`,
		`with(label.Label(label.Props{For: "x", Error: "no"}), text("Name"))`},

	{"modal", `yaml story
props: {id: ask, disableESC: true, initialOpen: true}
children:
  - {component: Header, props: {id: ask}, children: Sure?}
  - {component: Body, children: {html: <p>Really.</p>}}
  - {component: Footer, children: {component: Close, props: {for: ask}, children: {component: button.Button, props: {disabled: true}, children: "No"}}}`,
		`with(modal.Modal(modal.Props{ID: "ask", DisableESC: true, InitialOpen: true}),
			with(modal.Header(modal.HeaderProps{ID: "ask"}), text("Sure?")),
			with(modal.Body(), templ.Raw("<p>Really.</p>")),
			with(modal.Footer(), with(modal.Close(modal.CloseProps{For: "ask"}), with(button.Button(button.Props{Disabled: true}), text("No")))))`},

	{"pagination", `yaml story
children:
  component: Content
  children:
    - {component: Item, children: {component: Previous, props: {href: "?page=1", label: Back}}}
    - {component: Item, children: {component: Link, props: {href: "?page=2", isActive: true}, children: "2"}}
    - {component: Item, children: {component: Ellipsis}}
    - {component: Item, children: {component: Next, props: {disabled: true, label: On}}}`,
		`with(pagination.Pagination(), with(pagination.Content(),
			with(pagination.Item(), pagination.Previous(pagination.PreviousProps{Href: "?page=1", Label: "Back"})),
			with(pagination.Item(), with(pagination.Link(pagination.LinkProps{Href: "?page=2", IsActive: true}), text("2"))),
			with(pagination.Item(), pagination.Ellipsis()),
			with(pagination.Item(), pagination.Next(pagination.NextProps{Disabled: true, Label: "On"}))))`},

	{"popover", `yaml story
component: Content
props: {id: tip, placement: PlacementTopEnd, showArrow: true, matchWidth: true, hoverDelay: 20}
children: [{component: card.Card, children: Tip}]`,
		`with(popover.Content(popover.ContentProps{ID: "tip", Placement: popover.PlacementTopEnd, ShowArrow: true, MatchWidth: true, HoverDelay: 20}),
			with(card.Card(), text("Tip")))`},

	{"progress", `yaml story
props: {id: up, value: 30, max: 50, label: Upload, showValue: true, size: SizeLg, variant: success, barClass: h-1, attributes: {aria-label: Upload}}`,
		`progress.Progress(progress.Props{ID: "up", Value: 30, Max: 50, Label: "Upload", ShowValue: true, Size: progress.SizeLg,
			Variant: progress.VariantSuccess, BarClass: "h-1", Attributes: templ.Attributes{"aria-label": "Upload"}})`},

	{"radio", `yaml story
props: {name: size, value: m, checked: true, attributes: {aria-label: M}}`,
		`radio.Radio(radio.Props{Name: "size", Value: "m", Checked: true, Attributes: templ.Attributes{"aria-label": "M"}})`},

	{"radiocard", `yaml story
component: RadioCard
props: {id: m, name: size, value: m}
children: {component: Header, children: Medium}`,
		`with(radiocard.RadioCard(radiocard.Props{ID: "m", Name: "size", Value: "m"}), with(radiocard.Header(), text("Medium")))`},

	{"rating", `yaml story
props: {value: 2.5, precision: 0.5, readOnly: true, name: stars}
children:
  component: Group
  children: [{component: Item, props: {value: 1, style: StyleHeart}}, {component: Item, props: {value: 5, style: emoji}}]`,
		`with(rating.Rating(rating.Props{Value: 2.5, Precision: 0.5, ReadOnly: true, Name: "stars"}), with(rating.Group(),
			rating.Item(rating.ItemProps{Value: 1, Style: rating.StyleHeart}), rating.Item(rating.ItemProps{Value: 5, Style: rating.StyleEmoji})))`},

	{"selectbox", `yaml story
component: SelectBox
props: {id: fruit}
children:
  - {component: Trigger, props: {name: fruit, showPills: true, selectedCountText: "{n} fruits"}, children: {component: Value, props: {placeholder: Pick}}}
  - component: Content
    props: {noSearch: true}
    children: {component: Group, children: [{component: Label, children: Fruit}, {component: Item, props: {value: apple, selected: true}, children: Apple}]}`,
		`with(selectbox.SelectBox(selectbox.Props{ID: "fruit"}),
			with(selectbox.Trigger(selectbox.TriggerProps{Name: "fruit", ShowPills: true, SelectedCountText: "{n} fruits"}), selectbox.Value(selectbox.ValueProps{Placeholder: "Pick"})),
			with(selectbox.Content(selectbox.ContentProps{NoSearch: true}), with(selectbox.Group(),
				with(selectbox.Label(), text("Fruit")), with(selectbox.Item(selectbox.ItemProps{Value: "apple", Selected: true}), text("Apple")))))`},

	{"separator", `yaml story
props: {orientation: vertical, decoration: DecorationDashed}
children: or`,
		`with(separator.Separator(separator.Props{Orientation: separator.OrientationVertical, Decoration: separator.DecorationDashed}), text("or"))`},

	{"skeleton", `yaml story
props: {class: h-4 w-1/2, attributes: {style: "width: 50%"}}`,
		`skeleton.Skeleton(skeleton.Props{Class: "h-4 w-1/2", Attributes: templ.Attributes{"style": "width: 50%"}})`},

	{"slider", `yaml story
children:
  - {component: Input, props: {id: vol, min: -5, max: 10, step: 5, value: 5, attributes: {aria-label: Volume}}}
  - {component: Value, props: {for: vol}}`,
		`with(slider.Slider(), slider.Input(slider.InputProps{ID: "vol", Min: -5, Max: 10, Step: 5, Value: 5, Attributes: templ.Attributes{"aria-label": "Volume"}}),
			slider.Value(slider.ValueProps{For: "vol"}))`},

	{"table", `yaml story
children:
  - {component: Caption, children: Orders}
  - {component: Header, children: {component: Row, children: [{component: Head, children: "No"}, {component: Head, children: Sum}]}}
  - component: Body
    children:
      component: Row
      props: {selected: true}
      children: [{component: Cell, children: "1"}, {component: Cell, props: {attributes: {colspan: "1"}}, children: 9 €}]`,
		`with(table.Table(), with(table.Caption(), text("Orders")),
			with(table.Header(), with(table.Row(), with(table.Head(), text("No")), with(table.Head(), text("Sum")))),
			with(table.Body(), with(table.Row(table.RowProps{Selected: true}), with(table.Cell(), text("1")),
				with(table.Cell(table.CellProps{Attributes: templ.Attributes{"colspan": "1"}}), text("9 €")))))`},

	{"tabs", `yaml story
props: {id: settings}
children:
  - {component: List, children: [{component: Trigger, props: {value: a, isActive: true}, children: A}, {component: Trigger, props: {value: b}, children: B}]}
  - {component: Content, props: {value: a, is_active: true}, children: First}
  - {component: Content, props: {value: b, tabsID: other}, children: Second}`,
		`with(tabs.Tabs(tabs.Props{ID: "settings"}),
			with(tabs.List(), with(tabs.Trigger(tabs.TriggerProps{Value: "a", IsActive: true}), text("A")), with(tabs.Trigger(tabs.TriggerProps{Value: "b"}), text("B"))),
			with(tabs.Content(tabs.ContentProps{Value: "a", IsActive: true}), text("First")),
			with(tabs.Content(tabs.ContentProps{Value: "b", TabsID: "other"}), text("Second")))`},

	{"tagsinput", `yaml story
component: TagsInput
props: {id: tags, name: tags, value: [one, "two & three"], attributes: {aria-label: Tags}}`,
		`tagsinput.TagsInput(tagsinput.Props{ID: "tags", Name: "tags", Value: []string{"one", "two & three"}, Attributes: templ.Attributes{"aria-label": "Tags"}})`},

	{"textarea", `yaml story
props: {id: note, rows: 3, autoResize: true, value: "One\nTwo </textarea>", attributes: {aria-label: Note}}`,
		`textarea.Textarea(textarea.Props{ID: "note", Rows: 3, AutoResize: true, Value: "One\nTwo </textarea>", Attributes: templ.Attributes{"aria-label": "Note"}})`},

	// Its style sheet comes with the first of a page, and each story is a page.
	{"toast", `yaml story
props: {id: saved, title: Saved, variant: VariantSuccess, position: top-center, icon: true, dismissible: true, showIndicator: true}`,
		`toast.Toast(toast.Props{ID: "saved", Title: "Saved", Variant: toast.VariantSuccess, Position: toast.PositionTopCenter, Icon: true, Dismissible: true, ShowIndicator: true})`},

	{"toast", `templ story
@Toast(Props{ID: "one", Title: "One"})
@toast.Toast(toast.Props{ID: "two", Description: "Two"})`,
		`join(toast.Toast(toast.Props{ID: "one", Title: "One"}), toast.Toast(toast.Props{ID: "two", Description: "Two"}))`},

	{"toggle", `yaml story
props: {id: dark, name: dark, checked: true, attributes: {aria-label: Dark}}`,
		`toggle.Toggle(toggle.Props{ID: "dark", Name: "dark", Checked: true, Attributes: templ.Attributes{"aria-label": "Dark"}})`},

	{"tooltip", `yaml story
children:
  - {component: Trigger, props: {for: hint}, children: Over}
  - {component: Content, props: {id: hint, position: PositionRight, hoverOutDelay: 5}, children: Hint}`,
		`with(tooltip.Tooltip(), with(tooltip.Trigger(tooltip.TriggerProps{For: "hint"}), text("Over")),
			with(tooltip.Content(tooltip.ContentProps{ID: "hint", Position: tooltip.PositionRight, HoverOutDelay: 5}), text("Hint")))`},

	// In a directory without Go code, packages are found by their names.
	{"page", `yaml story
component: card.Card
props: {class: w-80}
children: {component: card.Content, children: {component: badge.Badge, props: {variant: VariantSecondary}, children: New}}`,
		`with(card.Card(card.Props{Class: "w-80"}), with(card.Content(), with(badge.Badge(badge.Props{Variant: badge.VariantSecondary}), text("New"))))`},

	{"button", `go story
---
children: [Save, {component: icon.Save}]
---
Button(Props{
	Variant:    VariantGhost,
	Attributes: templ.Attributes{"data-name": avatar.Initials("ada lovelace")},
})`,
		`with(button.Button(button.Props{Variant: button.VariantGhost, Attributes: templ.Attributes{"data-name": "AL"}}), text("Save"), icon.Save())`},

	{"page", `go story
icon.Icon("star")(icon.Props{Size: len(strings.Fields("a b"))})`,
		`icon.Star(icon.Props{Size: 2})`},

	{"page", `templ story
for _, name := range []string{"Ada", "Grace & Co"} {
	@card.Card() {
		@card.Title(card.TitleProps{ID: strings.ToLower(name[:1])}) {
			{ name }
		}
	}
}`,
		`join(with(card.Card(), with(card.Title(card.TitleProps{ID: "a"}), text("Ada"))), with(card.Card(), with(card.Title(card.TitleProps{ID: "g"}), text("Grace & Co"))))`},
}

// libraryMain is the rest of the program that calls the components itself.
const libraryMain = `
var day = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func text(s string) templ.Component { return templ.Raw(templ.EscapeString(s)) }

func join(components ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, c := range components {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func with(parent templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return parent.Render(templ.WithChildren(ctx, join(children...)), w)
	})
}

func main() {
	var all []string
	for _, story := range stories {
		var b strings.Builder
		if err := story.Render(templ.InitializeContext(context.Background()), &b); err != nil {
			panic(err)
		}
		all = append(all, b.String())
	}
	json.NewEncoder(os.Stdout).Encode(all)
}
`

// TestLibraryFromMarkdown renders the components of a library from Markdown
// alone, and compares each story with what a Go program prints that calls the
// same components with the same values.
//
// None of the library is in this repository: STORYTIME_TEST_LIBRARY names the
// directory of a checkout. It is copied, and stays as it is.
func TestLibraryFromMarkdown(t *testing.T) {
	library := os.Getenv("STORYTIME_TEST_LIBRARY")
	if library == "" {
		t.Skip("STORYTIME_TEST_LIBRARY names no checkout of templUI to try this on")
	}
	t.Parallel()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, os.DirFS(library)); err != nil {
		t.Fatal(err)
	}
	l := libraryCopy{t: t, dir: dir, cache: t.TempDir()}
	components := "internal/components"
	l.save(filepath.Join(components, "storytime.yaml"), "lint: false\n") // it isn't ours to mend
	for pkg, text := range libraryCatalog() {
		l.save(filepath.Join(components, pkg, pkg+".stories.md"), text)
	}
	l.run(program(t), "build", components, "-o", "site")

	// Only now are templ files generated: the catalog does without.
	l.run("go", "run", "github.com/a-h/templ/cmd/templ", "generate", "-path", components)
	module := strings.TrimSpace(l.run("go", "list", "-m"))
	l.save("direct/main.go", libraryProgram(module+"/"+components))
	var direct []string
	if err := json.Unmarshal([]byte(l.run("go", "run", "./direct")), &direct); err != nil {
		t.Fatal(err)
	}
	for i, story := range libraryStories {
		name := fmt.Sprintf("%s--story-%d", story.pkg, i)
		page, err := os.ReadFile(filepath.Join(dir, "site", story.pkg, name+".html"))
		if err != nil {
			t.Error(err)
			continue
		}
		_, body, _ := strings.Cut(string(page), "<body>\n")
		got, _, _ := strings.Cut(body, "\n</body>")
		if got, want := classesSorted(got), classesSorted(direct[i]); got != want {
			t.Errorf("%s:\n%s\nbut directly:\n%s", name, got, want)
		}
	}
}

// libraryCatalog makes the files of the stories, by package.
func libraryCatalog() map[string]string {
	files := map[string]string{}
	for i, story := range libraryStories {
		files[story.pkg] += fmt.Sprintf("## Story %d\n\n~~~%s\n~~~\n\n", i, story.block)
	}
	return files
}

// libraryProgram is the program that prints, as JSON, what each story shows.
func libraryProgram(components string) string {
	var imports, stories strings.Builder
	for _, pkg := range []string{"context", "encoding/json", "io", "os", "strings", "time", "github.com/a-h/templ"} {
		fmt.Fprintf(&imports, "%q\n", pkg)
	}
	seen := map[string]bool{"page": true}
	for _, story := range libraryStories {
		if !seen[story.pkg] {
			seen[story.pkg] = true
			fmt.Fprintf(&imports, "%q\n", components+"/"+story.pkg)
		}
		stories.WriteString(story.direct + ",\n")
	}
	return "package main\n\nimport (\n" + imports.String() + ")\n\nvar stories = []templ.Component{\n" + stories.String() + "}\n" + libraryMain
}

var classAttribute = regexp.MustCompile(` class="[^"]*"`)

// classesSorted sorts the names in each class attribute: the library's come
// out of a map, in another order each time. All else counts to the byte.
func classesSorted(html string) string {
	return classAttribute.ReplaceAllStringFunc(html, func(attribute string) string {
		names := strings.Fields(strings.Trim(strings.TrimPrefix(attribute, " class="), `"`))
		slices.Sort(names)
		return ` class="` + strings.Join(names, " ") + `"`
	})
}

// A libraryCopy is a copy of the library, with our files in it.
type libraryCopy struct {
	t          *testing.T
	dir, cache string
}

func (l libraryCopy) save(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

// run runs a command in the copy and returns what it prints.
func (l libraryCopy) run(name string, args ...string) string {
	l.t.Helper()
	var stderr strings.Builder
	c := exec.Command(name, args...)
	c.Dir, c.Stderr = l.dir, &stderr
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	for name, value := range goCaches() { // before HOME, which they are below
		c.Env = append(c.Env, name+"="+value)
	}
	c.Env = append(c.Env, "HOME="+l.cache, "XDG_CACHE_HOME=")
	out, err := c.Output()
	if err != nil {
		l.t.Fatalf("%s %s: %v\n%s%s", filepath.Base(name), strings.Join(args, " "), err, out, stderr.String())
	}
	return string(out)
}
