package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
)

// inlineLimit is the largest mail, in bytes, that is kept in its row; a larger
// one is a blob. On PostgreSQL it is one only in an object store: the nodes
// share no directory.
const inlineLimit = 256 << 10

// Raw is a mail's bytes, ready to be named by a row. Only [Store.KeepRaw]
// makes one, so a row never names a blob that is not durable.
type Raw struct {
	SHA256 string // lower-case hex
	Size   int64  // bytes
	inline []byte // nil when the bytes are in a blob
}

// KeepRaw prepares a mail for PutInbound or PutOutbound. A mail over 256 KiB
// is a durable blob before KeepRaw returns: call it before the act, which
// should wait for neither disk nor network. b must not be changed afterwards.
func (s *Store) KeepRaw(ctx context.Context, b []byte) (Raw, error) {
	if len(b) > inlineLimit && (s.blobs.Remote() || !s.db.Shared()) {
		sum, err := s.blobs.PutBytes(ctx, b)
		return Raw{SHA256: sum, Size: int64(len(b))}, err
	}
	sum := sha256.Sum256(b)
	if b == nil {
		b = []byte{}
	}
	return Raw{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(b)), inline: b}, nil
}

// column is what the row holds: the bytes, or NULL for a blob.
func (r Raw) column() (any, error) {
	switch {
	case r.SHA256 == "":
		return nil, errors.New("a mail without its bytes: call KeepRaw first")
	case r.inline == nil:
		return nil, nil // NULL is the value
	}
	return r.inline, nil
}

// rawOf reads a mail's bytes back, from the row or from its blob.
func (s *Store) rawOf(ctx context.Context, table, id string) ([]byte, error) {
	type kept struct {
		inline sql.Null[[]byte]
		sum    string
	}
	k, err := one(ctx, s.db.Readers(), noMail(), func(row scanner) (kept, error) {
		var k kept
		err := row.Scan(&k.inline, &k.sum)
		return k, err
	}, `SELECT raw, sha256 FROM `+table+` WHERE id = $1`, id)
	if err != nil {
		return nil, err
	}
	if k.sum == "" {
		return nil, notFound("このメールの原本は、個人情報の削除により失われています。", "The original of this mail was erased with somebody's personal data.")
	}
	if k.inline.Valid {
		return k.inline.V, nil
	}
	return s.blobs.Bytes(ctx, k.sum)
}
