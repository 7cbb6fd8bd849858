package drive

import (
	"bytes"
	"fmt"
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/lane"
	"tollgate.dev/peers/go/internal/program"
	"tollgate.dev/peers/go/internal/timing"
	"tollgate.dev/peers/go/internal/transports"
	"tollgate.dev/peers/go/internal/work"
)

// The workloads.
const (
	recommendations = "recommendations"
	opaqueBytes     = "bytes"
)

const usualDeadline = 5 * time.Second

// engineWords are what an open says of an engine in this process.
type engineWords = engine.Options

type openAnswer struct {
	OK          bool              `json:"ok"`
	OpenNs      int64             `json:"open_ns"`
	FirstCallNs int64             `json:"first_call_ns"`
	Settings    []program.Setting `json:"settings"`
	Floor       timing.Floor      `json:"floor"`
}

// openOrder is what an order to open says.
type openOrder struct {
	endpoint string
	deadline time.Duration
	workload string
	// firstSize is nil where the golden line's own number is asked for.
	firstSize *int64
}

func (d *Driver) open(order *order) (any, error) {
	id := order.id()
	d.close(id)
	words := openOrder{
		endpoint: order.optionalText("endpoint", ""),
		deadline: order.optionalMs("deadline_ms", usualDeadline),
		workload: order.optionalText("workload", recommendations),
	}
	if order.has("first_size") {
		size := order.whole("first_size", 0, 1<<31-1)
		words.firstSize = &size
	}
	transport, path := order.text("transport"), order.text("golden")
	spoken, isSpoken := transports.Find(transport)
	fresh := &slot{
		engine:    engineOf(order),
		calleePid: int(order.optional("callee_pid", 0, 0, 1<<31-1)),
		opened:    opened{spoken: spoken, endpoint: words.endpoint, deadline: words.deadline},
	}
	if !isSpoken {
		return nil, order.unknown("transport", transport)
	}
	if words.workload != recommendations && words.workload != opaqueBytes {
		return nil, order.unknown("workload", words.workload)
	}
	if err := order.err(); err != nil {
		return nil, err
	}
	var err error
	if fresh.golden, err = work.ReadGolden(path); err != nil {
		return nil, contract.Fail(contract.InvalidArgument, "golden: %v", err)
	}
	answer, err := fresh.connect(words)
	if err != nil {
		return nil, err
	}
	d.slots[id] = fresh
	return answer, nil
}

func engineOf(order *order) engineWords {
	const mostUs = int64(24 * time.Hour / time.Microsecond)
	serviceTimeUs := order.optional("service_time_us", 0, 0, mostUs)
	return engineWords{
		Name:        order.optionalText("engine", engine.Names[0]),
		Products:    order.optionalText("products", ""),
		Users:       order.optionalText("users", ""),
		ServiceTime: time.Duration(serviceTimeUs) * time.Microsecond,
	}
}

// opened is how a connection was opened, to open others like it.
type opened struct {
	spoken   lane.Transport
	endpoint string
	deadline time.Duration
}

// connection is a fresh one.
func (o *opened) connection(engine engineWords) (caller.Connection, error) {
	if o.spoken.OpenInProcess != nil {
		return o.spoken.OpenInProcess(o.endpoint, engine)
	}
	return o.spoken.Open(o.endpoint, o.deadline)
}

// connect opens the connection and asks the first question. Both are timed.
func (s *slot) connect(words openOrder) (answer openAnswer, err error) {
	start := timing.Now()
	if s.connection, err = s.opened.connection(s.engine); err != nil {
		return answer, err
	}
	openNs := timing.Now() - start
	var firstCallNs int64
	if words.workload == opaqueBytes {
		firstCallNs, err = s.firstEcho(words)
	} else {
		firstCallNs, err = s.firstCall(words)
	}
	if err != nil {
		s.connection.Close()
		return answer, err
	}
	return openAnswer{
		OK:          true,
		OpenNs:      openNs,
		FirstCallNs: firstCallNs,
		Settings:    program.Settings(),
		Floor:       timing.FloorHere(),
	}, nil
}

// firstCall asks the first golden line, and compares the whole answer.
func (s *slot) firstCall(words openOrder) (int64, error) {
	question, right := s.golden[0].Question, s.golden[0].Right
	if words.firstSize != nil {
		question.MaxResults = int32(*words.firstSize)
		right = right.Prefix(int(*words.firstSize))
	}
	var answer contract.Answer
	start := timing.Now()
	err := s.connection.Call(&question, &answer)
	took := timing.Now() - start
	if err == nil && !right.Is(answer) {
		err = contract.Fail(contract.Internal, "a wrong answer to the first call: %s, not %s",
			shown(answer), shown(right.IDs()))
	}
	return took, err
}

// shown is the beginning of an answer, for a message.
func shown(ids []string) string {
	return fmt.Sprintf("%q (%d ids)", ids[:min(3, len(ids))], len(ids))
}

// firstEcho sends bytes, and compares what comes back.
func (s *slot) firstEcho(words openOrder) (int64, error) {
	var size int64
	if words.firstSize != nil {
		size = *words.firstSize
	}
	if err := checkBytes(1, size); err != nil {
		return 0, err
	}
	payload := work.Payload(int(size), 0)
	back := make([]byte, 0, size)
	start := timing.Now()
	back, err := s.connection.Echo(payload, int(size), back)
	took := timing.Now() - start
	if err == nil && !bytes.Equal(back, payload) {
		err = contract.Fail(contract.Internal,
			"a wrong answer to the first call: %d bytes came back changed", size)
	}
	return took, err
}
