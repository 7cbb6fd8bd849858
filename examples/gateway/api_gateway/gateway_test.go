package main

import (
	"context"
	"net/http/httptest"
	"testing"

	"api_gateway/client"
	"api_gateway/products"
)

// two recommends two products, one of which nobody knows; or refuses.
type two struct{ err error }

func (r two) GetRecommendations(context.Context, string, int32) ([]string, error) {
	return []string{"product_3", "gone"}, r.err
}

func answer(recommender client.Recommender, query string) (int, string) {
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "/products?"+query, nil)
	NewGateway(recommender, products.NewCatalog()).ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}

func TestProductsAreJoinedInTheirOrder(t *testing.T) {
	status, body := answer(two{}, "user_id=user_3&max_results=2")
	want := `{"products":[{"id":"product_3","name":"Product 3","price_cents":610},` +
		`{"id":"gone","name":"","price_cents":0}]}`
	if status != 200 || body != want {
		t.Errorf("%d %s", status, body)
	}
}

func TestWhatTheServiceRefusesIsAProblemWithItsStatus(t *testing.T) {
	refusal := &client.Refusal{Kind: "too_large", Detail: "at most 1000"}
	if status, body := answer(two{refusal}, "user_id=user_3&max_results=2000"); status != 413 {
		t.Errorf("%d %s", status, body)
	}
	if status, body := answer(two{}, "user_id=user_3&max_results=many"); status != 422 {
		t.Errorf("%d %s", status, body)
	}
}
