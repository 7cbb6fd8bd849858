// Package grpc is the contract's service by grpc-go: generated stubs, one HTTP/2 connection on
// loopback TCP.
package grpc

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/gen"
	"tollgate.dev/peers/go/internal/lane"
)

// Transport is grpc.
var Transport = lane.Transport{Name: "grpc", Open: open, IsConcurrent: true, Listen: listen}

// connection is one channel, and the stubs on it.
type connection struct {
	channel  *grpc.ClientConn
	stub     gen.RecommenderClient
	probe    gen.ProbeClient
	deadline time.Duration
}

func open(endpoint string, deadline time.Duration) (caller.Connection, error) {
	address, err := url.Parse(endpoint)
	if err != nil || address.Scheme != "http" || address.Port() == "" {
		return nil, contract.Fail(contract.Unsupported,
			"grpc takes an endpoint http://IP:PORT, not %q", endpoint)
	}
	channel, err := grpc.NewClient("passthrough:///"+address.Host,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(contract.MaxMessageBytes)),
	)
	if err != nil {
		return nil, contract.Fail(contract.Gone, "%v", err)
	}
	c := &connection{
		channel:  channel,
		stub:     gen.NewRecommenderClient(channel),
		probe:    gen.NewProbeClient(channel),
		deadline: deadline,
	}
	if err := c.greet(endpoint); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// greet makes sure that what answers is a callee. Health is a custom, not a part of the contract:
// a callee without it is asked for nothing.
func (c *connection) greet(endpoint string) error {
	ctx, cancel := c.call()
	defer cancel()
	asked := &grpc_health_v1.HealthCheckRequest{Service: gen.Recommender_ServiceDesc.ServiceName}
	_, err := grpc_health_v1.NewHealthClient(c.channel).Check(ctx, asked)
	switch code := status.Code(err); {
	case err == nil:
		return nil
	case code == codes.Unimplemented || code == codes.NotFound:
		_, err = c.stub.GetRecommendations(ctx, &gen.RecommendationRequest{})
		return failureOf(err)
	case isNoHTTP2(err):
		return caller.NoCallee(endpoint, status.Convert(err).Message())
	}
	return failureOf(err)
}

// call begins a call's time.
func (c *connection) call() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), c.deadline)
}

func (c *connection) Call(question *contract.Question, answer *contract.Answer) error {
	ctx, cancel := c.call()
	defer cancel()
	reply, err := c.stub.GetRecommendations(ctx, codec.MessageOf(question))
	if err != nil {
		return failureOf(err)
	}
	*answer = reply.GetProductIds()
	return nil
}

func (c *connection) Batched(questions []contract.Question, answers []contract.Answer) error {
	ctx, cancel := c.call()
	defer cancel()
	batch, err := c.stub.GetRecommendationsBatch(ctx, codec.BatchOf(questions))
	if err != nil {
		return failureOf(err)
	}
	return codec.AnswersOf(batch, answers)
}

// Pipelined has a goroutine for each call. All are waited for, also behind a failure.
func (c *connection) Pipelined(questions []contract.Question, answers []contract.Answer) error {
	failures := make([]error, len(questions))
	var calls sync.WaitGroup
	calls.Add(len(questions))
	for at := range questions {
		go func() {
			defer calls.Done()
			failures[at] = c.Call(&questions[at], &answers[at])
		}()
	}
	calls.Wait()
	for _, failure := range failures {
		if failure != nil {
			return failure
		}
	}
	return nil
}

// Streamed sends from a goroutine of its own: windows of HTTP/2 may fill up in both directions.
func (c *connection) Streamed(questions []contract.Question, answers []contract.Answer) error {
	ctx, cancel := c.call()
	defer cancel()
	stream, err := c.stub.StreamRecommendations(ctx)
	if err != nil {
		return failureOf(err)
	}
	go func() {
		for at := range questions {
			if stream.Send(codec.MessageOf(&questions[at])) != nil {
				return // what went wrong is received
			}
		}
		_ = stream.CloseSend()
	}()
	for at := range answers {
		reply, err := stream.Recv()
		if err == io.EOF {
			return contract.Fail(contract.Malformed, "%d answers to %d questions", at, len(answers))
		}
		if err != nil {
			return failureOf(err)
		}
		answers[at] = reply.GetProductIds()
	}
	if _, err := stream.Recv(); err != io.EOF {
		if err == nil {
			return contract.Fail(contract.Malformed, "more answers than %d questions", len(answers))
		}
		return failureOf(err)
	}
	return nil
}

func (c *connection) Stamped(
	question *contract.Question, answer *contract.Answer,
) (contract.Stamps, error) {
	ctx, cancel := c.call()
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, askStamps, "1")
	var trailer metadata.MD
	reply, err := c.stub.GetRecommendations(ctx, codec.MessageOf(question), grpc.Trailer(&trailer))
	if err != nil {
		return contract.Stamps{}, failureOf(err)
	}
	*answer = reply.GetProductIds()
	return stampsOf(trailer)
}

func (c *connection) Echo(payload []byte, replyBytes int, back []byte) ([]byte, error) {
	if err := contract.CheckCount(replyBytes); err != nil {
		return nil, err
	}
	ctx, cancel := c.call()
	defer cancel()
	asked := &gen.EchoRequest{Payload: payload, ReplyBytes: uint32(replyBytes)}
	reply, err := c.probe.Echo(ctx, asked)
	if err != nil {
		return nil, failureOf(err)
	}
	return append(back, reply.GetPayload()...), nil
}

func (c *connection) Raw(request []byte) ([]byte, error) {
	ctx, cancel := c.call()
	defer cancel()
	var reply []byte
	err := c.channel.Invoke(ctx, gen.Recommender_GetRecommendations_FullMethodName, request, &reply,
		grpc.ForceCodecV2(rawCodec{encoding.GetCodecV2(proto.Name)}))
	return reply, failureOf(err)
}

func (c *connection) WireBytes() (out, back int64, counted bool) {
	return 0, 0, false // the kernel counts those of TCP
}

func (c *connection) Codec() *codec.Codec {
	return &codec.Protobuf
}

func (c *connection) Close() {
	// A channel that was closed before has nothing left to free.
	_ = c.channel.Close()
}

// rawCodec sends bytes as they are, under the name of the codec whose place it takes.
type rawCodec struct {
	encoding.CodecV2
}

func (rawCodec) Marshal(message any) (mem.BufferSlice, error) {
	data, isBytes := message.([]byte)
	if !isBytes {
		return nil, fmt.Errorf("%T is no bytes", message)
	}
	return mem.BufferSlice{mem.SliceBuffer(data)}, nil
}

func (rawCodec) Unmarshal(data mem.BufferSlice, message any) error {
	place, isBytes := message.(*[]byte)
	if !isBytes {
		return fmt.Errorf("%T is no place for bytes", message)
	}
	*place = data.Materialize()
	return nil
}
