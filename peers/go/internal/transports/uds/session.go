package uds

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"time"

	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/transports/uds/frames"
)

// flushBytes is how much of replies gathers at most before they are sent.
const flushBytes = 64 << 10

// session is one connection's state; its memory is used again from call to call.
type session struct {
	codec   *codec.Codec
	engine  *engine.Engine
	scratch engine.Scratch
	inbox   *frames.Inbox
	// out is the replies that are not sent yet.
	out []byte
}

func newSession(codec *codec.Codec, engine *engine.Engine) *session {
	return &session{
		codec: codec, engine: engine, inbox: frames.NewInbox(frames.MaxPayloadBytes),
	}
}

// converse answers until the caller closes, or sends what ends the connection. A connection that
// breaks is the caller's affair: the callee goes on with the others.
func (s *session) converse(connection *net.UnixConn) {
	defer connection.Close()
	for {
		ends := s.answerWhatIsHere()
		if len(s.out) > 0 {
			if _, err := connection.Write(s.out); err != nil || ends {
				return
			}
			s.out = s.out[:0]
			continue
		}
		count, err := connection.Read(s.inbox.Room())
		if err != nil {
			return
		}
		s.inbox.Add(count)
	}
}

// answerWhatIsHere answers the whole frames that are here, in their order: those that arrived
// together are answered by one write. True where the connection has to end.
func (s *session) answerWhatIsHere() (ends bool) {
	for len(s.out) < flushBytes {
		kind, payload, whole, err := s.inbox.Take()
		if err != nil {
			// Where the next frame would begin is not known.
			s.refuse(contract.FailureOf(err))
			return true
		}
		if !whole {
			return false
		}
		if failure := s.answer(kind, payload); failure != nil {
			s.refuse(failure)
			if failure.Kind.EndsConnection() {
				return true
			}
		}
	}
	return false
}

func (s *session) refuse(failure *contract.Failure) {
	s.out = frames.Append(s.out, byte(failure.Kind), []byte(failure.Detail))
}

// answer appends the reply frame for one request. Where it fails nothing is appended.
func (s *session) answer(kind byte, payload []byte) (failure *contract.Failure) {
	start := len(s.out)
	defer func() {
		// A mistake here must cost one call, not the callee.
		if mistake := recover(); mistake != nil {
			fmt.Fprintf(os.Stderr, "peer: %v\n", mistake)
			failure = contract.Fail(contract.Internal, "%v", mistake)
		}
		if failure != nil {
			s.out = s.out[:start]
		}
	}()
	var err error
	switch kind {
	case frames.Call:
		err = s.answerCall(payload)
	case frames.Batch:
		err = s.answerBatch(payload)
	case frames.Echo:
		err = s.answerEcho(payload)
	case frames.StampedCall:
		err = s.answerStampedCall(payload)
	default:
		err = contract.Fail(contract.Malformed, "a request of kind %d is not known", kind)
	}
	if err != nil {
		return contract.FailureOf(err)
	}
	frames.End(s.out, start)
	return nil
}

func (s *session) answerCall(payload []byte) error {
	question, err := s.codec.ReadRequest(payload)
	if err != nil {
		return err
	}
	ids, err := s.engine.Answer(&question, &s.scratch)
	if err != nil {
		return err
	}
	s.out = s.codec.AppendReply(frames.Begin(s.out, frames.OK), ids)
	return nil
}

func (s *session) answerBatch(payload []byte) error {
	questions, err := s.codec.ReadRequests(payload)
	if err != nil {
		return err
	}
	answers, err := s.engine.AnswerBatch(questions, &s.scratch)
	if err != nil {
		return err
	}
	s.out = s.codec.AppendReplies(frames.Begin(s.out, frames.OK), answers)
	return nil
}

func (s *session) answerEcho(payload []byte) error {
	const lengthBytes = 4
	if len(payload) < lengthBytes {
		return contract.Fail(contract.Malformed, "an echo without its number of bytes")
	}
	replyBytes := binary.LittleEndian.Uint32(payload)
	if err := contract.CheckEcho(uint64(replyBytes)); err != nil {
		return err
	}
	s.out = frames.Begin(s.out, frames.OK)
	s.out = contract.AppendEcho(s.out, payload[lengthBytes:], int(replyBytes))
	return nil
}

func (s *session) answerStampedCall(payload []byte) error {
	start := time.Now()
	question, err := s.codec.ReadRequest(payload)
	if err != nil {
		return err
	}
	decoded := time.Since(start)
	ids, err := s.engine.Answer(&question, &s.scratch)
	if err != nil {
		return err
	}
	computed := time.Since(start)
	s.out = frames.Begin(s.out, frames.OKStamped)
	stamps := len(s.out)
	s.out = append(s.out, make([]byte, frames.StampBytes)...)
	s.out = s.codec.AppendReply(s.out, ids)
	encoded := time.Since(start)
	frames.PutStamps(s.out[stamps:], contract.Stamps{
		DecodeNs:  uint64(decoded),
		ComputeNs: uint64(computed - decoded),
		EncodeNs:  uint64(encoded - computed),
	})
	return nil
}
