package watch

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// These are renames that package os doesn't offer.

func TestADirectoryRenamedOverAnEmptyOneIsWatched(t *testing.T) {
	p := newPlace(t, withEvents(t))
	p.mkdir("empty")
	p.tells("", "")
	p.must(unix.Rename(p.path("forms"), p.path("empty")))
	p.tells("empty/input.md empty/deep/select.md", "forms/input.md forms/deep/select.md")
	p.write("empty/deep/select.md")
	p.tells("empty/deep/select.md", "")
}

func TestDirectoriesThatAreExchangedAtOnceAreWatchedUnderTheirNames(t *testing.T) {
	p := newPlace(t, withEvents(t))
	p.write("other/new.md")
	p.tells("other/new.md", "")
	err := unix.Renameat2(unix.AT_FDCWD, p.path("forms"), unix.AT_FDCWD, p.path("other"), unix.RENAME_EXCHANGE)
	if err != nil {
		t.Skip(err)
	}
	p.tells("forms/new.md other/input.md other/deep/select.md", "forms/input.md forms/deep/select.md other/new.md")
	p.write("forms/new.md", "other/deep/select.md")
	p.tells("forms/new.md other/deep/select.md", "")
}

func TestAFileSystemWithoutEventsIsNamedWithARemedy(t *testing.T) {
	text := eventlessText("/mnt/catalog", eventlessFilesystems[unix.NFS_SUPER_MAGIC])
	for _, part := range []string{"/mnt/catalog", "NFS", "looked at again and again", "disk of this machine"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q does not say %q", text, part)
		}
	}
	if text := eventless([]string{t.TempDir()}); text != "" {
		t.Errorf("the directory for tests: %s", text)
	}
}
