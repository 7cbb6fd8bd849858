package caller

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/frames"
	"tollgate.dev/peers/go/internal/protojson"
)

// Requests of mode pipelined that may be unanswered at a time: what fits into the buffers of the
// socket, so that this side reads before the callee, blocked on its replies, reads no requests.
const (
	windowCalls = 64
	windowBytes = 64 << 10
)

const greeting = "tollgate"

// udsJSON is a connection of the lane uds-json: proto3 JSON in frames over a Unix socket.
type udsJSON struct {
	socket *socket
	// request is memory for what is sent.
	request []byte
}

// OpenUDSJSON connects to unix:/path, and makes sure that a callee of this lane answers there.
func OpenUDSJSON(endpoint string, deadline time.Duration) (Connection, error) {
	path, isUnix := strings.CutPrefix(endpoint, "unix:")
	if !isUnix || !strings.HasPrefix(path, "/") {
		return nil, contract.Fail(contract.Unsupported,
			"uds-json takes an endpoint unix:/path, not %q", endpoint)
	}
	socket, err := dial(path, deadline)
	if err != nil {
		return nil, err
	}
	connection := &udsJSON{socket: socket}
	if err := connection.greet(); err != nil {
		connection.Close()
		failure := contract.FailureOf(err)
		if failure.Kind == contract.Deadline || failure.Kind == contract.Gone {
			return nil, failure
		}
		return nil, contract.Fail(contract.Unsupported,
			"%s is no callee of this lane: %s", endpoint, failure.Detail)
	}
	return connection, nil
}

func (c *udsJSON) greet() error {
	back, err := c.Echo([]byte(greeting), len(greeting), nil)
	if err == nil && string(back) != greeting {
		err = contract.Fail(contract.Malformed, "an echo came back changed")
	}
	return err
}

// exchange sends the one frame in c.request, and gives the payload of its reply.
func (c *udsJSON) exchange(wanted byte) ([]byte, error) {
	frames.End(c.request, 0)
	if err := c.socket.send(c.request); err != nil {
		return nil, err
	}
	return c.socket.reply(wanted)
}

func (c *udsJSON) Call(question *contract.Question, answer *contract.Answer) error {
	c.request = protojson.AppendRequest(frames.Begin(c.request[:0], frames.Call), question)
	payload, err := c.exchange(frames.OK)
	if err != nil {
		return err
	}
	*answer, err = protojson.ReadReply(payload, *answer)
	return err
}

func (c *udsJSON) Batched(questions []contract.Question, answers []contract.Answer) error {
	c.request = protojson.AppendRequests(frames.Begin(c.request[:0], frames.Batch), questions)
	payload, err := c.exchange(frames.OK)
	if err != nil {
		return err
	}
	return protojson.ReadReplies(payload, answers)
}

// Pipelined writes a window of requests by one write, then takes its answers.
func (c *udsJSON) Pipelined(questions []contract.Question, answers []contract.Answer) error {
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
func (c *udsJSON) fillWindow(questions []contract.Question) (count int) {
	c.request = c.request[:0]
	for count < min(len(questions), windowCalls) {
		start := len(c.request)
		c.request = frames.Begin(c.request, frames.Call)
		c.request = protojson.AppendRequest(c.request, &questions[count])
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
func (c *udsJSON) takeWindow(answers []contract.Answer) (refusal error) {
	for at := range answers {
		payload, err := c.socket.reply(frames.OK)
		if err == nil {
			answers[at], err = protojson.ReadReply(payload, answers[at])
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

func (c *udsJSON) Streamed([]contract.Question, []contract.Answer) error {
	return contract.Fail(contract.Unsupported, "this lane has no streams")
}

func (c *udsJSON) Stamped(
	question *contract.Question, answer *contract.Answer,
) (contract.Stamps, error) {
	c.request = protojson.AppendRequest(frames.Begin(c.request[:0], frames.StampedCall), question)
	payload, err := c.exchange(frames.OKStamped)
	if err != nil {
		return contract.Stamps{}, err
	}
	stamps, reply, whole := frames.SplitStamps(payload)
	if !whole {
		return stamps, contract.Fail(contract.Malformed, "a stamped reply without its stamps")
	}
	*answer, err = protojson.ReadReply(reply, *answer)
	return stamps, err
}

func (c *udsJSON) Echo(payload []byte, replyBytes int, back []byte) ([]byte, error) {
	if replyBytes < 0 || uint64(replyBytes) > math.MaxUint32 {
		return nil, contract.Fail(contract.InvalidArgument, "%d bytes back", replyBytes)
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

func (c *udsJSON) Raw(request []byte) ([]byte, error) {
	c.request = append(frames.Begin(c.request[:0], frames.Call), request...)
	reply, err := c.exchange(frames.OK)
	if err != nil {
		return nil, err
	}
	return append([]byte(nil), reply...), nil
}

func (c *udsJSON) WireBytes() (out, back int64) {
	return c.socket.out, c.socket.back
}

func (c *udsJSON) Close() {
	c.socket.close()
}
