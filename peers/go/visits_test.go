package main

import (
	"math"
	"slices"
	"testing"
)

// numbers are a list of an answer.
func numbers(list any) (numbers []float64) {
	if list == nil {
		return nil
	}
	for _, number := range list.([]any) {
		numbers = append(numbers, number.(float64))
	}
	return numbers
}

func TestTheFiguresOfAVisitAgreeWithEachOther(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	for _, mode := range modes {
		for _, items := range []int{1, 7} {
			for _, group := range []any{nil, 4} {
				answer := driver.visit(fields{"mode": mode, "items": items, "group": group, "first": 1020})
				agree(t, answer, items, group)
			}
		}
	}
}

func agree(t *testing.T, answer fields, items int, group any) {
	t.Helper()
	number := func(name string) float64 { return answer[name].(float64) }
	if number("errors") != 0 || number("wrong") != 0 || group != nil && number("group") != 4 {
		t.Error(answer)
	}
	samples := numbers(answer["samples_ns"])
	sum := 0.0
	for _, sample := range samples {
		sum += sample
	}
	slices.Sort(samples)
	for name, wanted := range map[string]float64{
		"samples":    float64(len(samples)),
		"items":      float64(len(samples)*items) * number("group"),
		"elapsed_ns": sum,
		"p50_ns":     samples[(len(samples)-1)/2],
	} {
		if number(name) != wanted {
			t.Errorf("%s is %v, not %v", name, answer[name], wanted)
		}
	}
	for _, name := range []string{"lead_in_items", "cpu_caller_ns", "cpu_callee_ns"} {
		if number(name) <= 0 {
			t.Errorf("%s is %v", name, answer[name])
		}
	}
	all := number("items") + number("lead_in_items")
	if number("bytes_out") < 5*all || number("bytes_back") < 5*all {
		t.Error(answer["bytes_out"], answer["bytes_back"], all)
	}
	if first := numbers(answer["first_ns"]); group != nil && (len(first) == 0 || len(first) > 64) {
		t.Error(first)
	}
}

func TestAVisitOfANumberOfSamplesListsThem(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	answer := driver.visit(fields{"samples": 3, "group": 2, "limit_ms": 60_000})
	if len(numbers(answer["samples_ns"])) != 3 || answer["first_ns"] != nil {
		t.Error(answer)
	}
	refused(t, driver.visit(fields{"samples": 0}), "invalid_argument")
	refused(t, driver.visit(fields{"samples": 20_001}), "invalid_argument")
}

func TestALeadInMayBeBoundByItsTimeAlone(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	answer := driver.visit(fields{"lead_in_calls": uint32(math.MaxUint32), "first": 1 << 40})
	if answer["ok"] != true || answer["errors"] != 0.0 || answer["wrong"] != 0.0 {
		t.Error(answer)
	}
}

func TestPartsOfACallAreMeasuredAlone(t *testing.T) {
	more := fields{"products": data + "products.npy", "users": data + "users.npy"}
	driver, _ := opened(t, "catalog", more)
	for _, mode := range []string{"compute", "codec", "echo", "stamped"} {
		answer := driver.visit(fields{"mode": mode, "payload_bytes": 30, "reply_bytes": 40})
		if answer["ok"] != true || answer["errors"] != 0.0 || answer["wrong"] != 0.0 {
			t.Error(mode, answer)
		}
		for _, name := range []string{"samples", "bytes_out", "bytes_back"} {
			if answer[name].(float64) <= 0 {
				t.Error(mode, name, answer[name])
			}
		}
		if stamps := answer["stamps"]; (stamps != nil) != (mode == "stamped") {
			t.Error(mode, stamps)
		}
		refused(t, driver.visit(fields{"mode": mode, "items": 2, "payload_bytes": 1, "reply_bytes": 1}),
			"invalid_argument")
	}
	all := driver.visit(fields{"mode": "echo", "payload_bytes": 30, "reply_bytes": 40, "group": 1})
	echoes := all["items"].(float64) + all["lead_in_items"].(float64)
	if all["bytes_out"] != echoes*(5+4+30) || all["bytes_back"] != echoes*(5+40) {
		t.Error(all["bytes_out"], all["bytes_back"], echoes)
	}
	refused(t, driver.visit(fields{"mode": "echo"}), "invalid_argument")
}

