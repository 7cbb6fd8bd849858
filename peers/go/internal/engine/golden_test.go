package engine_test

import (
	"testing"

	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/work"
)

const data = "../../../../fixtures/data/"

func TestGivesTheGoldenAnswers(t *testing.T) {
	for _, name := range []string{"stub", "catalog"} {
		golden, err := work.ReadGolden(data + "golden-" + name + ".jsonl")
		if err != nil {
			t.Fatal(err)
		}
		engine, scratch := made(t, name), new(engine.Scratch)
		for _, line := range golden {
			ids, err := engine.Answer(&line.Question, scratch)
			if err != nil || !line.Right.Is(ids) {
				t.Fatalf("%s: %+v is answered %v, %v", name, line.Question, ids, err)
			}
		}
	}
}

func made(t *testing.T, name string) *engine.Engine {
	t.Helper()
	options := engine.Options{Name: name, Products: data + "products.npy", Users: data + "users.npy"}
	made, err := engine.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return made
}
