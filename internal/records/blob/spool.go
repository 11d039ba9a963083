package blob

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// inMemory is how many bytes of a blob are held in memory on its way; more are
// written to a file.
const inMemory = 4 << 20

// spool gathers bytes whose number is not known yet.
type spool struct {
	dir  string
	mem  bytes.Buffer
	file *os.File
	size int64
}

func (s *Store) spool() *spool { return &spool{dir: s.scratch} }

// Write implements [io.Writer].
func (s *spool) Write(p []byte) (n int, err error) {
	if s.file == nil && s.size+int64(len(p)) > inMemory {
		if s.file, err = os.CreateTemp(s.dir, "put-*"); err != nil {
			return 0, err
		}
		if _, err := s.file.Write(s.mem.Bytes()); err != nil {
			return 0, err
		}
		s.mem = bytes.Buffer{}
	}
	if s.file != nil {
		n, err = s.file.Write(p)
	} else {
		n, err = s.mem.Write(p)
	}
	s.size += int64(n)
	return n, err
}

// body is what was gathered, until drop.
func (s *spool) body() *io.SectionReader {
	if s.file != nil {
		return io.NewSectionReader(s.file, 0, s.size)
	}
	return io.NewSectionReader(bytes.NewReader(s.mem.Bytes()), 0, s.size)
}

// drop forgets what was gathered.
func (s *spool) drop() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), ignoreMissing(os.Remove(s.file.Name())))
}

// emptied makes a directory and removes the files that are in it.
func emptied(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range left {
		if err := os.Remove(dir + string(os.PathSeparator) + f.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
