package drive

import (
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/load"
	"tollgate.dev/peers/go/internal/timing"
	"tollgate.dev/peers/go/internal/work"
)

// Bounds of one load, as those of src/drive/load_order.rs.
const (
	mostConnections = 256
	mostInFlight    = 1024
	longestLoad     = 600 * time.Second
	// mostDue is how many calls a schedule may hold: those that were not sent are counted one by one.
	mostDue = 1e9
)

type loadAnswer struct {
	OK               bool       `json:"ok"`
	ElapsedNs        int64      `json:"elapsed_ns"`
	WindowNs         int64      `json:"window_ns"`
	Sent             int64      `json:"sent"`
	Dropped          int64      `json:"dropped"`
	AnsweredInWindow int64      `json:"answered_in_window"`
	Calls            int64      `json:"calls"`
	Wrong            int64      `json:"wrong"`
	Errors           int64      `json:"errors"`
	Kind             string     `json:"kind,omitempty"`
	Detail           string     `json:"detail,omitempty"`
	InFlightMost     int64      `json:"in_flight_most"`
	InFlightCallNs   float64    `json:"in_flight_call_ns"`
	Parts            [][2]int64 `json:"parts"`
	CPUCallerNs      *int64     `json:"cpu_caller_ns"`
	CPUCalleeNs      *int64     `json:"cpu_callee_ns"`
	Latency          string     `json:"latency,omitempty"`
	Service          string     `json:"service"`
	Lateness         string     `json:"lateness,omitempty"`
	LatePlace        string     `json:"late_place,omitempty"`
	LateGenerator    string     `json:"late_generator,omitempty"`
}

// load puts a load on connections of its own, opened as that of the order was, which is closed.
func (d *Driver) load(order *order) (any, error) {
	slot, err := d.slot(order)
	if err != nil {
		return nil, err
	}
	shape, size, err := readLoad(order)
	if err != nil {
		return nil, err
	}
	if !slot.opened.spoken.IsConcurrent && shape.InFlight > shape.Connections {
		return nil, contract.Fail(contract.Unsupported, "a connection of this lane has one call in "+
			"flight: as many connections are needed as calls in flight")
	}
	slot.connection = caller.Bury(slot.connection,
		contract.Fail(contract.Gone, "a load has connections of its own"))
	questions := work.NewQuestions(slot.golden, 1, size, 0)
	places, err := slot.places(&shape, questions)
	if err != nil {
		return nil, err
	}
	defer places.close()
	before := usage{cpuCaller: timing.OwnCPUNs(), cpuCallee: timing.CPUNs(slot.calleePid)}
	measured, err := load.Run(&shape, places.open, &d.stopped)
	if err != nil {
		return nil, err
	}
	after := usage{cpuCaller: timing.OwnCPUNs(), cpuCallee: timing.CPUNs(slot.calleePid)}
	return loaded(&shape, measured, after.since(before), d.stopped.Load())
}

// readLoad is what is asked of the lane; what no load can be is refused.
func readLoad(order *order) (shape load.Shape, size int32, err error) {
	shape = load.Shape{
		Seed:        uint64(order.optional("seed", 0, 0, 1<<63-1)),
		Connections: int(order.whole("connections", 1, mostConnections)),
		LeadIn:      order.optionalMs("lead_in_ms", 0),
		Duration:    order.ms("duration_ms"),
	}
	shape.InFlight = int(order.whole("in_flight", int64(shape.Connections), mostInFlight))
	size = int32(order.whole("size", 0, 1<<31-1))
	if order.has("rate_per_s") {
		shape.PerS = order.number("rate_per_s", 0, mostDue)
		arrivals := order.text("arrivals")
		shape.IsPoisson = arrivals == "poisson"
		if shape.PerS == 0 || shape.PerS*shape.Duration.Seconds() > mostDue {
			return shape, size, contract.Fail(contract.InvalidArgument,
				"%v calls per second; above 0, and at most %v in all", shape.PerS, mostDue)
		}
		if !shape.IsPoisson && arrivals != "constant" {
			return shape, size, contract.Fail(contract.InvalidArgument,
				"arrivals %q; they are poisson or constant", arrivals)
		}
	}
	if workload := order.optionalText("workload", recommendations); workload != recommendations {
		order.unsupported("workload of a load", workload)
	}
	if kind := order.optionalText("kind", "call"); kind != "call" {
		order.unsupported("kind", kind)
	}
	if err := order.err(); err != nil {
		return shape, size, err
	}
	if shape.Duration > longestLoad || shape.LeadIn >= shape.Duration {
		return shape, size, contract.Fail(contract.InvalidArgument,
			"a load lasts longer than its lead-in and at most %v", longestLoad)
	}
	return shape, size, nil
}

