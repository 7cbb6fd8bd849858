package main

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tollgate.dev/peers/go/internal/transports/uds/frames"
)

func TestEveryLineGetsAnAnswer(t *testing.T) {
	driver := newDriver(t)
	for _, line := range []string{
		"nonsense", "[]", "\xff", "{}", `{"op":"fly"}`, `{"op":1}`, `{"op":"visit"}`, `{"op":"open"}`,
		`{"op":"ask","id":1.5}`, `{"op":"close"}`, `{"op":"visit","id":1}{}`, "{\"op\":\"\xff\"}",
		`{"op":"` + strings.Repeat("x", 100_000) + `"}`,
	} {
		driver.send(line)
		answer := driver.answer()
		if answer["ok"] != false || answer["kind"] == "" || answer["detail"] == "" {
			t.Errorf("%.40q: %v", line, answer)
		}
		if detail := answer["detail"].(string); len(detail) > 2000 {
			t.Errorf("%d bytes of words", len(detail))
		}
	}
	driver.send("\n  \n" + `{"op":"stop"}`) // are not answered
	if answer := driver.do("hello", fields{"protocol": 2}); answer["protocol"] != 2.0 {
		t.Error(answer)
	}
	if answer := driver.do("close", nil); answer["ok"] != true || len(answer) != 1 {
		t.Error(answer)
	}
}

func TestTheEndOfStdinEndsBothAndRemovesTheSocket(t *testing.T) {
	driver, callee := opened(t, "stub", nil)
	if !isThere(callee.path()) {
		t.Error("there is no socket")
	}
	if driver.end() != 0 || callee.end() != 0 {
		t.Error("another exit code than 0")
	}
	if isThere(folderOf(callee)) {
		t.Error("the folder of the socket is still there")
	}
}

func TestALastLineWithoutItsEndIsAnswered(t *testing.T) {
	driver := newDriver(t)
	if _, err := driver.stdin.Write([]byte(`{"op":"hello","protocol":2}`)); err != nil {
		t.Fatal(err)
	}
	_ = driver.stdin.Close()
	if answer := driver.answer(); answer["ok"] != true || driver.exit() != 0 {
		t.Error(answer)
	}
}

func TestADriverThatHangsEndsWithItsStdinAllTheSame(t *testing.T) {
	driver, callee := opened(t, "stub", fields{"deadline_ms": 3_600_000})
	callee.signal(syscall.SIGSTOP)
	driver.send(`{"op":"ask","id":1,"mode":"chatty","requests":[{"user_id":"u","max_results":1}]}`)
	// The call itself would wait for an hour.
	if code := driver.end(); code != 0 {
		t.Error(code)
	}
}

func TestSignalsEndACalleeWhoseStdinIsLeftAlone(t *testing.T) {
	for _, number := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		callee := newCallee(t, false)
		caller, err := net.Dial("unix", callee.path())
		if err != nil {
			t.Fatal(err)
		}
		defer caller.Close()
		write(t, caller, frames.Append(nil, frames.Call, []byte("{}")))
		kind, payload := receive(t, caller, frames.NewInbox(100))
		if kind != frames.OK || payload != "{}" {
			t.Error(kind, payload)
		}
		callee.signal(number)
		if code := callee.exit(); code != 0 || isThere(folderOf(callee)) {
			t.Error(number, code)
		}
	}
}

func write(t *testing.T, to net.Conn, data []byte) {
	t.Helper()
	if _, err := to.Write(data); err != nil {
		t.Fatal(err)
	}
}

// receive is the next frame; its kind is 255 at the end.
func receive(t *testing.T, from net.Conn, inbox *frames.Inbox) (kind byte, payload string) {
	t.Helper()
	for {
		kind, payload, whole, err := inbox.Take()
		if err != nil {
			t.Fatal(err)
		}
		if whole {
			return kind, string(payload)
		}
		count, err := from.Read(inbox.Room())
		if err != nil {
			return 255, ""
		}
		inbox.Add(count)
	}
}