func TestAnEngineThatNobodySpokeOfIsNotMeasured(t *testing.T) {
	driver, _ := opened(t, "catalog", nil)
	refused(t, driver.visit(fields{"mode": "compute"}), "unsupported")
}

func TestBytesComeBackInEverySizeAndTooManyAreRefused(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	for _, size := range []int{0, 1, 1 << 10, 1 << 20} {
		for _, mode := range []string{"chatty", "batched"} {
			for _, items := range []int{1, 3} {
				order := fields{"mode": mode, "items": items, "workload": "bytes", "size": size}
				answer := driver.visit(order)
				if answer["ok"] != true || answer["wrong"] != 0.0 || answer["errors"] != 0.0 {
					t.Error(order, answer["detail"])
				}
			}
		}
	}
	bytes := func(mode string, items, size int) fields {
		return driver.visit(fields{"mode": mode, "items": items, "workload": "bytes", "size": size})
	}
	refused(t, bytes("batched", 32, 1<<20), "too_large")
	refused(t, bytes("chatty", 1, 1<<20+1), "too_large")
	for _, mode := range []string{"pipelined", "streamed", "compute", "stamped"} {
		refused(t, bytes(mode, 2, 1), "unsupported")
	}
	if answer := bytes("streamed", 1, 8); answer["errors"] != 0.0 {
		t.Error("one item is a plain call in any mode", answer)
	}
}

func TestAnErrorEndsTheVisitAndNotTheDriver(t *testing.T) {
	driver, callee := opened(t, "stub", nil)
	answer := driver.visit(fields{"mode": "streamed", "items": 2})
	if answer["ok"] != true || answer["errors"] != 1.0 || answer["kind"] != "unsupported" {
		t.Error(answer)
	}
	_ = callee.Process.Kill()
	_ = callee.Wait()
	for range 2 {
		answer := driver.visit(nil)
		if answer["ok"] != true || answer["errors"] != 1.0 || answer["kind"] != "gone" {
			t.Error(answer)
		}
		if answer["samples"] != 0.0 || answer["p50_ns"] != nil || answer["samples_ns"] == nil {
			t.Error(answer)
		}
	}
}

func TestWhatIsReservedForLaterIsUnsupported(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	for _, later := range []fields{
		{"kind": "one-way"}, {"kind": "callback"}, {"workload": "predict"}, {"handicap_ns": 5},
		{"mode": "smoke"},
	} {
		refused(t, driver.visit(later), "unsupported")
	}
	refused(t, driver.do("load", fields{"rate_per_s": 10.0}), "invalid_argument")
	if answer := driver.visit(fields{"kind": "call", "handicap_ns": nil}); answer["ok"] != true {
		t.Error(answer)
	}
}

func TestACoordinatorOfVersion1IsAnsweredInItsWords(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	of1 := fields{"max_results": 1, "size": nil}
	refused(t, driver.visit(of1), "invalid_argument")
	if answer := driver.do("hello", fields{"protocol": 1}); answer["protocol"] != 1.0 {
		t.Fatal(answer)
	}
	refused(t, driver.visit(nil), "invalid_argument")
	if answer := driver.visit(of1); answer["ok"] != true || answer["wrong"] != 0.0 {
		t.Error(answer)
	}
	refused(t, driver.do("hello", fields{"protocol": 3}), "unsupported")
	if answer := driver.do("hello", nil); answer["protocol"] != 2.0 || answer["language"] != "go" {
		t.Error(answer)
	}
}
