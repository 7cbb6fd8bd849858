package frames

import (
	"encoding/binary"

	"tollgate.dev/peers/go/internal/contract"
)

// roomBytes is what one read asks for at least: most frames arrive whole by one system call.
const roomBytes = 64 << 10

// Inbox gathers bytes and hands out whole frames. It keeps what belongs to the next one.
type Inbox struct {
	buffer     []byte
	start, end int
	maxLength  int
}

// NewInbox is an inbox for payloads of at most so many bytes.
func NewInbox(maxPayloadBytes int) *Inbox {
	return &Inbox{buffer: make([]byte, roomBytes), maxLength: maxPayloadBytes + 1}
}

// IsEmpty is true when no bytes are here that nobody has taken.
func (inbox *Inbox) IsEmpty() bool {
	return inbox.start == inbox.end
}

// Take gives the next frame, if it is here whole. Its payload holds until Room is called.
func (inbox *Inbox) Take() (kind byte, payload []byte, whole bool, err error) {
	here := inbox.buffer[inbox.start:inbox.end]
	if len(here) < lengthBytes {
		return 0, nil, false, nil
	}
	length := int(binary.LittleEndian.Uint32(here))
	switch {
	case length == 0:
		return 0, nil, false, contract.Fail(contract.Malformed, "a frame without its first byte")
	case length > inbox.maxLength:
		return 0, nil, false, contract.Fail(contract.TooLarge,
			"a frame of %d bytes; at most %d are taken", length, inbox.maxLength)
	case len(here) < lengthBytes+length:
		return 0, nil, false, nil
	}
	inbox.start += lengthBytes + length
	return here[lengthBytes], here[HeadBytes : lengthBytes+length], true, nil
}

// Room is where the next bytes go: what is left moves to the front, and the buffer grows if need
// be. It doubles, so that a peer that announces much and sends little costs little.
func (inbox *Inbox) Room() []byte {
	if inbox.start > 0 {
		inbox.end = copy(inbox.buffer, inbox.buffer[inbox.start:inbox.end])
		inbox.start = 0
	}
	if inbox.end == len(inbox.buffer) {
		larger := make([]byte, 2*len(inbox.buffer))
		copy(larger, inbox.buffer)
		inbox.buffer = larger
	}
	return inbox.buffer[inbox.end:]
}

// Add says that so many bytes were put into the room.
func (inbox *Inbox) Add(count int) {
	inbox.end += count
}
