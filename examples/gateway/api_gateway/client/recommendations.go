// Package client asks the recommendation service which products a user might like.
package client

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"api_gateway/gen/go/recommendations"
)

// maxMessageBytes is the largest answer that is taken.
const maxMessageBytes = 32 << 20

// Recommender is what the gateway needs of the service, by whatever boundary.
type Recommender interface {
	// GetRecommendations gives the ids of at most so many products, the best first.
	GetRecommendations(ctx context.Context, userID string, maxResults int32) ([]string, error)
}

// Open connects to the service at http://HOST:PORT, over grpc or rest, or at unix:/path, over
// frames.
func Open(address, over string) (Recommender, error) {
	host := strings.TrimPrefix(address, "http://")
	switch over {
	case "grpc":
		conn, err := grpc.NewClient("passthrough:///"+host,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithNoProxy(),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes)))
		if err != nil {
			return nil, err
		}
		return NewRecommendationClient(conn), nil
	case "rest":
		return NewRESTClient("http://" + host), nil
	case "frames":
		return NewFramesClient(strings.TrimPrefix(address, "unix:")), nil
	}
	return nil, fmt.Errorf("%q: the service is asked over grpc, rest or frames", over)
}

// RecommendationClient asks over gRPC.
type RecommendationClient struct {
	client recommendations.RecommenderClient
}

// NewRecommendationClient is a client on a connection.
func NewRecommendationClient(conn *grpc.ClientConn) *RecommendationClient {
	return &RecommendationClient{client: recommendations.NewRecommenderClient(conn)}
}

// GetRecommendations asks the service.
func (c *RecommendationClient) GetRecommendations(
	ctx context.Context, userID string, maxResults int32,
) ([]string, error) {
	req := &recommendations.RecommendationRequest{UserId: userID, MaxResults: maxResults}
	res, err := c.client.GetRecommendations(ctx, req)
	if err != nil {
		return nil, refusalOf(status.Code(err), status.Convert(err).Message())
	}
	return res.ProductIds, nil
}

// Refusal is what the service, or the way to it, says in the place of an answer.
type Refusal struct {
	// Kind is one of the contract's: invalid_argument, too_large, malformed, deadline, gone,
	// internal, unsupported.
	Kind string
	// Detail is words for a person.
	Detail string
}

func (r *Refusal) Error() string {
	return r.Kind + ": " + r.Detail
}

var kinds = map[codes.Code]string{
	codes.InvalidArgument:   "invalid_argument",
	codes.ResourceExhausted: "too_large",
	codes.DataLoss:          "malformed",
	codes.DeadlineExceeded:  "deadline",
	codes.Unavailable:       "gone",
	codes.Unimplemented:     "unsupported",
}

func refusalOf(code codes.Code, detail string) error {
	kind, isKnown := kinds[code]
	if !isKnown {
		kind = "internal"
	}
	return &Refusal{Kind: kind, Detail: detail}
}
