package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"madoguchi/terms/fault"
)

// Contract is a published version of a support contract: opaque bytes here.
type Contract struct {
	ID        string
	Version   string
	Effective time.Time // from when it is in force
	YAML      []byte
	SHA256    string // of YAML, lower-case hex; filled by PutContract
	Published time.Time
}

const contractColumns = `id, version, effective, yaml, sha256, published_at`

var insertContract = insert("contracts", contractColumns)

func noContract() *fault.Error {
	return notFound("その契約の版はありません。", "There is no such contract version.")
}

// PutContract publishes a version. A published version never changes:
// publishing the same bytes again does nothing, other bytes are
// [fault.Conflict].
func (tx *Tx) PutContract(c Contract) error {
	tx.changed = true
	have, err := tx.Contract(c.ID, c.Version)
	switch {
	case err == nil && bytes.Equal(have.YAML, c.YAML):
		return nil
	case err == nil:
		return fault.New(fault.Conflict,
			"契約 "+c.ID+" の版 "+c.Version+" は既に公開されています。内容を変えるには新しい版番号を付けてください。",
			"Version "+c.Version+" of contract "+c.ID+" is published already. Give changed terms a new version.").At("version")
	case !fault.Is(err, fault.NotFound):
		return err
	}
	sum := sha256.Sum256(c.YAML)
	return tx.exec(insertContract, c.ID, c.Version, micros(c.Effective), c.YAML, hex.EncodeToString(sum[:]), micros(c.Published))
}

// Contract returns a published version, or [fault.NotFound].
func (s *Store) Contract(ctx context.Context, id, version string) (Contract, error) {
	return contract(ctx, s.db.Readers(), id, version)
}

// Contract returns a published version as the act sees it, or [fault.NotFound].
func (tx *Tx) Contract(id, version string) (Contract, error) {
	return contract(background(), tx.q, id, version)
}

func contract(ctx context.Context, q querier, id, version string) (Contract, error) {
	return one(ctx, q, noContract(), scanContract,
		`SELECT `+contractColumns+` FROM contracts WHERE id = $1 AND version = $2`, id, version)
}

// ListContracts returns every published version: by contract, the one
// effective last first.
func (s *Store) ListContracts(ctx context.Context) ([]Contract, error) {
	return listContracts(ctx, s.db.Readers())
}

func listContracts(ctx context.Context, q querier) ([]Contract, error) {
	return all(ctx, q, scanContract,
		`SELECT `+contractColumns+` FROM contracts ORDER BY id, effective DESC, published_at DESC, version`)
}

func scanContract(row scanner) (Contract, error) {
	var c Contract
	var effective, published int64
	err := row.Scan(&c.ID, &c.Version, &effective, &c.YAML, &c.SHA256, &published)
	c.Effective, c.Published = instant(effective), instant(published)
	return c, err
}
