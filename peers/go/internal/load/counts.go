package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"tollgate.dev/peers/go/internal/contract"
)

// partCount is how many parts the window has, of each of which the shortest latency is kept: a
// queue that grows shows in it.
const partCount = 4

// longest is what longer times are recorded as.
const longest = int64(60 * time.Second)

// Histogram is times in ns, to three digits.
type Histogram struct{ *hdrhistogram.Histogram }

func newHistogram() Histogram { return Histogram{hdrhistogram.New(1, longest, 3)} }

func (h Histogram) record(ns int64) {
	// It cannot fail within the bounds.
	_ = h.RecordValue(min(max(ns, 1), longest))
}

// Encoded is the form of the protocol: V2, deflated, base64.
func (h Histogram) Encoded() (string, error) {
	text, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(text), err
}

// times are those of one call, in ns since the load began.
type times struct {
	// dueNs is never in a closed loop.
	dueNs, sentNs, answeredNs int64
	// placeNs is how long it was late because every place was taken.
	placeNs int64
}

func (t *times) begunNs() int64 {
	if t.dueNs != never {
		return t.dueNs
	}
	return t.sentNs
}

// Counts is what all places measured. Calls that were due before the window are checked and
// counted in Calls, and not recorded.
type Counts struct {
	// Latency is from the intended start, Service from the actual one, Lateness from the one to the
	// other: by LatePlace where every place was taken, the rest by LateGenerator. A closed loop has
	// Service alone.
	Latency, Service, Lateness, LatePlace, LateGenerator Histogram
	// Calls were answered, those before the window too.
	Calls int64
	// AnsweredInWindow were answered before it ended: of those due in it, and where none is due, of
	// all that were answered in it.
	AnsweredInWindow int64
	// Wrong and Errors are of all calls; Failure is the first error.
	Wrong, Errors int64
	Failure       *contract.Failure
	// Parts is how many of the calls due in each part were answered, and the shortest latency.
	Parts [partCount][2]int64
	// InFlightNs is calls in flight, integrated over time at each change.
	InFlightNs      float64
	fromNs, untilNs int64
	// inFlight is how many are at this moment, since when.
	inFlight, sinceNs int64
}

func newCounts(shape *Shape) *Counts {
	return &Counts{
		Latency: newHistogram(), Service: newHistogram(), Lateness: newHistogram(),
		LatePlace: newHistogram(), LateGenerator: newHistogram(),
		fromNs: shape.LeadIn.Nanoseconds(), untilNs: shape.Duration.Nanoseconds(),
	}
}

// change adds to the integral. Places tell of their times one after another, and not always in the
// order of these: what was added since one that comes late is mended.
func (c *Counts) change(atNs, by int64) {
	if atNs >= c.sinceNs {
		c.InFlightNs += float64(c.inFlight) * float64(atNs-c.sinceNs)
		c.sinceNs = atNs
	} else {
		c.InFlightNs += float64(by) * float64(c.sinceNs-atNs)
	}
	c.inFlight += by
}

// sent is a call that goes out.
func (c *Counts) sent(t *times) {
	if t.begunNs() >= c.fromNs {
		c.change(t.sentNs, 1)
	}
}

// cameBack is a call that was answered, or failed.
func (c *Counts) cameBack(t *times, failure *contract.Failure, isRight bool) {
	begunNs := t.begunNs()
	if begunNs >= c.fromNs {
		c.change(t.answeredNs, -1)
	}
	if failure != nil {
		c.Errors++
		if c.Failure == nil {
			c.Failure = failure
		}
		return
	}
	c.Calls++
	if !isRight {
		c.Wrong++
	}
	// A closed loop's calls count where they are answered: those in flight when the window began
	// belong to its pace.
	countedNs := t.answeredNs
	if t.dueNs != never {
		countedNs = t.dueNs
	}
	if countedNs >= c.fromNs && t.answeredNs < c.untilNs {
		c.AnsweredInWindow++
	}
	if begunNs >= c.fromNs {
		c.record(t, begunNs)
	}
}

func (c *Counts) record(t *times, begunNs int64) {
	latencyNs := max(t.answeredNs-begunNs, 1)
	c.Service.record(t.answeredNs - t.sentNs)
	if t.dueNs != never {
		lateNs := max(t.sentNs-t.dueNs, 0)
		c.Latency.record(latencyNs)
		c.Lateness.record(lateNs)
		c.LatePlace.record(t.placeNs)
		c.LateGenerator.record(lateNs - t.placeNs)
	}
	share := float64(begunNs-c.fromNs) / float64(max(c.untilNs-c.fromNs, 1))
	part := &c.Parts[min(int(share*partCount), partCount-1)]
	if part[0] == 0 || latencyNs < part[1] {
		part[1] = latencyNs
	}
	part[0]++
}
