package grpc

import (
	"context"
	"io"
	"net"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/gen"
	"tollgate.dev/peers/go/internal/lane"
	"tollgate.dev/peers/go/internal/serve"
)

// callee answers by grpc-go's server as it comes: a goroutine for each call.
type callee struct {
	listener net.Listener
	server   *grpc.Server
}

func listen(address string, engine *engine.Engine) (lane.Callee, error) {
	listener, err := serve.ListenTCP(address)
	if err != nil {
		return nil, err
	}
	server := grpc.NewServer(
		grpc.ForceServerCodecV2(serverCodec{encoding.GetCodecV2(proto.Name)}),
		grpc.MaxRecvMsgSize(contract.MaxMessageBytes),
	)
	answers := newRecommender(engine)
	server.RegisterService(strict(gen.Recommender_ServiceDesc), answers)
	server.RegisterService(strict(gen.Probe_ServiceDesc), probe{})
	state := health.NewServer()
	state.SetServingStatus(gen.Recommender_ServiceDesc.ServiceName,
		grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(server, state)
	return &callee{listener: listener, server: server}, nil
}

func (c *callee) Endpoint() string {
	return serve.HTTPEndpoint(c.listener)
}

func (c *callee) Answer() error {
	return c.server.Serve(c.listener)
}

func (c *callee) Close() {
	c.server.Stop()
}

// recommender is the service of the contract.
type recommender struct {
	gen.UnimplementedRecommenderServer
	engine *engine.Engine
	// scratches are memory of searches that is free; calls run at the same time.
	scratches sync.Pool
}

func newRecommender(made *engine.Engine) *recommender {
	return &recommender{
		engine:    made,
		scratches: sync.Pool{New: func() any { return new(engine.Scratch) }},
	}
}

func (r *recommender) answer(
	message *gen.RecommendationRequest,
) (*gen.RecommendationResponse, error) {
	scratch := r.scratches.Get().(*engine.Scratch)
	defer r.scratches.Put(scratch)
	question := codec.QuestionOf(message)
	ids, err := r.engine.Answer(&question, scratch)
	if err != nil {
		return nil, statusOf(err)
	}
	return &gen.RecommendationResponse{ProductIds: ids}, nil
}

func (r *recommender) GetRecommendations(
	_ context.Context, message *gen.RecommendationRequest,
) (*gen.RecommendationResponse, error) {
	return r.answer(message)
}

func (r *recommender) GetRecommendationsBatch(
	_ context.Context, batch *gen.RecommendationBatchRequest,
) (*gen.RecommendationBatchResponse, error) {
	scratch := r.scratches.Get().(*engine.Scratch)
	defer r.scratches.Put(scratch)
	answers, err := r.engine.AnswerBatch(codec.QuestionsOf(batch), scratch)
	if err != nil {
		return nil, statusOf(err)
	}
	return codec.ResponsesOf(answers), nil
}

func (r *recommender) StreamRecommendations(call gen.Recommender_StreamRecommendationsServer) error {
	for {
		message, err := call.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		reply, err := r.answer(message)
		if err != nil {
			return err
		}
		if err := call.Send(reply); err != nil {
			return err
		}
	}
}

// CollectRecommendations answers when the questions end: there must be an end to them.
func (r *recommender) CollectRecommendations(
	call gen.Recommender_CollectRecommendationsServer,
) error {
	var batch gen.RecommendationBatchResponse
	for {
		message, err := call.Recv()
		if err == io.EOF {
			return call.SendAndClose(&batch)
		}
		if err != nil {
			return err
		}
		if err := contract.CheckItems(len(batch.Responses) + 1); err != nil {
			return statusOf(err)
		}
		reply, err := r.answer(message)
		if err != nil {
			return err
		}
		batch.Responses = append(batch.Responses, reply)
	}
}

func (r *recommender) ListRecommendations(
	batch *gen.RecommendationBatchRequest, call gen.Recommender_ListRecommendationsServer,
) error {
	if err := contract.CheckItems(len(batch.GetRequests())); err != nil {
		return statusOf(err)
	}
	for _, message := range batch.GetRequests() {
		reply, err := r.answer(message)
		if err != nil {
			return err
		}
		if err := call.Send(reply); err != nil {
			return err
		}
	}
	return nil
}

// probe echoes.
type probe struct {
	gen.UnimplementedProbeServer
}

func (probe) Echo(_ context.Context, asked *gen.EchoRequest) (*gen.EchoResponse, error) {
	if err := contract.CheckEcho(uint64(asked.GetReplyBytes())); err != nil {
		return nil, statusOf(err)
	}
	back := contract.AppendEcho(nil, asked.GetPayload(), int(asked.GetReplyBytes()))
	return &gen.EchoResponse{Payload: back}, nil
}
