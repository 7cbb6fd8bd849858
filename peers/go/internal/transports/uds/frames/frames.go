// Package frames is the frames of the socket transports: u32 little endian length of what follows,
// one byte (what it is, or how it went), payload. Both sides use it. It reads and writes no socket.
package frames

import (
	"encoding/binary"

	"tollgate.dev/peers/go/internal/contract"
)

// The byte of a request.
const (
	Call        = 1
	Batch       = 2
	Echo        = 3
	StampedCall = 129
)

// The byte of a reply that is none of a failure.
const (
	OK        = 0
	OKStamped = 128
)

const (
	lengthBytes = 4
	// HeadBytes stand before the payload.
	HeadBytes = lengthBytes + 1
	// StampBytes is what the stamps of a reply take.
	StampBytes = 3 * 8
	// MaxPayloadBytes is the message limit, and what an echo or stamps have besides.
	MaxPayloadBytes = contract.MaxMessageBytes + StampBytes
)

// Begin appends the head of a frame; its length is known when it ends.
func Begin(out []byte, kind byte) []byte {
	return append(out, 0, 0, 0, 0, kind)
}

// End puts in the length of the frame that began at start and ends where out does.
func End(out []byte, start int) {
	binary.LittleEndian.PutUint32(out[start:], uint32(len(out)-start-lengthBytes))
}

// Append appends a whole frame.
func Append(out []byte, kind byte, payload []byte) []byte {
	start := len(out)
	out = append(Begin(out, kind), payload...)
	End(out, start)
	return out
}

// PutStamps writes stamps into the first StampBytes of room.
func PutStamps(room []byte, stamps contract.Stamps) {
	binary.LittleEndian.PutUint64(room, stamps.DecodeNs)
	binary.LittleEndian.PutUint64(room[8:], stamps.ComputeNs)
	binary.LittleEndian.PutUint64(room[16:], stamps.EncodeNs)
}

// SplitStamps gives the stamps that a payload begins with, and what follows them; false where it
// is too short for stamps.
func SplitStamps(payload []byte) (contract.Stamps, []byte, bool) {
	if len(payload) < StampBytes {
		return contract.Stamps{}, nil, false
	}
	return contract.Stamps{
		DecodeNs:  binary.LittleEndian.Uint64(payload),
		ComputeNs: binary.LittleEndian.Uint64(payload[8:]),
		EncodeNs:  binary.LittleEndian.Uint64(payload[16:]),
	}, payload[StampBytes:], true
}
