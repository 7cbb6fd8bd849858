// Package codec is how questions and answers become bytes and come back: the messages of
// recommendations.proto, as protobuf or as proto3 JSON. It knows no carrier and no limits.
package codec

import (
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/protojson"
)

// Codec is one format. Writers append; readers fail with Malformed for what is no message.
type Codec struct {
	// AppendRequest appends one question, as a client sends it.
	AppendRequest func(out []byte, question *contract.Question) []byte
	// AppendRequests appends the questions of a batch.
	AppendRequests func(out []byte, questions []contract.Question) []byte
	// AppendReply appends one answer, as a callee sends it.
	AppendReply func(out []byte, ids contract.Answer) []byte
	// AppendReplies appends the answers of a batch.
	AppendReplies func(out []byte, answers []contract.Answer) []byte
	// ReadRequest reads one question.
	ReadRequest func(data []byte) (contract.Question, error)
	// ReadRequests reads the questions of a batch.
	ReadRequests func(data []byte) ([]contract.Question, error)
	// ReadReply reads one answer; it may use the memory of the given one.
	ReadReply func(data []byte, answer contract.Answer) (contract.Answer, error)
	// ReadReplies reads the answers of a batch; there must be as many.
	ReadReplies func(data []byte, answers []contract.Answer) error
}

// JSON is the proto3 JSON mapping, by a reader and a writer of this peer's own.
var JSON = Codec{
	AppendRequest:  protojson.AppendRequest,
	AppendRequests: protojson.AppendRequests,
	AppendReply:    protojson.AppendReply,
	AppendReplies:  protojson.AppendReplies,
	ReadRequest:    protojson.ReadRequest,
	ReadRequests:   protojson.ReadRequests,
	ReadReply:      protojson.ReadReply,
	ReadReplies:    protojson.ReadReplies,
}
