package blob

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"madoguchi/terms/fault"
)

// A sealed object is a file in the form of age (https://age-encryption.org/v1):
// a header that holds the object's own key, and the bytes in chunks of 64 KiB,
// each authenticated with its place (STREAM), so that a part is read without
// the rest. Our one stanza of the header names the key that wraps the object's
// key, and the hash that the object is kept under; both are authenticated.
const (
	ageMark = "age-encryption.org/v1\n"
	stanza  = "madoguchi.files/1"

	idLength = 16
	// headLength is how many bytes of an object say whether it is sealed.
	headLength = len(ageMark) + len("-> ") + len(stanza) + 1 + idLength + 1 + 2*32 + 1
	// frame is how much longer than its bytes a sealed object is: the head; the wrapped key, 44 bytes
	// in base64 on a line; the header's end with its authentication; the nonce.
	frame     = int64(headLength) + 59 + 1 + int64(len("--- ")) + 43 + 1 + 16
	chunk     = 64 << 10
	chunkMark = 16
)

// sealedSize is the size of the sealed object of so many bytes.
func sealedSize(plain int64) int64 {
	return frame + plain + chunkMark*max(1, (plain+chunk-1)/chunk)
}

// bound is a key that seals or opens one object. It is an [age.Recipient] and
// an [age.Identity].
type bound struct {
	key
	about string // the hash under which the object is kept
}

func (b bound) context() []byte { return []byte(stanza + " " + b.id + " " + b.about) }

// Wrap implements [age.Recipient].
func (b bound) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	return []*age.Stanza{{Type: stanza, Args: []string{b.id, b.about}, Body: b.wrap.Seal(nil, nil, fileKey, b.context())}}, nil
}

// Unwrap implements [age.Identity].
func (b bound) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	if len(stanzas) != 1 || stanzas[0].Type != stanza {
		return nil, age.ErrIncorrectIdentity
	}
	return b.wrap.Open(nil, nil, stanzas[0].Body, b.context())
}

// seal writes the sealed form of what r gives.
func (k *Keys) seal(to io.Writer, r io.Reader, about string) error {
	w, err := age.Encrypt(to, bound{k.list[0], about})
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if _, err := io.Copy(w, r); err != nil {
		return err
	}
	return w.Close()
}

// sealedBy returns the id of the key that an object is sealed with, by its
// first bytes. An object that somebody sealed elsewhere and sent to us is not
// sealed in this sense: it does not name the hash that it is kept under.
func sealedBy(head []byte, about string) (id string, sealed bool) {
	if len(head) < headLength {
		return "", false
	}
	id, found := strings.CutPrefix(string(head[:headLength]), ageMark+"-> "+stanza+" ")
	if !found {
		return "", false
	}
	return strings.CutSuffix(id, " "+about+"\n")
}

// open gives access to the bytes of an object, sealed or not.
func (k *Keys) open(src io.ReaderAt, size int64, about string) (at io.ReaderAt, plain int64, sealed bool, err error) {
	head := make([]byte, headLength)
	n, err := src.ReadAt(head[:min(size, int64(headLength))], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, false, unreadable(err)
	}
	id, sealed := sealedBy(head[:n], about)
	if !sealed {
		return src, size, false, nil
	}
	with, err := k.key(id)
	if err != nil {
		return nil, 0, true, err
	}
	at, plain, err = age.DecryptReaderAt(src, size, bound{with, about})
	if err != nil {
		return nil, 0, true, broken(about, err)
	}
	return opened{at, about}, plain, true, nil
}

// opened reads parts of a sealed object.
type opened struct {
	io.ReaderAt
	about string
}

// ReadAt implements [io.ReaderAt].
func (o opened) ReadAt(p []byte, off int64) (int, error) {
	n, err := o.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		err = broken(o.about, err)
	}
	return n, err
}

// unseal returns the bytes of an object that is in memory.
func (k *Keys) unseal(b []byte, about string) ([]byte, error) {
	id, sealed := sealedBy(b, about)
	if !sealed {
		return b, nil
	}
	with, err := k.key(id)
	if err != nil {
		return nil, err
	}
	r, err := age.Decrypt(bytes.NewReader(b), bound{with, about})
	if err != nil {
		return nil, broken(about, err)
	}
	plain := bytes.NewBuffer(make([]byte, 0, len(b)))
	if _, err := plain.ReadFrom(r); err != nil {
		return nil, broken(about, err)
	}
	return plain.Bytes(), nil
}

func (k *Keys) key(id string) (key, error) {
	with, has := k.find(id)
	if !has {
		return key{}, fault.New(fault.Unavailable,
			"保存されたファイルは鍵 "+id+" で暗号化されていますが、その鍵がありません。--files-key-file の鍵ファイルに以前の鍵も残してください。",
			"The stored file is sealed with the key "+id+", which is not there. Keep earlier keys in the file that --files-key-file names.").At("files-key-file")
	}
	return with, nil
}

// broken keeps a fault of the place as it is; what else goes wrong while an
// object is opened means that its bytes are not those that were sealed.
func broken(about string, err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return err
	}
	return damaged(fmt.Errorf("blob %s: %w", about, err))
}
