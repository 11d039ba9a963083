package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"madoguchi/internal/records/store/engine"
	"madoguchi/terms/fault"
)

// Copy moves a whole desk from one database to another, of either engine:
// every row of every table, and the bytes of every mail. Nobody may write to
// either meanwhile.
type Copy struct {
	From, To *Store // To was opened with [Config].Target
	Progress func(done, total int64)
}

// Copied is what a copy came to.
type Copied struct {
	Rows   int64  // of all tables, those of an earlier, interrupted run included
	Events int64  // whose hashes were checked at the target
	Digest string // of the projected rows, the same on both sides
}

// copying is the counter that marks a target that is not complete yet; its
// value tells whose copy it is.
const copying = "copying"

// copyRows is how many rows one act writes at most, and copyBytes how large
// they may be together.
const (
	copyRows  = 500
	copyBytes = 4 << 20
)

// Run copies. It goes on where an interrupted run stopped, and refuses a target
// that holds anything of another desk with [fault.Conflict]. At the end it
// compares both sides row by row, checks every event's hash at the target, and
// only then lets a desk open it. What differs is [fault.Internal].
func (c Copy) Run(ctx context.Context) (Copied, error) {
	tables, err := layout(ctx)
	if err != nil {
		return Copied{}, err
	}
	if err := c.claim(ctx, tables); err != nil {
		return Copied{}, err
	}
	var done Copied
	total := int64(0)
	for _, t := range tables {
		n, err := tally(ctx, c.From.db.Readers(), `SELECT COUNT(*) FROM `+t.name)
		if err != nil {
			return Copied{}, err
		}
		total += 3 * n // read here, and read again on both sides
	}
	step := func(n int64) {
		done.Rows += n
		if c.Progress != nil {
			c.Progress(done.Rows, total)
		}
	}
	for _, t := range tables {
		if err := c.table(ctx, t, step); err != nil {
			return Copied{}, fmt.Errorf("copy %s: %w", t.name, err)
		}
	}
	if err := c.counters(ctx); err != nil {
		return Copied{}, err
	}
	if done.Digest, err = c.compare(ctx, tables, step); err != nil {
		return Copied{}, err
	}
	done.Rows /= 3
	if done.Events, err = c.To.Position(ctx); err != nil {
		return Copied{}, err
	}
	return done, c.To.Write(ctx, func(tx *Tx) error { return tx.exec(`DELETE FROM counters WHERE name = $1`, copying) })
}

// claim marks an empty target as this source's, or finds its own mark.
func (c Copy) claim(ctx context.Context, tables []table) error {
	mine, err := c.From.identity(ctx)
	if err != nil {
		return err
	}
	theirs, err := one(ctx, c.To.db.Readers(), noMark(), number, `SELECT value FROM counters WHERE name = $1`, copying)
	switch {
	case err == nil && theirs == mine:
		return nil
	case err == nil:
		return fault.New(fault.Conflict, "移行先には、別の窓口からの移行が途中まで入っています。空のデータベースを指定してください。",
			"The target holds the unfinished copy of another desk. Give an empty database.").At("to")
	case !fault.Is(err, fault.NotFound):
		return err
	}
	for _, t := range tables {
		n, err := tally(ctx, c.To.db.Readers(), `SELECT COUNT(*) FROM (SELECT 1 FROM `+t.name+` LIMIT 1) AS any_row`)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "移行先には既にデータがあります（"+t.name+"）。空のデータベースを指定してください。",
				"The target holds data already (in "+t.name+"). Give an empty database.").At("to")
		}
	}
	return c.To.Write(ctx, func(tx *Tx) error {
		return tx.exec(`INSERT INTO counters (name, value) VALUES ($1, $2)`, copying, mine)
	})
}

func noMark() *fault.Error {
	return notFound("移行の印がありません。", "There is no mark of a copy.")
}

// identity tells one desk from another: its first event, and the key of its
// mail tokens.
func (s *Store) identity(ctx context.Context) (int64, error) {
	sum := sha256.New()
	hash, err := one(ctx, s.db.Readers(), noMark(), func(row scanner) ([]byte, error) {
		var b []byte
		err := row.Scan(&b)
		return b, err
	}, `SELECT hash FROM events WHERE position = 1`)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	settings, err := s.Settings(ctx)
	if err != nil {
		return 0, err
	}
	sum.Write(hash)
	sum.Write([]byte(settings["mail-token-key"]))
	return int64(binary.BigEndian.Uint64(sum.Sum(nil)) >> 1), nil
}

// table copies the rows of a table that are not at the target yet, in the
// order of its key.
func (c Copy) table(ctx context.Context, t table, step func(int64)) error {
	have, err := tally(ctx, c.To.db.Readers(), `SELECT COUNT(*) FROM `+t.name)
	if err != nil {
		return err
	}
	step(have)
	last, err := t.last(ctx, c.To)
	if err != nil {
		return err
	}
	for {
		rows, err := t.after(ctx, c.From, last)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			if err := c.bytes(ctx, t, row); err != nil {
				return err
			}
		}
		if err := c.To.Write(ctx, func(tx *Tx) error { return t.insert(tx, rows) }); err != nil {
			return err
		}
		last = t.keyOf(rows[len(rows)-1])
		step(int64(len(rows)))
	}
}

