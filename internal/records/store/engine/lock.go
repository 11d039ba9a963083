package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"madoguchi/terms/fault"
)

// lock keeps a second process out of the data directory. The operating system
// lets go of it when the process ends, however it ends.
type lock struct{ file *os.File }

// acquire takes the lock and writes into the file who has it.
func acquire(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unusable(path, err)
	}
	if err := tryLock(f); err != nil {
		owner, readErr := io.ReadAll(io.LimitReader(f, 200))
		who := strings.TrimSpace(string(owner))
		if who == "" {
			who = "another process"
		}
		return nil, errors.Join(fault.Wrap(fault.Unavailable, errors.Join(err, readErr),
			"このデータ保存先は既に使われています（"+who+"）。先にそちらを停止してください。",
			"The data directory is in use by "+who+" (lock file "+path+"). Stop it first, or choose another directory."), f.Close())
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	if err := errors.Join(f.Truncate(0), writeOwner(f, fmt.Sprintf("process %d on %s\n", os.Getpid(), host))); err != nil {
		return nil, errors.Join(unusable(path, err), f.Close())
	}
	return &lock{file: f}, nil
}

func writeOwner(f *os.File, who string) error {
	_, err := f.WriteAt([]byte(who), 0)
	return err
}

// release lets go. The file stays: removing it would let two processes lock
// two files of the same name.
func (l *lock) release() error { return l.file.Close() }
