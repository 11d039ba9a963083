package desk

import (
	"context"
	"slices"
	"strings"

	"madoguchi/internal/records/store"
	"madoguchi/terms/cases"
	"madoguchi/terms/fault"
)

// Products are the things that the desk supports, archived ones included.
func (d *Desk) Products(ctx context.Context, who Viewer) ([]store.Product, error) {
	if err := who.May(WorkCases); err != nil {
		return nil, err
	}
	return d.store.ListProducts(ctx)
}

// PutProduct adds a product or changes it.
func (d *Desk) PutProduct(ctx context.Context, who Viewer, p store.Product) (store.Product, error) {
	if err := who.May(ManageSite); err != nil {
		return p, err
	}
	p.NameJA, p.NameEN = strings.TrimSpace(p.NameJA), strings.TrimSpace(p.NameEN)
	if p.NameJA == "" && p.NameEN == "" || len(p.NameJA)+len(p.NameEN) > 300 {
		return p, fault.New(fault.Invalid, "製品の名前を入力してください。", "Please give the product's name.").At("name_ja")
	}
	all, err := d.store.ListProducts(ctx)
	if err != nil {
		return p, err
	}
	act := "product.changed"
	if i := slices.IndexFunc(all, func(o store.Product) bool { return o.ID == p.ID }); i >= 0 {
		p.Created, p.Place = all[i].Created, all[i].Place
	} else if p.ID == "" {
		p.ID, p.Created, p.Place, act = newID(), d.now(), len(all), "product.added"
	} else {
		return p, noProduct()
	}
	p.Updated = d.now()
	return p, d.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.PutProduct(p); err != nil {
			return err
		}
		return tx.PutAudit(d.audit(who, act, p.ID, p.NameJA+" / "+p.NameEN))
	})
}

func noProduct() *fault.Error {
	return fault.New(fault.NotFound, "その製品はありません。", "There is no such product.")
}

// NameProduct says which product a case is about; an empty id: none.
func (d *Desk) NameProduct(ctx context.Context, who Viewer, id cases.ID, product string) (*cases.Case, error) {
	s, err := d.naming(ctx, who, product)
	return d.do(ctx, who, id, s, err)
}

func (d *Desk) naming(ctx context.Context, who Viewer, product string) (step, error) {
	name := ""
	if product != "" {
		all, err := d.Products(ctx, who)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(p store.Product) bool { return p.ID == product && !p.Archived })
		if i < 0 {
			return nil, noProduct().At("product")
		}
		name = all[i].Name("ja")
	}
	return deciding(func(c *cases.Case) ([]cases.Data, error) { return c.NameProduct(product, name) }), nil
}

// ProductOf is the product for which a mailbox stands: by its id, or by its
// name as mailboxes had it before products were kept.
func ProductOf(all []store.Product, named string) (store.Product, bool) {
	named = strings.TrimSpace(named)
	i := slices.IndexFunc(all, func(p store.Product) bool {
		return !p.Archived && named != "" && (p.ID == named || strings.EqualFold(p.NameJA, named) || strings.EqualFold(p.NameEN, named))
	})
	if i < 0 {
		return store.Product{}, false
	}
	return all[i], true
}

// nameProductOf gives a case that is being opened the product of the mailbox
// that it came to.
func (d *Desk) nameProductOf(tx *store.Tx, p *pen, to []string) error {
	box, ok := d.mailboxFor(to)
	if !ok || box.Product == "" {
		return nil
	}
	all, err := tx.ListProducts()
	if err != nil {
		return err
	}
	product, ok := ProductOf(all, box.Product)
	if !ok {
		return nil
	}
	facts, err := p.c.NameProduct(product.ID, product.Name("ja"))
	if err != nil {
		return err
	}
	return p.writeAt(p.at, system, nil, facts...)
}
