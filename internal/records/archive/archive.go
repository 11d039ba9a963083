// Package archive is a desk in one file: made while the desk runs, optionally
// encrypted, checked byte by byte when it is read.
//
// It owns the form of that file (below) and what of a data directory belongs
// in it: everything but the lock, the search index, which is made anew, and
// what is half-written. It refuses to know what the bytes mean; the history's
// own hashes are the store's to check.
//
// An archive is a tar stream (PAX), compressed with gzip and, when keys are
// given, encrypted with age (https://age-encryption.org/v1). Its first entry
// is the database as of one instant; the other files follow; the last entry,
// manifest.json, names every file with its size and SHA-256. A stream that was
// cut short has no manifest and is refused.
//
// Start reading at [Write] and [Restore].
package archive

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"madoguchi/terms/fault"
)

// form counts the versions of the archive's form.
const form = 1

const manifestName = "manifest.json"

// Database is the name of the database in a data directory, and in an archive.
const Database = "madoguchi.db"

// blobsDir is the folder of the blobs in a data directory, and in an archive.
const blobsDir = "blobs"

// ReplicaState is the folder of a data directory in which the keeping of a
// second copy remembers how far it is. A backup does not hold it.
const ReplicaState = "replica-state"

// Manifest is what an archive holds.
type Manifest struct {
	Form    int       `json:"form"`
	Made    time.Time `json:"made"`    // UTC
	Version string    `json:"version"` // of the program that made it
	Files   []File    `json:"files"`
	// Missing are the hashes of large mails and files that the records name and
	// that were not where they were looked for.
	Missing []string `json:"missing,omitempty"`
}

// File is one file of an archive.
type File struct {
	Name   string `json:"name"` // below the data directory, with slashes
	Size   int64  `json:"size"` // in bytes
	SHA256 string `json:"sha256"`
}

// Size is the sum of the files' sizes, in bytes.
func (m Manifest) Size() int64 {
	sum := int64(0)
	for _, f := range m.Files {
		sum += f.Size
	}
	return sum
}

// Progress is told how many bytes of how many are done. The total may be 0
// where it is not known beforehand.
type Progress func(done, total int64)

// Belongs says whether a file of the data directory, by its name with slashes,
// is part of a backup. The database is not: its copy is made on its own.
func Belongs(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	switch {
	case top == "search", top == ReplicaState, strings.HasPrefix(name, "blobs/tmp/"):
		return false
	case strings.HasPrefix(name, Database), strings.HasSuffix(name, ".lock"), strings.HasSuffix(name, ".part"):
		return false
	}
	return true
}

// local returns the path below dir for an entry's name, and refuses a name
// that would lead elsewhere or that no archive of ours has.
func local(dir, name string) (string, error) {
	if name != path.Clean(name) || !filepath.IsLocal(filepath.FromSlash(name)) || (name != Database && !Belongs(name)) {
		return "", damaged(fmt.Errorf("an entry is named %q", name))
	}
	return filepath.Join(dir, filepath.FromSlash(name)), nil
}

func damaged(err error) error {
	return fault.Wrap(fault.Invalid, err,
		"バックアップファイルが壊れているか、途中で切れています。別のバックアップを使用してください。",
		"The backup file is damaged or cut short. Use another backup.")
}

func unwritable(where string, err error) error {
	return fault.Wrap(fault.Unavailable, err,
		where+" に書き込めません。空き容量と権限を確認してください。", where+" cannot be written. Check its free space and permissions.")
}

func readManifest(r io.Reader) (Manifest, error) {
	var m Manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return Manifest{}, damaged(err)
	}
	if m.Form != form {
		return Manifest{}, fault.New(fault.Invalid,
			fmt.Sprintf("このバックアップは新しい版（形式 %d）で作られています。システムを更新してから復元してください。", m.Form),
			fmt.Sprintf("This backup was made by a newer version (form %d; this one reads %d). Upgrade before restoring.", m.Form, form))
	}
	return m, nil
}

// syncDir makes the names in a directory durable, where the system can.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrPermission) && !errors.Is(err, os.ErrInvalid) {
		return errors.Join(err, d.Close())
	}
	return d.Close()
}

func header(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at.UTC().Truncate(time.Second), Format: tar.FormatPAX}
}
