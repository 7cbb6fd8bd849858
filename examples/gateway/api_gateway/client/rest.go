package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// RESTClient asks over HTTP, with JSON.
type RESTClient struct {
	client *http.Client
	base   string
}

// NewRESTClient is a client of the service at http://HOST:PORT.
func NewRESTClient(base string) *RESTClient {
	return &RESTClient{client: &http.Client{Transport: &http.Transport{}}, base: base}
}

// GetRecommendations asks the service.
func (c *RESTClient) GetRecommendations(
	ctx context.Context, userID string, maxResults int32,
) ([]string, error) {
	body, err := json.Marshal(map[string]any{"userId": userID, "maxResults": maxResults})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(
		ctx, http.MethodPost, c.base+"/recommendations", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, refusalOfError(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxMessageBytes))
	if err != nil {
		return nil, refusalOfError(err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, refusalOfProblem(answer.StatusCode, data)
	}
	var reply struct {
		ProductIDs []string `json:"productIds"`
	}
	if err := json.Unmarshal(data, &reply); err != nil {
		return nil, &Refusal{Kind: "malformed", Detail: err.Error()}
	}
	return reply.ProductIDs, nil
}

func refusalOfError(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &Refusal{Kind: "deadline", Detail: err.Error()}
	}
	return &Refusal{Kind: "gone", Detail: err.Error()}
}

// refusalOfProblem reads a problem document (RFC 9457).
func refusalOfProblem(status int, body []byte) error {
	var problem struct{ Type, Detail string }
	if json.Unmarshal(body, &problem) != nil || problem.Detail == "" {
		problem.Detail = fmt.Sprintf("the service answered with HTTP status %d", status)
	}
	kind, isOurs := strings.CutPrefix(problem.Type, KindPrefix)
	if !isOurs {
		kind = "internal"
	}
	return &Refusal{Kind: kind, Detail: problem.Detail}
}

// KindPrefix stands before a kind of failure in the type of a problem document.
const KindPrefix = "urn:tollgate:error:"
