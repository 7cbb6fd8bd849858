package work

import (
	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
)

// Calls is whole calls over a connection, in a mode.
type Calls struct {
	*Questions
	connection caller.Connection
	mode       caller.Mode
}

// NewCalls is whole calls. One item is a plain call in any mode.
func NewCalls(questions *Questions, connection caller.Connection, mode caller.Mode) *Calls {
	if questions.items == 1 {
		mode = caller.Chatty
	}
	return &Calls{Questions: questions, connection: connection, mode: mode}
}

// Carry asks the questions of one sample. Those of chatty actions are all asked one by one.
func (c *Calls) Carry() error {
	asked, answers := c.window()
	if c.mode == caller.Chatty {
		return caller.Ask(c.connection, c.mode, asked, answers)
	}
	for at := 0; at < len(asked); at += c.items {
		end := at + c.items
		err := caller.Ask(c.connection, c.mode, asked[at:end], answers[at:end])
		if err != nil {
			return err
		}
	}
	return nil
}

// Stamped is whole calls whose callee reports its durations.
type Stamped struct {
	*Questions
	connection caller.Connection
	sum        contract.Stamps
	calls      uint64
}

// NewStamped is stamped calls.
func NewStamped(questions *Questions, connection caller.Connection) *Stamped {
	return &Stamped{Questions: questions, connection: connection}
}

// Carry asks the questions of one sample one by one.
func (s *Stamped) Carry() error {
	asked, answers := s.window()
	for at := range asked {
		stamps, err := s.connection.Stamped(&asked[at], &answers[at])
		if err != nil {
			return err
		}
		s.sum.DecodeNs += stamps.DecodeNs
		s.sum.ComputeNs += stamps.ComputeNs
		s.sum.EncodeNs += stamps.EncodeNs
		s.calls++
	}
	return nil
}

// MeansNs are the means of decode, compute and encode over all calls; false without a call.
func (s *Stamped) MeansNs() (means [3]float64, any bool) {
	if s.calls == 0 {
		return means, false
	}
	for at, sum := range []uint64{s.sum.DecodeNs, s.sum.ComputeNs, s.sum.EncodeNs} {
		means[at] = float64(sum) / float64(s.calls)
	}
	return means, true
}
