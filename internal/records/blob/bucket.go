package blob

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// How long the object store may take. A sender of mail waits meanwhile.
const (
	answers   = 10 * time.Second // for a question, and for what is small
	perMiB    = time.Second      // and in addition for each MiB that goes over the line
	attempts  = 3                // of a request that failed for a reason that may pass
	connects  = 5 * time.Second
	metadata  = 2 * time.Second // for a cloud's own address where it gives rights to its machines
	largest   = 5 << 30         // of one object, in bytes: what S3 takes in one request
	firstPart = 128 << 10       // that is read ahead, in bytes …
	partLimit = 4 << 20         // … and twice as much with each part that follows another, up to this
)

// bucket is a shelf in an object store.
type bucket struct {
	Bucket
	client  *minio.Core
	observe func(op string) func(error) // see [Store.Observe]; nil: nobody
}

func openBucket(place string) (*bucket, error) {
	at, err := ParseBucket(place)
	if err != nil {
		return nil, err
	}
	client, err := at.connect()
	return &bucket{Bucket: at, client: client}, err
}

// connect makes a client; nothing is asked yet.
func (b Bucket) connect() (*minio.Core, error) {
	u, err := url.Parse(b.Endpoint)
	if err != nil {
		return nil, err
	}
	transport, err := minio.DefaultTransport(u.Scheme == "https")
	if err != nil {
		return nil, err
	}
	transport.DialContext = dialer()
	lookup := minio.BucketLookupPath
	if b.Virtual {
		lookup = minio.BucketLookupDNS
	}
	return minio.NewCore(u.Host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{Client: &http.Client{Timeout: metadata}},
		}),
		Secure: u.Scheme == "https", Region: b.Region, BucketLookup: lookup, Transport: transport, MaxRetries: attempts,
	})
}

// key is the name of an object in the bucket.
func (b *bucket) key(name string) string { return b.Prefix + path.Join(name[:2], name[2:4], name) }

// within bounds a request by what goes over the line, in bytes.
func within(ctx context.Context, size int64) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, answers+time.Duration(size>>20)*perMiB)
}

// did counts a request of a kind; the function that it returns is given how it
// ended.
func (b *bucket) did(op string) func(error) {
	if b.observe == nil {
		return func(error) {}
	}
	return b.observe(op)
}

// put implements shelf.
func (b *bucket) put(ctx context.Context, name string, body *io.SectionReader, suits func(int64) bool) error {
	if body.Size() > largest {
		return tooLarge(body.Size())
	}
	size, err := b.size(ctx, name)
	switch {
	case err == nil && suits(size):
		return nil
	case err != nil && !absent(err):
		return b.fault(ctx, err)
	}
	options := minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true, SendContentMd5: true}
	if err != nil { // nobody has put it yet; whoever is quicker puts the same
		options.SetMatchETagExcept("*")
	}
	err = b.send(ctx, name, body, options)
	switch code := minio.ToErrorResponse(err); {
	case err == nil, code.StatusCode == http.StatusPreconditionFailed:
		return nil
	case code.StatusCode == http.StatusConflict, code.StatusCode == http.StatusNotImplemented: // no such condition there
		options = minio.PutObjectOptions{ContentType: options.ContentType, DisableMultipart: true, SendContentMd5: true}
		err = b.send(ctx, name, body, options)
	}
	return b.fault(ctx, err)
}

func (b *bucket) send(ctx context.Context, name string, body *io.SectionReader, options minio.PutObjectOptions) (err error) {
	ctx, cancel := within(ctx, body.Size())
	defer cancel()
	done := b.did("put")
	defer func() {
		if minio.ToErrorResponse(err).StatusCode == http.StatusPreconditionFailed {
			done(nil) // another node was quicker
			return
		}
		done(err)
	}()
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = b.client.Client.PutObject(ctx, b.Name, b.key(name), body, body.Size(), options)
	return err
}

