package engine

import (
	"os"

	"golang.org/x/sys/windows"
)

// tryLock locks one byte far beyond the owner's name, so that a refused
// process can still read it.
func tryLock(f *os.File) error {
	at := windows.Overlapped{Offset: 1 << 30}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
}
