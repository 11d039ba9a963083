package blob

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// remote is an object of a bucket that is read in parts: it holds the newest
// part in memory, and reads further ahead the longer somebody goes on in order.
type remote struct {
	ctx    context.Context
	bucket *bucket
	name   string

	mu    sync.Mutex
	whole part  // its bytes are those from start on
	start int64 // of the part that is held
	ahead int64 // how much to read next, in bytes
}

// Size implements object.
func (r *remote) Size() int64 { return r.whole.size }

// Close implements [io.Closer].
func (r *remote) Close() error { return nil }

// ReadAt implements [io.ReaderAt].
func (r *remote) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, fmt.Errorf("read at %d", off)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for n < len(p) {
		at := off + int64(n)
		if at >= r.whole.size {
			return n, io.EOF
		}
		if at < r.start || at >= r.start+int64(len(r.whole.bytes)) {
			if err := r.fetch(at, int64(len(p)-n)); err != nil {
				return n, err
			}
		}
		n += copy(p[n:], r.whole.bytes[at-r.start:])
	}
	return n, nil
}

// fetch reads the part that begins at an offset and holds at least so many
// bytes, as far as there are.
func (r *remote) fetch(at, least int64) error {
	if at == r.start+int64(len(r.whole.bytes)) {
		r.ahead = min(2*r.ahead, partLimit)
	} else {
		r.ahead = firstPart
	}
	next, err := r.bucket.part(r.ctx, r.name, at, max(least, r.ahead), r.whole.etag)
	if err != nil {
		return r.bucket.fault(r.ctx, err)
	}
	r.whole.bytes, r.start = next.bytes, at
	if len(next.bytes) == 0 {
		return damaged(fmt.Errorf("blob %s became shorter", r.name))
	}
	return nil
}
