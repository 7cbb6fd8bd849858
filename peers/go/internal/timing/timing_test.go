package timing

import (
	"slices"
	"testing"
	"time"

	"tollgate.dev/peers/go/internal/contract"
)

// script is work that takes no time that matters, and does what a test wants.
type script struct {
	items, laid, most int
	samples           int
	// fails is the sample that fails, from 1; 0 for none.
	fails int
	// wrong is how many items of each sample are wrong.
	wrong int
}

func (s *script) Lay(actions int) bool {
	if actions > s.most {
		return false
	}
	s.laid = actions
	return true
}

func (s *script) Carry() error {
	s.samples++
	if s.samples == s.fails {
		return contract.Fail(contract.Gone, "away")
	}
	return nil
}

func (s *script) Check() int { return s.wrong }

func (s *script) Items() int { return s.items }

func TestTheLoopCountsSamplesItemsAndWrongAnswers(t *testing.T) {
	work := &script{items: 7, most: 3, wrong: 2}
	shape := Shape{LeadInCalls: 6, LeadIn: time.Hour, Limit: time.Hour, Group: 3, Samples: 4}
	measured := Visit(work, shape)
	if measured.Failure != nil || len(measured.SamplesNs) != 4 || measured.Group != 3 {
		t.Error(measured)
	}
	if measured.Items != 4*21 || measured.LeadInItems != 2*21 || measured.Wrong != 6*2 {
		t.Error(measured)
	}
	if len(measured.FirstNs) != 6 || !slices.Equal(measured.FirstNs[2:], measured.SamplesNs) {
		t.Error(measured.FirstNs, measured.SamplesNs)
	}
}

func TestAVisitHasALeadInAndASampleHoweverShortItIs(t *testing.T) {
	measured := Visit(&script{items: 1, most: 1}, Shape{Group: 1})
	if len(measured.SamplesNs) != 1 || measured.LeadInItems != 1 {
		t.Error(measured)
	}
}

func TestTimeEndsTheLeadInAndTheVisit(t *testing.T) {
	shape := Shape{LeadInCalls: 1 << 40, LeadIn: time.Millisecond, Limit: time.Millisecond, Group: 1}
	measured := Visit(&script{items: 1, most: 1}, shape)
	if measured.LeadInItems < 2 || len(measured.SamplesNs) != 1 {
		t.Error(measured.LeadInItems, len(measured.SamplesNs))
	}
}

func TestNoVisitHasMoreSamplesThanAnAnswerCarries(t *testing.T) {
	measured := Visit(&script{items: 1, most: 1}, Shape{Limit: time.Hour, Group: 1})
	if len(measured.SamplesNs) != MaxSamples || len(measured.FirstNs) != maxFirst {
		t.Error(len(measured.SamplesNs), len(measured.FirstNs))
	}
}

func TestAFailureKeepsWhatWasMeasured(t *testing.T) {
	shape := Shape{LeadInCalls: 2, LeadIn: time.Hour, Limit: time.Hour, Group: 2}
	for fails, samples := range map[int]int{1: 0, 2: 0, 4: 2} {
		measured := Visit(&script{items: 5, most: 2, fails: fails}, shape)
		if measured.Failure == nil || measured.Failure.Kind != contract.Gone {
			t.Fatal(measured.Failure)
		}
		if len(measured.SamplesNs) != samples || measured.Items != samples*10 {
			t.Error(fails, measured)
		}
		if isNil := measured.P50Ns() == nil; isNil != (samples == 0) {
			t.Error("a median of no sample")
		}
	}
}

func TestAGroupThatIsFoundOutIsLongEnoughForTheClock(t *testing.T) {
	work := &script{items: 1, most: MaxGroup}
	visit := newLoop(work, Shape{Limit: time.Hour, Samples: 5})
	trials := newTrials(visit, 1000)
	for _, sample := range []int64{9000, 30, 700, 1499} {
		trials.try(sample, 0)
	}
	if visit.measured.Group != 8 || work.laid != 8 || trials.settled || visit.measured.FirstNs != nil {
		t.Error(visit.measured.Group, trials)
	}
	for range trialsEach {
		if trials.settled {
			t.Error("settled too early")
		}
		trials.try(1500, 0)
	}
	if !trials.settled || visit.measured.Group != 8 {
		t.Error(visit.measured.Group, trials)
	}
}

func TestAGroupIsSoLargeThatTheAnswerCarriesAllSamples(t *testing.T) {
	visit := newLoop(&script{items: 1, most: MaxGroup}, Shape{Limit: time.Hour})
	trials := newTrials(visit, 100)
	for sample := int64(10_000); !trials.settled; {
		group := visit.measured.Group
		trials.try(sample*int64(group), int64(time.Second))
	}
	// 100,000 actions of 10 us: 12,500 samples of 8.
	if visit.measured.Group != 8 {
		t.Error(visit.measured.Group)
	}
}

func TestLongSamplesAndTheMostThatCanBeLaidSettleTheGroup(t *testing.T) {
	long := newTrials(newLoop(&script{items: 1, most: MaxGroup}, Shape{}), 100)
	for range longTrials {
		long.try(longNs, 0)
	}
	if !long.settled || long.loop.measured.Group != 1 {
		t.Error(long)
	}
	full := newTrials(newLoop(&script{items: 1, most: 2}, Shape{}), 100)
	for range 3 {
		full.try(1, 0)
	}
	if !full.settled || full.loop.measured.Group != 2 {
		t.Error(full)
	}
}

func TestTheMedianIsTheLowerOfTwo(t *testing.T) {
	for _, samples := range [][]int64{{7}, {9, 7}, {9, 5, 7}, {9, 7, 5, 11}} {
		measured := Measured{SamplesNs: samples}
		if p50 := measured.P50Ns(); *p50 != 7 {
			t.Error(samples, *p50)
		}
	}
	measured := Measured{SamplesNs: []int64{3, 1, 2}}
	measured.P50Ns()
	if measured.ElapsedNs() != 6 || measured.SamplesNs[0] != 3 {
		t.Error("samples are out of order")
	}
}

func TestTheStepOfAClockIsItsMostFrequentMove(t *testing.T) {
	times := []int64{0, 0, 0, 1000, 1000, 1000, 2000, 2007, 3007, 3007}
	at := -1
	read := func() int64 {
		at++
		return times[at]
	}
	if step := stepNs(read, 9); step != 1000 {
		t.Error(step)
	}
	if step := stepNs(func() int64 { return 5 }, 9); step != 0 {
		t.Error(step)
	}
	if least := leastSampleNs(); least < limitsPerSample {
		t.Error(least)
	}
}
