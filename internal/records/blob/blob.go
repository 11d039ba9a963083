// Package blob keeps bytes under their own hash, in a directory or in a bucket
// of an object store (S3), and seals them where a key is given.
//
// It owns what lies there: the names (two levels of sha256 in hex, of the
// bytes before they are sealed), their durability, the form of a sealed object
// (docs/adr/0027-files-in-an-object-store.md), and reading parts of them. It
// refuses to know what they are, who may read them, or when they may be
// deleted.
//
// Start reading at [Store.Put]. The two places are dir.go and bucket.go, the
// sealing is seal.go.
package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"madoguchi/terms/fault"
)

// Config says where blobs are kept.
type Config struct {
	Place   string // a directory, made when absent; or a bucket, as [ParseBucket] reads it
	Scratch string // a directory for what is too large for memory on its way; empty: tmp in the directory, or the system's
	Keys    *Keys  // nil: what is put is not sealed, and what is sealed cannot be read
}

// Store is a place of blobs. It is safe for concurrent use. In a directory the
// lock of the data directory keeps a second process away; a bucket may be used
// by any number of them.
type Store struct {
	shelf   shelf
	scratch string
	keys    *Keys
	tell    func(sum string) // see [Store.Watch]; nil: nobody
}

// shelf is where the objects lie. An object is there as a whole or not at all.
type shelf interface {
	// put keeps what body holds under a name, durably. An object that is there
	// already and whose size suits stays as it is; another one was cut short by
	// its medium, and is replaced.
	put(ctx context.Context, name string, body *io.SectionReader, suits func(size int64) bool) error
	// open gives access to parts of an object. What it returns uses ctx.
	open(ctx context.Context, name string) (object, error)
	// get reads an object from its beginning to its end.
	get(ctx context.Context, name string) ([]byte, error)
	// remove deletes an object; none there is no error.
	remove(ctx context.Context, name string) error
	// each gives the name and size of every object, in no order.
	each(ctx context.Context, f func(name string, size int64) error) error
}

// object is one object of a shelf, as it lies there.
type object interface {
	io.ReaderAt
	io.Closer
	Size() int64 // in bytes
}

// Open uses a place and removes what an interrupted Put left on this machine.
// A bucket is not asked yet, so that a desk starts while its object store is
// away: see [Store.Probe].
func Open(cfg Config) (*Store, error) {
	s := &Store{scratch: cfg.Scratch, keys: cfg.Keys}
	if IsBucket(cfg.Place) {
		b, err := openBucket(cfg.Place)
		if err != nil {
			return nil, err
		}
		s.shelf = b
	} else {
		s.shelf = directory(cfg.Place)
		if s.scratch == "" {
			s.scratch = filepath.Join(cfg.Place, temporary)
		}
	}
	return s, s.begin(cfg.Place)
}

// OpenReading is [Open] for a directory that another process may be using: it
// makes and removes nothing there, and is to be read only.
func OpenReading(dir string, keys *Keys) *Store {
	return &Store{shelf: directory(dir), keys: keys}
}

// begin makes the directories that are needed.
func (s *Store) begin(place string) error {
	if s.scratch != "" {
		if err := emptied(s.scratch); err != nil {
			return unwritable(err)
		}
	}
	if IsBucket(place) {
		return nil
	}
	if err := emptied(filepath.Join(place, temporary)); err != nil {
		return unwritable(err)
	}
	if err := syncDir(filepath.Dir(place)); err != nil {
		return unwritable(err)
	}
	return nil
}

// Watch has f called with the name of each blob that is put from now on, once
// it is durable and before Put returns. It must be called before the first
// Put; f must return quickly.
func (s *Store) Watch(f func(sum string)) { s.tell = f }

// Remote reports whether the blobs are in a bucket, which other processes and
// machines may use too.
func (s *Store) Remote() bool {
	_, remote := s.shelf.(*bucket)
	return remote
}

