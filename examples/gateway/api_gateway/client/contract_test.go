package client

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"api_gateway/gen/go/recommendations"
)

// The contract on the wire, by hand from recommendations.proto: what the other side holds its own
// code to as well.
var (
	requestBytes  = []byte("\x0a\x06user_3\x10\x02")
	responseBytes = []byte("\x0a\x09product_0\x0a\x09product_1")
)

func TestMessagesAreThoseOfTheContract(t *testing.T) {
	request := &recommendations.RecommendationRequest{UserId: "user_3", MaxResults: 2}
	if sent, err := proto.Marshal(request); err != nil || !bytes.Equal(sent, requestBytes) {
		t.Errorf("a request is %q, %v", sent, err)
	}
	var response recommendations.RecommendationResponse
	if err := proto.Unmarshal(responseBytes, &response); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(response.ProductIds, []string{"product_0", "product_1"}) {
		t.Errorf("a response is %q", response.ProductIds)
	}
}

// service answers as the contract's service does, or refuses.
type service struct {
	recommendations.UnimplementedRecommenderServer
	asked *recommendations.RecommendationRequest
	err   error
}

func (s *service) GetRecommendations(
	_ context.Context, request *recommendations.RecommendationRequest,
) (*recommendations.RecommendationResponse, error) {
	s.asked = request
	response := &recommendations.RecommendationResponse{ProductIds: []string{"product_0"}}
	return response, s.err
}

// askOverGRPC asks this service over a socket, as the gateway does.
func askOverGRPC(t *testing.T, fake *service) ([]string, error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	recommendations.RegisterRecommenderServer(server, fake)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	recommender, err := Open("http://"+listener.Addr().String(), "grpc")
	if err != nil {
		t.Fatal(err)
	}
	return recommender.GetRecommendations(t.Context(), "user_3", 2)
}

func TestACallCarriesQuestionAndAnswer(t *testing.T) {
	fake := &service{}
	ids, err := askOverGRPC(t, fake)
	if err != nil || !slices.Equal(ids, []string{"product_0"}) {
		t.Errorf("%q, %v", ids, err)
	}
	if fake.asked.GetUserId() != "user_3" || fake.asked.GetMaxResults() != 2 {
		t.Errorf("the service was asked %v", fake.asked)
	}
}

func TestARefusalIsOfTheKindThatItsCodeSays(t *testing.T) {
	for code, kind := range map[codes.Code]string{
		codes.InvalidArgument:   "invalid_argument",
		codes.ResourceExhausted: "too_large",
		codes.Unavailable:       "gone",
		codes.Unknown:           "internal",
	} {
		_, err := askOverGRPC(t, &service{err: status.Error(code, "why")})
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Kind != kind || refusal.Detail != "why" {
			t.Errorf("%v: %v", code, err)
		}
	}
}
