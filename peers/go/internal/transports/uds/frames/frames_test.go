package frames

import (
	"bytes"
	"testing"

	"tollgate.dev/peers/go/internal/contract"
)

// next puts in bytes piece by piece until a frame is whole; false when they end before.
func next(
	inbox *Inbox, data *[]byte, piece int,
) (kind byte, payload []byte, whole bool, err error) {
	for {
		kind, payload, whole, err = inbox.Take()
		if whole || err != nil {
			return kind, payload, whole, err
		}
		count := copy(inbox.Room(), (*data)[:min(piece, len(*data))])
		if count == 0 {
			return 0, nil, false, nil
		}
		inbox.Add(count)
		*data = (*data)[count:]
	}
}

func TestFindsFramesHoweverTheBytesArrive(t *testing.T) {
	large := bytes.Repeat([]byte("7"), 300_000)
	wanted := map[byte][]byte{Call: []byte("abc"), Batch: large, Echo: nil}
	var data []byte
	for _, kind := range []byte{Call, Batch, Echo} {
		data = Append(data, kind, wanted[kind])
	}
	for _, piece := range []int{1, 3, 4096, len(data)} {
		inbox, left := NewInbox(1<<20), data
		for _, kind := range []byte{Call, Batch, Echo} {
			found, payload, whole, err := next(inbox, &left, piece)
			if err != nil || !whole || found != kind || !bytes.Equal(payload, wanted[kind]) {
				t.Fatalf("pieces of %d: frame %d, %d bytes, %v", piece, found, len(payload), err)
			}
		}
		if _, _, whole, err := next(inbox, &left, piece); whole || err != nil || !inbox.IsEmpty() {
			t.Errorf("pieces of %d: something is left, %v", piece, err)
		}
	}
}

func TestRefusesAbsurdLengthsAndWaitsInsideAFrame(t *testing.T) {
	for _, absurd := range []struct {
		data []byte
		kind contract.Kind
	}{
		{[]byte{0, 0, 0, 0}, contract.Malformed},
		{[]byte{255, 255, 255, 255}, contract.TooLarge},
		{[]byte{102, 0, 0, 0}, contract.TooLarge},
	} {
		_, _, _, err := next(NewInbox(100), &absurd.data, 10)
		if err == nil || contract.FailureOf(err).Kind != absurd.kind {
			t.Error(err)
		}
	}
	for _, cut := range [][]byte{nil, {5}, {5, 0, 0, 0, 1}, {101, 0, 0, 0, 1}} {
		if _, _, whole, err := next(NewInbox(100), &cut, 10); whole || err != nil {
			t.Error(whole, err)
		}
	}
}

func TestAPeerThatAnnouncesMuchAndSendsLittleCostsLittle(t *testing.T) {
	inbox, data := NewInbox(MaxPayloadBytes), []byte{0, 0, 0, 2, Call}
	if _, _, whole, err := next(inbox, &data, 10); whole || err != nil {
		t.Fatal(whole, err)
	}
	if len(inbox.buffer) > 2*roomBytes {
		t.Errorf("%d bytes of room", len(inbox.buffer))
	}
}

func TestStampsStandBeforeTheReply(t *testing.T) {
	stamps := contract.Stamps{DecodeNs: 1, ComputeNs: 1 << 40, EncodeNs: 3}
	payload := append(make([]byte, StampBytes), "reply"...)
	PutStamps(payload, stamps)
	found, reply, whole := SplitStamps(payload)
	if !whole || found != stamps || string(reply) != "reply" {
		t.Error(found, reply, whole)
	}
	if _, _, whole := SplitStamps(payload[:StampBytes-1]); whole {
		t.Error("stamps that are cut off were taken")
	}
}