// size asks how large an object is.
func (b *bucket) size(ctx context.Context, name string) (_ int64, err error) {
	ctx, cancel := within(ctx, 0)
	defer cancel()
	done := b.did("head")
	defer func() { done(present(err)) }()
	info, err := b.client.StatObject(ctx, b.Name, b.key(name), minio.StatObjectOptions{})
	return info.Size, err
}

// get implements shelf.
func (b *bucket) get(ctx context.Context, name string) ([]byte, error) {
	first, err := b.part(ctx, name, 0, partLimit, "")
	if err != nil {
		return nil, b.fault(ctx, err)
	}
	all := append(make([]byte, 0, first.size), first.bytes...)
	if rest := first.size - int64(len(all)); rest > 0 {
		next, err := b.part(ctx, name, int64(len(all)), rest, first.etag)
		if err != nil {
			return nil, b.fault(ctx, err)
		}
		all = append(all, next.bytes...)
	}
	return all, nil
}

// part is a part of an object.
type part struct {
	bytes []byte
	size  int64 // of the whole object
	etag  string
}

// part reads up to n bytes from offset. With an etag it fails where the object
// has become another one. A connection that breaks is made anew.
func (b *bucket) part(ctx context.Context, name string, offset, n int64, etag string) (p part, err error) {
	for range attempts {
		p, err = b.partOnce(ctx, name, offset, n, etag)
		if err == nil || ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || minio.ToErrorResponse(err).StatusCode != 0 {
			return p, err
		}
	}
	return p, err
}

func (b *bucket) partOnce(ctx context.Context, name string, offset, n int64, etag string) (p part, err error) {
	ctx, cancel := within(ctx, n)
	defer cancel()
	done := b.did("get")
	defer func() { done(present(err)) }()
	options := minio.GetObjectOptions{}
	if err := options.SetRange(offset, offset+n-1); err != nil {
		return part{}, err
	}
	if etag != "" {
		if err := options.SetMatchETag(etag); err != nil {
			return part{}, err
		}
	}
	body, info, header, err := b.client.GetObject(ctx, b.Name, b.key(name), options)
	if code := minio.ToErrorResponse(err); err != nil && offset == 0 && code.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return part{}, nil // an empty object has no range
	}
	if err != nil {
		return part{}, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	p = part{size: info.Size, etag: info.ETag}
	want := min(n, info.Size-offset)
	if _, total, ranged := strings.Cut(header.Get("Content-Range"), "/"); ranged {
		if p.size, err = strconv.ParseInt(total, 10, 64); err != nil {
			return part{}, err
		}
		want = min(n, p.size-offset)
	} else if _, err := io.CopyN(io.Discard, body, offset); err != nil { // the whole object was sent
		return part{}, err
	}
	p.bytes = make([]byte, max(0, want))
	_, err = io.ReadFull(body, p.bytes)
	return p, err
}

// remove implements shelf.
func (b *bucket) remove(ctx context.Context, name string) (err error) {
	one, cancel := within(ctx, 0)
	defer cancel()
	done := b.did("delete")
	defer func() { done(present(err)) }()
	err = b.client.RemoveObject(one, b.Name, b.key(name), minio.RemoveObjectOptions{})
	if absent(err) {
		return nil
	}
	return b.fault(ctx, err)
}

// each implements shelf.
func (b *bucket) each(ctx context.Context, f func(name string, size int64) error) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := b.did("list")
	var listed error
	defer func() { done(listed) }()
	for o := range b.client.Client.ListObjects(ctx, b.Name, minio.ListObjectsOptions{Prefix: b.Prefix, Recursive: true}) {
		if o.Err != nil {
			listed = o.Err
			return b.fault(ctx, o.Err)
		}
		if name := path.Base(o.Key); valid(name) && b.key(name) == o.Key {
			if err := f(name, o.Size); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// open implements shelf.
func (b *bucket) open(ctx context.Context, name string) (object, error) {
	first, err := b.part(ctx, name, 0, firstPart, "")
	if err != nil {
		return nil, b.fault(ctx, err)
	}
	return &remote{ctx: ctx, bucket: b, name: name, whole: first, ahead: firstPart}, nil
}
