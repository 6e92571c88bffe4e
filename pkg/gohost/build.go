package gohost

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/storytime-dev/storytime/pkg/gohost/texts"
	"github.com/storytime-dev/storytime/pkg/problem"
)

// hostVersion is a part of the names of hosts: what this package generates
// from the same input changes with it.
const hostVersion = "3"

// recordName is the file beside a host that says what is in it.
const recordName = "record"

// A record is what is kept of a host.
type record struct {
	Runs                       bool // there is a program
	Problems                   problem.List
	Components, Values, Blocks map[string]found
	Sources, Watch, Embedded   []string
	Outside                    string // the hash of what lies outside the tree
	// Raw is what each templ file and block was, with its text.
	Raw map[string]string
	// Uncertain says that something failed which may go well the next time
	// without any change, such as getting a module.
	Uncertain bool
}

func emptyRecord() record {
	return record{Components: map[string]found{}, Values: map[string]found{}, Blocks: map[string]found{}}
}

// A maker is one build of a host.
type maker struct {
	*Module
	tree       *tree
	needs      Needs
	names      map[string]name // of refs
	blocks     []*compiledBlock
	blockNames []names
	blockSums  []string // of the needs
	program    *program
	scanned    map[string]string // the overlay, before anything is made of the needs
	tables     tables
	record     record
	steps      *steps // of the host; nil if they aren't known
}

// Build makes a host of what is needed, or finds the one that was made
// before. It returns an error only for what is no mistake of the user's.
func (m *Module) Build(ctx context.Context, needs Needs) (*Host, error) {
	needs.Components, needs.Values, needs.Blocks = unique(needs.Components), unique(needs.Values), slices.Clone(needs.Blocks)
	b := &maker{Module: m, needs: needs, names: map[string]name{}, tables: tables{}, record: emptyRecord()}
	var err error
	if b.tree, err = m.scan(b.dirs()); err != nil {
		return nil, err
	}
	if err := b.readBlocks(); err != nil {
		return nil, err
	}
	module := hashOf(m.home.Dir, m.opt.Dir)
	dir := m.store.path("hosts", module, b.key())
	record := filepath.Join(dir, recordName)
	if m.store.readRecord(record, &b.record) && !b.record.Uncertain && b.refresh() &&
		b.record.Outside == m.outside(b.record.Watch, b.record.Embedded) {
		h, err := b.host(dir)
		if err != nil {
			return nil, err
		}
		if h.Program == "" || isFile(h.Program) {
			now := time.Now()
			_ = os.Chtimes(record, now, now) // only delays its end
			h.Cached = true
			return h, nil
		}
	}
	b.record = emptyRecord()
	if err := b.make(ctx, dir); err != nil {
		return nil, err
	}
	b.record.Raw = b.tree.raw
	if err := m.store.writeRecord(record, &b.record); err != nil {
		return nil, fmt.Errorf("writing the host: %w", err)
	}
	m.store.clean(module, m.opt.Dir)
	return b.host(dir)
}

// host is what the record of a build says.
func (b *maker) host(dir string) (*Host, error) {
	h := &Host{
		Dir: b.home.Dir, Env: []string{"TEMPL_DEV_MODE="}, Problems: b.record.Problems, Sources: b.record.Sources, Watch: b.record.Watch,
		module: b.Module, components: b.record.Components, values: b.record.Values, blocks: b.record.Blocks,
		needed: map[string]*Block{},
	}
	if b.record.Runs {
		h.Program = filepath.Join(dir, programName())
		path, err := b.textsFile()
		if err != nil {
			return nil, err
		}
		h.Env = append(h.Env, texts.Variable+"="+path)
	}
	for i := range b.needs.Blocks {
		h.needed[b.needs.Blocks[i].Key] = &b.needs.Blocks[i]
	}
	return h, nil
}

func programName() string {
	if runtime.GOOS == "windows" {
		return "host.exe"
	}
	return "host"
}

