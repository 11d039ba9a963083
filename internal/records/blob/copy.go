package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"madoguchi/terms/fault"
)

// CopyTo puts every blob that is here into another store. Blobs that come
// meanwhile may or may not be copied. A blob whose bytes are not what its name
// says is [fault.Internal]; the others are copied first.
func (s *Store) CopyTo(ctx context.Context, to *Store) error {
	return s.all(ctx, func(name string, _ int64) error { return s.CopyOne(ctx, to, name) })
}

// Copied is what a copy of many blobs came to.
type Copied struct {
	There int // were at the target already
	Came  int // were copied
	Bytes int64
}

// MirrorTo is CopyTo without the blobs that the other store holds with the
// same size: it makes up for what was missed, cheaply. progress (may be nil)
// is told how many of how many are done.
func (s *Store) MirrorTo(ctx context.Context, to *Store, progress func(done, total int64)) (Copied, error) {
	var done Copied
	there := map[string]int64{}
	if err := to.shelf.each(ctx, func(name string, size int64) error { there[name] = size; return nil }); err != nil {
		return done, err
	}
	total := int64(0)
	if progress != nil {
		if err := s.shelf.each(ctx, func(string, int64) error { total++; return nil }); err != nil {
			return done, err
		}
	}
	err := s.all(ctx, func(name string, size int64) error {
		if other, has := there[name]; has && (other == size || other == sealedSize(size) || sealedSize(other) == size) {
			done.There++
		} else {
			if err := s.CopyOne(ctx, to, name); err != nil {
				return err
			}
			done.Came++
			done.Bytes += size
		}
		if progress != nil {
			progress(int64(done.There+done.Came), total)
		}
		return ctx.Err()
	})
	return done, err
}

// Each gives every blob as it lies here, sealed or not, with its size.
func (s *Store) Each(ctx context.Context, f func(sum string, size int64, open func() (io.ReadCloser, error)) error) error {
	return s.shelf.each(ctx, func(name string, size int64) error {
		return f(name, size, func() (io.ReadCloser, error) {
			o, err := s.shelf.open(ctx, name)
			if err != nil {
				return nil, err
			}
			return &reading{io.NewSectionReader(o, 0, o.Size()), o}, nil
		})
	})
}

// all gives every blob to f. Damage that f finds does not keep it from the
// other blobs.
func (s *Store) all(ctx context.Context, f func(name string, size int64) error) error {
	var found []error
	err := s.shelf.each(ctx, func(name string, size int64) error {
		err := f(name, size)
		if fault.Is(err, fault.Internal) {
			found = append(found, err)
			return nil
		}
		return err
	})
	return errors.Join(append(found, err)...)
}

// CopyOne puts one blob into another store. It fails with [fault.Internal]
// where the bytes are not what the name says.
func (s *Store) CopyOne(ctx context.Context, to *Store, name string) (err error) {
	f, _, err := s.Open(ctx, name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum, _, err := to.Put(ctx, f)
	if err == nil && sum != name {
		return damaged(fmt.Errorf("blob %s has the bytes of %s", name, sum))
	}
	return err
}
