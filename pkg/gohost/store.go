package gohost

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A store keeps generated files and hosts on disk. A file in it is named by
// what it was made from and never changes, so several programs may use one
// store at once.
type store struct{ dir string }

// keepFiles is how long a generated file that nothing uses stays. Of the hosts
// of one catalog the last keepHosts stay, and those that were asked for within
// keepRecent: they may be running, and be started again.
const (
	keepFiles  = 7 * 24 * time.Hour
	keepHosts  = 8
	keepRecent = 10 * time.Minute
)

// hashOf makes a name of parts, of which none can run into the next.
func hashOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:", len(p))
		_, _ = io.WriteString(h, p)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

func (s store) path(parts ...string) string {
	return filepath.Join(append([]string{s.dir}, parts...)...)
}

// file returns the path of a generated file that holds text.
func (s store) file(text, ending string) (string, error) {
	return s.made(hashOf(text)+ending, func() ([]byte, error) { return []byte(text), nil })
}

// made returns the path of the generated file called name, which make
// writes if it isn't there.
func (s store) made(name string, make func() ([]byte, error)) (string, error) {
	path := s.path("files", name[:2], name)
	if info, err := os.Stat(path); err == nil {
		if time.Since(info.ModTime()) > keepFiles/2 {
			now := time.Now()
			_ = os.Chtimes(path, now, now) // only delays its end
		}
		return path, nil
	}
	text, err := make()
	if err != nil {
		return "", err
	}
	return path, writeWhole(path, text)
}

// writeWhole writes a file so that nobody sees half of it.
func writeWhole(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
	}
	return err
}

// readRecord reads what writeRecord wrote; it reports false if there is
// nothing, or only what an older version wrote.
func (s store) readRecord(path string, record any) bool {
	content, err := os.ReadFile(path)
	return err == nil && gob.NewDecoder(bytes.NewReader(content)).Decode(record) == nil
}

func (s store) writeRecord(path string, record any) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(record); err != nil {
		return err
	}
	return writeWhole(path, b.Bytes())
}

// temp is where the go command works: it leaves that behind when it is killed.
func (s store) temp() string {
	dir := s.path("temp")
	_ = os.MkdirAll(dir, 0o700) // the go command says what is wrong
	return dir
}

// keepTemp is longer than the go command may work.
const keepTemp = time.Hour

// cleanTemp removes what killed commands have left.
func (s store) cleanTemp() {
	entries, _ := os.ReadDir(s.path("temp"))
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > keepTemp {
			_ = os.RemoveAll(s.path("temp", e.Name()))
		}
	}
}

// ownerName is the file beside a module's hosts that has the directory of its
// catalog.
const ownerName = "catalog"

// clean removes the hosts of a module but for the last few, those of catalogs
// that are gone, and generated files that nobody used for long. What can't be
// removed is in use.
func (s store) clean(module, catalog string) {
	s.cleanTemp()
	_ = writeWhole(s.path("hosts", module, ownerName), []byte(catalog)) // else it stays
	modules, _ := os.ReadDir(s.path("hosts"))
	for _, m := range modules {
		owner, err := os.ReadFile(s.path("hosts", m.Name(), ownerName))
		if err != nil {
			continue
		}
		if _, err := os.Stat(string(owner)); errors.Is(err, fs.ErrNotExist) {
			_ = os.RemoveAll(s.path("hosts", m.Name()))
		}
	}
	entries, err := os.ReadDir(s.path("hosts", module))
	if err != nil {
		return
	}
	type host struct {
		name string
		used time.Time
	}
	var hosts []host
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if info, err := os.Stat(s.path("hosts", module, e.Name(), recordName)); err == nil {
			hosts = append(hosts, host{e.Name(), info.ModTime()})
		} else if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > time.Hour {
			hosts = append(hosts, host{e.Name(), time.Time{}}) // a build that was broken off
		}
	}
	slices.SortFunc(hosts, func(a, b host) int { return b.used.Compare(a.used) })
	for _, h := range hosts[min(keepHosts, len(hosts)):] {
		if time.Since(h.used) < keepRecent {
			continue
		}
		_ = os.RemoveAll(s.path("hosts", module, h.name))
	}
	s.cleanFiles()
}

// cleanFiles removes the generated files that nobody used for long. To look at
// all of them takes a while, so it is done once a day.
func (s store) cleanFiles() {
	const every = 24 * time.Hour
	looked := s.path("looked")
	if info, err := os.Stat(looked); err == nil && time.Since(info.ModTime()) < every {
		return
	}
	_ = writeWhole(looked, nil) // else it is done more often
	for _, dir := range []string{"files", "last"} {
		_ = filepath.WalkDir(s.path(dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			if info, err := d.Info(); err == nil && time.Since(info.ModTime()) > keepFiles {
				_ = os.Remove(path)
			}
			return nil
		})
	}
}
