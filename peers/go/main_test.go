package main

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
)

var modes = []string{"chatty", "batched", "pipelined"}

func TestAnswersTheWholeGoldenTraceInEveryMode(t *testing.T) {
	for _, engine := range []string{"stub", "catalog"} {
		driver, _ := opened(t, engine, nil)
		requests, right := goldenLines(t, engine)
		for _, mode := range modes {
			for start := 0; start < len(requests); start += 256 {
				end := min(start+256, len(requests))
				found := driver.ids(mode, requests[start:end]...)
				if !reflect.DeepEqual(found, right[start:end]) {
					t.Fatalf("%s, %s, from line %d: another answer", engine, mode, start)
				}
			}
		}
	}
}

func TestKeepsOddUserIDsAndSizes(t *testing.T) {
	driver, _ := opened(t, "catalog", nil)
	var requests []fields
	for _, user := range []string{"", "пользователь", "nul \x00 and \" and \\ and \n", "\u2028<&>",
		strings.Repeat("🛒", 16_384), strings.Repeat("x", 65_536)} {
		requests = append(requests, request(user, 3))
	}
	plain := driver.ids("chatty", requests...)
	for _, mode := range modes {
		found := driver.ids(mode, requests...)
		if !reflect.DeepEqual(found, plain) || len(found[0]) != 3 || len(found) != len(requests) {
			t.Errorf("%s: %v, not %v", mode, found, plain)
		}
		if found := driver.ids(mode, request("u", 0)); !reflect.DeepEqual(found, [][]string{{}}) {
			t.Errorf("%s: %v", mode, found)
		}
		if found := driver.ids(mode); len(found) != 0 {
			t.Errorf("%s: %v", mode, found)
		}
	}
	if found := driver.ids("chatty", request("u", 1000)); len(found[0]) != 1000 {
		t.Error(len(found[0]))
	}
}

func TestRefusesWhatIsNoQuestionAndGoesOn(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	for _, mode := range modes {
		for _, bad := range []struct {
			request fields
			kind    string
		}{
			{request("u", -1), "invalid_argument"}, {request("u", 1001), "too_large"},
			{request(strings.Repeat("ü", 32_769), 1), "too_large"},
		} {
			refused(t, driver.ask(mode, request("a", 1), bad.request, request("b", 2)), bad.kind)
			// Answers that were in flight behind the refusal must not answer this.
			if found := driver.ids("chatty", request("c", 7)); len(found[0]) != 7 {
				t.Error(found)
			}
		}
	}
	many := repeated(request("u", 0), 1025)
	refused(t, driver.ask("batched", many...), "too_large")
	if found := driver.ids("batched", many[1:]...); len(found) != 1024 {
		t.Error(len(found))
	}
}

func TestLargeMessagesDoNotBlockEitherSide(t *testing.T) {
	driver, _ := opened(t, "stub", nil)
	for _, mode := range modes[1:] {
		long := repeated(request(strings.Repeat("x", 65_536), 1), 40)
		for _, ids := range driver.ids(mode, long...) {
			if !slices.Equal(ids, []string{"product_0"}) {
				t.Fatal(ids)
			}
		}
		for _, ids := range driver.ids(mode, repeated(request("u", 1000), 1024)...) {
			if len(ids) != 1000 {
				t.Fatal(len(ids))
			}
		}
	}
}

func TestStampsEchoAndRaw(t *testing.T) {
	driver, _ := opened(t, "catalog", nil)
	answer := driver.ask("stamped", request("u", 2))
	for _, stamp := range []string{"decode_ns", "compute_ns", "encode_ns"} {
		if answer["stamps"].(map[string]any)[stamp].(float64) <= 0 {
			t.Error(answer)
		}
	}
	refused(t, driver.ask("stamped", request("u", 2), request("u", 2)), "invalid_argument")
	for _, echo := range []struct {
		payload string
		count   int
		back    string
	}{{"\x00\x01\x02", 5, "\x00\x01\x02\x00\x01"}, {"", 2, "\x00\x00"}, {"abc", 0, ""}} {
		payload := base64.StdEncoding.EncodeToString([]byte(echo.payload))
		answer := driver.do("echo", fields{"payload": payload, "reply_bytes": echo.count})
		if answer["back"] != base64.StdEncoding.EncodeToString([]byte(echo.back)) {
			t.Error(answer)
		}
	}
	refused(t, driver.do("echo", fields{"payload": "", "reply_bytes": 32<<20 + 1}), "too_large")
	reply := base64.StdEncoding.EncodeToString([]byte("{}"))
	if answer := driver.raw(`{"maxResults":"0"}`); answer["reply"] != reply {
		t.Error(answer)
	}
	refused(t, driver.do("raw", fields{"request": "no base64"}), "invalid_argument")
}

