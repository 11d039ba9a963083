package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Named keeps small files in a bucket under names that the caller gives, and
// seals them as blobs are. It is safe for concurrent use.
type Named struct {
	bucket *bucket
	keys   *Keys
}

// OpenNamed uses a bucket; nothing is asked yet.
func OpenNamed(place string, keys *Keys) (*Named, error) {
	b, err := openBucket(place)
	return &Named{b, keys}, err
}

// about is what a sealed file is bound to.
func about(name string) string {
	sum := sha256.Sum256([]byte("name:" + name))
	return hex.EncodeToString(sum[:])
}

// Put keeps a file durably, in place of an earlier one of its name.
func (n *Named) Put(ctx context.Context, name string, b []byte) error {
	if n.keys != nil {
		var sealed bytes.Buffer
		if err := n.keys.seal(&sealed, bytes.NewReader(b), about(name)); err != nil {
			return err
		}
		b = sealed.Bytes()
	}
	one, cancel := within(ctx, int64(len(b)))
	defer cancel()
	_, err := n.bucket.client.Client.PutObject(one, n.bucket.Name, n.bucket.Prefix+name, bytes.NewReader(b), int64(len(b)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true, SendContentMd5: true})
	return n.bucket.fault(ctx, err)
}

// Remove deletes a file; none there is no error.
func (n *Named) Remove(ctx context.Context, name string) error {
	one, cancel := within(ctx, 0)
	defer cancel()
	return n.bucket.fault(ctx, n.bucket.client.RemoveObject(one, n.bucket.Name, n.bucket.Prefix+name, minio.RemoveObjectOptions{}))
}

// Each gives every file that is there.
func (n *Named) Each(ctx context.Context, f func(name string, b []byte) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range n.bucket.client.Client.ListObjects(ctx, n.bucket.Name, minio.ListObjectsOptions{Prefix: n.bucket.Prefix, Recursive: true}) {
		if o.Err != nil {
			return n.bucket.fault(ctx, o.Err)
		}
		name := strings.TrimPrefix(o.Key, n.bucket.Prefix)
		b, err := n.get(ctx, o.Key)
		if err != nil {
			return err
		}
		if b, err = n.keys.unseal(b, about(name)); err != nil {
			return err
		}
		if err := f(name, b); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (n *Named) get(ctx context.Context, key string) ([]byte, error) {
	one, cancel := within(ctx, 0)
	defer cancel()
	body, _, _, err := n.bucket.client.GetObject(one, n.bucket.Name, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, n.bucket.fault(ctx, err)
	}
	defer body.Close() //nolint:errcheck // it was read to its end, or has failed
	b, err := io.ReadAll(body)
	return b, n.bucket.fault(ctx, err)
}
