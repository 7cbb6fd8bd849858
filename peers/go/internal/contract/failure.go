package contract

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure a call met. Its number is the status byte of a frame.
type Kind uint8

// The kinds, in the order of the table in transports/api/src/status.rs.
const (
	InvalidArgument Kind = iota + 1
	TooLarge
	Malformed
	Deadline
	Gone
	Internal
	Unsupported
)

var kindNames = [...]string{
	InvalidArgument: "invalid_argument",
	TooLarge:        "too_large",
	Malformed:       "malformed",
	Deadline:        "deadline",
	Gone:            "gone",
	Internal:        "internal",
	Unsupported:     "unsupported",
}

// String is the kind's name in the protocol.
func (kind Kind) String() string {
	if kind < InvalidArgument || kind > Unsupported {
		return fmt.Sprintf("kind %d", uint8(kind))
	}
	return kindNames[kind]
}

// EndsConnection is true for kinds after which a connection is dead: a late reply must never
// answer the next call.
func (kind Kind) EndsConnection() bool {
	return kind == Deadline || kind == Malformed || kind == Gone
}

// Failure is a call that failed: its kind, and words for a person.
type Failure struct {
	Kind   Kind
	Detail string
}

// Error is the failure in one line.
func (failure *Failure) Error() string {
	return failure.Kind.String() + ": " + failure.Detail
}

// Fail makes a failure.
func Fail(kind Kind, format string, values ...any) *Failure {
	return &Failure{Kind: kind, Detail: fmt.Sprintf(format, values...)}
}

// FailureOf is the failure that an error is; any other error is internal.
func FailureOf(err error) *Failure {
	var failure *Failure
	if errors.As(err, &failure) {
		return failure
	}
	return &Failure{Kind: Internal, Detail: err.Error()}
}

// FailureOfStatus is the failure that the status byte of a frame stands for.
func FailureOfStatus(status byte, detail string) *Failure {
	kind := Kind(status)
	if kind < InvalidArgument || kind > Unsupported {
		return Fail(Malformed, "status %d is not in the table: %s", status, detail)
	}
	return &Failure{Kind: kind, Detail: detail}
}
