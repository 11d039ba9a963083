package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	"madoguchi/internal/doors/web/ui"
)

//go:embed static
var static embed.FS

// assets are the static files, held in memory plain and compressed. Their
// address carries a hash over all of them, so that browsers may keep them for
// good and scripts can import each other by relative addresses.
type assets struct {
	prefix string // "/assets/<hash>/"
	files  map[string]asset
}

type asset struct {
	plain, small []byte
	kind         string
}

func newAssets() (*assets, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(static, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := static.ReadFile(name)
		if err != nil {
			return err
		}
		files[strings.TrimPrefix(name, "static/")] = body
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	joinStyles(files)
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	for _, name := range sorted(files) {
		body := files[name]
		fmt.Fprintf(sum, "%s %d\n", name, len(body))
		sum.Write(body)
		small, err := squeeze(body)
		if err != nil {
			return nil, fmt.Errorf("compress %s: %w", name, err)
		}
		a.files[name] = asset{plain: body, small: small, kind: kindOf(name)}
	}
	a.prefix = "/assets/" + hex.EncodeToString(sum.Sum(nil)[:6]) + "/"
	return a, nil
}

// joinStyles makes one app.css of the layers, in the order of their numbers.
func joinStyles(files map[string][]byte) {
	var all bytes.Buffer
	for _, name := range sorted(files) {
		if strings.HasPrefix(name, "css/") {
			all.Write(files[name])
			delete(files, name)
		}
	}
	files["app.css"] = all.Bytes()
}

func sorted(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	if k := mime.TypeByExtension(path.Ext(name)); k != "" {
		return k
	}
	return "application/octet-stream"
}

func squeeze(body []byte) ([]byte, error) {
	var small bytes.Buffer
	z, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return small.Bytes(), nil
}

// ServeHTTP serves a file under its present hash. An older hash is not found,
// so that a page of an older build never gets half of a newer one.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, a.prefix)
	f, found := a.files[name]
	if !ok || !found {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.plain
	if ui.AcceptsGzip(r) && len(f.small) < len(f.plain) {
		h.Set("Content-Encoding", "gzip")
		body = f.small
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		// A browser that went away is no error of ours.
		_, _ = w.Write(body)
	}
}