// dirs are the directories that names and story files are in.
func (b *maker) dirs() []string {
	all := map[string]bool{}
	for _, r := range slices.Concat(b.needs.Components, b.needs.Values) {
		all[filepath.Join(b.opt.Dir, filepath.FromSlash(r.Dir))] = true
		if n, wrong := b.parseName(r); wrong == nil && n.dir != "" {
			all[n.dir] = true
		} else if dir, ok := b.dirOf(n.path); ok && n.path != "" {
			all[dir] = true
		}
	}
	for _, block := range b.needs.Blocks {
		all[filepath.Join(b.opt.Dir, filepath.FromSlash(block.Dir))] = true
	}
	var within []string
	for dir := range all {
		if _, ok := b.memberOf(dir); ok {
			within = append(within, dir)
		}
	}
	slices.Sort(within)
	return within
}

// key names the host by all that goes into it. Where in its file a story
// stands does not.
func (b *maker) key() string { return hashOf(append(append(b.base(), "files"), b.tree.sums...)...) }

// base is what goes into the host but for the source of the modules.
func (b *maker) base() []string {
	parts := append(b.fingerprint(), hostVersion, generatorVersion, runtimeSource(), b.opt.Dir, b.home.Dir)
	for _, one := range b.members {
		parts = append(parts, one.Path, one.Dir)
	}
	for kind, refs := range [][]Ref{b.needs.Components, b.needs.Values} {
		for _, r := range refs {
			parts = append(parts, "ref", strconv.Itoa(kind), r.key())
		}
	}
	for i, block := range b.needs.Blocks {
		parts = append(parts, "block", block.Key, block.Language, b.blockSums[i], Ref{Dir: block.Dir, Imports: block.Imports}.key())
	}
	return parts
}

// runtimeSource is what package rt is made of.
func runtimeSource() string {
	var all strings.Builder
	_ = fs.WalkDir(runtimeFiles, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, "_test.go") {
			text, _ := runtimeFiles.ReadFile(path)
			all.WriteString(path + "\x00" + string(text) + "\x00")
		}
		return nil
	})
	return hashOf(all.String())
}

// outside hashes the files of directories, and those that patterns fit.
func (m *Module) outside(dirs, patterns []string) string {
	var parts []string
	add := func(path string) {
		if text, err := os.ReadFile(path); err == nil {
			parts = append(parts, path, string(text))
		}
	}
	for _, dir := range dirs {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if !e.IsDir() {
				add(filepath.Join(dir, e.Name()))
			}
		}
	}
	for _, pattern := range patterns {
		found, _ := filepath.Glob(pattern)
		for _, path := range found {
			_ = filepath.WalkDir(path, func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					add(path)
				}
				return nil
			})
		}
	}
	return hashOf(parts...)
}

// make builds a host into a directory.
func (b *maker) make(ctx context.Context, dir string) error {
	if err := b.putRuntime(b.tree); err != nil {
		return err
	}
	b.scanned = maps.Clone(b.tree.overlay)
	f := b.follow()
	if done, err := b.retrace(ctx, f, dir); done || err != nil {
		return err
	}
	var g *guess
	if f == nil || !f.wrong {
		g = b.begin(ctx, dir)
	}
	defer g.end()
	if done, err := b.followGuess(ctx, f, g, dir); done || err != nil {
		return err
	}
	patterns, err := b.patterns()
	if err != nil {
		return err
	}
	read := b.readAhead(b.tree, b.dirs())
	b.program, err = b.load(ctx, b.tree, patterns)
	files := read()
	if err != nil {
		var failed *goError
		if !errors.As(err, &failed) || ctx.Err() != nil {
			return err
		}
		b.hopeless(b.moduleProblem(failed.stderr))
		return nil
	}
	b.program.docs.files = files
	for {
		if err := b.assemble(ctx, g, dir); err != nil {
			return err
		}
		ready, err := b.tryOut(ctx, dir)
		if err != nil {
			return err
		}
		if ready {
			break
		}
		b.tables, b.record, b.blocks, b.blockNames = tables{}, emptyRecord(), nil, nil
		if _, err := b.patterns(); err != nil {
			return err
		}
	}
	for _, block := range b.blocks {
		if block.failed() {
			b.record.Blocks[block.Key] = found{Problems: block.problems, Own: block.own}
		}
	}
	b.collectProblems()
	b.record.Uncertain = b.record.Uncertain || b.program.uncertain || len(b.program.failed) > 0
	b.record.Sources, b.record.Watch, b.record.Embedded = b.program.sources(), b.program.outside(), b.program.embedded()
	b.record.Outside = b.outside(b.record.Watch, b.record.Embedded)
	b.keepGood(dir)
	return nil
}

