//go:build unix

package build

import (
	"os"

	"golang.org/x/sys/unix"
)

// A stageLock is held by the process that writes to a stage. The system lets
// go of it when the process ends, however it does, so a stage that can be
// locked belongs to nobody any more.
type stageLock struct{ file *os.File }

func lockStage(dir string) (*stageLock, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	return &stageLock{f}, nil
}

// lockDir waits until nobody else holds the lock of a directory. While it is
// held, the directory is nobody's to clean up, wherever it is moved to.
func lockDir(dir string) (*stageLock, error) {
	for {
		f, err := os.Open(dir)
		if err != nil {
			return nil, err
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
			_ = f.Close()
			return nil, err
		}
		// It may have been replaced while this waited.
		mine, err := f.Stat()
		if err == nil {
			if now, err := os.Stat(dir); err == nil && os.SameFile(mine, now) {
				return &stageLock{f}, nil
			}
		}
		_ = f.Close()
	}
}

func (l *stageLock) release() { _ = l.file.Close() }
