package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate.dev/peers/go/internal/contract"
)

func made(t *testing.T, options Options) *Engine {
	t.Helper()
	engine, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

func TestWrongIsWrongAndAsLongAsIsAskedFor(t *testing.T) {
	question := contract.Question{UserID: "u", MaxResults: 2}
	ids, err := made(t, Options{Name: "wrong"}).Answer(&question, new(Scratch))
	if err != nil || strings.Join(ids, " ") != "product_1 product_2" {
		t.Error(ids, err)
	}
}

func TestABatchEndsWithItsFirstFailure(t *testing.T) {
	engine, scratch := made(t, Options{Name: "stub"}), new(Scratch)
	good := contract.Question{UserID: "u", MaxResults: 1}
	many := make([]contract.Question, contract.MaxItems)
	if answers, err := engine.AnswerBatch(many, scratch); err != nil || len(answers) != len(many) {
		t.Error(len(answers), err)
	}
	_, err := engine.AnswerBatch(append(many, good), scratch)
	if err == nil || contract.FailureOf(err).Kind != contract.TooLarge {
		t.Error(err)
	}
	_, err = engine.AnswerBatch([]contract.Question{good, {MaxResults: -1}, good}, scratch)
	if err == nil || contract.FailureOf(err).Kind != contract.InvalidArgument {
		t.Error(err)
	}
}

func TestServiceTimeIsTakenByItemsThatAskForSomething(t *testing.T) {
	question := contract.Question{UserID: "u", MaxResults: 1}
	for _, serviceTime := range []time.Duration{100 * time.Microsecond, 20 * time.Millisecond} {
		engine := made(t, Options{Name: "stub", ServiceTime: serviceTime})
		start := time.Now()
		if _, err := engine.Answer(&question, new(Scratch)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < serviceTime {
			t.Errorf("%v took %v", serviceTime, took)
		}
	}
	// With an hour for each item this test would never end.
	engine := made(t, Options{Name: "stub", ServiceTime: time.Hour})
	if _, err := engine.Answer(&contract.Question{UserID: "u"}, new(Scratch)); err != nil {
		t.Fatal(err)
	}
}

// byDefinition is the search as fixtures/src/catalog.rs defines it.
func byDefinition(products, users matrix, userID string, count int) (ids []string) {
	user := users.row(userRow(userID, users.rows))
	scores := make([]int, products.rows)
	rows := make([]int, products.rows)
	for row := range rows {
		rows[row] = row
		for at, value := range products.row(row) {
			scores[row] += int(value) * int(user[at])
		}
	}
	slices.SortStableFunc(rows, func(one, other int) int { return scores[other] - scores[one] })
	for _, row := range rows[:min(count, len(rows))] {
		ids = append(ids, fmt.Sprintf("product_%d", row))
	}
	return ids
}

func TestBreaksTiesByIndexAndTakesExtremeValues(t *testing.T) {
	extremes := []int8{-128, 127, 0, -1, -128}
	for _, columns := range []int{1, 3, 4, 7, maxColumns} {
		products := matrix{rows: 150, columns: columns}
		for at := range products.rows * columns {
			products.values = append(products.values, extremes[at%5])
		}
		users := matrix{rows: 3, columns: columns}
		for at := range users.rows * columns {
			users.values = append(users.values, extremes[at/columns])
		}
		catalog, err := newCatalog(products, users)
		if err != nil {
			t.Fatal(err)
		}
		scratch := new(Scratch)
		for _, user := range []string{"user_0", "user_1", "user_2"} {
			for _, count := range []int{0, 1, 7, 70, 150, 500} {
				found := catalog.find(user, count, scratch)
				if wanted := byDefinition(products, users, user, count); !slices.Equal(found, wanted) {
					t.Fatalf("%d columns, %s, %d: %v, not %v", columns, user, count, found, wanted)
				}
			}
		}
	}
}

func TestEveryProductMayBeBetterThanAllBeforeIt(t *testing.T) {
	users := matrix{rows: 1, columns: 2, values: []int8{1, 100}}
	products := matrix{columns: 2}
	for row := range 300 {
		products.values = append(products.values, int8(row%100), int8(row/100))
		products.rows++
		catalog, err := newCatalog(products, users)
		if err != nil {
			t.Fatal(err)
		}
		for _, count := range []int{1, 33, 70} {
			for at, id := range catalog.find("user_0", count, new(Scratch)) {
				if wanted := fmt.Sprintf("product_%d", row-at); id != wanted {
					t.Fatalf("%d of the best %d is %s, not %s", at, count, id, wanted)
				}
			}
		}
	}
}

func TestMapsUserIDsToRowsAsStated(t *testing.T) {
	if row := userRow("user_7", 10); row != 7 {
		t.Error(row)
	}
	for _, other := range []string{"user_07", "user_10", "user_", "user_-1", "user_+1", "User_1", "",
		"user_7\n", "user_" + strings.Repeat("9", 5000), "user_٧"} {
		if row := userRow(other, 10); row != int(fnv1a64(other)%10) {
			t.Errorf("%.20q is row %d", other, row)
		}
	}
	// A published test vector (RFC 9923, appendix).
	if hash := fnv1a64("foobar"); hash != 0x85944171f73967e8 {
		t.Errorf("%x", hash)
	}
}

func TestRefusesFilesThatDoNotFit(t *testing.T) {
	narrow := matrix{rows: 2, columns: 3, values: make([]int8, 6)}
	wide := matrix{rows: 2, columns: 4, values: make([]int8, 8)}
	_, err := newCatalog(narrow, wide)
	if err == nil || !strings.Contains(err.Error(), "products have 3 dimensions and users 4") {
		t.Error(err)
	}
	_, err = New(Options{Name: "catalog", Products: "/nowhere.npy", Users: "/nowhere.npy"})
	if err == nil || !strings.HasPrefix(err.Error(), "products: ") {
		t.Error(err)
	}
	if _, err = New(Options{Name: "catalog"}); err == nil {
		t.Error("a catalog of no files")
	}
	if _, err = New(Options{Name: "oracle"}); err == nil || !strings.Contains(err.Error(), "oracle") {
		t.Error(err)
	}
}
