package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"tollgate.dev/peers/go/internal/contract"
)

const (
	problemType = "application/problem+json"
	// kindPrefix stands before a kind of failure in a problem document.
	kindPrefix = "urn:tollgate:error:"
)

// statusOfKind is the HTTP status of each kind of failure, as PROTOCOL.md has it.
var statusOfKind = map[contract.Kind]int{
	contract.InvalidArgument: http.StatusUnprocessableEntity,
	contract.TooLarge:        http.StatusRequestEntityTooLarge,
	contract.Malformed:       http.StatusBadRequest,
	contract.Deadline:        http.StatusGatewayTimeout,
	contract.Gone:            http.StatusServiceUnavailable,
	contract.Internal:        http.StatusInternalServerError,
	contract.Unsupported:     http.StatusNotImplemented,
}

// problem is a problem document (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// refuse answers with a problem document.
func refuse(w http.ResponseWriter, failure *contract.Failure) {
	refuseWith(w, statusOfKind[failure.Kind], failure)
}

func refuseWith(w http.ResponseWriter, status int, failure *contract.Failure) {
	document, err := json.Marshal(problem{
		Type:   kindPrefix + failure.Kind.String(),
		Title:  http.StatusText(status),
		Status: status,
		Detail: strings.ToValidUTF8(failure.Detail, "?"),
	})
	if err != nil {
		document = nil // the status says it still
	}
	write(w, status, problemType, document)
}

// failureOfAnswer is what an answer means to a caller whose status is none of success.
func failureOfAnswer(status int, body []byte) error {
	if status/100 == 3 {
		return contract.Fail(contract.Unsupported, "the callee answered with HTTP status %d, a "+
			"redirect, which is not followed: two servers would be timed as one; name the endpoint "+
			"that answers itself", status)
	}
	var document problem
	if json.Unmarshal(body, &document) != nil {
		document = problem{}
	}
	detail := document.Detail
	if detail == "" {
		detail = fmt.Sprintf("the callee answered with HTTP status %d", status)
	}
	name, isOurs := strings.CutPrefix(document.Type, kindPrefix)
	byStatus := contract.Internal
	for kind, code := range statusOfKind {
		if isOurs && kind.String() == name {
			return contract.Fail(kind, "%s", detail)
		}
		if code == status {
			byStatus = kind
		}
	}
	return contract.Fail(byStatus, "%s", detail)
}