func TestRepliesComeInTheOrderOfRequestsHoweverTheyArrive(t *testing.T) {
	callee := newCallee(t, true)
	caller, err := net.Dial("unix", callee.path())
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	var data []byte
	data = frames.Append(data, frames.Call, []byte(`{"maxResults":1}`))
	data = frames.Append(data, frames.Call, []byte(`{"maxResults":-1}`))
	data = frames.Append(data, frames.Echo, []byte("\x05\x00\x00\x00ab"))
	data = frames.Append(data, frames.Batch, []byte(`{"requests":[{}]}`))
	for _, piece := range []int{len(data), 7, 1} {
		for start := 0; start < len(data); start += piece {
			write(t, caller, data[start:min(start+piece, len(data))])
		}
		inbox := frames.NewInbox(1000)
		for _, wanted := range []string{
			"\x00" + `{"productIds":["product_0"]}`, "\x01", "\x00ababa", "\x00" + `{"responses":[{}]}`,
		} {
			kind, payload := receive(t, caller, inbox)
			if kind != wanted[0] || kind == frames.OK && payload != wanted[1:] {
				t.Errorf("pieces of %d: %d %q, not %q", piece, kind, payload, wanted)
			}
		}
	}
}

func TestACalleeClosesAfterBytesThatAreNoMessage(t *testing.T) {
	callee := newCallee(t, true)
	good := frames.Append(nil, frames.Call, []byte("{}"))
	for what, bad := range map[string][]byte{
		"no JSON":          frames.Append(nil, frames.Call, []byte("?")),
		"a short echo":     frames.Append(nil, frames.Echo, []byte("1")),
		"an unknown kind":  frames.Append(nil, 9, nil),
		"a length of zero": make([]byte, 4),
	} {
		caller, err := net.Dial("unix", callee.path())
		if err != nil {
			t.Fatal(err)
		}
		defer caller.Close()
		write(t, caller, append(append(slices.Clone(good), bad...), good...))
		inbox := frames.NewInbox(1000)
		for _, wanted := range []byte{frames.OK, 3, 255} {
			if kind, payload := receive(t, caller, inbox); kind != wanted {
				t.Errorf("%s: %d %q, not %d", what, kind, payload, wanted)
			}
		}
	}
}

func TestAddressesThatCannotBeUsedAndUnknownWords(t *testing.T) {
	first := newCallee(t, true)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	long := "unix:/" + strings.Repeat("x", 120)
	for _, case_ := range []struct {
		code  int
		words []string
	}{
		{1, []string{"serve", "uds-json", "--listen", first.endpoint}},
		{1, []string{"serve", "uds-json", "--listen", "127.0.0.1:0"}},
		{1, []string{"serve", "uds-json", "--listen", "unix:" + file}},
		{1, []string{"serve", "uds-json", "--listen", "unix:/nowhere/at/all"}},
		{1, []string{"serve", "uds-json", "--listen", long}},
		{1, []string{"serve", "uds-json", "--engine", "catalog"}},
		{2, []string{"serve", "uds-json", "--engine", "oracle"}},
		{2, []string{"serve", "uds-json", "--pigeons", "2"}},
		{2, []string{"serve", "uds-json", "--service-time-us", "-1"}},
		{2, []string{"serve", "uds-json", "--service-time-us", "+1"}},
		{2, []string{"serve", "uds-json", "more"}},
		{2, []string{"serve", "pigeon"}}, {2, []string{"serve"}},
		{2, []string{"drive", "fast"}}, {2, []string{"fly"}}, {2, nil},
	} {
		p := start(t, true, case_.words...)
		said, err := p.stdout.ReadString('\n')
		if code := p.exit(); code != case_.code || p.stderr.Len() == 0 || said != "" || err == nil {
			t.Errorf("%q: %d, %s", case_.words, code, p.stderr.String())
		}
	}
	if !isThere(first.path()) || !isThere(file) {
		t.Error("what others made was removed")
	}
}

func TestASocketThatAKilledCalleeLeftIsTakenOver(t *testing.T) {
	endpoint := "unix:" + filepath.Join(t.TempDir(), "socket")
	first := newCallee(t, true, "--listen", endpoint)
	_ = first.Process.Kill()
	_ = first.Wait()
	if !isThere(first.path()) {
		t.Fatal("nothing was left")
	}
	second := newCallee(t, true, "--listen", endpoint)
	if second.endpoint != endpoint || second.end() != 0 || isThere(second.path()) {
		t.Error(second.endpoint)
	}
}

func TestWhatAnotherPutInThePlaceOfTheSocketStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "socket")
	callee := newCallee(t, true, "--listen", "unix:"+path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := callee.end(); code != 0 || !isThere(path) {
		t.Error(code, "what is not ours was removed")
	}
}