// assemble finds what the needs are, and compiles it.
func (b *maker) assemble(ctx context.Context, g *guess, dir string) error {
	b.resolveAll()
	b.writeBlocks()
	if b.standIn(dir) {
		return nil
	}
	for try := 0; ; try++ {
		again, err := b.compile(ctx, g, dir)
		if !again || try > len(b.blocks) || err != nil {
			return err
		}
	}
}

// hopeless says of all needs that the module itself is wrong.
func (b *maker) hopeless(p *problem.Problem) {
	list := problem.List{p}
	b.record.Problems, b.record.Uncertain = list, true
	spoil := func(in map[string]found, key string) {
		if len(in[key].Problems) == 0 {
			in[key] = found{Problems: list}
		}
	}
	for _, r := range b.needs.Components {
		spoil(b.record.Components, r.key())
	}
	for _, r := range b.needs.Values {
		spoil(b.record.Values, r.key())
	}
	for _, block := range b.needs.Blocks {
		spoil(b.record.Blocks, block.Key)
	}
}

// patterns are the packages that the go command must compile.
func (b *maker) patterns() ([]string, error) {
	all := map[string]bool{b.runtimePath(): true}
	need := func(dir string) error {
		if path, ok := b.importPath(dir); ok && len(b.goFiles(b.tree, dir)) > 0 {
			all[path] = true
		}
		return b.rename(b.tree, dir)
	}
	qualifier := func(dir string, imports []Import, name string) error {
		for _, path := range b.candidates(b.tree, dir, imports, name) {
			all[path] = true
			if own, ok := b.dirOf(path); ok {
				if err := need(own); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, r := range slices.Concat(b.needs.Components, b.needs.Values) {
		n, wrong := b.parseName(r)
		if wrong != nil {
			continue
		}
		b.names[r.key()] = n
		dir := filepath.Join(b.opt.Dir, filepath.FromSlash(r.Dir))
		err := need(dir)
		if n.dir != "" {
			err = errors.Join(err, need(n.dir))
		}
		if n.path != "" {
			all[n.path] = true
			if own, ok := b.dirOf(n.path); ok {
				err = errors.Join(err, need(own))
			}
		}
		qualifiers := map[string]bool{n.qualifier: true}
		if expr, broken := parser.ParseExpr("X" + n.args); broken == nil {
			maps.Copy(qualifiers, namesIn(expr).qualifiers)
		}
		for name := range qualifiers {
			if name != "" {
				err = errors.Join(err, qualifier(dir, r.Imports, name))
			}
		}
		if err != nil {
			return nil, err
		}
	}
	for i := range b.needs.Blocks {
		block := &compiledBlock{Block: b.needs.Blocks[i], function: fmt.Sprint("storytimeBlock", i)}
		dir := filepath.Join(b.opt.Dir, filepath.FromSlash(block.Dir))
		n := b.parseBlock(block)
		b.blocks, b.blockNames = append(b.blocks, block), append(b.blockNames, n)
		if err := need(dir); err != nil {
			return nil, err
		}
		for name := range n.qualifiers {
			if err := qualifier(dir, block.Imports, name); err != nil {
				return nil, err
			}
		}
		if block.Language == "templ" {
			all["github.com/a-h/templ"], all["github.com/a-h/templ/runtime"] = true, true
			if len(b.tree.texts) > 0 {
				all[b.textsPath()] = true
			}
		}
	}
	// A name in a story is never a pattern for many packages.
	maps.DeleteFunc(all, func(path string, _ bool) bool { return strings.Contains(path, "...") })
	return slices.Sorted(maps.Keys(all)), nil
}

// resolveAll finds what the components and values are, and writes the tables.
// find resolves a ref and finds its type.
// typeOf finds the type of an expression with type arguments.
// component adds a component to the tables.
// value adds a value to the tables.
// writeBlocks writes and checks the files of all blocks.
func (b *maker) writeBlocks() {
	groups := map[string][]*compiledBlock{}
	for i, block := range b.blocks {
		if block.failed() {
			continue
		}
		if wrong := b.program.broken("github.com/a-h/templ"); block.Language == "templ" && wrong != nil {
			if wrong[0].Kind == problem.Command { // a sum is missing
				block.problems = wrong
			} else {
				block.report(1, 1, "a templ story needs templ, and the module doesn't have it", "run `go get github.com/a-h/templ`")
			}
			continue
		}
		if b.program.write(block, b.blockNames[i]); !block.failed() {
			groups[block.group.path] = append(groups[block.group.path], block)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(groups)) {
		b.program.check(groups[path][0].group, groups[path])
	}
}

// compile runs the compiler. It reports true if blocks had to be left out, so
// that it must run again.
func (b *maker) compile(ctx context.Context, g *guess, dir string) (again bool, err error) {
	all := tables{}
	for path, one := range b.tables {
		all[path] = &table{group: one.group, components: one.components, values: one.values, enums: one.enums,
			paths: one.paths, files: map[string]string{}}
	}
	for i, block := range b.blocks {
		if block.failed() {
			continue
		}
		id := fmt.Sprint("b", i)
		to := all.of(block.group)
		to.blocks = append(to.blocks, fmt.Sprintf("{ID: %q, Fn: func() any { return %s() }},", id, block.function))
		to.files[block.function+".go"] = block.text
		b.record.Blocks[block.Key] = found{Component: Component{ID: id}}
	}
	b.record.Runs = len(all) > 0
	if !b.record.Runs {
		return false, nil
	}
	overlaid := *b.tree
	overlaid.overlay = maps.Clone(b.tree.overlay)
	if err := b.write(all, &overlaid, b.program.broken("github.com/a-h/templ") == nil); err != nil {
		return false, err
	}
	overlay, err := b.overlay(&overlaid)
	if err != nil {
		return false, err
	}
	fresh, err := b.built(ctx, g, dir, overlay)
	if err == nil {
		defer func() { _ = os.RemoveAll(fresh) }()
		if err := os.Rename(filepath.Join(fresh, programName()), filepath.Join(dir, programName())); err != nil {
			return false, fmt.Errorf("writing the host: %w", err)
		}
		b.remember(&overlaid)
		return false, nil
	}
	var failed *goError
	if ctx.Err() != nil || !errors.As(err, &failed) {
		return false, err
	}
	// The blocks were checked, so hardly anything comes here: what only the
	// compiler finds.
	for _, d := range diagnostics(failed.stderr, b.home.Dir) {
		for _, block := range b.blocks {
			if own := strings.HasSuffix(filepath.ToSlash(d.path), storyFile+block.Key); own && !block.failed() {
				block.report(max(d.line, 1), max(d.column, 1), d.message, "correct the code there")
				again = true
			} else if filepath.Base(d.path) == block.function+".go" && !block.failed() {
				block.report(1, 1, d.message, "correct the code")
				again = true
			}
		}
	}
	if !again {
		b.record.Runs = false
		b.hopeless(&problem.Problem{
			Kind: problem.Command, Message: "the host of the Go components can't be built: " + firstError(failed.stderr),
			Hint: "run `go build ./...`; if it succeeds, report this as a mistake of Storytime's", Detail: strings.TrimSpace(failed.stderr),
		})
	}
	return again, nil
}

// firstError is the first line of the compiler's output that says something.
func firstError(output string) string {
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return line
		}
	}
	return "the go command failed"
}

// collectProblems gathers those of the module's own files.
func (b *maker) collectProblems() {
	used := map[string]bool{}
	for _, one := range b.program.packages {
		used[one.Dir] = true
	}
	for path, p := range b.tree.problems {
		if used[filepath.Dir(path)] {
			b.record.Problems = append(b.record.Problems, p)
		}
	}
	for _, list := range []map[string]found{b.record.Components, b.record.Values, b.record.Blocks} {
		for _, f := range list {
			if !f.Here {
				b.record.Problems = append(b.record.Problems, f.Problems...)
			}
		}
	}
	b.record.Problems = b.record.Problems.Sort()
}
