package protojson

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tollgate.dev/peers/go/internal/contract"
)

// TestReadsAsEveryLanguageReads walks through the cases that the tests of every language read.
func TestReadsAsEveryLanguageReads(t *testing.T) {
	file, err := os.ReadFile("../../../../fixtures/contract/proto3_json.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	taken, refused := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(file)), "\n") {
		var one struct {
			Text       string
			Base64     []byte
			UserID     *string `json:"user_id"`
			MaxResults int32   `json:"max_results"`
		}
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(line, err)
		}
		if one.Base64 == nil {
			one.Base64 = []byte(one.Text)
		}
		found, err := ReadRequest(one.Base64)
		if one.UserID == nil {
			refused++
			if err == nil || contract.FailureOf(err).Kind != contract.Malformed {
				t.Errorf("%s: %+v, %v", line, found, err)
			}
			continue
		}
		taken++
		wanted := contract.Question{UserID: *one.UserID, MaxResults: one.MaxResults}
		if err != nil || found != wanted {
			t.Errorf("%s is %+v, %v", line, found, err)
		}
	}
	if taken < 20 || refused < 50 {
		t.Errorf("%d cases are taken, %d refused", taken, refused)
	}
}

func TestReadsEveryFormOfARequest(t *testing.T) {
	for text, wanted := range map[string]contract.Question{
		"{}":                             {},
		`{"userId":"u","maxResults":10}`: {UserID: "u", MaxResults: 10},
		`{"user_id":"u","max_results":"-10","x":[{}]}`: {UserID: "u", MaxResults: -10},
		`{"userId":null,"maxResults":null}`:            {},
		`{"maxResults":1e1,"userId":"\ud83d\uded2"}`:   {UserID: "🛒", MaxResults: 10},
		`{"maxResults":10.0}`:                          {MaxResults: 10},
		`{"maxResults":"1e1"}`:                         {MaxResults: 10},
		`{"maxResults":"10.0"}`:                        {MaxResults: 10},
		`{"maxResults":"\u0031"}`:                      {MaxResults: 1},
		`{"maxResults":-0.0}`:                          {},
		`{"maxResults":1e-400}`:                        {},
		`{"maxResults":2147483647}`:                    {MaxResults: 2147483647},
		`{"maxResults":"-2147483648"}`:                 {MaxResults: -2147483648},
		`{"\u0075serId":"u"}`:                          {UserID: "u"},
		`{"x":1,"x":2,"maxResults":1}`:                 {MaxResults: 1},
		" {\t} \r\n":                                   {},
	} {
		if found, err := ReadRequest([]byte(text)); err != nil || found != wanted {
			t.Errorf("%s is %+v, %v", text, found, err)
		}
	}
}

