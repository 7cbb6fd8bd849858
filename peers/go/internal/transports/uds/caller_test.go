package uds

import (
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/transports/uds/frames"
)

// playedCallee is one end of a connection, as a test plays it.
type playedCallee struct {
	socket
	t *testing.T
}

// played opens a connection to a callee that greets and then does what the script says.
func played(t *testing.T, deadline time.Duration, script func(*playedCallee)) caller.Connection {
	t.Helper()
	listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		accepted, err := listener.Accept()
		if err != nil {
			return
		}
		defer accepted.Close()
		callee := &playedCallee{t: t, socket: socket{
			connection: accepted.(*net.UnixConn), inbox: frames.NewInbox(frames.MaxPayloadBytes),
		}}
		callee.next()
		callee.write(frames.OK, "tollgate")
		script(callee)
	}()
	connection, err := JSON.Open("unix:"+listener.Addr().String(), deadline)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		connection.Close()
		listener.Close()
		<-ended
	})
	return connection
}

// next is the payload of the next request; empty at the end.
func (c *playedCallee) next() string {
	_, payload, err := c.receive()
	if err != nil {
		return ""
	}
	return string(payload)
}

func (c *playedCallee) write(status byte, payload string) {
	// The caller may be gone already, which is what some tests are about.
	_, _ = c.connection.Write(frames.Append(nil, status, []byte(payload)))
}

func ask(connection caller.Connection) (contract.Answer, error) {
	var answer contract.Answer
	err := connection.Call(&contract.Question{UserID: "u", MaxResults: 1}, &answer)
	return answer, err
}

func expect(t *testing.T, err error, kind contract.Kind) {
	t.Helper()
	if err == nil || contract.FailureOf(err).Kind != kind {
		t.Errorf("%v, not %v", err, kind)
	}
}

const plenty = time.Minute

func TestACallIsOneFrameEachWay(t *testing.T) {
	connection := played(t, plenty, func(c *playedCallee) {
		if request := c.next(); request != `{"userId":"u","maxResults":1}` {
			t.Error(request)
		}
		c.write(frames.OK, `{"productIds":["p"]}`)
	})
	out, back, _ := connection.WireBytes()
	answer, err := ask(connection)
	if err != nil || !slices.Equal(answer, contract.Answer{"p"}) {
		t.Error(answer, err)
	}
	later, laterBack, _ := connection.WireBytes()
	if later-out != 5+29 || laterBack-back != 5+20 {
		t.Error(later-out, laterBack-back)
	}
}

func TestARefusalLeavesNoAnswerOfItsWindowBehind(t *testing.T) {
	connection := played(t, plenty, func(c *playedCallee) {
		for at := range 100 {
			c.next()
			switch at {
			case 3:
				c.write(byte(contract.InvalidArgument), "first")
			case 5:
				c.write(byte(contract.TooLarge), "second")
			default:
				c.write(frames.OK, "{}")
			}
		}
		c.next()
		c.write(frames.OK, `{"productIds":["new"]}`)
	})
	questions := make([]contract.Question, windowCalls+36)
	err := connection.Pipelined(questions, make([]contract.Answer, len(questions)))
	expect(t, err, contract.InvalidArgument)
	// What stands behind the window of a refusal is not asked, so that 64 questions were: the rest
	// of the script is for these.
	for range 36 {
		if answer, err := ask(connection); err != nil || len(answer) != 0 {
			t.Fatal(answer, err)
		}
	}
	if answer, err := ask(connection); err != nil || !slices.Equal(answer, contract.Answer{"new"}) {
		t.Error(answer, err)
	}
}

func TestWindowsAreBoundedByCallsAndByBytes(t *testing.T) {
	connection := &connection{codec: &codec.JSON}
	small := make([]contract.Question, 100)
	if count := connection.fillWindow(small); count != windowCalls {
		t.Error(count)
	}
	large := make([]contract.Question, 10)
	for at := range large {
		large[at].UserID = strings.Repeat("x", 20_000)
	}
	if count := connection.fillWindow(large); count != 3 || len(connection.request) > windowBytes {
		t.Error(count, len(connection.request))
	}
	large[0].UserID = strings.Repeat("x", contract.MaxUserIDBytes)
	if count := connection.fillWindow(large); count != 1 {
		t.Error(count)
	}
}

