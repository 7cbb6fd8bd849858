package work

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
)

const data = "../../../../fixtures/data/"

// fake answers from golden lines, and keeps what it was asked.
type fake struct {
	caller.Connection
	golden Golden
	asked  []contract.Question
	modes  []string
	// bend changes an echo before it goes back.
	bend func([]byte) []byte
}

func (f *fake) answer(question *contract.Question, answer *contract.Answer) error {
	f.asked = append(f.asked, *question)
	for _, line := range f.golden {
		if line.Question.UserID == question.UserID {
			*answer = line.Right.Prefix(int(question.MaxResults)).IDs()
			return nil
		}
	}
	return contract.Fail(contract.Gone, "nobody knows %s", question.UserID)
}

func (f *fake) Call(question *contract.Question, answer *contract.Answer) error {
	f.modes = append(f.modes, "call")
	return f.answer(question, answer)
}

func (f *fake) Batched(questions []contract.Question, answers []contract.Answer) error {
	f.modes = append(f.modes, "batch")
	for at := range questions {
		if err := f.answer(&questions[at], &answers[at]); err != nil {
			return err
		}
	}
	return nil
}

func (f *fake) Stamped(
	question *contract.Question, answer *contract.Answer,
) (contract.Stamps, error) {
	calls := uint64(len(f.asked))
	stamps := contract.Stamps{DecodeNs: calls, ComputeNs: 10, EncodeNs: 2 * calls}
	return stamps, f.answer(question, answer)
}

func (f *fake) Echo(payload []byte, replyBytes int, back []byte) ([]byte, error) {
	back = contract.AppendEcho(back, payload, replyBytes)
	if f.bend != nil {
		back = f.bend(back)
	}
	return back, nil
}

func golden() Golden {
	line := func(user string, ids ...string) Line {
		return Line{Question: contract.Question{UserID: user, MaxResults: 2}, Right: RightOf(ids)}
	}
	return Golden{line("a", "0", "1"), line("b", "2", "3"), line("c", "4", "5")}
}

func users(questions []contract.Question) (users string) {
	for _, question := range questions {
		users += question.UserID
	}
	return users
}

func TestTheGoldenLinesAreWhatTheStandardLibraryReads(t *testing.T) {
	path := data + "golden-catalog.jsonl"
	found, err := ReadGolden(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(file)), "\n")
	if len(found) != len(lines) {
		t.Fatalf("%d of %d lines", len(found), len(lines))
	}
	for at, text := range lines {
		var line struct {
			UserID     string   `json:"user_id"`
			MaxResults int32    `json:"max_results"`
			ProductIDs []string `json:"product_ids"`
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		question := contract.Question{UserID: line.UserID, MaxResults: line.MaxResults}
		if found[at].Question != question || !slices.Equal(found[at].Right.IDs(), line.ProductIDs) {
			t.Fatalf("line %d is %+v", at+1, found[at])
		}
	}
}

