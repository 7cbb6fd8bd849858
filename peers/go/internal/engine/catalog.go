package engine

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tollgate.dev/peers/go/internal/contract"
)

// maxColumns is the most dimensions: products of int8 reach 1 << 14, so that the sum of so many of
// them is at most 1 << 24.
const maxColumns = 1 << 10

// highestScore is no lower than any score.
const highestScore = 1 << 24

// catalog is exact search by dot product over vectors of small integers.
type catalog struct {
	products, users matrix
	names           []string
}

func openCatalog(products, users string) (*catalog, error) {
	productRows, err := readFile("products", products)
	if err != nil {
		return nil, err
	}
	userRows, err := readFile("users", users)
	if err != nil {
		return nil, err
	}
	return newCatalog(productRows, userRows)
}

func newCatalog(products, users matrix) (*catalog, error) {
	if products.columns != users.columns {
		return nil, fmt.Errorf("products have %d dimensions and users %d; "+
			"both files need the same number of columns", products.columns, users.columns)
	}
	if products.columns > maxColumns {
		return nil, fmt.Errorf("products: %d dimensions; at most %d are taken",
			products.columns, maxColumns)
	}
	names := productNames(0, products.rows)
	return &catalog{products: products, users: users, names: names}, nil
}

// find gives the best products, best first; of equal ones the lower index.
func (c *catalog) find(userID string, count int, scratch *Scratch) contract.Answer {
	count = min(count, c.products.rows)
	if count == 0 {
		return nil
	}
	user := c.users.row(userRow(userID, c.users.rows))
	scratch.scores = c.products.scores(user, scratch.scores[:0])
	scratch.best = keepBest(scratch.scores, count, scratch.best[:0])
	ids := make(contract.Answer, count)
	for at, key := range scratch.best {
		ids[at] = c.names[indexOf(key)]
	}
	return ids
}

// keyOf is one number whose ascending order is: score descending, then index ascending.
func keyOf(score int32, index int) uint64 {
	return uint64(highestScore-score)<<32 | uint64(index)
}

func indexOf(key uint64) int {
	return int(uint32(key))
}

// keepBest gives the count best scores as keys, best first. Candidates gather until there are
// twice as many as wanted; then half of them go, and the bar rises.
func keepBest(scores []int32, count int, best []uint64) []uint64 {
	room := max(2*count, 64)
	bar := uint64(math.MaxUint64)
	for index, score := range scores {
		key := keyOf(score, index)
		if key > bar {
			continue
		}
		best = append(best, key)
		if len(best) == room {
			slices.Sort(best)
			best = best[:count]
			bar = best[count-1]
		}
	}
	slices.Sort(best)
	return best[:count]
}

// userRow is the row that a user id stands for: user_<n>, in decimal without zeros in front, is
// row n where there is one; any other text falls back to a hash.
func userRow(userID string, rows int) int {
	digits, numbered := strings.CutPrefix(userID, "user_")
	if numbered && isDecimal(digits) {
		if row, err := strconv.ParseUint(digits, 10, 64); err == nil && row < uint64(rows) {
			return int(row)
		}
	}
	return int(fnv1a64(userID) % uint64(rows))
}

func isDecimal(text string) bool {
	for at := 0; at < len(text); at++ {
		if text[at] < '0' || text[at] > '9' {
			return false
		}
	}
	return text == "0" || text != "" && text[0] != '0'
}

// fnv1a64 is FNV-1a, 64 bit (RFC 9923).
func fnv1a64(text string) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for at := 0; at < len(text); at++ {
		hash = (hash ^ uint64(text[at])) * 0x100000001b3
	}
	return hash
}