func TestACalleeThatDripsCannotStretchACall(t *testing.T) {
	connection := played(t, 200*time.Millisecond, func(c *playedCallee) {
		c.next()
		for begin := time.Now(); time.Since(begin) < plenty; time.Sleep(10 * time.Millisecond) {
			if _, err := c.connection.Write([]byte{0, 0, 1}); err != nil {
				return
			}
		}
	})
	start := time.Now()
	_, err := ask(connection)
	expect(t, err, contract.Deadline)
	if took := time.Since(start); took < 200*time.Millisecond || took > plenty/2 {
		t.Error(took)
	}
}

func TestADeadlineIsNeverShorterThanItWasSetAndHardlyLonger(t *testing.T) {
	opened := played(t, plenty, func(c *playedCallee) { c.next() })
	socket := opened.(*connection).socket
	socket.deadline, socket.until = 4*time.Millisecond, time.Time{}
	renewed := make(map[time.Time]bool)
	for len(renewed) < 10 {
		before := time.Now()
		if err := socket.renewDeadline(); err != nil {
			t.Fatal(err)
		}
		most := time.Since(before) + socket.deadline + socket.deadline/slack
		if left := socket.until.Sub(before); left < socket.deadline || left > most {
			t.Fatal(left)
		}
		renewed[socket.until] = true
	}
}

func TestACalleeThatEndsOrLiesEndsTheConnection(t *testing.T) {
	for what, script := range map[string]struct {
		reply []byte
		kind  contract.Kind
	}{
		"nothing":             {nil, contract.Gone},
		"half a frame":        {[]byte{9, 0, 0, 0, 0, '{'}, contract.Gone},
		"no length":           {[]byte{0, 0, 0, 0}, contract.Malformed},
		"an absurd length":    {[]byte{255, 255, 255, 255, 0}, contract.Malformed},
		"no message":          {frames.Append(nil, frames.OK, []byte("[]")), contract.Malformed},
		"an unknown status":   {frames.Append(nil, 99, nil), contract.Malformed},
		"stamps":              {frames.Append(nil, frames.OKStamped, nil), contract.Malformed},
		"that it is too much": {frames.Append(nil, byte(contract.TooLarge), nil), contract.TooLarge},
	} {
		connection := played(t, plenty, func(c *playedCallee) {
			c.next()
			_, _ = c.connection.Write(script.reply)
		})
		_, err := ask(connection)
		if err == nil || contract.FailureOf(err).Kind != script.kind {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWhatNobodyAskedForIsNoAnswer(t *testing.T) {
	connection := played(t, plenty, func(c *playedCallee) {
		c.next()
		two := frames.Append(frames.Append(nil, frames.OK, []byte("{}")), frames.OK, []byte("{}"))
		_, _ = c.connection.Write(two)
		c.next()
	})
	if _, err := ask(connection); err != nil {
		t.Fatal(err)
	}
	_, err := ask(connection)
	expect(t, err, contract.Malformed)
}

func TestABatchOfAnotherNumberIsMalformed(t *testing.T) {
	connection := played(t, plenty, func(c *playedCallee) {
		c.next()
		c.write(frames.OK, `{"responses":[{}]}`)
	})
	err := connection.Batched(make([]contract.Question, 2), make([]contract.Answer, 2))
	expect(t, err, contract.Malformed)
}

func TestWhatWasBuriedIsGoneAndStaysIt(t *testing.T) {
	connection := played(t, plenty, func(c *playedCallee) { c.next() })
	out, back, _ := connection.WireBytes()
	why := contract.Fail(contract.Deadline, "too late")
	buried := caller.Bury(caller.Bury(connection, why), contract.Fail(contract.Gone, "again"))
	_, err := ask(buried)
	expect(t, err, contract.Gone)
	if !strings.Contains(err.Error(), "too late") {
		t.Error(err)
	}
	if afterOut, afterBack, _ := buried.WireBytes(); afterOut != out || afterBack != back {
		t.Error("bytes that were counted are lost")
	}
	_, err = ask(connection)
	expect(t, err, contract.Gone)
}

func TestEndpointsWhereNothingOrSomethingElseIs(t *testing.T) {
	for endpoint, kind := range map[string]contract.Kind{
		"unix:/nowhere/at/all": contract.Gone, "unix:relative": contract.Unsupported,
		"http://127.0.0.1:1": contract.Unsupported, "": contract.Unsupported,
		"unix:/" + strings.Repeat("x", 200): contract.Gone,
	} {
		_, err := JSON.Open(endpoint, plenty)
		expect(t, err, kind)
	}
}