// places are those for the calls in flight of a load.
type places struct {
	slot      *slot
	questions *work.Questions
	// shared are connections that several of them have.
	shared []caller.Connection
}

func (s *slot) places(shape *load.Shape, questions *work.Questions) (*places, error) {
	p := &places{slot: s, questions: questions}
	if !s.opened.spoken.IsConcurrent {
		return p, nil
	}
	for range shape.Connections {
		connection, err := s.opened.connection(s.engine)
		if err != nil {
			p.close()
			return nil, err
		}
		p.shared = append(p.shared, connection)
	}
	return p, nil
}

// open gives a place its connection, in the goroutine that uses it: a library's engine is for one.
func (p *places) open(at int) (load.Place, error) {
	if len(p.shared) > 0 {
		return &place{connection: p.shared[at%len(p.shared)], questions: p.questions}, nil
	}
	connection, err := p.slot.opened.connection(p.slot.engine)
	if err != nil {
		return nil, err
	}
	return &place{connection: connection, questions: p.questions, isOwn: true}, nil
}

func (p *places) close() {
	for _, connection := range p.shared {
		connection.Close()
	}
}

// place is one call in flight, on a connection of its own or with others.
type place struct {
	connection caller.Connection
	isOwn      bool
	questions  *work.Questions
	answer     contract.Answer
}

func (p *place) Ask(number uint64) error {
	return p.connection.Call(p.questions.Asked(number), &p.answer)
}

func (p *place) IsRight(number uint64) bool { return p.questions.IsRight(number, p.answer) }

func (p *place) Close() {
	if p.isOwn {
		p.connection.Close()
	}
}

// loaded is what is answered. In a closed loop no call is late, and none has an intended start.
func loaded(
	shape *load.Shape, measured *load.Measured, used usage, isStopped bool,
) (answer loadAnswer, err error) {
	lasted := shape.Duration
	if isStopped {
		lasted = min(lasted, time.Duration(measured.ElapsedNs))
	}
	answer = loadAnswer{
		OK:               true,
		ElapsedNs:        max(measured.ElapsedNs-shape.LeadIn.Nanoseconds(), 0),
		WindowNs:         max(lasted-shape.LeadIn, 0).Nanoseconds(),
		Sent:             measured.Sent,
		Dropped:          measured.Dropped,
		AnsweredInWindow: measured.AnsweredInWindow,
		Calls:            measured.Calls,
		Wrong:            measured.Wrong,
		Errors:           measured.Errors,
		InFlightMost:     measured.InFlightMost,
		InFlightCallNs:   measured.InFlightNs,
		Parts:            measured.Parts[:],
		CPUCallerNs:      used.cpuCaller,
		CPUCalleeNs:      used.cpuCallee,
	}
	if failure := measured.Failure; failure != nil {
		answer.Kind, answer.Detail = failure.Kind.String(), detailOf(failure)
	}
	if answer.Service, err = measured.Service.Encoded(); err != nil || shape.PerS == 0 {
		return answer, err
	}
	for _, each := range []struct {
		from load.Histogram
		to   *string
	}{
		{measured.Latency, &answer.Latency}, {measured.Lateness, &answer.Lateness},
		{measured.LatePlace, &answer.LatePlace}, {measured.LateGenerator, &answer.LateGenerator},
	} {
		if *each.to, err = each.from.Encoded(); err != nil {
			return answer, err
		}
	}
	return answer, nil
}
