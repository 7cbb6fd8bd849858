package timing

import (
	"sync"
)

const (
	// trialsEach is how many samples in a row must be long enough before a group is taken: the
	// first of a visit are slow for want of a warm cache.
	trialsEach = 8
	// longTrials is how many suffice where each is longNs long or longer: no cold cache explains
	// that, and one that was interrupted would not come so often in a row.
	longTrials = 3
	longNs     = 1_000_000
)

// clockLimit is the shortest sample that the clock tells well enough, found out once.
var clockLimit = sync.OnceValue(leastSampleNs)

// trials find out, during the lead-in, how many actions make a sample.
type trials struct {
	loop    *loop
	settled bool
	needed  int64
	count   int
	// shortest of the trials of this group.
	shortest int64
}

func newTrials(l *loop, least int64) trials {
	// Half as much again as the clock needs, because calls become quicker once they are warm.
	return trials{loop: l, settled: l.shape.Group > 0, needed: least + least/2}
}

// try takes a sample: it doubles the group, settles it, or asks for another. What is left of the
// visit must not hold more samples than an answer may carry.
func (t *trials) try(sample, left int64) {
	if t.settled {
		return
	}
	if t.count == 0 || sample < t.shortest {
		t.shortest = sample
	}
	t.count++
	if t.shortest < t.needed {
		t.grow()
		return
	}
	isLong := t.count >= longTrials && t.shortest >= longNs
	if t.count < trialsEach && !isLong {
		return
	}
	if t.loop.shape.Samples == 0 && left/max(t.shortest, 1) > MaxSamples {
		t.grow()
		return
	}
	t.settled = true
}

// grow doubles the group, if it may be larger.
func (t *trials) grow() {
	measured := &t.loop.measured
	larger := 2 * measured.Group
	if larger > MaxGroup || !t.loop.work.Lay(larger) {
		t.settled = true
		return
	}
	measured.Group = larger
	measured.FirstNs = nil
	t.count = 0
}
