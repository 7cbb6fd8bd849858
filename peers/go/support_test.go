package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tollgate.dev/peers/go/internal/work"
)

const data = "../../fixtures/data/"

// asPeer makes this test program the peer itself: the tests start it as a process of its own.
const asPeer = "TOLLGATE_TEST_AS_PEER"

// watchdog ends a process that a test would else wait for without end.
const watchdog = time.Minute

func TestMain(m *testing.M) {
	if os.Getenv(asPeer) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a peer with pipes.
type process struct {
	*exec.Cmd
	t      *testing.T
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr strings.Builder
}

// start starts a peer; without a pipe its stdin is /dev/null.
func start(t *testing.T, isPiped bool, words ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], words...), t: t}
	p.Env = append(os.Environ(), asPeer+"=1", "TMPDIR="+t.TempDir())
	p.Stderr = &p.stderr
	if isPiped {
		p.stdin, _ = p.StdinPipe()
	}
	stdout, _ := p.StdoutPipe()
	p.stdout = bufio.NewReader(stdout)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	alarm := time.AfterFunc(watchdog, func() { _ = p.Process.Kill() })
	t.Cleanup(func() {
		alarm.Stop()
		_ = p.Process.Kill()
		_ = p.Wait()
	})
	return p
}

// exit waits for the end, and gives the exit code.
func (p *process) exit() int {
	_ = p.Wait()
	return p.ProcessState.ExitCode()
}

// end ends its stdin, and gives the exit code.
func (p *process) end() int {
	_ = p.stdin.Close()
	return p.exit()
}

func (p *process) line() string {
	p.t.Helper()
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		p.t.Fatalf("no line: %v, %s", err, p.stderr.String())
	}
	return line
}

// callee is `serve`, ready.
type callee struct {
	*process
	endpoint string
	// settings are the lines before it.
	settings []string
}

func newCallee(t *testing.T, isPiped bool, words ...string) callee {
	t.Helper()
	return newCalleeOf(t, "uds-json", isPiped, words...)
}

func newCalleeOf(t *testing.T, transport string, isPiped bool, words ...string) callee {
	t.Helper()
	files := []string{"--products", data + "products.npy", "--users", data + "users.npy"}
	p := start(t, isPiped, append(append([]string{"serve", transport}, files...), words...)...)
	line := p.line()
	var settings []string
	for ; strings.HasPrefix(line, "setting "); line = p.line() {
		settings = append(settings, line)
	}
	endpoint, isReady := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "ready ")
	if !isReady {
		t.Fatal("not ready")
	}
	return callee{process: p, endpoint: endpoint, settings: settings}
}

func (c callee) path() string {
	return strings.TrimPrefix(c.endpoint, "unix:")
}

// driver is `drive`.
type driver struct {
	*process
}

// fields are those of an order or of an answer.
type fields map[string]any

func newDriver(t *testing.T) driver {
	t.Helper()
	return driver{start(t, true, "drive")}
}

func (d driver) send(line string) {
	d.t.Helper()
	if _, err := io.WriteString(d.stdin, line+"\n"); err != nil {
		d.t.Fatal(err)
	}
}

func (d driver) answer() (answer fields) {
	d.t.Helper()
	if err := json.Unmarshal([]byte(d.line()), &answer); err != nil {
		d.t.Fatal(err)
	}
	return answer
}

// do is one order and its answer; what is null is left out of the order.
func (d driver) do(op string, order fields) fields {
	d.t.Helper()
	whole := fields{"op": op, "id": 1}
	for name, value := range order {
		whole[name] = value
	}
	line, err := json.Marshal(whole)
	if err != nil {
		d.t.Fatal(err)
	}
	d.send(string(line))
	return d.answer()
}

func (d driver) open(endpoint, engine string, more fields) fields {
	d.t.Helper()
	order := fields{
		"transport": "uds-json", "endpoint": endpoint, "engine": engine, "deadline_ms": 20_000,
		"golden": data + "golden-" + engine + ".jsonl",
	}
	for name, value := range more {
		order[name] = value
	}
	return d.do("open", order)
}

// opened is a driver with an open connection 1 to a callee.
func opened(t *testing.T, engine string, more fields, words ...string) (driver, callee) {
	t.Helper()
	callee := newCallee(t, true, append([]string{"--engine", engine}, words...)...)
	driver := newDriver(t)
	if more == nil {
		more = fields{}
	}
	more["callee_pid"] = callee.Process.Pid
	if answer := driver.open(callee.endpoint, engine, more); answer["ok"] != true {
		t.Fatal(answer)
	}
	return driver, callee
}

// request is a question as an order has it.
func request(user string, count int) fields {
	return fields{"user_id": user, "max_results": count}
}

// repeated is a request so many times.
func repeated(one fields, times int) (all []fields) {
	for range times {
		all = append(all, one)
	}
	return all
}

func (d driver) ask(mode string, requests ...fields) fields {
	d.t.Helper()
	if requests == nil {
		requests = []fields{}
	}
	return d.do("ask", fields{"mode": mode, "requests": requests})
}

// ids are the answers to requests; a test that gets others fails.
func (d driver) ids(mode string, requests ...fields) (replies [][]string) {
	d.t.Helper()
	answer := d.ask(mode, requests...)
	if answer["ok"] != true {
		d.t.Fatal(answer)
	}
	for _, reply := range answer["replies"].([]any) {
		ids := []string{}
		for _, id := range reply.([]any) {
			ids = append(ids, id.(string))
		}
		replies = append(replies, ids)
	}
	return replies
}

// visit is a short visit.
func (d driver) visit(order fields) fields {
	d.t.Helper()
	whole := fields{
		"mode": "chatty", "items": 1, "size": 1, "first": 0, "lead_in_calls": 5, "lead_in_ms": 5,
		"limit_ms": 20, "group": nil,
	}
	for name, value := range order {
		whole[name] = value
	}
	return d.do("visit", whole)
}

func (d driver) raw(request string) fields {
	d.t.Helper()
	return d.do("raw", fields{"request": base64.StdEncoding.EncodeToString([]byte(request))})
}

// refused fails the test where an answer is none of this kind.
func refused(t *testing.T, answer fields, kind string) {
	t.Helper()
	if answer["ok"] != false || answer["kind"] != kind || answer["detail"] == "" {
		t.Errorf("%v, not %s", answer, kind)
	}
}

// goldenLines are those of an engine, as requests and answers.
func goldenLines(t *testing.T, engine string) (requests []fields, right [][]string) {
	t.Helper()
	golden, err := work.ReadGolden(data + "golden-" + engine + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range golden {
		question := line.Question
		requests = append(requests, request(question.UserID, int(question.MaxResults)))
		right = append(right, line.Right.IDs())
	}
	return requests, right
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func (p *process) signal(number syscall.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(number); err != nil {
		p.t.Fatal(err)
	}
}

func folderOf(c callee) string {
	return filepath.Dir(c.path())
}
