package ui

import (
	"bytes"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// press is the memory in which one page is drawn and compressed. It is kept for
// the next page: a compressor alone takes more than the largest page, and a
// buffer that grows to a page is copied half a dozen times.
type press struct {
	plain, small bytes.Buffer
	gzip         *gzip.Writer
}

var presses = sync.Pool{New: func() any { return &press{gzip: gzip.NewWriter(nil)} }}

// largestPress is the size in bytes beyond which a page's memory is not kept.
const largestPress = 1 << 20

// compress fills small with plain.
func (p *press) compress() error {
	p.gzip.Reset(&p.small)
	if _, err := p.gzip.Write(p.plain.Bytes()); err != nil {
		return err
	}
	return p.gzip.Close()
}

// putBack empties the press for the next page.
func (p *press) putBack() {
	if p.plain.Cap() > largestPress {
		return
	}
	p.plain.Reset()
	p.small.Reset()
	presses.Put(p)
}
