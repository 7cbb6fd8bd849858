package uds

import (
	"errors"
	"net"
	"os"
	"time"

	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/transports/uds/frames"
)

// slack is by which part of it a deadline may be overrun. So a round needs a new one only after so
// much time: to set one takes a tenth of a short call.
const slack = 8

// socket sends frames and receives frames, each round within one deadline, and counts bytes.
type socket struct {
	connection *net.UnixConn
	deadline   time.Duration
	// until is the deadline that the connection has now.
	until     time.Time
	inbox     *frames.Inbox
	out, back int64
}

// dial connects to a socket file.
func dial(path string, deadline time.Duration) (*socket, error) {
	dialer := net.Dialer{Timeout: deadline}
	connection, err := dialer.Dial("unix", path)
	if err != nil {
		return nil, contract.Fail(contract.Gone, "nobody answers at unix:%s: %v", path, err)
	}
	return &socket{
		connection: connection.(*net.UnixConn),
		deadline:   deadline,
		inbox:      frames.NewInbox(frames.MaxPayloadBytes),
	}, nil
}

// send begins a round: it sends whole frames, whose replies are then received.
func (s *socket) send(data []byte) error {
	if !s.inbox.IsEmpty() {
		return contract.Fail(contract.Malformed, "the callee sent what nobody asked for")
	}
	if err := s.renewDeadline(); err != nil {
		return s.failure(err)
	}
	sent, err := s.connection.Write(data)
	s.out += int64(sent)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return s.failure(err)
	}
	return s.lastWords(err)
}

// renewDeadline sees to it that the round that begins has as long as it may take, and hardly
// longer.
func (s *socket) renewDeadline() error {
	now := time.Now()
	if s.until.Sub(now) >= s.deadline {
		return nil
	}
	s.until = now.Add(s.deadline + s.deadline/slack)
	return s.connection.SetDeadline(s.until)
}

// lastWords says why a send failed: a callee that refuses a frame and closes has said so before.
// Answers that stand before the refusal are dropped.
func (s *socket) lastWords(err error) error {
	for {
		status, payload, receiveErr := s.receive()
		if receiveErr != nil {
			return s.failure(err)
		}
		if status != frames.OK && status != frames.OKStamped {
			return contract.FailureOfStatus(status, string(payload))
		}
	}
}

// reply is the payload of the next frame, which must have the wanted status: any other is a
// failure. It holds until the next one.
func (s *socket) reply(wanted byte) ([]byte, error) {
	status, payload, err := s.receive()
	if err != nil {
		return nil, err
	}
	if status != wanted {
		return nil, contract.FailureOfStatus(status, string(payload))
	}
	return payload, nil
}

// receive waits for the next whole frame.
func (s *socket) receive() (status byte, payload []byte, err error) {
	for {
		status, payload, whole, err := s.inbox.Take()
		if err != nil {
			// Where the next frame would begin is not known.
			return 0, nil, contract.Fail(contract.Malformed, "%s", contract.FailureOf(err).Detail)
		}
		if whole {
			return status, payload, nil
		}
		count, err := s.connection.Read(s.inbox.Room())
		if err != nil {
			return 0, nil, s.failure(err)
		}
		s.inbox.Add(count)
		s.back += int64(count)
	}
}

// failure is what an error of the socket means to a caller.
func (s *socket) failure(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return contract.Fail(contract.Deadline, "no answer within %v", s.deadline)
	}
	return contract.Fail(contract.Gone, "the callee is gone: %v", err)
}

func (s *socket) close() {
	// A connection that was closed before has nothing left to free.
	_ = s.connection.Close()
}
