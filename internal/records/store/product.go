package store

import (
	"context"
	"time"

	"madoguchi/terms/fault"
)

// Product is one of the things that the desk supports.
type Product struct {
	ID       string // UUIDv7
	NameJA   string
	NameEN   string
	Place    int  // order in lists
	Archived bool // no new case gets it
	Created  time.Time
	Updated  time.Time
}

// Name is the product's name in a language.
func (p Product) Name(lang string) string { return fault.Text{JA: p.NameJA, EN: p.NameEN}.In(lang) }

const productColumns = `id, name_ja, name_en, place, archived, created_at, updated_at`

var putProduct = insert("products", productColumns) + ` ON CONFLICT (id) DO UPDATE SET
	name_ja = excluded.name_ja, name_en = excluded.name_en, place = excluded.place, archived = excluded.archived, updated_at = excluded.updated_at`

// PutProduct adds a product or replaces it; Created counts only when it is added.
func (tx *Tx) PutProduct(p Product) error {
	return tx.exec(putProduct, p.ID, p.NameJA, p.NameEN, p.Place, p.Archived, micros(p.Created), micros(p.Updated))
}

const allProducts = `SELECT ` + productColumns + ` FROM products ORDER BY place, id`

// ListProducts returns all products in their order, archived ones included.
func (s *Store) ListProducts(ctx context.Context) ([]Product, error) {
	return all(ctx, s.db.Readers(), scanProduct, allProducts)
}

// ListProducts is [Store.ListProducts] as the act sees it.
func (tx *Tx) ListProducts() ([]Product, error) {
	return all(background(), tx.q, scanProduct, allProducts)
}

func scanProduct(row scanner) (Product, error) {
	var p Product
	var created, updated int64
	err := row.Scan(&p.ID, &p.NameJA, &p.NameEN, &p.Place, &p.Archived, &created, &updated)
	p.Created, p.Updated = instant(created), instant(updated)
	return p, err
}
