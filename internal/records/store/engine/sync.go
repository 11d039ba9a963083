package engine

import (
	"errors"
	"os"
	"runtime"
)

// syncDir makes the names in a directory durable.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil // Windows cannot sync a directory; NTFS journals its names
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
