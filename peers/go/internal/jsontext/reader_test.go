package jsontext

import (
	"strings"
	"testing"
)

// skip reads bytes as one value and nothing else.
func skip(text string) error {
	r, err := NewReader([]byte(text))
	if err == nil {
		err = r.Skip()
	}
	if err == nil {
		err = r.End()
	}
	return err
}

func TestPassesOverEveryKindOfValue(t *testing.T) {
	for _, text := range []string{
		"null", " true\n", "false", "0", "-0", "-0.5e-7", "1E+2", `""`, `"ü\u00fc\ud83d\ude42\/"`,
		"[]", "[ ]", "{}", `{"":[{"a":[]},{}, 1],"a":null}`, "\t[1,2]\r\n", "1e999", "\"\x7f\"",
		strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000),
		strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000),
	} {
		if err := skip(text); err != nil {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func TestRefusesWhatIsNoJSON(t *testing.T) {
	for _, text := range []string{
		"", " ", "\x00", "nul", "nulll", "True", "NaN", "Infinity", "-Infinity", "'a'",
		"+1", "01", "-01", "1.", ".5", "-", "1e", "1e+", "0x1", "1_0", "--1",
		"[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "{,}", `{"a"}`, `{"a":}`,
		`{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, `{"a" 1}`, `{1:2}`, `{"a":1]`,
		`"`, `"a`, `"\`, `"\x41"`, `"\u12"`, `"\u12g4"`, `"\u+123"`, "\"a\nb\"", "\"a\x00b\"", "\"\t\"",
		`"\ud800"`, `"\udc00"`, `"\ud800\u0041"`, `"\ud800\ud800"`, `"\ud800x"`, `{"\ud800":1}`,
		"{}x", "{}{}", "1 2", "{}\x00", "\ufeff{}", "1\v", "\f1",
		"\"\xff\"", "\"\xed\xa0\x80\"", "{}\xff", "\"\xc0\x80\"",
		strings.Repeat("[", 1_000_000),
	} {
		if err := skip(text); err == nil {
			t.Errorf("%.40q was taken", text)
		}
	}
}

func TestTextsComeWithoutTheirEscapes(t *testing.T) {
	for text, wanted := range map[string]string{
		`""`: "", `"plain ü"`: "plain ü", `"\"\\\/\b\f\n\r\t"`: "\"\\/\b\f\n\r\t",
		`"a\u0000b"`: "a\x00b", `"\ud83d\uDE42!"`: "🙂!", `"\u00FCber\u005c"`: "über\\",
	} {
		r := Of(text)
		if found, err := r.Text(); err != nil || found != wanted || r.End() != nil {
			t.Errorf("%s is %q, %v", text, found, err)
		}
	}
}

func TestAnObjectHoldsItsValuesAsTheyAreWritten(t *testing.T) {
	text := `{"id":7,"ms":2.5,"user":"\u00fc","list":["a", "b"],"none":null,"of":{"x":1},"id":8}`
	object, err := ReadObject([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if id, err := object["id"].Whole(0, 10); err != nil || id != 8 {
		t.Error(id, err)
	}
	if ms, err := object["ms"].Number(0, 10); err != nil || ms != 2.5 {
		t.Error(ms, err)
	}
	if user, err := object["user"].Text(); err != nil || user != "ü" {
		t.Error(user, err)
	}
	if list, err := object["list"].Texts(); err != nil || strings.Join(list, "+") != "a+b" {
		t.Error(list, err)
	}
	if of, err := object["of"].Object(); err != nil || of["x"] != "1" {
		t.Error(of, err)
	}
	if object["none"].IsThere() || object["nowhere"].IsThere() {
		t.Error("null and nothing are there")
	}
}

func TestAValueOfAnotherKindIsRefused(t *testing.T) {
	for _, value := range []Value{"", "null", `"1"`, "[]", "true", "1.5", "1e1"} {
		if _, err := value.Whole(-10, 10); err == nil {
			t.Errorf("%s is a whole number", value)
		}
	}
	for _, value := range []Value{"", "null", `"1"`, "[]", "11", "-11", "1e999"} {
		if _, err := value.Number(-10, 10); err == nil {
			t.Errorf("%s is a number within bounds", value)
		}
	}
	for _, value := range []Value{"", "null", "1", "[]", "{}"} {
		if _, err := value.Text(); err == nil {
			t.Errorf("%s is a text", value)
		}
	}
	for _, value := range []Value{"", "null", `"a"`, "{}", "[1]", "[null]"} {
		if _, err := value.Texts(); err == nil {
			t.Errorf("%s is a list of texts", value)
		}
	}
	if _, err := ReadObject([]byte("[]")); err == nil {
		t.Error("a list is an object")
	}
}
