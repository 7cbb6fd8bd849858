// Package inproc calls an engine in this process, in Go: a plain call, on which what libraries in
// other languages take is founded.
package inproc

import (
	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/lane"
	"tollgate.dev/peers/go/internal/timing"
)

// Transport is a function call.
var Transport = lane.Transport{Name: "inproc", OpenInProcess: open}

// connection is one engine.
type connection struct {
	caller.Plain
	engine  *engine.Engine
	scratch engine.Scratch
}

func open(endpoint string, options engine.Options) (caller.Connection, error) {
	if endpoint != "" {
		return nil, contract.Fail(contract.Unsupported,
			"inproc has no endpoint: what answers is this program, not %q", endpoint)
	}
	made, err := engine.New(options)
	if err != nil {
		return nil, contract.Fail(contract.Unsupported, "no engine in this process: %v", err)
	}
	return &connection{engine: made}, nil
}

func (c *connection) Call(question *contract.Question, answer *contract.Answer) (err error) {
	*answer, err = c.engine.Answer(question, &c.scratch)
	return err
}

func (c *connection) Batched(questions []contract.Question, answers []contract.Answer) error {
	found, err := c.engine.AnswerBatch(questions, &c.scratch)
	copy(answers, found)
	return err
}

func (c *connection) Stamped(
	question *contract.Question, answer *contract.Answer,
) (stamps contract.Stamps, err error) {
	start := timing.Now()
	err = c.Call(question, answer)
	return contract.Stamps{ComputeNs: uint64(timing.Now() - start)}, err
}

func (c *connection) Echo(payload []byte, replyBytes int, back []byte) ([]byte, error) {
	if err := contract.CheckCount(replyBytes); err != nil {
		return nil, err
	}
	if err := contract.CheckEcho(uint64(replyBytes)); err != nil {
		return nil, err
	}
	return contract.AppendEcho(back, payload, replyBytes), nil
}

func (c *connection) WireBytes() (out, back int64, counted bool) { return 0, 0, false }

func (c *connection) Codec() *codec.Codec { return nil }

func (c *connection) Close() {}
