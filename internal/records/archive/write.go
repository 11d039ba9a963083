package archive

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"madoguchi/internal/records/blob"
	"madoguchi/internal/records/store"
	"madoguchi/terms/fault"
)

// Plan is what [Write] makes. All fields but Files, Keys and Progress are required.
type Plan struct {
	Data     string      // the data directory; a desk may be running on it
	Files    *blob.Store // where the blobs are, if not in the data directory; they are taken as they lie there
	To       string      // the file to make; it must not exist
	Keys     Keys        // zero: not encrypted
	Version  string      // of the program
	Now      time.Time
	Progress Progress
}

// Write makes an archive of a data directory, whether or not a desk runs on
// it, and syncs it. The database is the state of one instant; files that come
// after it may or may not be in. Nothing is left under the final name unless
// it is whole. It fails with [fault.Conflict] where the file exists and with
// [fault.NotFound] where no records are.
func Write(ctx context.Context, p Plan) (m Manifest, err error) {
	if _, err := os.Lstat(p.To); !errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, fault.Wrap(fault.Conflict, err, p.To+" は既に存在します。別の名前を指定してください。", p.To+" exists already. Choose another name.").At("to")
	}
	if err := os.MkdirAll(filepath.Dir(p.To), 0o700); err != nil {
		return Manifest{}, unwritable(filepath.Dir(p.To), err)
	}
	// The copy of the database lies beside the archive: there must be room
	// anyway, and the desk's own disk is spared.
	scratch, err := os.MkdirTemp(filepath.Dir(p.To), ".madoguchi-backup-*")
	if err != nil {
		return Manifest{}, unwritable(filepath.Dir(p.To), err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	copied := filepath.Join(scratch, Database)
	if err := store.CopyDatabase(ctx, p.Data, copied); err != nil {
		return Manifest{}, err
	}
	part := filepath.Join(scratch, "archive.part")
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Manifest{}, unwritable(part, err)
	}
	m, err = p.write(ctx, f, copied)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return Manifest{}, err
	}
	if err := errors.Join(os.Rename(part, p.To), syncDir(filepath.Dir(p.To))); err != nil {
		return Manifest{}, unwritable(p.To, err)
	}
	return m, nil
}

// item is a file on its way into the archive.
type item struct {
	name string
	open func() (body io.ReadCloser, size int64, at time.Time, err error)
}

// fileItem is a file of the disk.
func fileItem(name, path string) item {
	return item{name, func() (io.ReadCloser, int64, time.Time, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, 0, time.Time{}, err
		}
		info, err := f.Stat()
		if err != nil {
			return nil, 0, time.Time{}, errors.Join(err, f.Close())
		}
		return f, info.Size(), info.ModTime(), nil
	}}
}

func (p Plan) write(ctx context.Context, w io.Writer, database string) (Manifest, error) {
	items, total, err := p.gather(ctx, database)
	if err != nil {
		return Manifest{}, err
	}
	sealed, err := p.Keys.encrypt(w)
	if err != nil {
		return Manifest{}, err
	}
	packed, err := gzip.NewWriterLevel(sealed, gzip.BestSpeed)
	if err != nil {
		return Manifest{}, err
	}
	out := tar.NewWriter(packed)
	m := Manifest{Form: form, Made: p.Now.UTC(), Version: p.Version}
	done := int64(0)
	for _, it := range items {
		if err := ctx.Err(); err != nil {
			return Manifest{}, err
		}
		file, err := p.put(out, it)
		if errors.Is(err, fs.ErrNotExist) || fault.Is(err, fault.NotFound) {
			continue // it went between the listing and now: it was not for keeping
		}
		if err != nil {
			return Manifest{}, err
		}
		m.Files = append(m.Files, file)
		if done += file.Size; p.Progress != nil {
			p.Progress(done, total)
		}
	}
	if m.Missing, err = p.missing(ctx, filepath.Dir(database), m.Files); err != nil {
		return Manifest{}, err
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return Manifest{}, err
	}
	if err := out.WriteHeader(header(manifestName, int64(len(text)), p.Now)); err != nil {
		return Manifest{}, unwritable(p.To, err)
	}
	_, err = out.Write(text)
	if err := errors.Join(err, out.Close(), packed.Close(), sealed.Close()); err != nil {
		return Manifest{}, unwritable(p.To, err)
	}
	return m, nil
}

// missing are the blobs that the copied records, in a directory of their own,
// name and that were not packed. What a running desk has deleted since is not
// missed, and records with the schema of another version are not asked.
func (p Plan) missing(ctx context.Context, copied string, packed []File) (gone []string, err error) {
	have := make(map[string]bool, len(packed))
	for _, f := range packed {
		have[path.Base(f.Name)] = true
	}
	named, err := blobNames(ctx, copied)
	if fault.Is(err, fault.Unavailable) {
		return nil, nil
	}
	for sum := range named {
		if !have[sum] {
			gone = append(gone, sum)
		}
	}
	if len(gone) == 0 || err != nil {
		return nil, err
	}
	slices.Sort(gone)
	if named, err = blobNames(ctx, p.Data); fault.Is(err, fault.Unavailable) {
		return gone, nil
	}
	return slices.DeleteFunc(gone, func(sum string) bool { return !named[sum] }), err
}

// blobNames are the blobs that the records in a directory name.
func blobNames(ctx context.Context, dir string) (names map[string]bool, err error) {
	r, err := store.OpenReading(ctx, store.Config{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	list, err := r.BlobNames(ctx)
	names = make(map[string]bool, len(list))
	for _, sum := range list {
		names[sum] = true
	}
	return names, err
}

// gather lists what belongs in, the database's copy first, and its size.
func (p Plan) gather(ctx context.Context, database string) (items []item, total int64, err error) {
	info, err := os.Stat(database)
	if err != nil {
		return nil, 0, err
	}
	items, total = []item{fileItem(Database, database)}, info.Size()
	err = filepath.WalkDir(p.Data, func(at string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed while we look
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(p.Data, at)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if e.IsDir() {
			if name != "." && (!Belongs(name+"/") || (p.Files != nil && name == blobsDir)) {
				return fs.SkipDir
			}
			return nil
		}
		if !Belongs(name) || !e.Type().IsRegular() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			total += info.Size()
		}
		items = append(items, fileItem(name, at))
		return nil
	})
	if err != nil {
		return nil, 0, fault.Wrap(fault.Unavailable, err, p.Data+" を読み取れません。権限を確認してください。", p.Data+" cannot be read. Check its permissions.")
	}
	if p.Files == nil {
		return items, total, nil
	}
	err = p.Files.Each(ctx, func(sum string, size int64, open func() (io.ReadCloser, error)) error {
		total += size
		items = append(items, item{path.Join(blobsDir, sum[:2], sum[2:4], sum), func() (io.ReadCloser, int64, time.Time, error) {
			body, err := open()
			return body, size, p.Now, err
		}})
		return nil
	})
	return items, total, err
}

func (p Plan) put(out *tar.Writer, it item) (_ File, err error) {
	f, size, at, err := it.open()
	if err != nil {
		return File{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := out.WriteHeader(header(it.name, size, at)); err != nil {
		return File{}, unwritable(p.To, err)
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, hash), io.LimitReader(f, size))
	if err != nil {
		return File{}, fmt.Errorf("pack %s: %w", it.name, err)
	}
	if n < size {
		return File{}, fault.New(fault.Unavailable, it.name+" がコピー中に短くなりました。もう一度実行してください。", it.name+" became shorter while it was copied. Run the backup again.")
	}
	return File{it.name, n, hex.EncodeToString(hash.Sum(nil))}, nil
}
