package drive

import (
	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/program"
	"tollgate.dev/peers/go/internal/timing"
	"tollgate.dev/peers/go/internal/work"
)

type visitAnswer struct {
	OK          bool         `json:"ok"`
	Group       int          `json:"group"`
	Samples     int          `json:"samples"`
	Items       int          `json:"items"`
	LeadInItems int          `json:"lead_in_items"`
	Wrong       int          `json:"wrong"`
	Errors      int          `json:"errors"`
	Kind        string       `json:"kind,omitempty"`
	Detail      string       `json:"detail,omitempty"`
	ElapsedNs   int64        `json:"elapsed_ns"`
	P50Ns       *int64       `json:"p50_ns"`
	CPUCallerNs *int64       `json:"cpu_caller_ns"`
	CPUCalleeNs *int64       `json:"cpu_callee_ns"`
	BytesOut    *int64       `json:"bytes_out"`
	BytesBack   *int64       `json:"bytes_back"`
	GCCycles    int64        `json:"gc_cycles"`
	SamplesNs   []int64      `json:"samples_ns"`
	FirstNs     []int64      `json:"first_ns,omitempty"`
	Stamps      *meansAnswer `json:"stamps,omitempty"`
}

type meansAnswer struct {
	DecodeNs  float64 `json:"decode_ns"`
	ComputeNs float64 `json:"compute_ns"`
	EncodeNs  float64 `json:"encode_ns"`
}

func (d *Driver) visit(order *order) (any, error) {
	slot, err := d.slot(order)
	if err != nil {
		return nil, err
	}
	visit := readVisit(order)
	if err := order.err(); err != nil {
		return nil, err
	}
	todo, err := slot.work(visit)
	if err != nil {
		return nil, err
	}
	if !todo.Lay(max(visit.shape.Group, 1)) {
		return nil, contract.Fail(contract.InvalidArgument,
			"group: samples of %d actions are too large here", visit.shape.Group)
	}
	before, collected := slot.used(), program.GCCycles()
	measured := timing.Visit(todo, visit.shape)
	used := slot.used().since(before)
	answer := answerOf(&measured, todo, used)
	answer.GCCycles = program.GCCycles() - collected
	if visit.shape.Samples > 0 {
		answer.FirstNs = nil
	}
	if measured.Failure != nil {
		slot.after(measured.Failure)
	}
	return answer, nil
}

// usage is counters of one moment, or what was used between two; nil where it is not known.
type usage struct {
	cpuCaller, cpuCallee, out, back *int64
}

func (s *slot) used() usage {
	used := usage{cpuCaller: timing.OwnCPUNs(), cpuCallee: timing.CPUNs(s.calleePid)}
	if out, back, counted := s.connection.WireBytes(); counted {
		used.out, used.back = &out, &back
	}
	return used
}

func (u usage) since(before usage) usage {
	return usage{
		cpuCaller: difference(u.cpuCaller, before.cpuCaller),
		cpuCallee: difference(u.cpuCallee, before.cpuCallee),
		out:       difference(u.out, before.out),
		back:      difference(u.back, before.back),
	}
}

func difference(after, before *int64) *int64 {
	if after == nil || before == nil {
		return nil
	}
	spent := max(*after-*before, 0)
	return &spent
}

// answerOf puts together what a visit gave.
func answerOf(measured *timing.Measured, done timing.Work, used usage) visitAnswer {
	answer := visitAnswer{
		OK:          true,
		Group:       measured.Group,
		Samples:     len(measured.SamplesNs),
		Items:       measured.Items,
		LeadInItems: measured.LeadInItems,
		Wrong:       measured.Wrong,
		ElapsedNs:   measured.ElapsedNs(),
		P50Ns:       measured.P50Ns(),
		CPUCallerNs: used.cpuCaller,
		CPUCalleeNs: used.cpuCallee,
		SamplesNs:   measured.SamplesNs,
		FirstNs:     measured.FirstNs,
	}
	if failure := measured.Failure; failure != nil {
		answer.Errors, answer.Kind = 1, failure.Kind.String()
		answer.Detail = detailOf(failure)
	}
	// An engine or a codec alone moves no bytes; it makes them.
	if maker, makes := done.(interface{ MadeBytes() (out, back int64) }); makes {
		out, back := maker.MadeBytes()
		used.out, used.back = &out, &back
	}
	answer.BytesOut, answer.BytesBack = used.out, used.back
	if stamped, is := done.(*work.Stamped); is {
		if means, any := stamped.MeansNs(); any {
			answer.Stamps = &meansAnswer{means[0], means[1], means[2]}
		}
	}
	return answer
}

// work is what a visit does.
func (s *slot) work(visit visitOrder) (timing.Work, error) {
	if visit.workload == opaqueBytes {
		return s.bytesWork(visit)
	}
	if caller.IsMode(visit.mode) {
		return work.NewCalls(s.questions(visit), s.connection, caller.Mode(visit.mode)), nil
	}
	if visit.items != 1 {
		return nil, contract.Fail(contract.InvalidArgument, "mode %q is for one item", visit.mode)
	}
	switch visit.mode {
	case "compute":
		engine, err := s.ownEngine()
		if err != nil {
			return nil, err
		}
		return work.NewCompute(s.questions(visit), engine), nil
	case "codec":
		if s.connection.Codec() == nil {
			return nil, contract.Fail(contract.Unsupported, "nothing is encoded on this lane")
		}
		return work.NewCodec(s.questions(visit), s.connection.Codec()), nil
	case "stamped":
		return work.NewStamped(s.questions(visit), s.connection), nil
	}
	// readVisit has no other mode.
	shape := work.EchoShape{Echoes: 1, Items: 1, Payload: visit.payloadBytes, Reply: visit.replyBytes}
	return work.NewEchoes(s.connection, shape), nil
}

func (s *slot) questions(visit visitOrder) *work.Questions {
	return work.NewQuestions(s.golden, visit.items, visit.size, visit.first)
}

func (s *slot) bytesWork(visit visitOrder) (timing.Work, error) {
	shape := work.EchoShape{Echoes: visit.items, Items: 1}
	switch {
	case visit.mode == string(caller.Batched):
		shape = work.EchoShape{Echoes: 1, Items: visit.items}
	case visit.mode == string(caller.Chatty):
	case visit.items == 1 && caller.IsMode(visit.mode):
		// One item is a plain call in any mode.
	default:
		return nil, contract.Fail(contract.Unsupported, "workload bytes is not %s", visit.mode)
	}
	if err := checkBytes(visit.items, int64(visit.size)); err != nil {
		return nil, err
	}
	shape.Payload = shape.Items * int(visit.size)
	shape.Reply = shape.Payload
	return work.NewEchoes(s.connection, shape), nil
}

// checkBytes refuses bytes above what an item, or a message, has.
func checkBytes(items int, size int64) error {
	if size > work.MaxItemBytes {
		return contract.Fail(contract.TooLarge,
			"an item of %d bytes; at most %d are carried", size, work.MaxItemBytes)
	}
	if most := work.MaxActionBytes / max(size, 1); int64(items) > most {
		return contract.Fail(contract.TooLarge,
			"%d items of %d bytes; at most %d of them", items, size, most)
	}
	return nil
}
