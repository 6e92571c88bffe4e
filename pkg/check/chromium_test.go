package check

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/storytime-dev/storytime/pkg/browser"
)

var update = flag.Bool("update", false, "rewrite the data in testdata from Chromium and Testing Library")

const chromiumFile = "testdata/chromium.txt"

// A fragment is some HTML and what Chromium's accessibility tree has for each
// of its elements that is exposed: by their numbers in document order.
type fragment struct {
	html  string
	nodes []string
}

// readFragments reads testdata/chromium.txt: HTML, a line "--", a line for
// each exposed element, an empty line. Lines that begin with "# " are
// comments and headings, kept as they are.
func readFragments(t *testing.T) (fragments []fragment, header map[int]string) {
	t.Helper()
	data, err := os.ReadFile(chromiumFile)
	if err != nil {
		t.Fatal(err)
	}
	header = map[int]string{}
	for part := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n\n") {
		if strings.HasPrefix(part, "# ") {
			header[len(fragments)] += part + "\n\n"
			continue
		}
		source, nodes, _ := strings.Cut(part+"\n", "\n--\n")
		f := fragment{html: strings.TrimSuffix(source, "\n")}
		if nodes = strings.TrimSpace(nodes); nodes != "" {
			f.nodes = strings.Split(nodes, "\n")
		}
		fragments = append(fragments, f)
	}
	return fragments, header
}

func writeFragments(t *testing.T, fragments []fragment, header map[int]string) {
	t.Helper()
	var b strings.Builder
	for i, f := range fragments {
		b.WriteString(header[i])
		b.WriteString(f.html + "\n--\n")
		for _, n := range f.nodes {
			b.WriteString(n + "\n")
		}
		b.WriteString("\n")
	}
	if err := os.WriteFile(chromiumFile, []byte(strings.TrimRight(b.String(), "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ariaRoles are the roles of ARIA for the names that Chromium has for what
// is in its tree; "" where no role describes it.
var ariaRoles = map[string]string{
	"image": "img", "RootWebArea": "", "LabelText": "", "Legend": "", "DescriptionList": "", "Abbr": "", "Pre": "generic",
	"Iframe": "", "Canvas": "", "Audio": "", "Video": "", "Details": "group", "DisclosureTriangle": "button",
	"LayoutTable": "layout", "LayoutTableRow": "layout", "LayoutTableCell": "layout", "DescriptionListTerm": "term",
	"DescriptionListDetail": "definition", "Date": "", "DateTime": "", "InputTime": "", "ColorWell": "", "Figcaption": "",
	"SvgRoot": "img", "EmbeddedObject": "", "PluginObject": "", "LineBreak": "", "Section": "generic", "Ruby": "",
	"RubyAnnotation": "", "MathMLMath": "math", "presentation": "none", "sectionheader": "generic", "sectionfooter": "generic",
	"DisclosureTriangleGrouped": "button", "GenericContainer": "generic",
}

// A chromium is a tab in which fragments are looked at.
type chromium struct {
	ctx   context.Context
	frame cdp.FrameID
}

func startChromium(t *testing.T) *chromium {
	t.Helper()
	program, err := browser.Find()
	if err != nil {
		t.Fatal(err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(program), chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	tab, stopTab := chromedp.NewContext(allocator)
	t.Cleanup(stopTab)
	c := &chromium{ctx: tab}
	// chromedp follows a tab's document from its first navigation on.
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	tree, err := chromedp.Run(tab, func(ctx context.Context, t *chromedp.Target) (page.GetFrameTreeResult, error) {
		if _, err := cdp.Call(ctx, t, accessibility.Enable, cdp.Empty{}); err != nil {
			return page.GetFrameTreeResult{}, err
		}
		return cdp.Call(ctx, t, page.GetFrameTree, cdp.Empty{})
	})
	if err != nil {
		t.Fatal(err)
	}
	c.frame = tree.FrameTree.Frame.ID
	return c
}

// look returns what the accessibility tree has for a fragment.
func (c *chromium) look(html string) ([]string, error) {
	return chromedp.Run(c.ctx, func(ctx context.Context, t *chromedp.Target) ([]string, error) {
		_, err := cdp.Call(ctx, t, page.SetDocumentContent, page.SetDocumentContentParams{
			FrameID: c.frame, HTML: "<!doctype html><html lang=en><head><title>t</title></head><body>" + html + "</body></html>",
		})
		if err != nil {
			return nil, err
		}
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return nil, err
		}
		all := int64(-1)
		doc, err := cdp.Call(ctx, t, dom.DescribeNode, dom.DescribeNodeParams{BackendNodeID: tree.Nodes[0].BackendDOMNodeID, Depth: &all})
		if err != nil {
			return nil, err
		}
		nodes := map[cdp.BackendNodeID]*accessibility.Node{}
		for _, n := range tree.Nodes {
			nodes[n.BackendDOMNodeID] = n
		}
		var lines []string
		number := 0
		var visit func(n *cdp.Node, inBody bool)
		visit = func(n *cdp.Node, inBody bool) {
			if inBody && n.NodeType == 1 {
				number++
				if ax := nodes[n.BackendNodeID]; ax != nil && !ax.Ignored {
					lines = append(lines, fmt.Sprintf("%d %s %s", number, n.LocalName, describe(ax)))
				}
			}
			for _, c := range n.Children {
				visit(c, inBody || n.LocalName == "body")
			}
		}
		visit(doc.Node, false)
		return lines, nil
	})
}

func text(v *accessibility.Value) string {
	if v == nil || v.Value == nil {
		return ""
	}
	var x any
	if err := json.Unmarshal(v.Value, &x); err != nil {
		return string(v.Value)
	}
	return fmt.Sprint(x)
}

// describe is a node of the tree in one line: its role as Chromium calls it,
// its name, its description and its states.
func describe(n *accessibility.Node) string {
	s := text(n.Role)
	if name := text(n.Name); name != "" {
		s += " " + strconv.Quote(name)
	}
	if description := text(n.Description); description != "" {
		s += " description=" + strconv.Quote(description)
	}
	for _, p := range n.Properties {
		switch value := text(p.Value); p.Name {
		case "checked", "expanded", "pressed", "selected", "level":
			s += fmt.Sprintf(" %s=%s", p.Name, value)
		case "disabled", "busy":
			if value == "true" || value == "1" {
				s += fmt.Sprintf(" %s=true", p.Name)
			}
		}
	}
	return s
}

func TestTheDataIsWhatChromiumSays(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	fragments, header := readFragments(t)
	c := startChromium(t)
	for i, f := range fragments {
		lines, err := c.look(f.html)
		if err != nil {
			t.Fatal(err)
		}
		if *update {
			fragments[i].nodes = lines
		} else if !slices.Equal(lines, f.nodes) {
			t.Errorf("%s\nChromium has\n%s\nthe data has\n%s\nupdate it with: go test ./pkg/check -run Chromium -update",
				f.html, strings.Join(lines, "\n"), strings.Join(f.nodes, "\n"))
		}
	}
	if *update {
		writeFragments(t, fragments, header)
	}
}
