// Package load is calls that are due by a schedule, whether or not earlier ones are answered; or as
// fast as so many in flight allow. It knows no lane and no protocol.
package load

import (
	"math"
	"time"
)

// Shape is what a load asks of a lane.
type Shape struct {
	// PerS is calls per second; 0 for a closed loop: a call whenever a place is free.
	PerS float64
	// IsPoisson has exponentially distributed gaps, of callers that know nothing of each other;
	// else calls are evenly spaced.
	IsPoisson bool
	Seed      uint64
	// Connections, and places for calls in flight, of which there are at least as many.
	Connections, InFlight int
	// LeadIn is until when calls are not recorded; Duration how long calls become due, with it.
	LeadIn, Duration time.Duration
}

func (s *Shape) isScheduled() bool { return s.PerS > 0 }

// lateShare is for how long, as a share of a load, what is due and not sent at its end is still
// sent: else a stall there would be cut off, and its tail with it.
const lateShare = 0.25

// never is a time that no call has.
const never = int64(-1)

// call is one call to make: its number, and when it is due, in ns since the load began; never in a
// closed loop.
type call struct {
	number uint64
	dueNs  int64
}

// pacer hands out the calls of a schedule, each once and in order, until the load is over. It reads
// no clock.
type pacer struct {
	shape           *Shape
	random          uint64
	count           uint64
	atNs            float64
	next            call
	fromNs, untilNs int64
	// taken is calls of the window that were handed out.
	taken   int64
	endedNs int64
}

func newPacer(shape *Shape) *pacer {
	p := &pacer{
		shape: shape, random: shape.Seed, fromNs: shape.LeadIn.Nanoseconds(),
		untilNs: shape.Duration.Nanoseconds(), endedNs: never,
	}
	p.next.dueNs = p.nextNs()
	return p
}

// nextNs is when the next call is due. Evenly spaced ones are computed from their number, so that
// no rounding adds up.
func (p *pacer) nextNs() int64 {
	switch {
	case !p.shape.isScheduled():
		return never
	case p.shape.IsPoisson:
		// 1 - u lies in 0 (exclusive) to 1, so that its logarithm is finite.
		p.atNs -= math.Log(1-p.uniform()) * 1e9 / p.shape.PerS
	default:
		p.atNs = float64(p.count) * 1e9 / p.shape.PerS
	}
	p.count++
	return int64(p.atNs)
}

// uniform is SplitMix64, as a number in 0 to 1 (exclusive): the schedule of a seed is the same in
// every driver that draws like fixtures/src/generate.rs.
func (p *pacer) uniform() float64 {
	p.random += 0x9e3779b97f4a7c15
	mixed := p.random
	mixed = (mixed ^ mixed>>30) * 0xbf58476d1ce4e5b9
	mixed = (mixed ^ mixed>>27) * 0x94d049bb133111eb
	return float64((mixed^mixed>>31)>>11) / (1 << 53)
}

// due says what there is to do at a time.
type due int

const (
	// dueNow is the call that was handed out.
	dueNow due = iota
	// dueLater is nothing before a time.
	dueLater
	// isOver is nothing any more.
	isOver
)

// take hands out a call where one is due, and else says until when nothing is. What was due before
// the end is handed out after it too, for a while.
func (p *pacer) take(nowNs int64) (call, int64, due) {
	dueNs := p.next.dueNs
	if dueNs == never {
		dueNs = nowNs
	}
	if p.endedNs != never || nowNs >= max(p.untilNs, p.lastNs(dueNs)) {
		p.end(nowNs)
		return call{}, 0, isOver
	}
	if dueNs > nowNs || dueNs >= p.untilNs {
		return call{}, min(dueNs, p.untilNs), dueLater
	}
	if dueNs >= p.fromNs {
		p.taken++
	}
	taken := p.next
	p.next = call{number: taken.number + 1, dueNs: p.nextNs()}
	return taken, 0, dueNow
}

// lastNs is until when a call that is due at a time may be sent.
func (p *pacer) lastNs(dueNs int64) int64 {
	if dueNs >= p.untilNs {
		return 0
	}
	return p.untilNs + int64(float64(p.untilNs)*lateShare)
}

// end hands out nothing from this time on.
func (p *pacer) end(nowNs int64) {
	if p.endedNs == never {
		p.endedNs = nowNs
	}
}

// dropped is how many calls of the window were due and not handed out: the load was over before.
func (p *pacer) dropped() (count int64) {
	endNs := p.untilNs
	if p.endedNs != never {
		endNs = min(endNs, p.endedNs)
	}
	for p.next.dueNs != never && p.next.dueNs < endNs {
		if p.next.dueNs >= p.fromNs {
			count++
		}
		p.next.dueNs = p.nextNs()
	}
	return count
}