// bytes puts a mail's bytes where the target keeps them: in the row, or in a
// blob that is durable before the row; and a draft's file into the target's
// blobs.
func (c Copy) bytes(ctx context.Context, t table, row []any) error {
	if t.raw < 0 && t.name != "draft_files" {
		return nil
	}
	sum, ok := row[t.sum].(string)
	if !ok {
		return fmt.Errorf("the hash of a mail is %T", row[t.sum])
	}
	if sum == "" {
		return nil // erased
	}
	if t.raw < 0 {
		if err := c.From.blobs.CopyOne(ctx, c.To.blobs, sum); !fault.Is(err, fault.NotFound) { // one of another node's directory
			return err
		}
		return nil
	}
	raw, inline := row[t.raw].([]byte)
	if !inline {
		var err error
		if raw, err = c.From.blobs.Bytes(ctx, sum); fault.Is(err, fault.NotFound) {
			return fault.Wrap(fault.NotFound, err, "履歴にあるメールの原本（"+sum+"）が、移行元のファイルの保存先にありません。オブジェクトストレージにある場合は --from-files を指定してください。",
				"The bytes of a mail that the records name ("+sum+") are not among the source's files. If those are in an object store, give it with --from-files.").At("from-files")
		} else if err != nil {
			return err
		}
	}
	got := sha256.Sum256(raw)
	if hex.EncodeToString(got[:]) != sum {
		return fault.New(fault.Internal, "保存されたメールの原本が壊れています（"+sum+"）。",
			"The stored bytes of a mail are damaged ("+sum+").")
	}
	kept, err := c.To.KeepRaw(ctx, raw)
	if err == nil {
		row[t.raw], err = kept.column()
	}
	return err
}

// counters takes over the source's counters; the mark stays until all is
// compared.
func (c Copy) counters(ctx context.Context) error {
	type counter struct {
		name  string
		value int64
	}
	list, err := all(ctx, c.From.db.Readers(), func(row scanner) (counter, error) {
		var n counter
		err := row.Scan(&n.name, &n.value)
		return n, err
	}, `SELECT name, value FROM counters`)
	if err != nil {
		return err
	}
	return c.To.Write(ctx, func(tx *Tx) error {
		for _, n := range list {
			if err := tx.exec(`INSERT INTO counters (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, n.name, n.value); err != nil {
				return err
			}
		}
		return nil
	})
}

// compare reads both sides again and returns their common digest.
func (c Copy) compare(ctx context.Context, tables []table, step func(int64)) (string, error) {
	for _, t := range tables {
		from, err := t.digest(ctx, c.From, step)
		if err != nil {
			return "", err
		}
		to, err := t.digest(ctx, c.To, step)
		if err != nil {
			return "", err
		}
		if !bytes.Equal(from, to) {
			return "", fault.New(fault.Internal, "移行元と移行先の内容が一致しません（"+t.name+"）。移行中に書き込みがなかったか確認し、空のデータベースへもう一度移行してください。",
				"The two sides differ in "+t.name+". Make sure that nobody wrote meanwhile, and copy again into an empty database.")
		}
	}
	if err := c.To.VerifyHistory(ctx); err != nil {
		return "", err
	}
	from, err := c.From.ProjectionDigest(ctx)
	if err != nil {
		return "", err
	}
	to, err := c.To.ProjectionDigest(ctx)
	if err == nil && from != to {
		err = fault.New(fault.Internal, "再構築用の集計が一致しません。", "The digests of the projected rows differ: "+from+", "+to+".")
	}
	return to, err
}

// unfinished refuses to work on a target that is not complete.
func (s *Store) unfinished(ctx context.Context) error {
	n, err := tally(ctx, s.db.Readers(), `SELECT COUNT(*) FROM counters WHERE name = $1`, copying)
	if err == nil && n > 0 {
		return fault.New(fault.Unavailable, "このデータベースへの移行（madoguchi copy）が完了していません。同じコマンドをもう一度実行すると、続きから再開します。",
			"The copy into this database (madoguchi copy) is not finished. Run the same command again: it goes on where it stopped.")
	}
	return err
}

// digest is the sha256 of a table's rows in the order of its key. Where the
// bytes of a mail are kept differs; their hash is a column of its own.
func (t table) digest(ctx context.Context, s *Store, step func(int64)) ([]byte, error) {
	columns := make([]string, 0, len(t.columns))
	for i, c := range t.columns {
		if i != t.raw {
			columns = append(columns, c)
		}
	}
	sum, rows := sha256.New(), int64(0)
	err := engine.Each(ctx, s.db.Readers(), func(row *sql.Rows) error {
		values, err := t.read(row, columns)
		if err != nil {
			return err
		}
		if rows++; rows%copyRows == 0 {
			step(copyRows)
		}
		_, err = sum.Write(dumped(values))
		return err
	}, `SELECT `+strings.Join(columns, ", ")+` FROM `+t.name+` ORDER BY `+strings.Join(t.key, ", "))
	step(rows % copyRows)
	return sum.Sum(nil), errors.Join(err)
}
