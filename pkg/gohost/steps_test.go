package gohost

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestReadSteps(t *testing.T) {
	const log = `WORK=/tmp/go-build1
mkdir -p $WORK/b002/
cat >/tmp/go-build1/b002/importcfg << 'EOF' # internal
# import config
packagefile fmt=/cache/fmt-d
packagefile example.com/a/c=/tmp/go-build1/b003/_pkg_.a
EOF
cat >/tmp/go-build1/b002/embedcfg << 'EOF' # internal
{
	"Files": {}
}EOF
cd /home/some one/a
/go/tool/compile -o $WORK/b002/_pkg_.a -trimpath "/home/some one/a=>example.com/a;$WORK/b002=>" -p example.com/a -importcfg $WORK/b002/importcfg -embedcfg $WORK/b002/embedcfg -pack ./a.go /store/b_templ.go
go tool buildid -w $WORK/b002/_pkg_.a # internal
cp $WORK/b002/_pkg_.a /ca che/a-d # internal
cp $WORK/b003/_pkg_.a /cache/c-d # internal
/go/tool/compile -o $WORK/b004/_pkg_.a -p example.com/asm -symabis $WORK/b004/symabis -pack ./d.go
/go/tool/compile -o $WORK/b005/_pkg_.a -p example.com/packed -pack ./e.go
/go/tool/pack r $WORK/b005/_pkg_.a $WORK/b005/e.o # internal
cp $WORK/b005/_pkg_.a /cache/e-d # internal
cat >/tmp/go-build1/b001/importcfg.link << 'EOF' # internal
packagefile example.com/a=/tmp/go-build1/b002/_pkg_.a
modinfo "some\nthing"
EOF
cd .
GOROOT='' /go/tool/link -o $WORK/b001/exe/a.out -importcfg $WORK/b001/importcfg.link $WORK/b005/_pkg_.a
mv $WORK/b001/exe/a.out host
`
	s := readSteps(log, "/home")
	if len(s.Compile) != 1 || s.Compile["example.com/a"] == nil || s.Link == nil {
		t.Fatalf("got %+v", s)
	}
	a := s.Compile["example.com/a"]
	if a.Dir != "/home/some one/a" || !slices.Contains(a.Args, "/home/some one/a=>example.com/a;$WORK/b002=>") || !slices.Contains(a.Args, "/store/b_templ.go") {
		t.Errorf("got %+v", a)
	}
	if got, want := a.Files["$WORK/b002/importcfg"], "# import config\npackagefile fmt=/cache/fmt-d\npackagefile example.com/a/c=/cache/c-d\n"; got != want {
		t.Errorf("got %q", got)
	}
	if got, want := a.Files["$WORK/b002/embedcfg"], "{\n\t\"Files\": {}\n}"; got != want {
		t.Errorf("got %q", got)
	}
	if s.Link.Dir != "/home" || !slices.Equal(s.Link.Env, []string{"GOROOT="}) || s.Link.Args[len(s.Link.Args)-1] != "/cache/e-d" {
		t.Errorf("got %+v", s.Link)
	}
	if !s.Link.replace("example.com/a", "/new.a") || s.Link.replace("example.com/b", "/new.a") {
		t.Error("it is not linked")
	}
	if got, want := s.Link.Files["$WORK/b001/importcfg.link"], "packagefile example.com/a=/new.a\nmodinfo \"some\\nthing\"\n"; got != want {
		t.Errorf("got %q", got)
	}
	for _, gone := range []string{"cp $WORK/b003", "EOF\ncd /home", "WORK=", "cp $WORK/b002"} {
		s := readSteps(strings.Replace(log, gone, "", 1), "/home")
		if s.Link != nil && len(s.Compile) > 0 {
			t.Errorf("without %q: got %+v", gone, s)
		}
	}
}

// TestStepsAreDoneAgain edits the bodies of functions and looks at what is
// rendered, whether the go command was needed for it or not.
func TestStepsAreDoneAgain(t *testing.T) {
	for name, c := range map[string]struct {
		flags  []string
		builds []int // after each edit
	}{
		"as it is": {nil, []int{1, 1, 0, 1, 0}},
		// What one package shows of another is a part of itself, so where that
		// has changed the linker refuses.
		"with inlining": {[]string{"-gcflags=-e"}, []int{1, 1, 1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			dir, cache := copyOf(t, "templ"), filepath.Join(t.TempDir(), "cache")
			// What was compiled once the go command doesn't compile again.
			never := fmt.Sprintf("_%x", time.Now().UnixNano())
			edit(t, dir, "button/button.go", "// Count says", "// Word is on all buttons.\nfunc Word() string { return \"0\" }\n\n// Count says")
			edit(t, dir, "button/button.templ", "{ text }", "{ Word() + text }")
			edit(t, dir, "icon/icon.go", `import "html/template"`, "import (\n\t_ \"embed\"\n\t\"example.com/shop/button\"\n\t\"html/template\"\n)\n\n//go:embed sign.txt\nvar sign string")
			write(t, dir, "icon/sign.txt", "§")
			edit(t, dir, "icon/icon.go", "return `<svg class=\"` + name", "return sign + button.Word() + `<svg class=\"` + name")
			button, icon := Ref{Dir: "button", Name: "Button"}, Ref{Dir: "icon", Name: "Named"}
			look := func(word, after string, builds int) {
				t.Helper()
				m := open(t, Options{Dir: dir, Cache: cache, Args: c.flags})
				log := logged(t, m)
				h := built(t, m, Needs{Components: []Ref{button, icon}})
				if lists, got := asked(log); got != builds || lists > 0 && word != "0" {
					t.Errorf("%s%s: asked for the packages %d times and for the host %d times, not %d", word, after, lists, got, builds)
				}
				shows := start(t, h)
				if got, want := shows.component(button, map[string]any{"text": "x"}), `<button class="button plain ">`+word+`x</button>`; got != want {
					t.Errorf("got %s, not %s", got, want)
				}
				if got := shows.component(icon, map[string]any{"name": "y"}); !strings.HasPrefix(got, "§"+word+"&lt;svg") && !strings.HasPrefix(got, "§"+word+"<svg") || !strings.Contains(got, "y"+after) {
					t.Errorf("got %s, with neither %s nor %s", got, word, after)
				}
			}
			look("0", "", 1)
			word := func(from, to string) { edit(t, dir, "button/button.go", `return "`+from+`"`, `return "`+to+`"`) }
			after := func(from, to string) {
				edit(t, dir, "icon/icon.go", "` + name + `"+from+"\"></svg>`", "` + name + `"+to+"\"></svg>`")
			}
			after("", never+"a")
			look("0", never+"a", c.builds[0])
			word("0", never+"1")
			look(never+"1", never+"a", c.builds[1])
			word(never+"1", never+"2")
			look(never+"2", never+"a", c.builds[2])
			// Somebody tidies up.
			kept, err := filepath.Glob(filepath.Join(cache, "hosts", "*", "*", "*.a"))
			if err != nil || len(kept) == 0 && c.builds[2] == 0 {
				t.Fatalf("no archives are kept: %v", err)
			}
			for _, path := range kept {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			after(never+"a", never+"b")
			look(never+"2", never+"b", c.builds[3])
			word(never+"2", never+"3")
			after(never+"b", never+"c")
			look(never+"3", never+"c", c.builds[4])
		})
	}
}
