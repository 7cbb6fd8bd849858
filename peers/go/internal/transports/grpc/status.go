package grpc

import (
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"tollgate.dev/peers/go/internal/contract"
)

// codeOf is the status code of each kind of failure, as PROTOCOL.md has it.
var codeOf = map[contract.Kind]codes.Code{
	contract.InvalidArgument: codes.InvalidArgument,
	contract.TooLarge:        codes.ResourceExhausted,
	contract.Malformed:       codes.DataLoss,
	contract.Deadline:        codes.DeadlineExceeded,
	contract.Gone:            codes.Unavailable,
	contract.Internal:        codes.Internal,
	contract.Unsupported:     codes.Unimplemented,
}

// noHTTP2 is how the library says that what answers speaks something else.
const noHTTP2 = "error reading server preface"

// statusOf is what a callee answers for an error.
func statusOf(err error) error {
	failure := contract.FailureOf(err)
	return status.Error(codeOf[failure.Kind], failure.Detail)
}

// failureOf is what an error of a call means to a caller.
func failureOf(err error) error {
	if err == nil {
		return nil
	}
	found := status.Convert(err)
	switch found.Code() {
	case codes.Canceled:
		return contract.Fail(contract.Gone, "%s", found.Message())
	case codes.OutOfRange:
		// tonic's word for a message above a limit.
		return contract.Fail(contract.TooLarge, "%s", found.Message())
	}
	for kind, code := range codeOf {
		if code == found.Code() {
			return contract.Fail(kind, "%s", found.Message())
		}
	}
	return contract.Fail(contract.Internal, "%s: %s", found.Code(), found.Message())
}

// isNoHTTP2 is true where what answers speaks something else.
func isNoHTTP2(err error) bool {
	return strings.Contains(err.Error(), noHTTP2)
}
