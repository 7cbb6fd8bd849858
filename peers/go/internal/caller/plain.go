package caller

import (
	"tollgate.dev/peers/go/internal/contract"
)

// Plain is what a connection has that can do no more than single calls: all else is refused.
type Plain struct{}

func lacks(what string) error {
	return contract.Fail(contract.Unsupported, "this lane has no %s", what)
}

// Batched is refused.
func (Plain) Batched([]contract.Question, []contract.Answer) error { return lacks("batches") }

// Pipelined is refused.
func (Plain) Pipelined([]contract.Question, []contract.Answer) error {
	return lacks("calls in flight")
}

// Streamed is refused.
func (Plain) Streamed([]contract.Question, []contract.Answer) error { return lacks("streams") }

// Stamped is refused.
func (Plain) Stamped(*contract.Question, *contract.Answer) (contract.Stamps, error) {
	return contract.Stamps{}, lacks("stamps")
}

// Echo is refused.
func (Plain) Echo([]byte, int, []byte) ([]byte, error) { return nil, lacks("echo") }

// Raw is refused.
func (Plain) Raw([]byte) ([]byte, error) { return nil, lacks("encoded requests") }
