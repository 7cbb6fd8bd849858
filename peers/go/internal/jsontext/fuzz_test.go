package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzTakesWhatTheStandardLibraryTakes holds the reader to encoding/json, where that is as strict:
// `go test -fuzz Fuzz ./internal/jsontext`.
func FuzzTakesWhatTheStandardLibraryTakes(f *testing.F) {
	for _, text := range []string{
		"{}", `{"a":[1,-2.5e3,"\u00fc\n",null,true,{}]}`, `["\ud83d\ude42"]`, `"\ud83d"`, "[1,]", "01",
		"\xff", "\ufeff{}", " [ ] ", "1e5", "1.e5", `{"a":1 "b":2}`, "\"\x1f\"",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		taken, valid := skip(text) == nil, json.Valid([]byte(text))
		// Of these encoding/json takes more, and of deep ones less.
		isLax := !utf8.ValidString(text) || strings.Contains(strings.ToLower(text), `\ud`)
		if taken && !valid && len(text) < 10_000 || valid && !taken && !isLax {
			t.Fatalf("%q: taken %v, valid %v", text, taken, valid)
		}
		r := Of(text)
		if ours, err := r.Text(); taken && err == nil {
			var theirs string
			if err := json.Unmarshal([]byte(text), &theirs); err != nil || theirs != ours {
				t.Fatalf("%q is %q, not %q", text, ours, theirs)
			}
		}
	})
}
