package blob

import (
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// reading is an open blob.
type reading struct {
	*io.SectionReader
	object io.Closer
}

// Close implements [io.Closer].
func (r *reading) Close() error { return r.object.Close() }

// checked is an open blob that is not sealed. It is compared with its name by
// whoever reads all of it in order.
type checked struct {
	reading
	sum  string
	hash hash.Hash
	seen int64 // how many bytes from the beginning are in hash
	pos  int64
}

// Read implements [io.Reader].
func (c *checked) Read(p []byte) (int, error) {
	n, err := c.reading.Read(p)
	if c.pos == c.seen {
		c.hash.Write(p[:n])
		c.seen += int64(n)
	}
	c.pos += int64(n)
	if errors.Is(err, io.EOF) && c.pos == c.seen && hex.EncodeToString(c.hash.Sum(nil)) != c.sum {
		return n, damaged(fmt.Errorf("blob %s has other bytes", c.sum))
	}
	return n, err
}

// Seek implements [io.Seeker].
func (c *checked) Seek(offset int64, whence int) (int64, error) {
	pos, err := c.reading.Seek(offset, whence)
	if err == nil {
		c.pos = pos
	}
	return pos, err
}