func TestAFileThatIsNotGoldenSaysWhere(t *testing.T) {
	good := `{"user_id":"a","max_results":1,"product_ids":["p"]}` + "\n\n"
	for text, found := range map[string]string{
		"":                                       "no request",
		good + "nonsense":                        "line 3",
		good + `{"user_id":"a","max_results":1}`: "line 3: product_ids is missing",
		`{"max_results":1,"product_ids":[]}`:     "line 1: user_id",
		`{"user_id":"a","max_results":1.5,"product_ids":[]}`: "line 1: max_results",
		`{"user_id":"a","max_results":1,"product_ids":[1]}`:  "line 1: product_ids",
	} {
		path := filepath.Join(t.TempDir(), "golden.jsonl")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadGolden(path); err == nil || !strings.Contains(err.Error(), found) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := ReadGolden("/nowhere/at/all"); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestRightIsTheWholeAnswerAndNothingElse(t *testing.T) {
	right := RightOf([]string{"a", "", "übér"})
	if !right.Is(contract.Answer{"a", "", "übér"}) || !right.Prefix(9).Is(right.IDs()) {
		t.Error("the right answer is wrong")
	}
	if !right.Prefix(1).Is(contract.Answer{"a"}) {
		t.Error("a right prefix is wrong")
	}
	if !right.Prefix(0).Is(nil) || !right.Prefix(-1).Is(nil) {
		t.Error("nothing is not nothing")
	}
	for _, wrong := range []contract.Answer{
		nil, {"a", ""}, {"a", "", "übér", ""}, {"", "a", "übér"}, {"a", "ü", "bér"}, {"a", "", "übéR"},
	} {
		if right.Is(wrong) {
			t.Errorf("%q is right", wrong)
		}
	}
}

func TestRequestsComeInOrderFromTheFirstAndAgainFromTheStart(t *testing.T) {
	connection := &fake{golden: golden()}
	calls := NewCalls(NewQuestions(golden(), 2, 1, 5), connection, caller.Batched)
	calls.Lay(2)
	for range 3 {
		if err := calls.Carry(); err != nil || calls.Check() != 0 {
			t.Fatal(err)
		}
	}
	if found := users(connection.asked); found != "cabcabcabcab" {
		t.Error(found)
	}
	if connection.asked[0].MaxResults != 1 || len(connection.modes) != 6 {
		t.Error(connection.asked[0], connection.modes)
	}
}

func TestThePoolIsWalkedThroughInWholeSamples(t *testing.T) {
	for _, items := range []int{1, 7, 1000} {
		for _, group := range []int{1, 3, 150} {
			questions := NewQuestions(golden(), items, 2, 1)
			if !questions.Lay(group) {
				t.Fatal("too large")
			}
			for range 5 {
				asked, answers := questions.window()
				if len(asked) != items*group || len(answers) != len(asked) {
					t.Fatalf("%d x %d: %d, %d", items, group, len(asked), len(answers))
				}
				for at := range asked {
					answers[at] = questions.right[questions.at+at].IDs()
				}
				if wrong := questions.Check(); wrong != 0 {
					t.Fatalf("%d x %d: %d wrong", items, group, wrong)
				}
			}
		}
	}
	if NewQuestions(golden(), 1024, 1, 0).Lay(1025) {
		t.Error("a sample of more than a million items")
	}
}

func TestWrongAnswersAreCountedOneByOne(t *testing.T) {
	bad := golden()
	bad[2].Right = RightOf([]string{"4", "6"})
	calls := NewCalls(NewQuestions(golden(), 3, 2, 0), &fake{golden: bad}, caller.Chatty)
	calls.Lay(4)
	if err := calls.Carry(); err != nil || calls.Check() != 4 {
		t.Error(err)
	}
	calls = NewCalls(NewQuestions(golden(), 1, 1, 0), &fake{golden: bad}, caller.Chatty)
	calls.Lay(6)
	if err := calls.Carry(); err != nil || calls.Check() != 0 {
		t.Error("the first id is right in all of them", err)
	}
}

func TestOneItemIsAPlainCallInAnyMode(t *testing.T) {
	connection := &fake{golden: golden()}
	calls := NewCalls(NewQuestions(golden(), 1, 1, 0), connection, caller.Batched)
	if err := calls.Carry(); err != nil || connection.modes[0] != "call" {
		t.Error(connection.modes, err)
	}
}

func TestStampsAreMeansOverAllCalls(t *testing.T) {
	stamped := NewStamped(NewQuestions(golden(), 1, 2, 0), &fake{golden: golden()})
	if _, any := stamped.MeansNs(); any {
		t.Error("means of no call")
	}
	stamped.Lay(4)
	if err := stamped.Carry(); err != nil || stamped.Check() != 0 {
		t.Fatal(err)
	}
	if means, any := stamped.MeansNs(); !any || means != [3]float64{1.5, 10, 3} {
		t.Error(means)
	}
}

func TestPartsAnswerRightlyAndCountTheirBytes(t *testing.T) {
	stub, err := engine.New(engine.Options{Name: "stub"})
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{"product_0", "product_1"}
	question := contract.Question{UserID: "user"}
	lines := Golden{{Question: question, Right: RightOf(ids)}}
	compute := NewCompute(NewQuestions(lines, 1, 2, 0), stub)
	compute.Lay(3)
	if err := compute.Carry(); err != nil || compute.Check() != 0 {
		t.Fatal(err)
	}
	if out, back := compute.MadeBytes(); out != 3*4 || back != 3*(18+8) {
		t.Error(out, back)
	}
	both := NewCodec(NewQuestions(lines, 1, 2, 0), &codec.JSON)
	both.Lay(2000)
	for range 2 {
		if err := both.Carry(); err != nil || both.Check() != 0 {
			t.Fatal(err)
		}
	}
	request, reply := `{"userId":"user","maxResults":2}`, `{"productIds":["product_0","product_1"]}`
	out, back := both.MadeBytes()
	if out != int64(4000*len(request)) || back != int64(4000*len(reply)) {
		t.Error(out, back)
	}
}
