// Package caller is connections as a caller has them: what each can be asked. It knows no transport
// and times nothing.
package caller

import (
	"slices"

	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
)

// Mode is how the items of an action travel.
type Mode string

// The modes.
const (
	// Chatty is n calls, one after another.
	Chatty Mode = "chatty"
	// Batched is one call.
	Batched Mode = "batched"
	// Pipelined is n calls in flight.
	Pipelined Mode = "pipelined"
	// Streamed is one stream.
	Streamed Mode = "streamed"
)

// IsMode is true for the name of a mode.
func IsMode(name string) bool {
	return slices.Contains([]Mode{Chatty, Batched, Pipelined, Streamed}, Mode(name))
}

// Connection is one open connection to a callee. Every answer has room that the caller lends and
// that is used again; questions and answers are as many.
type Connection interface {
	// Call asks one question in one call.
	Call(question *contract.Question, answer *contract.Answer) error
	// Batched asks all of them in one call.
	Batched(questions []contract.Question, answers []contract.Answer) error
	// Pipelined asks each in a call of its own, many of which are in flight.
	Pipelined(questions []contract.Question, answers []contract.Answer) error
	// Streamed asks all of them by one stream.
	Streamed(questions []contract.Question, answers []contract.Answer) error
	// Stamped asks one question, and gives what the callee says of its durations.
	Stamped(question *contract.Question, answer *contract.Answer) (contract.Stamps, error)
	// Echo sends opaque bytes, and appends those that come back.
	Echo(payload []byte, replyBytes int, back []byte) ([]byte, error)
	// Raw sends bytes in the place of an encoded request, and gives the encoded reply.
	Raw(request []byte) ([]byte, error)
	// WireBytes are those that crossed since the connection was opened, where somebody here counts
	// them: of TCP the kernel does.
	WireBytes() (out, back int64, counted bool)
	// Codec is how its questions and answers become bytes; nil where that is nobody's business here.
	Codec() *codec.Codec
	// Close frees what the connection holds. It may be called twice.
	Close()
}

// Ask asks questions in a mode.
func Ask(
	connection Connection, mode Mode, questions []contract.Question, answers []contract.Answer,
) error {
	switch mode {
	case Batched:
		return connection.Batched(questions, answers)
	case Pipelined:
		return connection.Pipelined(questions, answers)
	case Streamed:
		return connection.Streamed(questions, answers)
	}
	for at := range questions {
		if err := connection.Call(&questions[at], &answers[at]); err != nil {
			return err
		}
	}
	return nil
}

const greeting = "tollgate"

// Greet makes sure that what answers there is a callee of the connection's lane, by an echo.
func Greet(connection Connection, endpoint string) error {
	back, err := connection.Echo([]byte(greeting), len(greeting), nil)
	if err == nil && string(back) != greeting {
		err = contract.Fail(contract.Malformed, "an echo came back changed")
	}
	if err == nil {
		return nil
	}
	failure := contract.FailureOf(err)
	if failure.Kind == contract.Deadline || failure.Kind == contract.Gone {
		return failure
	}
	return NoCallee(endpoint, failure.Detail)
}

// NoCallee is the failure of an endpoint where something else answers.
func NoCallee(endpoint, found string) error {
	return contract.Fail(contract.Unsupported,
		"%s is no callee of this lane: %s", endpoint, found)
}

// dead stands where a connection was that ended, and fails whatever it is asked.
type dead struct {
	why       *contract.Failure
	codec     *codec.Codec
	out, back int64
	counted   bool
}

// Bury closes a connection that ended with this failure, and gives what stands in its place.
func Bury(connection Connection, why *contract.Failure) Connection {
	if _, isDead := connection.(*dead); isDead {
		return connection
	}
	connection.Close()
	out, back, counted := connection.WireBytes()
	return &dead{why: why, codec: connection.Codec(), out: out, back: back, counted: counted}
}

func (d *dead) gone() error {
	return contract.Fail(contract.Gone, "this connection ended: %v", d.why)
}

func (d *dead) Call(*contract.Question, *contract.Answer) error { return d.gone() }

func (d *dead) Batched([]contract.Question, []contract.Answer) error { return d.gone() }

func (d *dead) Pipelined([]contract.Question, []contract.Answer) error { return d.gone() }

func (d *dead) Streamed([]contract.Question, []contract.Answer) error { return d.gone() }

func (d *dead) Stamped(*contract.Question, *contract.Answer) (contract.Stamps, error) {
	return contract.Stamps{}, d.gone()
}

func (d *dead) Echo([]byte, int, []byte) ([]byte, error) { return nil, d.gone() }

func (d *dead) Raw([]byte) ([]byte, error) { return nil, d.gone() }

func (d *dead) WireBytes() (out, back int64, counted bool) { return d.out, d.back, d.counted }

func (d *dead) Codec() *codec.Codec { return d.codec }

func (d *dead) Close() {}