func TestRefusesWhatIsNoRequest(t *testing.T) {
	for _, text := range []string{
		"", "[]", "1", "null", "{", `["u",1]`, `{"userId":1}`, `{"userId":["u"]}`, "{}x", "\ufeff{}",
		`{"maxResults":true}`, `{"maxResults":[2]}`, `{"maxResults":1.5}`, `{"maxResults":"1.5"}`,
		`{"maxResults":"+2"}`, `{"maxResults":"002"}`, `{"maxResults":" 2"}`, `{"maxResults":"2\n"}`,
		`{"maxResults":""}`, `{"maxResults":"1_0"}`, `{"maxResults":"0x1"}`, `{"maxResults":"NaN"}`,
		`{"maxResults":"٢"}`, `{"maxResults":2147483648}`, `{"maxResults":"-2147483649"}`,
		`{"maxResults":2147483647.5}`, `{"maxResults":1e400}`, `{"maxResults":"1e400"}`,
		`{"maxResults":NaN}`, `{"maxResults":+1}`, `{"maxResults":01}`,
		`{"userId":"a","userId":"b"}`, `{"userId":"a","user_id":"b"}`, `{"userId":null,"user_id":"b"}`,
		`{"maxResults":1,"maxResults":1}`, `{"maxResults":null,"max_results":2}`,
		`{"userId":"\ud800"}`, `{"x":"\ud800"}`, `{"x":NaN}`, `{"x":01}`, "{\"userId\":\"\xff\"}",
		"{\"x\":\"\xff\"}", `{"x":` + strings.Repeat("[", 100_000) + "}",
	} {
		_, err := ReadRequest([]byte(text))
		if err == nil || contract.FailureOf(err).Kind != contract.Malformed {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

func TestReadsBatchesAndRefusesWhatIsNone(t *testing.T) {
	for text, wanted := range map[string]int{
		"{}": 0, `{"requests":null}`: 0, `{"requests":[]}`: 0, `{"x":[1],"requests":[{},{}]}`: 2,
	} {
		if found, err := ReadRequests([]byte(text)); err != nil || len(found) != wanted {
			t.Errorf("%s has %d requests, %v", text, len(found), err)
		}
	}
	for _, text := range []string{
		"[]", `{"requests":{}}`, `{"requests":[null]}`, `{"requests":[1]}`, `{"requests":[["u",1]]}`,
		`{"requests":[{}],"requests":[]}`, `{"requests":[{"userId":"a","user_id":"b"}]}`,
		`{"requests":[{}]`, `{"requests":[{},]}`,
	} {
		if _, err := ReadRequests([]byte(text)); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func TestReadsRepliesIntoTheMemoryOfEarlierOnes(t *testing.T) {
	answer := contract.Answer{"old", "older", "oldest"}
	answer, err := ReadReply([]byte(`{"productIds":["a","\u00fc"],"x":{}}`), answer)
	if err != nil || !slices.Equal(answer, contract.Answer{"a", "ü"}) || cap(answer) != 3 {
		t.Error(answer, err)
	}
	for _, text := range []string{"{}", `{"productIds":null}`, `{"product_ids":[]}`} {
		if answer, err = ReadReply([]byte(text), answer); err != nil || len(answer) != 0 {
			t.Error(text, answer, err)
		}
	}
	for _, text := range []string{
		`{"productIds":["a",1]}`, `{"productIds":["a",null]}`, `{"productIds":"a"}`,
		`{"productIds":[],"product_ids":[]}`, "null",
	} {
		if _, err := ReadReply([]byte(text), nil); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func TestAnotherNumberOfRepliesIsMalformed(t *testing.T) {
	answers := make([]contract.Answer, 2)
	two := `{"responses":[{"productIds":["a"]},{}]}`
	if err := ReadReplies([]byte(two), answers); err != nil || len(answers[0]) != 1 {
		t.Fatal(answers, err)
	}
	for _, text := range []string{"{}", `{"responses":[{}]}`, `{"responses":[{},{},{}]}`} {
		err := ReadReplies([]byte(text), answers)
		if err == nil || contract.FailureOf(err).Kind != contract.Malformed {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestReadsWhatItWrites(t *testing.T) {
	questions := []contract.Question{
		{}, {UserID: "ü\x00\"\\\n\r\t\b\f\x1f/", MaxResults: 5}, {MaxResults: -1}, {UserID: "🛒"},
	}
	found, err := ReadRequests(AppendRequests(nil, questions))
	if err != nil || !slices.Equal(found, questions) {
		t.Error(found, err)
	}
	replies := []contract.Answer{{}, {"a", "ü\""}, {""}}
	back := make([]contract.Answer, len(replies))
	if err := ReadReplies(AppendReplies(nil, replies), back); err != nil {
		t.Fatal(err)
	}
	for at := range replies {
		if !slices.Equal(back[at], replies[at]) {
			t.Error(back[at], replies[at])
		}
	}
}

func TestDefaultsAreNotWritten(t *testing.T) {
	for _, case_ := range []struct {
		written []byte
		wanted  string
	}{
		{AppendRequest(nil, &contract.Question{}), "{}"},
		{AppendRequest(nil, &contract.Question{UserID: "u"}), `{"userId":"u"}`},
		{AppendRequest(nil, &contract.Question{MaxResults: -3}), `{"maxResults":-3}`},
		{AppendRequest(nil, &contract.Question{UserID: "u", MaxResults: 3}),
			`{"userId":"u","maxResults":3}`},
		{AppendRequests(nil, nil), "{}"},
		{AppendReply(nil, nil), "{}"},
		{AppendReply(nil, contract.Answer{"<&>", "\u2028"}), "{\"productIds\":[\"<&>\",\"\u2028\"]}"},
		{AppendReplies(nil, nil), "{}"},
		{AppendReplies(nil, []contract.Answer{nil, {"a"}}), `{"responses":[{},{"productIds":["a"]}]}`},
	} {
		if string(case_.written) != case_.wanted {
			t.Errorf("%s is written, not %s", case_.written, case_.wanted)
		}
	}
}

// BenchmarkReply is the reply of a usual call: `go test -bench . ./internal/protojson`.
func BenchmarkReply(b *testing.B) {
	var ids contract.Answer
	for at := range 10 {
		ids = append(ids, fmt.Sprintf("product_%d", at))
	}
	var text []byte
	var back contract.Answer
	b.ReportAllocs()
	for range b.N {
		text = AppendReply(text[:0], ids)
		var err error
		if back, err = ReadReply(text, back); err != nil {
			b.Fatal(err)
		}
	}
}
