package timing

import (
	"slices"
	"time"

	"tollgate.dev/peers/go/internal/contract"
)

const (
	// MaxSamples bounds the samples of a visit, because its answer carries them all: by larger
	// groups, and at the latest by an end.
	MaxSamples = 20_000
	// MaxGroup is the most actions of a sample.
	MaxGroup = 1 << 20
	// maxFirst is how many samples of a visit's beginning are kept in their order.
	maxFirst = 64
)

// Work is what a visit does, sample after sample.
type Work interface {
	// Lay makes ready for samples of so many actions; false, and all as before, where so many are
	// too many.
	Lay(actions int) bool
	// Carry does the actions of one sample. It is all that is timed.
	Carry() error
	// Check compares every answer of the sample that Carry did, gives the number of wrong items,
	// and moves on to the next questions.
	Check() (wrong int)
	// Items is the number of items in an action.
	Items() int
}

// Shape is how a visit is measured.
type Shape struct {
	// LeadInCalls and LeadIn end the lead-in, whichever comes first.
	LeadInCalls int64
	LeadIn      time.Duration
	// Limit is how long the visit lasts, lead-in included.
	Limit time.Duration
	// Group is the number of actions in a sample, which the work is laid out for; 0 where it is to
	// be found out.
	Group int
	// Samples ends the visit after so many; 0 where its time does.
	Samples int
}

// Measured is what a visit gave.
type Measured struct {
	// Group is the number of actions in a sample.
	Group     int
	SamplesNs []int64
	// FirstNs are the first samples in their order, lead-in included; nil where the group changed
	// among them.
	FirstNs            []int64
	Items, LeadInItems int
	// Wrong counts wrong items, lead-in included.
	Wrong int
	// Failure is what ended the visit, if something did.
	Failure *contract.Failure
}

// ElapsedNs is the sum of the samples.
func (m *Measured) ElapsedNs() (sum int64) {
	for _, sample := range m.SamplesNs {
		sum += sample
	}
	return sum
}

// P50Ns is the median sample, the lower of two; nil without samples.
func (m *Measured) P50Ns() *int64 {
	if len(m.SamplesNs) == 0 {
		return nil
	}
	sorted := slices.Clone(m.SamplesNs)
	slices.Sort(sorted)
	return &sorted[(len(sorted)-1)/2]
}

// loop is a visit under way.
type loop struct {
	work     Work
	shape    Shape
	begin    int64
	measured Measured
}

// Visit measures one visit. The first failure ends it; what was measured until then is given.
func Visit(work Work, shape Shape) Measured {
	visit := newLoop(work, shape)
	// Read before the visit begins, since it takes a while where nobody has asked yet.
	least := clockLimit()
	visit.begin = Now()
	err := visit.leadIn(least)
	if err == nil {
		err = visit.record()
	}
	if err != nil {
		visit.measured.Failure = contract.FailureOf(err)
	}
	return visit.measured
}

func newLoop(work Work, shape Shape) *loop {
	most := MaxSamples
	if shape.Samples > 0 {
		most = min(most, shape.Samples)
	}
	measured := Measured{
		Group:     max(shape.Group, 1),
		SamplesNs: make([]int64, 0, most),
		FirstNs:   make([]int64, 0, maxFirst),
	}
	return &loop{work: work, shape: shape, measured: measured}
}

// sample does one sample between two clock reads: the timed span. Its answers are checked when
// the clock has stopped.
func (l *loop) sample() (took, end int64, err error) {
	start := Now()
	err = l.work.Carry()
	end = Now()
	if err != nil {
		return 0, end, err
	}
	l.measured.Wrong += l.work.Check()
	return end - start, end, nil
}

func (l *loop) items() int {
	return l.measured.Group * l.work.Items()
}

func (l *loop) keepFirst(sample int64) {
	if l.measured.FirstNs != nil && len(l.measured.FirstNs) < maxFirst {
		l.measured.FirstNs = append(l.measured.FirstNs, sample)
	}
}

// leadIn does actions that are checked and not recorded; they also settle how many make a sample.
func (l *loop) leadIn(least int64) error {
	trials := newTrials(l, least)
	for actions := int64(0); ; {
		took, end, err := l.sample()
		if err != nil {
			return err
		}
		l.measured.LeadInItems += l.items()
		actions += int64(l.measured.Group)
		l.keepFirst(took)
		trials.try(took, l.begin+int64(l.shape.Limit)-end)
		enough := actions >= l.shape.LeadInCalls || end-l.begin >= int64(l.shape.LeadIn)
		if enough && trials.settled {
			return nil
		}
	}
}

// record takes samples until there are enough, or the time is up; at least one.
func (l *loop) record() error {
	for {
		took, end, err := l.sample()
		if err != nil {
			return err
		}
		l.measured.SamplesNs = append(l.measured.SamplesNs, took)
		l.measured.Items += l.items()
		l.keepFirst(took)
		isFull := len(l.measured.SamplesNs) == cap(l.measured.SamplesNs)
		if isFull || end-l.begin >= int64(l.shape.Limit) {
			return nil
		}
	}
}
