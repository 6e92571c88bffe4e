package story

import "testing"

func TestNamesInGoAreToldFromFiles(t *testing.T) {
	for name, want := range map[string]bool{
		"Button": true, "./card.Card": true, "../icon.Check": true, "example.com/shop/ui.Card": true, "icon.Check": true,
		"Icons.Check": true, "icon.Icons.Check": true, "List[string]": true, "./x.List[example.com/y.Z]": true, "Ärger": true,
		"button": false, "button.html": false, "forms/button.html": false, "/forms/Button.html": false, "button.jinja": false,
		"cart.html#Total": false, "#Total": false, "Button.html": false, "": false, "icon.check": false, "/Button": false,
	} {
		if got := IsGo(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
	for file, want := range map[string]string{"button": "Button", "icon-button": "IconButton", "user_id": "UserId", "a.b": "AB"} {
		if got := GoNameOf(file); got != want {
			t.Errorf("%q: %q, want %q", file, got, want)
		}
	}
}
