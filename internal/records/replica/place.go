package replica

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/benbjohnson/litestream"
	"github.com/benbjohnson/litestream/file"
	"github.com/benbjohnson/litestream/s3"

	"madoguchi/internal/records/archive"
	"madoguchi/internal/records/blob"
	"madoguchi/terms/fault"
)

// place is where a copy is kept: a directory, or a bucket.
type place struct {
	where  string       // as it was given
	bucket *blob.Bucket // nil: a directory
	keys   *blob.Keys
}

func placeOf(where string, keys *blob.Keys) (place, error) {
	p := place{where: where, keys: keys}
	if blob.IsBucket(where) {
		b, err := blob.ParseBucket(where)
		if err != nil {
			return p, err
		}
		p.bucket = &b
	}
	return p, nil
}

// String names the place for people.
func (p place) String() string {
	if p.bucket != nil {
		return p.bucket.String()
	}
	return p.where
}

// below is a folder of the place, in its own form.
func (p place) below(folder string) string {
	if p.bucket == nil {
		return filepath.Join(p.where, folder)
	}
	u, err := url.Parse(p.where)
	if err != nil { // it was parsed before
		return p.where
	}
	return u.JoinPath(folder).String()
}

// database is litestream's way to the copy of the database.
func (p place) database() litestream.ReplicaClient {
	if p.bucket == nil {
		return file.NewReplicaClient(p.below(databaseDir))
	}
	c := s3.NewReplicaClient()
	c.Bucket, c.Region, c.Path, c.ForcePathStyle = p.bucket.Name, p.bucket.Region, p.bucket.Prefix+databaseDir, !p.bucket.Virtual
	if p.bucket.Elsewhere() {
		c.Endpoint = p.bucket.Endpoint
	}
	return c
}

// blobs opens the copy of the blobs.
func (p place) blobs() (*blob.Store, error) {
	return blob.Open(blob.Config{Place: p.below(blobsDir), Keys: p.keys})
}

// files opens the copy of the small files.
func (p place) files() (keeper, error) {
	if p.bucket == nil {
		return folder(p.below(filesDir)), nil
	}
	n, err := blob.OpenNamed(p.below(filesDir), p.keys)
	return objects{n}, err
}

// holds reports whether there is a copy of a database.
func (p place) holds(ctx context.Context) (bool, error) {
	if p.bucket == nil {
		info, err := os.Stat(p.below(databaseDir))
		return err == nil && info.IsDir(), nil
	}
	client := p.database()
	if err := client.Init(ctx); err != nil {
		return false, unusable(p.String(), err)
	}
	for level := range litestream.SnapshotLevel + 1 {
		found, err := client.LTXFiles(ctx, level, 0, false)
		if err != nil {
			return false, unusable(p.String(), err)
		}
		some := found.Next()
		if err := errors.Join(found.Err(), found.Close()); err != nil {
			return false, unusable(p.String(), err)
		}
		if some {
			return true, nil
		}
	}
	return false, nil
}

// keeper has a copy of the small files.
type keeper interface {
	put(ctx context.Context, name, from string) error
	remove(ctx context.Context, name string) error
	// into writes all of them into a directory.
	into(ctx context.Context, dir string) error
}

// folder keeps them in a directory.
type folder string

func (f folder) put(_ context.Context, name, from string) error {
	return send(from, filepath.Join(string(f), filepath.FromSlash(name)))
}

func (f folder) remove(_ context.Context, name string) error {
	if err := os.Remove(filepath.Join(string(f), filepath.FromSlash(name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f folder) into(_ context.Context, dir string) error { return copyFiles(string(f), dir) }

// objects keeps them in a bucket.
type objects struct{ *blob.Named }

func (o objects) put(ctx context.Context, name, from string) error {
	b, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // gone while we look
	}
	if err != nil {
		return err
	}
	return o.Put(ctx, name, b)
}

func (o objects) remove(ctx context.Context, name string) error { return o.Remove(ctx, name) }

func (o objects) into(ctx context.Context, dir string) error {
	return o.Each(ctx, func(name string, b []byte) error {
		if !filepath.IsLocal(filepath.FromSlash(name)) || !archive.Belongs(name) {
			return fault.New(fault.Invalid, "複製に不正な名前のファイルがあります："+name, "The copy holds a file with a name that none can have: "+name).At("replica")
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		return errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, b, 0o600))
	})
}
