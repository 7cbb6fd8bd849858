package client

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"

	"google.golang.org/protobuf/proto"

	"api_gateway/gen/go/recommendations"
)

// What stands in a frame before its payload: u32 little endian length of what follows, one byte that
// says what it is.
const (
	lengthBytes = 4
	headBytes   = lengthBytes + 1
	callFrame   = 1
)

// kindOfStatus is the kind of failure that the byte of a reply says, counted from 1.
var kindOfStatus = [...]string{
	"invalid_argument", "too_large", "malformed", "deadline", "gone", "internal", "unsupported",
}

// FramesClient asks by frames over a Unix socket: protobuf without HTTP. Connections are kept and
// used again, each by one call at a time.
type FramesClient struct {
	path string
	free sync.Pool
}

// NewFramesClient is a client of the service that listens at this path.
func NewFramesClient(path string) *FramesClient {
	return &FramesClient{path: path}
}

// GetRecommendations asks the service.
func (c *FramesClient) GetRecommendations(
	ctx context.Context, userID string, maxResults int32,
) ([]string, error) {
	conn, err := c.connection(ctx)
	if err != nil {
		return nil, refusalOfSocket(err)
	}
	ids, err := ask(ctx, conn, userID, maxResults)
	var refusal *Refusal
	if err == nil || errors.As(err, &refusal) {
		c.free.Put(conn)
		return ids, err
	}
	conn.Close() // an answer that comes late must not answer the next call
	return nil, refusalOfSocket(err)
}

func (c *FramesClient) connection(ctx context.Context) (net.Conn, error) {
	if conn, isFree := c.free.Get().(net.Conn); isFree {
		return conn, nil
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", c.path)
}

func ask(ctx context.Context, conn net.Conn, userID string, maxResults int32) ([]string, error) {
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return nil, err
	}
	frame := make([]byte, headBytes, 128)
	frame[lengthBytes] = callFrame
	frame, err := proto.MarshalOptions{}.MarshalAppend(frame,
		&recommendations.RecommendationRequest{UserId: userID, MaxResults: maxResults})
	if err != nil {
		return nil, err
	}
	binary.LittleEndian.PutUint32(frame, uint32(len(frame)-lengthBytes))
	if _, err := conn.Write(frame); err != nil {
		return nil, err
	}
	return reply(conn)
}

func reply(conn net.Conn) ([]string, error) {
	var head [headBytes]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(head[:])
	if length == 0 || length > maxMessageBytes {
		return nil, fmt.Errorf("a reply of %d bytes", length)
	}
	payload := make([]byte, length-1)
	if _, err := io.ReadFull(conn, payload); err != nil {
		return nil, err
	}
	if status := int(head[lengthBytes]); status > 0 {
		if status > len(kindOfStatus) {
			return nil, fmt.Errorf("a reply of status %d", status)
		}
		return nil, &Refusal{Kind: kindOfStatus[status-1], Detail: string(payload)}
	}
	var message recommendations.RecommendationResponse
	if err := proto.Unmarshal(payload, &message); err != nil {
		return nil, err
	}
	return message.ProductIds, nil
}

func refusalOfSocket(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		return &Refusal{Kind: "deadline", Detail: err.Error()}
	}
	return &Refusal{Kind: "gone", Detail: err.Error()}
}
