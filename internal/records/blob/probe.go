package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"time"

	"github.com/minio/minio-go/v7"
)

// Observe has f called when a request to the object store begins, with its
// kind ("put", "get", "head", "delete", "list"); what f returns is called with
// how it ended. It must be called before the first use, and does nothing for a
// directory.
func (s *Store) Observe(f func(op string) func(error)) {
	if b, remote := s.shelf.(*bucket); remote {
		b.observe = f
	}
}

// Health is how an object store was found.
type Health struct {
	Where     Bucket
	Ahead     time.Duration // of its clock before this machine's, to the second; negative: behind
	Versioned bool          // it keeps what is deleted as older versions
	Took      time.Duration // to make what is small durable
}

// Probe asks the object store whether it does what a desk needs: a small
// object is put, read, listed and deleted. The error says what does not work, and how to
// mend it. Of a directory nothing is asked.
func (s *Store) Probe(ctx context.Context, now func() time.Time) (h Health, err error) {
	b, remote := s.shelf.(*bucket)
	if !remote {
		return Health{}, nil
	}
	h.Where = b.Bucket
	whole := ctx
	ctx, cancel := within(ctx, 0)
	defer cancel()
	name := b.Prefix + "probe/" + rand.Text()
	text := []byte(rand.Text() + rand.Text())
	begun := now()
	if _, err := b.client.Client.PutObject(ctx, b.Name, name, bytes.NewReader(text), int64(len(text)), minio.PutObjectOptions{SendContentMd5: true}); err != nil {
		return h, b.fault(whole, err)
	}
	ended := now()
	h.Took = ended.Sub(begun)
	defer func() {
		if removed := b.client.RemoveObject(ctx, b.Name, name, minio.RemoveObjectOptions{}); removed != nil {
			err = errors.Join(err, b.fault(whole, removed))
		}
	}()
	options := minio.GetObjectOptions{}
	if err := options.SetRange(10, int64(len(text))-1); err != nil {
		return h, err
	}
	body, info, _, err := b.client.GetObject(ctx, b.Name, name, options)
	if err != nil {
		return h, b.fault(whole, err)
	}
	got, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		return h, b.fault(whole, err)
	}
	if !bytes.Equal(got, text[10:]) {
		return h, damaged(errors.New("the probe came back with other bytes"))
	}
	switch at := info.LastModified; { // to the second
	case at.After(ended.Add(time.Second)):
		h.Ahead = at.Sub(ended).Round(time.Second)
	case at.Before(begun.Add(-2 * time.Second)):
		h.Ahead = at.Sub(begun).Round(time.Second)
	}
	for o := range b.client.Client.ListObjects(ctx, b.Name, minio.ListObjectsOptions{Prefix: name, MaxKeys: 1}) {
		if o.Err != nil {
			return h, b.fault(whole, o.Err)
		}
	}
	// Who may not ask is not told; the policy of a desk need not allow it.
	if v, err := b.client.GetBucketVersioning(ctx, b.Name); err == nil {
		h.Versioned = v.Status != ""
	}
	return h, nil
}
