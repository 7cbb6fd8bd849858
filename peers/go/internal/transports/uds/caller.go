package uds

import (
	"encoding/binary"
	"strings"
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/transports/uds/frames"
)

// Requests of mode pipelined that may be unanswered at a time: what fits into the buffers of the
// socket, so that this side reads before the callee, blocked on its replies, reads no requests.
const (
	windowCalls = 64
	windowBytes = 64 << 10
)

// connection is a connection of these lanes: encoded messages in frames over a Unix socket.
type connection struct {
	socket *socket
	codec  *codec.Codec
	// request is memory for what is sent.
	request []byte
}

// open connects to unix:/path, and makes sure that a callee of this lane answers there.
func open(
	name string, codec *codec.Codec, endpoint string, deadline time.Duration,
) (caller.Connection, error) {
	path, isUnix := strings.CutPrefix(endpoint, "unix:")
	if !isUnix || !strings.HasPrefix(path, "/") {
		return nil, contract.Fail(contract.Unsupported,
			"%s takes an endpoint unix:/path, not %q", name, endpoint)
	}
	socket, err := dial(path, deadline)
	if err != nil {
		return nil, err
	}
	opened := &connection{socket: socket, codec: codec}
	if err := caller.Greet(opened, endpoint); err != nil {
		opened.Close()
		return nil, err
	}
	return opened, nil
}

// exchange sends the one frame in c.request, and gives the payload of its reply.
func (c *connection) exchange(wanted byte) ([]byte, error) {
	frames.End(c.request, 0)
	if err := c.socket.send(c.request); err != nil {
		return nil, err
	}
	return c.socket.reply(wanted)
}

func (c *connection) Call(question *contract.Question, answer *contract.Answer) error {
	c.request = c.codec.AppendRequest(frames.Begin(c.request[:0], frames.Call), question)
	payload, err := c.exchange(frames.OK)
	if err != nil {
		return err
	}
	*answer, err = c.codec.ReadReply(payload, *answer)
	return err
}

func (c *connection) Batched(questions []contract.Question, answers []contract.Answer) error {
	c.request = c.codec.AppendRequests(frames.Begin(c.request[:0], frames.Batch), questions)
	payload, err := c.exchange(frames.OK)
	if err != nil {
		return err
	}
	return c.codec.ReadReplies(payload, answers)
}

// Pipelined writes a window of requests by one write, then takes its answers.
func (c *connection) Pipelined(questions []contract.Question, answers []contract.Answer) error {
	for len(questions) > 0 {
		count := c.fillWindow(questions)
		if err := c.socket.send(c.request); err != nil {
			return err
		}
		if err := c.takeWindow(answers[:count]); err != nil {
			return err
		}
		questions, answers = questions[count:], answers[count:]
	}
	return nil
}

// fillWindow puts the frames of as many requests as the window takes into c.request, and gives
// their number. One that is larger than the window goes alone.
func (c *connection) fillWindow(questions []contract.Question) (count int) {
	c.request = c.request[:0]
	for count < min(len(questions), windowCalls) {
		start := len(c.request)
		c.request = frames.Begin(c.request, frames.Call)
		c.request = c.codec.AppendRequest(c.request, &questions[count])
		frames.End(c.request, start)
		if start > 0 && len(c.request) > windowBytes {
			c.request = c.request[:start]
			break
		}
		count++
	}
	return count
}

// takeWindow takes the answers of a window. A refusal does not take back the calls in flight
// behind it: their answers are received too, and then the first refusal is given.
func (c *connection) takeWindow(answers []contract.Answer) (refusal error) {
	for at := range answers {
		payload, err := c.socket.reply(frames.OK)
		if err == nil {
			answers[at], err = c.codec.ReadReply(payload, answers[at])
		}
		if err != nil {
			if contract.FailureOf(err).Kind.EndsConnection() {
				return err
			}
			if refusal == nil {
				refusal = err
			}
		}
	}
	return refusal
}

func (c *connection) Streamed([]contract.Question, []contract.Answer) error {
	return contract.Fail(contract.Unsupported, "this lane has no streams")
}

func (c *connection) Stamped(
	question *contract.Question, answer *contract.Answer,
) (contract.Stamps, error) {
	c.request = c.codec.AppendRequest(frames.Begin(c.request[:0], frames.StampedCall), question)
	payload, err := c.exchange(frames.OKStamped)
	if err != nil {
		return contract.Stamps{}, err
	}
	stamps, reply, whole := frames.SplitStamps(payload)
	if !whole {
		return stamps, contract.Fail(contract.Malformed, "a stamped reply without its stamps")
	}
	*answer, err = c.codec.ReadReply(reply, *answer)
	return stamps, err
}

func (c *connection) Echo(payload []byte, replyBytes int, back []byte) ([]byte, error) {
	if err := contract.CheckCount(replyBytes); err != nil {
		return nil, err
	}
	c.request = frames.Begin(c.request[:0], frames.Echo)
	c.request = binary.LittleEndian.AppendUint32(c.request, uint32(replyBytes))
	c.request = append(c.request, payload...)
	reply, err := c.exchange(frames.OK)
	if err != nil {
		return nil, err
	}
	return append(back, reply...), nil
}

func (c *connection) Raw(request []byte) ([]byte, error) {
	c.request = append(frames.Begin(c.request[:0], frames.Call), request...)
	reply, err := c.exchange(frames.OK)
	if err != nil {
		return nil, err
	}
	return append([]byte(nil), reply...), nil
}

func (c *connection) WireBytes() (out, back int64, counted bool) {
	return c.socket.out, c.socket.back, true
}

func (c *connection) Codec() *codec.Codec {
	return c.codec
}

func (c *connection) Close() {
	c.socket.close()
}
