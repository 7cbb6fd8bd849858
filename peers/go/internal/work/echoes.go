package work

import (
	"bytes"
	"encoding/binary"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
)

const (
	// MaxItemBytes is the largest item of the workload bytes.
	MaxItemBytes = 1 << 20
	// MaxActionBytes is the most that the items of one action have: a message, without what an
	// echo has besides.
	MaxActionBytes = contract.MaxMessageBytes - 1<<10

	// Payloads that are sent in turn: at least so many, and else as many as have so many bytes
	// together.
	fewestPayloads, mostPayloads = 4, 1024
	payloadBytes                 = 256 << 10
)

// EchoShape says what the echoes of a visit are.
type EchoShape struct {
	// Echoes is how many make an action.
	Echoes int
	// Items is how many stand one after another in an echo.
	Items int
	// Payload and Reply are bytes out and back.
	Payload, Reply int
}

// Echoes is opaque bytes there and back: the workload bytes, and the part echo of other calls.
type Echoes struct {
	connection caller.Connection
	shape      EchoShape
	sent       [][]byte
	// right is what is to come back.
	right [][]byte
	// back is what came back of the echoes of one sample.
	back [][]byte
	// at is the payload that the sample begins with.
	at int
}

// NewEchoes lays out payloads, which differ from one to the next, so that an answer that is late
// is noticed.
func NewEchoes(connection caller.Connection, shape EchoShape) *Echoes {
	count := payloadBytes / max(1, shape.Payload)
	count = min(max(count, fewestPayloads), mostPayloads)
	e := &Echoes{connection: connection, shape: shape}
	for number := range count {
		payload := Payload(shape.Payload, number)
		right := payload
		if shape.Reply != shape.Payload {
			right = contract.AppendEcho(nil, payload, shape.Reply)
		}
		e.sent, e.right = append(e.sent, payload), append(e.right, right)
	}
	e.Lay(1)
	return e
}

// Items is the number of items in an action.
func (e *Echoes) Items() int {
	return e.shape.Echoes * e.shape.Items
}

// Lay makes ready for samples of so many actions. All that comes back in one sample is in memory
// at once.
func (e *Echoes) Lay(actions int) bool {
	const most = 1 << 20
	if actions > most/e.shape.Echoes {
		return false
	}
	count := actions * e.shape.Echoes
	if actions > 1 && count*e.shape.Reply > MaxActionBytes {
		return false
	}
	for len(e.back) < count {
		e.back = append(e.back, make([]byte, 0, e.shape.Reply))
	}
	e.back = e.back[:count]
	return true
}

// Carry does the echoes of one sample, and looks whether their lengths are right.
func (e *Echoes) Carry() error {
	for at := range e.back {
		payload := e.sent[(e.at+at)%len(e.sent)]
		back, err := e.connection.Echo(payload, e.shape.Reply, e.back[at][:0])
		if err != nil {
			return err
		}
		if len(back) != e.shape.Reply {
			return contract.Fail(contract.Internal,
				"an echo of %d bytes came back as %d", e.shape.Reply, len(back))
		}
		e.back[at] = back
	}
	return nil
}

// Check compares every byte that came back, and moves on.
func (e *Echoes) Check() (wrong int) {
	for at, back := range e.back {
		wrong += wrongItems(e.right[(e.at+at)%len(e.right)], back, e.shape.Items)
	}
	e.at = (e.at + len(e.back)) % len(e.sent)
	return wrong
}

// wrongItems counts the items of an echo that did not come back as they were to come. Where the
// number of bytes is another, no item is where it was.
func wrongItems(right, back []byte, items int) (wrong int) {
	if bytes.Equal(right, back) {
		return 0
	}
	if len(right) != len(back) {
		return items
	}
	size := (len(right) + items - 1) / items
	for start := 0; start < len(right); start += size {
		end := min(start+size, len(right))
		if !bytes.Equal(right[start:end], back[start:end]) {
			wrong++
		}
	}
	return wrong
}

// Payload is bytes without order, others for each number: word i is what SplitMix64 makes of its
// place, as in fixtures/src/workload/bytes.rs.
func Payload(size, number int) []byte {
	payload := make([]byte, 0, size+8)
	for place := uint64(number) << 32; len(payload) < size; {
		place++
		payload = binary.LittleEndian.AppendUint64(payload, mixed(place*0x9e3779b97f4a7c15))
	}
	return payload[:size]
}

func mixed(place uint64) uint64 {
	place = (place ^ place>>30) * 0xbf58476d1ce4e5b9
	place = (place ^ place>>27) * 0x94d049bb133111eb
	return place ^ place>>31
}
