package blob

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"runtime"

	"madoguchi/terms/fault"
)

func missing(cause error) error {
	return fault.Wrap(fault.NotFound, cause, "ファイルが見つかりません。", "There is no such file.")
}

func damaged(cause error) error {
	return fault.Wrap(fault.Internal, cause,
		"保存されたファイルが壊れています。", "The stored file is damaged.")
}

func unreadable(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err // it says so already
	}
	if errors.Is(err, fs.ErrNotExist) {
		return missing(err)
	}
	return fault.Wrap(fault.Unavailable, err, "保存されたファイルを読み取れません。", "The stored file cannot be read.")
}

func unwritable(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Wrap(fault.Unavailable, err,
		"ファイルを保存できません。空き容量と権限を確認してください。",
		"The file cannot be stored. Check the free space and the permissions of the data directory.")
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// syncDir makes the names in a directory durable.
func syncDir(path string) (err error) {
	if runtime.GOOS == "windows" {
		return nil // Windows cannot sync a directory; NTFS journals its names
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
