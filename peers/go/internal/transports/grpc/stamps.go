package grpc

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"tollgate.dev/peers/go/internal/contract"
)

// The metadata that asks for stamps, and the trailers that answer.
const (
	askStamps = "tollgate-stamp"
	decodeNs  = "tollgate-decode-ns"
	computeNs = "tollgate-compute-ns"
	encodeNs  = "tollgate-encode-ns"
)

// strict wraps the methods of a generated service: messages arrive as bytes and are decoded here,
// since what is no message is DataLoss, where the library says Internal; and calls that ask for
// stamps get them.
func strict(service grpc.ServiceDesc) *grpc.ServiceDesc {
	methods := make([]grpc.MethodDesc, len(service.Methods))
	for at, method := range service.Methods {
		methods[at] = grpc.MethodDesc{
			MethodName: method.MethodName,
			Handler:    strictMethod{inner: method.Handler}.handle,
		}
	}
	streams := make([]grpc.StreamDesc, len(service.Streams))
	for at, stream := range service.Streams {
		inner := stream.Handler
		stream.Handler = func(server any, call grpc.ServerStream) error {
			return inner(server, strictStream{call})
		}
		streams[at] = stream
	}
	service.Methods, service.Streams = methods, streams
	return &service
}

type strictMethod struct {
	inner grpc.MethodHandler
}

func (m strictMethod) handle(
	server any, ctx context.Context, receive func(any) error, chain grpc.UnaryServerInterceptor,
) (any, error) {
	if len(metadata.ValueFromIncomingContext(ctx, askStamps)) == 0 {
		decode := func(message any) error { return decoded(receive, message) }
		return m.inner(server, ctx, decode, chain)
	}
	start := time.Now()
	var decoding time.Duration
	reply, err := m.inner(server, ctx, func(message any) error {
		err := decoded(receive, message)
		decoding = time.Since(start)
		return err
	}, chain)
	if err != nil {
		return nil, err
	}
	stamps := contract.Stamps{
		DecodeNs:  uint64(decoding),
		ComputeNs: uint64(time.Since(start) - decoding),
	}
	return &stampedReply{message: reply, ctx: ctx, stamps: stamps}, nil
}

type strictStream struct {
	grpc.ServerStream
}

func (s strictStream) RecvMsg(message any) error {
	return decoded(s.ServerStream.RecvMsg, message)
}

// encoded is a message as it arrived.
type encoded struct {
	data mem.Buffer
}

// decoded receives a message and decodes it.
func decoded(receive func(any) error, message any) error {
	var arrived encoded
	if err := receive(&arrived); err != nil {
		return err
	}
	defer arrived.data.Free()
	if err := proto.Unmarshal(arrived.data.ReadOnlyData(), message.(proto.Message)); err != nil {
		return status.Errorf(codes.DataLoss, "not a message of the contract: %v", err)
	}
	return nil
}

// stampedReply is a reply whose stamps leave with it, when it has been encoded.
type stampedReply struct {
	message any
	ctx     context.Context
	stamps  contract.Stamps
}

// serverCodec does what the library does, but leaves messages encoded where that is wanted, and
// times the encoding of stamped replies.
type serverCodec struct {
	encoding.CodecV2
}

func (c serverCodec) Marshal(message any) (mem.BufferSlice, error) {
	stamped, isStamped := message.(*stampedReply)
	if !isStamped {
		return c.CodecV2.Marshal(message)
	}
	start := time.Now()
	data, err := c.CodecV2.Marshal(stamped.message)
	stamped.stamps.EncodeNs = uint64(time.Since(start))
	if err != nil {
		return nil, err
	}
	return data, grpc.SetTrailer(stamped.ctx, trailerOf(stamped.stamps))
}

func (c serverCodec) Unmarshal(data mem.BufferSlice, message any) error {
	arrived, isLeft := message.(*encoded)
	if !isLeft {
		return c.CodecV2.Unmarshal(data, message)
	}
	arrived.data = data.MaterializeToBuffer(mem.DefaultBufferPool())
	return nil
}

func trailerOf(stamps contract.Stamps) metadata.MD {
	return metadata.Pairs(
		decodeNs, strconv.FormatUint(stamps.DecodeNs, 10),
		computeNs, strconv.FormatUint(stamps.ComputeNs, 10),
		encodeNs, strconv.FormatUint(stamps.EncodeNs, 10),
	)
}

// stampsOf reads what a callee reported.
func stampsOf(trailer metadata.MD) (stamps contract.Stamps, err error) {
	for _, part := range []struct {
		name  string
		place *uint64
	}{
		{decodeNs, &stamps.DecodeNs}, {computeNs, &stamps.ComputeNs}, {encodeNs, &stamps.EncodeNs},
	} {
		values := trailer.Get(part.name)
		if len(values) != 1 {
			return stamps, contract.Fail(contract.Unsupported,
				"this callee does not report its durations")
		}
		if *part.place, err = strconv.ParseUint(values[0], 10, 64); err != nil {
			return stamps, contract.Fail(contract.Malformed, "%s", fmt.Sprintf("%s: %v", part.name, err))
		}
	}
	return stamps, nil
}