// Put stores what r gives and returns its sha256 in lower-case hex and its
// size in bytes. When it returns without an error the bytes are durable: in a
// directory, file, name and directories are synced; a bucket has confirmed
// them. Bytes that are there already are not stored twice.
func (s *Store) Put(ctx context.Context, r io.Reader) (sum string, size int64, err error) {
	hash := sha256.New()
	plain := s.spool()
	defer func() { err = errors.Join(err, plain.drop()) }()
	size, err = io.Copy(io.MultiWriter(plain, hash), cancellable{ctx, r})
	if err != nil {
		return "", 0, unwritable(err)
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	return sum, size, s.keep(ctx, sum, plain.body())
}

// PutBytes is Put for bytes in memory.
func (s *Store) PutBytes(ctx context.Context, b []byte) (sum string, err error) {
	digest := sha256.Sum256(b)
	sum = hex.EncodeToString(digest[:])
	return sum, s.keep(ctx, sum, io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))))
}

// keep stores bytes whose hash is known, sealed where there is a key.
func (s *Store) keep(ctx context.Context, sum string, body *io.SectionReader) (err error) {
	plain, sealed := body.Size(), sealedSize(body.Size())
	if s.keys != nil {
		into := s.spool()
		defer func() { err = errors.Join(err, into.drop()) }()
		if err := s.keys.seal(into, body, sum); err != nil {
			return unwritable(err)
		}
		body = into.body()
	}
	if err := s.shelf.put(ctx, sum, body, func(size int64) bool { return size == plain || size == sealed }); err != nil {
		return err
	}
	if s.tell != nil {
		s.tell(sum)
	}
	return nil
}

// Open returns the blob for reading and seeking, with its size in bytes. What
// is read is right: the parts of a sealed blob are each authenticated; of one
// that is not sealed, whoever reads it from its beginning to its end gets
// [fault.Internal] instead of the end when the bytes are not what its name
// says. What is returned uses ctx; the caller closes it.
func (s *Store) Open(ctx context.Context, sum string) (io.ReadSeekCloser, int64, error) {
	if !valid(sum) {
		return nil, 0, missing(fmt.Errorf("%q is no sha256", sum))
	}
	o, err := s.shelf.open(ctx, sum)
	if err != nil {
		return nil, 0, err
	}
	at, size, sealed, err := s.keys.open(o, o.Size(), sum)
	if err != nil {
		return nil, 0, errors.Join(err, o.Close())
	}
	r := reading{io.NewSectionReader(at, 0, size), o}
	if sealed {
		return &r, size, nil
	}
	return &checked{reading: r, sum: sum, hash: sha256.New()}, size, nil
}

// Range reads n bytes from offset, in bytes; fewer when the blob ends before.
func (s *Store) Range(ctx context.Context, sum string, offset, n int64) (b []byte, err error) {
	f, size, err := s.Open(ctx, sum)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if offset < 0 || n < 0 || offset > size {
		return nil, fault.New(fault.Invalid, "範囲の指定が正しくありません。", fmt.Sprintf("The range must lie within 0 and %d.", size)).At("range")
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return nil, unreadable(err)
	}
	b, err = io.ReadAll(io.LimitReader(f, n))
	if err != nil {
		return nil, unreadable(err)
	}
	return b, nil
}

// Bytes reads a whole blob and checks it against its name.
func (s *Store) Bytes(ctx context.Context, sum string) ([]byte, error) {
	if !valid(sum) {
		return nil, missing(fmt.Errorf("%q is no sha256", sum))
	}
	b, err := s.shelf.get(ctx, sum)
	if err != nil {
		return nil, err
	}
	if b, err = s.keys.unseal(b, sum); err != nil {
		return nil, err
	}
	if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != sum {
		return nil, damaged(fmt.Errorf("blob %s has other bytes", sum))
	}
	return b, nil
}

// Verify reads a blob to its end, as [Store.Open] does; it fails with
// [fault.Internal] where the bytes are not what was put.
func (s *Store) Verify(ctx context.Context, sum string) (err error) {
	f, _, err := s.Open(ctx, sum)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(io.Discard, cancellable{ctx, f})
	return err
}

// Remove deletes a blob; one that is not there is no error. The caller knows
// that nothing names it any more. A bucket that keeps versions keeps what was
// deleted as an older one: see docs/operating.md.
func (s *Store) Remove(ctx context.Context, sum string) error {
	if !valid(sum) {
		return missing(fmt.Errorf("no hash: %q", sum))
	}
	return s.shelf.remove(ctx, sum)
}

func valid(sum string) bool {
	return len(sum) == 2*sha256.Size && strings.Trim(sum, "0123456789abcdef") == ""
}

// cancellable stops a copy when its context ends.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
