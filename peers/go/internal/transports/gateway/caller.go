// Package gateway calls the API gateway of examples/gateway: GET /products by net/http, whose
// answer has ids with product information.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/lane"
)

// The transports of this package: the gateway asks its service over gRPC, REST or a Unix socket,
// which makes no difference here.
var (
	OverGRPC = lane.Transport{Name: "gateway", Open: open}
	OverREST = lane.Transport{Name: "gateway-rest", Open: open}
	OverUDS  = lane.Transport{Name: "gateway-uds", Open: open}
)

const (
	idPrefix   = "product_"
	namePrefix = "Product "
	kindPrefix = "urn:tollgate:error:"
)

// connection is a client whose pool has one connection.
type connection struct {
	caller.Plain
	client   *http.Client
	endpoint string
	deadline time.Duration
}

func open(endpoint string, deadline time.Duration) (caller.Connection, error) {
	address, err := url.Parse(endpoint)
	if err != nil || address.Scheme != "http" || address.Port() == "" {
		return nil, contract.Fail(contract.Unsupported,
			"a gateway has an endpoint http://IP:PORT, not %q", endpoint)
	}
	c := &connection{
		client: &http.Client{
			Transport: &http.Transport{MaxConnsPerHost: 1, MaxIdleConnsPerHost: 1},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
		endpoint: strings.TrimSuffix(endpoint, "/"),
		deadline: deadline,
	}
	if _, err := c.get("/health"); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// get is the body of a successful answer.
func (c *connection) get(path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.deadline)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.endpoint+path, nil)
	if err != nil {
		return nil, contract.Fail(contract.InvalidArgument, "%v", err)
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, c.failure(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, contract.MaxMessageBytes))
	if err != nil {
		return nil, c.failure(err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, refusal(answer.StatusCode, body)
	}
	return body, nil
}

func (c *connection) failure(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return contract.Fail(contract.Deadline, "no answer within %v", c.deadline)
	}
	return contract.Fail(contract.Gone, "the gateway is gone: %v", err)
}

// refusal is what a problem document of the gateway says.
func refusal(status int, body []byte) error {
	var problem struct{ Type, Detail string }
	if json.Unmarshal(body, &problem) != nil || problem.Detail == "" {
		problem.Detail = "HTTP status " + strconv.Itoa(status)
	}
	name, _ := strings.CutPrefix(problem.Type, kindPrefix)
	if status == http.StatusRequestHeaderFieldsTooLarge {
		name = contract.TooLarge.String()
	}
	for kind := contract.InvalidArgument; kind <= contract.Unsupported; kind++ {
		if kind.String() == name {
			return contract.Fail(kind, "%s", problem.Detail)
		}
	}
	return contract.Fail(contract.Internal, "%s", problem.Detail)
}

// Call asks for products, and takes their ids where each has its name.
func (c *connection) Call(question *contract.Question, answer *contract.Answer) error {
	query := url.Values{
		"user_id":     {question.UserID},
		"max_results": {strconv.Itoa(int(question.MaxResults))},
	}
	body, err := c.get("/products?" + query.Encode())
	if err != nil {
		return err
	}
	var reply struct {
		Products []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"products"`
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		return contract.Fail(contract.Malformed, "not an answer of the gateway: %v", err)
	}
	ids := (*answer)[:0]
	for _, product := range reply.Products {
		if product.Name != namePrefix+strings.TrimPrefix(product.ID, idPrefix) {
			return contract.Fail(contract.Internal,
				"product %q came back named %q", product.ID, product.Name)
		}
		ids = append(ids, product.ID)
	}
	*answer = ids
	return nil
}

func (c *connection) WireBytes() (out, back int64, counted bool) {
	return 0, 0, false // the kernel counts those of TCP
}

func (c *connection) Codec() *codec.Codec {
	return nil
}

func (c *connection) Close() {
	c.client.CloseIdleConnections()
}
