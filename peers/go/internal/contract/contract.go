// Package contract is the contract in plain values: questions and answers, limits, kinds of
// failure, what an echo answers. It knows no transport and no format.
package contract

import (
	"math"
	"slices"
)

// What a question, a message or an echo may be at most.
const (
	MaxItems        = 1024
	MaxResults      = 1000
	MaxUserIDBytes  = 64 << 10
	MaxMessageBytes = 32 << 20
)

// Question is one user's question.
type Question struct {
	// UserID is any UTF-8 text.
	UserID string
	// MaxResults of 0 asks for nothing, and is valid.
	MaxResults int32
}

// Answer is the ids of one answer. Whoever asks owns it, and may lend it again for the next.
type Answer = []string

// Stamps are what a callee reports of one call, in ns.
type Stamps struct {
	DecodeNs, ComputeNs, EncodeNs uint64
}

// Check refuses a question that is no question, or above a limit, in the order of
// fixtures/src/limits.rs.
func Check(question *Question) error {
	switch max, size := question.MaxResults, len(question.UserID); {
	case max < 0:
		return Fail(InvalidArgument, "max_results is %d; it must be 0 or more", max)
	case max > MaxResults:
		return Fail(TooLarge, "max_results is %d; at most %d are given", max, MaxResults)
	case size > MaxUserIDBytes:
		return Fail(TooLarge, "user_id has %d bytes; at most %d are taken", size, MaxUserIDBytes)
	}
	return nil
}

// CheckItems refuses a batch above the limit.
func CheckItems(items int) error {
	if items > MaxItems {
		return Fail(TooLarge, "%d items in one call; at most %d are taken", items, MaxItems)
	}
	return nil
}

// CheckEcho refuses an echo whose answer would be above the limit.
func CheckEcho(replyBytes uint64) error {
	if replyBytes > MaxMessageBytes {
		return Fail(TooLarge, "%d bytes are asked for; at most %d are given", replyBytes, MaxMessageBytes)
	}
	return nil
}

// AppendEcho appends what an echo answers: the payload again and again, cut to replyBytes; zeros
// where the payload is empty.
func AppendEcho(out, payload []byte, replyBytes int) []byte {
	if len(payload) == 0 {
		payload = []byte{0}
	}
	start, end := len(out), len(out)+replyBytes
	out = slices.Grow(out, replyBytes)
	out = append(out, payload[:min(len(payload), replyBytes)]...)
	for len(out) < end {
		// What stands there is whole payloads: it is doubled until it is enough.
		there := out[start:]
		out = append(out, there[:min(len(there), end-len(out))]...)
	}
	return out
}

// CheckCount refuses a number of bytes that no message can hold.
func CheckCount(bytes int) error {
	if bytes < 0 || uint64(bytes) > math.MaxUint32 {
		return Fail(InvalidArgument, "%d bytes back", bytes)
	}
	return nil
}
