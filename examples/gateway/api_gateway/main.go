// The API gateway: GET /products?user_id=..&max_results=.. asks the recommendation service which
// products a user might like, and joins what is known of them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"api_gateway/client"
	"api_gateway/products"
)

// patience is how long the service may take.
const patience = 5 * time.Second

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "IP:PORT")
	service := flag.String("recommendations", "http://127.0.0.1:50051",
		"the recommendation service: http://HOST:PORT, or unix:/path for frames")
	over := flag.String("over", "grpc", "how it is asked: grpc, rest or frames")
	flag.Parse()
	recommender, err := client.Open(*service, *over)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on http://%s", listener.Addr())
	log.Fatal(http.Serve(listener, NewGateway(recommender, products.NewCatalog())))
}

// Gateway answers users.
type Gateway struct {
	http.ServeMux
	recommender client.Recommender
	catalog     products.Catalog
}

// NewGateway is a gateway in front of the service.
func NewGateway(recommender client.Recommender, catalog products.Catalog) *Gateway {
	gateway := &Gateway{recommender: recommender, catalog: catalog}
	gateway.HandleFunc("GET /health", gateway.health)
	gateway.HandleFunc("GET /products", gateway.products)
	return gateway
}

func (g *Gateway) health(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (g *Gateway) products(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	maxResults, err := strconv.ParseInt(query.Get("max_results"), 10, 32)
	if err != nil {
		refuse(w, &client.Refusal{Kind: "invalid_argument", Detail: "max_results is a whole number"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	ids, err := g.recommender.GetRecommendations(ctx, query.Get("user_id"), int32(maxResults))
	if err != nil {
		refuse(w, err)
		return
	}
	write(w, http.StatusOK, map[string]any{"products": g.catalog.Join(ids)})
}

// statuses are the HTTP status of each kind of failure.
var statuses = map[string]int{
	"invalid_argument": http.StatusUnprocessableEntity,
	"too_large":        http.StatusRequestEntityTooLarge,
	"malformed":        http.StatusBadRequest,
	"deadline":         http.StatusGatewayTimeout,
	"gone":             http.StatusServiceUnavailable,
	"unsupported":      http.StatusNotImplemented,
}

// refuse answers with a problem document (RFC 9457).
func refuse(w http.ResponseWriter, err error) {
	refusal := &client.Refusal{Kind: "internal", Detail: err.Error()}
	errors.As(err, &refusal)
	status, isKnown := statuses[refusal.Kind]
	if !isKnown {
		status = http.StatusInternalServerError
	}
	w.Header().Set("Content-Type", "application/problem+json")
	write(w, status, map[string]any{
		"type":   client.KindPrefix + refusal.Kind,
		"title":  http.StatusText(status),
		"status": status,
		"detail": refusal.Detail,
	})
}

func write(w http.ResponseWriter, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(fmt.Sprintf("%q", err.Error()))
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	// A user who went away needs no answer.
	_, _ = w.Write(body)
}
