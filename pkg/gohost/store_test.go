package gohost

import (
	"os"
	"testing"
	"time"
)

func TestGeneratedFilesThatNobodyUsesAreRemoved(t *testing.T) {
	s := store{t.TempDir()}
	long := time.Now().Add(-keepFiles - time.Hour)
	file := func(text string, at time.Time) string {
		t.Helper()
		path, err := s.file(text, ".go")
		if err == nil {
			err = os.Chtimes(path, at, at)
		}
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	used, old := file("used", time.Now()), file("old", long)
	s.clean("module", s.dir)
	if !isFile(used) || isFile(old) {
		t.Errorf("the used one is there: %t, and the old one: %t", isFile(used), isFile(old))
	}
	old = file("old", long)
	s.clean("module", s.dir)
	if !isFile(old) {
		t.Error("all files are looked at twice a day")
	}
	if err := os.Chtimes(s.path("looked"), long, long); err != nil {
		t.Fatal(err)
	}
	s.clean("module", s.dir)
	if isFile(old) {
		t.Error("the next day it is still there")
	}
}
