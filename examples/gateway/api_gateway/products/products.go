// Package products is what the gateway knows of products.
package products

import (
	"strconv"
	"strings"
)

// Product is one of them, as users see it.
type Product struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	PriceCents int    `json:"price_cents"`
}

// Count is how many there are: product_0 and the following ones.
const Count = 10_000

// Catalog has every product by its id.
type Catalog map[string]Product

// NewCatalog makes them up; a real gateway reads them from a database.
func NewCatalog() Catalog {
	catalog := make(Catalog, Count)
	for number := range Count {
		id := "product_" + strconv.Itoa(number)
		catalog[id] = Product{
			ID:         id,
			Name:       "Product " + strconv.Itoa(number),
			PriceCents: 499 + number*37%9500,
		}
	}
	return catalog
}

// Join gives what is known of each id, in their order. One that is not known keeps its id alone.
func (c Catalog) Join(ids []string) []Product {
	joined := make([]Product, len(ids))
	for at, id := range ids {
		product, isKnown := c[id]
		if !isKnown {
			product = Product{ID: strings.Clone(id)}
		}
		joined[at] = product
	}
	return joined
}