func TestBytesThatAreNoMessageEndTheConnection(t *testing.T) {
	callee, driver := newCallee(t, true), newDriver(t)
	for _, data := range []string{"\xff\xff", "", "[]", `{"userId":1}`, `{"userId":"\ud800"}`} {
		if answer := driver.open(callee.endpoint, "stub", nil); answer["ok"] != true {
			t.Fatal(answer)
		}
		refused(t, driver.raw(data), "malformed")
		refused(t, driver.ask("chatty", request("u", 1)), "gone")
	}
	driver.open(callee.endpoint, "stub", nil)
	refused(t, driver.raw(strings.Repeat(" ", 33<<20)), "too_large")
	refused(t, driver.ask("chatty", request("u", 1)), "gone")
}

func TestAnAnswerThatComesTooLateNeverAnswersTheNextCall(t *testing.T) {
	short := fields{"deadline_ms": 300, "first_size": 0}
	driver, _ := opened(t, "stub", short, "--service-time-us", "400000")
	refused(t, driver.ask("batched", request("u", 1), request("u", 1)), "deadline")
	answer := driver.ask("chatty", request("u", 1))
	refused(t, answer, "gone")
	if !strings.Contains(fmt.Sprint(answer["detail"]), "this connection ended: deadline") {
		t.Error(answer)
	}
}

func TestACalleeKilledInMidCallIsGone(t *testing.T) {
	driver, callee := opened(t, "stub", nil)
	callee.signal(syscall.SIGSTOP)
	driver.send(`{"op":"ask","id":1,"mode":"chatty","requests":[{"user_id":"u","max_results":1}]}`)
	_ = callee.Process.Kill()
	refused(t, driver.answer(), "gone")
	refused(t, driver.ask("chatty", request("u", 1)), "gone")
}

func TestAFirstAnswerThatIsWrongIsNoOpenConnection(t *testing.T) {
	callee, driver := newCallee(t, true, "--engine", "wrong"), newDriver(t)
	refused(t, driver.open(callee.endpoint, "stub", nil), "internal")
	refused(t, driver.ask("chatty", request("u", 1)), "gone")
	answer := driver.open(callee.endpoint, "stub", fields{"workload": "bytes", "first_size": 100})
	if answer["ok"] != true || answer["first_call_ns"].(float64) <= 0 {
		t.Error("no engine answers bytes", answer)
	}
	if answer := driver.visit(nil); answer["wrong"].(float64) < answer["items"].(float64) {
		t.Error(answer)
	}
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	driver := newDriver(t)
	refused(t, driver.open("unix:/nowhere/at/all", "stub", nil), "gone")
	for name, value := range map[string]string{"transport": "pigeon", "workload": "predict"} {
		refused(t, driver.open("unix:/nowhere/at/all", "stub", fields{name: value}), "unsupported")
	}
	for name, value := range map[string]any{
		"golden": "/nowhere/at/all", "deadline_ms": -1, "id": "one", "first_size": 1.5,
		"callee_pid": true, "service_time_us": -1,
	} {
		order := fields{name: value}
		refused(t, driver.open("unix:/nowhere/at/all", "stub", order), "invalid_argument")
	}
}

func TestBothSidesSayWhatRunsThem(t *testing.T) {
	callee := newCallee(t, true)
	driver := newDriver(t)
	opened := driver.open(callee.endpoint, "stub", nil)
	said := fmt.Sprint(callee.settings, opened["settings"])
	if strings.Count(said, "GOMAXPROCS") != 2 {
		t.Error(said)
	}
	floor := opened["floor"].(map[string]any)
	if floor["clock_read_ns"].(float64) <= 0 || floor["empty_call_ns"].(float64) <= 0 {
		t.Error(floor)
	}
}
