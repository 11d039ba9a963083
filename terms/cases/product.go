package cases

import "madoguchi/terms/fault"

// ProductNamed says which product the matter is about; an empty one: none of
// those on the list.
type ProductNamed struct {
	Product string `json:"product,omitempty"`
	Name    string `json:"name,omitempty"`
}

// Type implements [Data].
func (ProductNamed) Type() string { return "product.named/1" }

// NameProduct says which product the matter is about.
func (c *Case) NameProduct(product, name string) ([]Data, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Product == product {
		return nil, fault.New(fault.Conflict, "製品は既にそのとおりです。", "The product is that one already.").At("product")
	}
	return []Data{ProductNamed{Product: product, Name: name}}, nil
}
