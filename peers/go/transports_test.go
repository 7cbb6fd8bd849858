package main

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
)

// spoken is what each transport has beyond the socket with JSON, of which the other tests are.
var spoken = map[string][]string{
	"grpc": {"chatty", "batched", "pipelined", "streamed"},
	"rest": {"chatty", "batched"},
	"uds":  {"chatty", "batched", "pipelined"},
}

// joined is a driver with an open connection 1 to a callee of a transport.
func joined(t *testing.T, transport, engine string, more fields, words ...string) (driver, callee) {
	t.Helper()
	callee := newCalleeOf(t, transport, true, append([]string{"--engine", engine}, words...)...)
	driver := newDriver(t)
	order := fields{"transport": transport, "callee_pid": callee.Process.Pid}
	for name, value := range more {
		order[name] = value
	}
	if answer := driver.open(callee.endpoint, engine, order); answer["ok"] != true {
		t.Fatal(transport, answer)
	}
	return driver, callee
}

func TestEveryTransportAnswersTheGoldenTraceInEachOfItsModes(t *testing.T) {
	for transport, modes := range spoken {
		driver, _ := joined(t, transport, "catalog", nil)
		requests, right := goldenLines(t, "catalog")
		for _, mode := range modes {
			if found := driver.ids(mode, requests[:256]...); !reflect.DeepEqual(found, right[:256]) {
				t.Errorf("%s, %s: another answer", transport, mode)
			}
			if found := driver.ids(mode); len(found) != 0 {
				t.Errorf("%s, %s: %v", transport, mode, found)
			}
			visit := driver.visit(fields{"mode": mode, "items": 4})
			if visit["wrong"] != 0.0 || visit["errors"] != 0.0 || visit["samples"].(float64) < 1 {
				t.Errorf("%s, %s: %v", transport, mode, visit)
			}
		}
	}
}

func TestEveryTransportRefusesWhatIsNoQuestionAndGoesOn(t *testing.T) {
	for transport, modes := range spoken {
		driver, _ := joined(t, transport, "stub", nil)
		for _, mode := range modes {
			for _, bad := range []struct {
				request fields
				kind    string
			}{
				{request("u", -1), "invalid_argument"}, {request("u", 1001), "too_large"},
				{request(strings.Repeat("ü", 32_769), 1), "too_large"},
			} {
				refused(t, driver.ask(mode, request("a", 1), bad.request, request("b", 2)), bad.kind)
				if found := driver.ids("chatty", request("c", 7)); len(found[0]) != 7 {
					t.Error(transport, found)
				}
			}
		}
		refused(t, driver.ask("batched", repeated(request("u", 0), 1025)...), "too_large")
	}
}

func TestEveryTransportCarriesBytesStampsAndEncodedRequests(t *testing.T) {
	for transport := range spoken {
		driver, _ := joined(t, transport, "stub", nil)
		answer := driver.ask("stamped", request("u", 2))
		for _, stamp := range []string{"decode_ns", "compute_ns", "encode_ns"} {
			if stamps, ok := answer["stamps"].(map[string]any); !ok || stamps[stamp].(float64) <= 0 {
				t.Error(transport, answer)
			}
		}
		payload := base64.StdEncoding.EncodeToString([]byte{0, 1, 2})
		answer = driver.do("echo", fields{"payload": payload, "reply_bytes": 5})
		if answer["back"] != base64.StdEncoding.EncodeToString([]byte{0, 1, 2, 0, 1}) {
			t.Error(transport, answer)
		}
		refused(t, driver.do("echo", fields{"payload": "", "reply_bytes": 32<<20 + 1}), "too_large")
		for _, part := range []string{"compute", "codec", "stamped"} {
			if visit := driver.visit(fields{"mode": part}); visit["wrong"] != 0.0 || visit["errors"] != 0.0 {
				t.Error(transport, part, visit)
			}
		}
		refused(t, driver.raw("\xff\xff"), "malformed")
		refused(t, driver.ask("chatty", request("u", 1)), "gone")
	}
}

func TestEveryTransportKeepsItsDeadlineAndSaysWhenNobodyIsThere(t *testing.T) {
	for transport := range spoken {
		short := fields{"deadline_ms": 300, "first_size": 0}
		driver, callee := joined(t, transport, "stub", short, "--service-time-us", "400000")
		refused(t, driver.ask("chatty", request("u", 1)), "deadline")
		refused(t, driver.ask("chatty", request("u", 1)), "gone")
		if answer := driver.open(callee.endpoint, "stub", fields{"transport": transport, "first_size": 0}); answer["ok"] != true {
			t.Fatal(transport, answer)
		}
		if code := callee.end(); code != 0 {
			t.Error(transport, code)
		}
		refused(t, driver.ask("chatty", request("u", 0)), "gone")
		refused(t, driver.open(callee.endpoint, "stub", fields{"transport": transport}), "gone")
	}
}

func TestWhatListensOnTCPTakesNoAddressBeyondLoopback(t *testing.T) {
	for _, transport := range []string{"grpc", "rest"} {
		for _, listen := range []string{"0.0.0.0:0", "unix:/x", "localhost", "10.0.0.1:1"} {
			if code := start(t, false, "serve", transport, "--listen", listen).exit(); code != 1 {
				t.Error(transport, listen, code)
			}
		}
	}
}
