package drive

import (
	"math"
	"slices"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/timing"
)

// parts of a call that can be measured alone.
var parts = []string{"compute", "codec", "echo", "stamped"}

// visitOrder is what an order to visit says.
type visitOrder struct {
	mode     string
	workload string
	items    int
	size     int32
	first    int64
	shape    timing.Shape
	// Bytes out and back, for the part echo.
	payloadBytes, replyBytes int
}

func readVisit(order *order) visitOrder {
	visit := visitOrder{
		mode:     order.text("mode"),
		workload: order.optionalText("workload", recommendations),
		items:    int(order.whole("items", 1, contract.MaxItems)),
		size:     int32(order.whole("size", 0, 1<<31-1)),
		first:    order.optional("first", 0, 0, math.MaxInt64),
		shape: timing.Shape{
			LeadInCalls: order.optional("lead_in_calls", 0, 0, math.MaxInt64),
			LeadIn:      order.optionalMs("lead_in_ms", 0),
			Limit:       order.ms("limit_ms"),
			Group:       int(order.optional("group", 0, 0, timing.MaxGroup)),
			Samples:     int(order.optional("samples", 0, 1, timing.MaxSamples)),
		},
	}
	if visit.mode == "echo" && visit.workload == recommendations {
		visit.payloadBytes = int(order.whole("payload_bytes", 0, contract.MaxMessageBytes))
		visit.replyBytes = int(order.whole("reply_bytes", 0, contract.MaxMessageBytes))
	}
	order.refuseWhatIsNotHere(visit)
	return visit
}

// refuseWhatIsNotHere refuses the words of a visit that mean nothing to this driver.
func (o *order) refuseWhatIsNotHere(visit visitOrder) {
	if !caller.IsMode(visit.mode) && !slices.Contains(parts, visit.mode) {
		o.unsupported("mode", visit.mode)
	}
	if visit.workload != recommendations && visit.workload != opaqueBytes {
		o.unsupported("workload", visit.workload)
	}
	if kind := o.optionalText("kind", "call"); kind != "call" {
		o.unsupported("kind", kind)
	}
	if o.optional("handicap_ns", 0, 0, 1<<62) > 0 {
		o.unsupported("handicap_ns", string(o.fields["handicap_ns"]))
	}
}

func (o *order) unsupported(name, word string) {
	o.failure = contract.FailureOf(o.unknown(name, word))
}

// ownEngine makes the engine that open spoke of, in this process.
func (s *slot) ownEngine() (*engine.Engine, error) {
	made, err := engine.New(s.engine)
	if err != nil {
		return nil, contract.Fail(contract.Unsupported, "no engine in this process: %v", err)
	}
	return made, nil
}
