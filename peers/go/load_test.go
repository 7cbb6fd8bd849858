package main

import (
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// loadOf is an order to load, with what is said besides.
func loadOf(more fields) fields {
	order := fields{
		"size": 1, "arrivals": "constant", "seed": 1, "connections": 4, "in_flight": 4,
		"lead_in_ms": 50, "duration_ms": 300,
	}
	for name, value := range more {
		order[name] = value
	}
	return order
}

// countOf is how many times are in a histogram of an answer.
func countOf(t *testing.T, answer fields, name string) float64 {
	t.Helper()
	text, isText := answer[name].(string)
	if !isText {
		t.Fatalf("no %s in %v", name, answer)
	}
	histogram, err := hdrhistogram.Decode([]byte(text))
	if err != nil {
		t.Fatal(name, err)
	}
	return float64(histogram.TotalCount())
}

func TestALoadSendsWhatIsDueAndCountsIt(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	answer := driver.do("load", loadOf(fields{"rate_per_s": 1000.0}))
	if answer["ok"] != true || answer["wrong"] != 0.0 || answer["errors"] != 0.0 {
		t.Fatal(answer)
	}
	// 300 are due, 250 of them in the window.
	if answer["calls"] != 300.0 || answer["sent"] != 250.0 || answer["dropped"] != 0.0 {
		t.Error(answer)
	}
	for _, name := range []string{
		"latency", "service", "lateness", "late_place", "late_generator",
	} {
		if count := countOf(t, answer, name); count != 250 {
			t.Errorf("%s has %v times", name, count)
		}
	}
	parts := 0.0
	for _, part := range answer["parts"].([]any) {
		parts += part.([]any)[0].(float64)
	}
	if parts != 250 || answer["window_ns"] != 250e6 {
		t.Error(answer)
	}
	if answer := driver.visit(nil); answer["kind"] != "gone" {
		t.Error(answer)
	}
	// Another load is opened as the first was.
	answer = driver.do("load", loadOf(fields{"rate_per_s": 1000.0}))
	if answer["ok"] != true || answer["calls"] != 300.0 {
		t.Error(answer)
	}
}

func TestAClosedLoopHasAllPlacesInFlight(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	answer := driver.do("load", loadOf(nil))
	if answer["ok"] != true || answer["wrong"] != 0.0 || answer["in_flight_most"] != 4.0 {
		t.Fatal(answer)
	}
	if answer["latency"] != nil || countOf(t, answer, "service") == 0 {
		t.Error(answer)
	}
	if answer["answered_in_window"].(float64) > answer["calls"].(float64) {
		t.Error(answer)
	}
}

func TestALoadThatIsStoppedIsAnsweredAtItsLength(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	begun := time.Now()
	alarm := time.AfterFunc(200*time.Millisecond, func() { driver.send(`{"op":"stop"}`) })
	defer alarm.Stop()
	answer := driver.do("load", loadOf(fields{"rate_per_s": 100.0, "duration_ms": 30_000}))
	if took := time.Since(begun); answer["ok"] != true || took > 15*time.Second {
		t.Fatal(took, answer)
	}
	if window := answer["window_ns"].(float64); window >= 15e9 || window <= 0 {
		t.Error(answer)
	}
}

func TestALoadWhoseCalleeDiesEndsAndSaysWhy(t *testing.T) {
	driver, callee := opened(t, "stub", nil)
	alarm := time.AfterFunc(200*time.Millisecond, func() { _ = callee.Process.Kill() })
	defer alarm.Stop()
	answer := driver.do("load", loadOf(fields{"rate_per_s": 1000.0, "duration_ms": 2000}))
	if answer["ok"] != true || answer["errors"] == 0.0 || answer["kind"] != "gone" {
		t.Fatal(answer)
	}
	if answer["dropped"] == 0.0 {
		t.Error("what was due later was nobody's", answer)
	}
}

func TestLoadsThatCannotBeAreRefused(t *testing.T) {
	for _, wrong := range []struct {
		more fields
		kind string
	}{
		{fields{"in_flight": 8}, "unsupported"},
		{fields{"in_flight": 3}, "invalid_argument"},
		{fields{"connections": 257, "in_flight": 257}, "invalid_argument"},
		{fields{"lead_in_ms": 300}, "invalid_argument"},
		{fields{"duration_ms": 600_001}, "invalid_argument"},
		{fields{"rate_per_s": 0.0}, "invalid_argument"},
		{fields{"rate_per_s": 1e9, "duration_ms": 100_000}, "invalid_argument"},
		{fields{"rate_per_s": 10.0, "arrivals": "in pairs"}, "invalid_argument"},
		{fields{"workload": "bytes"}, "unsupported"},
		{fields{"kind": "one-way"}, "unsupported"},
	} {
		driver, _ := opened(t, "stub", nil)
		refused(t, driver.do("load", loadOf(wrong.more)), wrong.kind)
		// It was not begun: the connection is as it was.
		if answer := driver.visit(nil); answer["ok"] != true || answer["errors"] != 0.0 {
			t.Error(wrong, answer)
		}
	}
}
