package uds

import (
	"testing"

	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/transports/uds/frames"
)

func TestAMistakeHereCostsOneCallAndNotTheConnection(t *testing.T) {
	// Without an engine the first call is a mistake of this program.
	session := newSession(&codec.JSON, nil)
	var requests []byte
	requests = frames.Append(requests, frames.Echo, []byte("\x01\x00\x00\x00a"))
	requests = frames.Append(requests, frames.Call, []byte(`{"maxResults":1}`))
	requests = frames.Append(requests, frames.Echo, []byte("\x01\x00\x00\x00b"))
	session.inbox.Add(copy(session.inbox.Room(), requests))
	if session.answerWhatIsHere() {
		t.Error("the connection ends")
	}
	replies := frames.NewInbox(1000)
	replies.Add(copy(replies.Room(), session.out))
	for _, wanted := range []byte{frames.OK, byte(contract.Internal), frames.OK} {
		kind, payload, whole, err := replies.Take()
		if err != nil || !whole || kind != wanted || len(payload) == 0 {
			t.Errorf("%d %q, not %d", kind, payload, wanted)
		}
	}
	if !replies.IsEmpty() {
		t.Error("something stands behind the last reply")
	}
}

func TestRepliesAreSentWhenEnoughOfThemHasGathered(t *testing.T) {
	session := newSession(&codec.JSON, nil)
	var requests []byte
	const echo = 20_000
	for range 10 {
		requests = frames.Append(requests, frames.Echo, []byte{echo & 255, echo >> 8, 0, 0})
	}
	session.inbox.Add(copy(session.inbox.Room(), requests))
	for _, replies := range []int{4, 4, 2, 0} {
		if session.answerWhatIsHere() {
			t.Fatal("the connection ends")
		}
		if wanted := replies * (frames.HeadBytes + echo); len(session.out) != wanted {
			t.Errorf("%d bytes, not %d", len(session.out), wanted)
		}
		session.out = session.out[:0]
	}
}
