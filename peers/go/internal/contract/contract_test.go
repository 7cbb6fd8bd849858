package contract

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestLimitsHoldToTheByte(t *testing.T) {
	fits := strings.Repeat("ü", MaxUserIDBytes/2)
	if err := Check(&Question{UserID: fits, MaxResults: MaxResults}); err != nil {
		t.Fatal(err)
	}
	for _, refused := range []struct {
		question Question
		kind     Kind
	}{
		{Question{UserID: "u", MaxResults: -1}, InvalidArgument},
		{Question{UserID: "u", MaxResults: MaxResults + 1}, TooLarge},
		{Question{UserID: fits + "x", MaxResults: 1}, TooLarge},
		{Question{UserID: fits + "x", MaxResults: -1}, InvalidArgument},
	} {
		if err := Check(&refused.question); err == nil || FailureOf(err).Kind != refused.kind {
			t.Errorf("%d: %v", refused.question.MaxResults, err)
		}
	}
	if CheckItems(MaxItems) != nil || CheckItems(MaxItems+1) == nil {
		t.Error("the limit of items is another")
	}
	if CheckEcho(MaxMessageBytes) != nil || CheckEcho(MaxMessageBytes+1) == nil {
		t.Error("the limit of an echo is another")
	}
}

func TestAnEchoIsThePayloadAgainAndAgainCutToItsLength(t *testing.T) {
	for _, echo := range []struct {
		payload string
		count   int
		back    string
	}{
		{"", 0, ""}, {"", 3, "\x00\x00\x00"}, {"abc", 0, ""}, {"abc", 2, "ab"}, {"abc", 3, "abc"},
		{"ab", 7, "abababa"},
	} {
		back := AppendEcho([]byte("before "), []byte(echo.payload), echo.count)
		if string(back) != "before "+echo.back {
			t.Errorf("%q, %d bytes of it: %q", echo.payload, echo.count, back)
		}
	}
	long := AppendEcho(nil, []byte("xyz"), 100_000)
	if !bytes.Equal(long, bytes.Repeat([]byte("xyz"), 33_334)[:100_000]) {
		t.Error("a long echo is not its payload again and again")
	}
}

func TestKindsHaveTheirStatusBytesAndNames(t *testing.T) {
	names := []string{"invalid_argument", "too_large", "malformed", "deadline", "gone", "internal",
		"unsupported"}
	for at, name := range names {
		failure := FailureOfStatus(byte(at+1), "words")
		if failure.Kind.String() != name || failure.Detail != "words" {
			t.Errorf("status %d is %v", at+1, failure)
		}
	}
	for _, status := range []byte{0, 8, 128, 255} {
		if FailureOfStatus(status, "words").Kind != Malformed {
			t.Errorf("status %d means something", status)
		}
	}
	if FailureOf(errors.New("some error")).Kind != Internal {
		t.Error("an error that is no failure is not internal")
	}
}
