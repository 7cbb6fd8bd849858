package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// library is the C library, compiled for this test; without a compiler the test is skipped.
func library(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("cc"); err != nil {
		t.Skip("tests with the C library: install a C compiler as cc")
	}
	sources, err := filepath.Glob("../../transports/ffi/c/*.c")
	if err != nil || len(sources) == 0 {
		t.Fatal("no sources of the C library", err)
	}
	path := filepath.Join(t.TempDir(), "libtollgate.so")
	words := []string{"-shared", "-fPIC", "-O2", "-std=c11", "-I", "../../fixtures/contract", "-o", path}
	compiler := exec.Command("cc", append(words, sources...)...)
	compiler.Stderr = os.Stderr
	if err := compiler.Run(); err != nil {
		t.Fatal(err)
	}
	return path
}

// inProcess are the transports that need no callee, by name, with their endpoints. cgo is one of
// them where a C compiler built this test.
func inProcess(t *testing.T) map[string]string {
	t.Helper()
	endpoints := map[string]string{"inproc": "", "purego": "lib:" + library(t)}
	hello := newDriver(t).do("hello", fields{"protocol": 2})
	if slices.Contains(hello["transports"].([]any), any("cgo")) {
		endpoints["cgo"] = endpoints["purego"]
	}
	return endpoints
}

// within is a driver with an open connection 1 in its own process.
func within(t *testing.T, transport, endpoint, engine string) driver {
	t.Helper()
	driver := newDriver(t)
	order := fields{
		"transport": transport, "products": data + "products.npy", "users": data + "users.npy",
	}
	if answer := driver.open(endpoint, engine, order); answer["ok"] != true {
		t.Fatal(transport, answer)
	}
	return driver
}

func TestWhatIsInThisProcessAnswersTheGoldenTrace(t *testing.T) {
	for transport, endpoint := range inProcess(t) {
		for _, engine := range []string{"stub", "catalog"} {
			driver := within(t, transport, endpoint, engine)
			requests, right := goldenLines(t, engine)
			for _, mode := range []string{"chatty", "batched"} {
				for at := 0; at < len(requests); at += 256 {
					end := min(at+256, len(requests))
					found := driver.ids(mode, requests[at:end]...)
					if !reflect.DeepEqual(found, right[at:end]) {
						t.Fatalf("%s, %s, %s, from line %d: another answer", transport, engine, mode, at)
					}
				}
				visit := driver.visit(fields{"mode": mode, "items": 4})
				if visit["wrong"] != 0.0 || visit["errors"] != 0.0 || visit["cpu_callee_ns"] != nil {
					t.Errorf("%s, %s: %v", transport, mode, visit)
				}
			}
		}
	}
}

func TestWhatIsInThisProcessRefusesAndGoesOn(t *testing.T) {
	for transport, endpoint := range inProcess(t) {
		driver := within(t, transport, endpoint, "stub")
		for _, mode := range []string{"chatty", "batched"} {
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
		// Room grows: many ids, many users, and long ones.
		long := repeated(request(strings.Repeat("x", 65_536), 1000), 8)
		if found := driver.ids("batched", long...); len(found[7]) != 1000 {
			t.Error(transport, len(found[7]))
		}
		answer := driver.ask("stamped", request("u", 2))
		if stamps, is := answer["stamps"].(map[string]any); !is || len(stamps) != 3 {
			t.Error(transport, answer)
		}
		echo := driver.do("echo", fields{"payload": "AAEC", "reply_bytes": 5})
		if echo["back"] != "AAECAAE=" {
			t.Error(transport, echo)
		}
		refused(t, driver.do("echo", fields{"payload": "", "reply_bytes": 32<<20 + 1}), "too_large")
	}
}

func TestWhatIsNoLibraryOfThisVersionSaysWhatWasFound(t *testing.T) {
	garbage := filepath.Join(t.TempDir(), "garbage.so")
	if err := os.WriteFile(garbage, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for transport := range inProcess(t) {
		if transport == "inproc" {
			refused(t, newDriver(t).open("lib:/x", "stub", fields{"transport": transport}), "unsupported")
			continue
		}
		for endpoint, kind := range map[string]string{
			"lib:/nowhere.so": "gone", "unix:/x": "unsupported", "lib:" + garbage: "unsupported",
		} {
			refused(t, newDriver(t).open(endpoint, "stub", fields{"transport": transport}), kind)
		}
	}
}
