package load

import (
	"math"
	"testing"
	"time"
)

const stepNs = 100_000_000

func evenly(leadIn, duration time.Duration) *pacer {
	return newPacer(&Shape{PerS: 10, LeadIn: leadIn, Duration: duration})
}

func TestWhatIsDueIsHandedOutOnceLateOrNotAndTheRestIsDropped(t *testing.T) {
	p := evenly(200*time.Millisecond, time.Second)
	expect := func(nowNs int64, number uint64) {
		t.Helper()
		got, _, what := p.take(nowNs)
		if what != dueNow || got.number != number || got.dueNs != int64(number)*stepNs {
			t.Error(got, what)
		}
	}
	expect(0, 0)
	if _, atNs, what := p.take(0); what != dueLater || atNs != stepNs {
		t.Error(atNs, what)
	}
	// Nobody was free for 250 ms: what was due meanwhile keeps its time.
	for number := range uint64(3) {
		expect(350_000_000, number+1)
	}
	// Nobody was free until the load was over: what was due is still sent, for a quarter of it.
	expect(1_100_000_000, 4)
	expect(1_100_000_000, 5)
	if _, _, what := p.take(1_250_000_000); what != isOver {
		t.Error(what)
	}
	// Of 0 to 9, those from 2 on are recorded.
	if p.taken != 4 || p.dropped() != 4 {
		t.Error(p.taken)
	}
}

func TestALoadThatIsStoppedDropsWhatWasDueByThen(t *testing.T) {
	p := evenly(0, time.Second)
	p.end(450_000_000)
	if _, _, what := p.take(450_000_000); what != isOver {
		t.Error(what)
	}
	if dropped := p.dropped(); p.taken != 0 || dropped != 5 {
		t.Error(p.taken, dropped)
	}
}

func TestPoissonGapsAreExponential(t *testing.T) {
	const gaps, perS = 100_000, 1000.0
	p := newPacer(&Shape{PerS: perS, IsPoisson: true, Seed: 7, Duration: time.Hour})
	last, sum, squares := p.next.dueNs, 0.0, 0.0
	for range gaps {
		now := p.nextNs()
		gap := float64(now-last) / 1e6
		last, sum, squares = now, sum+gap, squares+gap*gap
	}
	mean := sum / gaps
	spread := math.Sqrt(squares/gaps - mean*mean)
	// Five standard errors of the mean of so many gaps.
	if math.Abs(mean-1) > 0.016 || math.Abs(spread/mean-1) > 0.03 {
		t.Error(mean, spread)
	}
}

func TestTheScheduleOfASeedIsThatOfTheRustDriver(t *testing.T) {
	p := newPacer(&Shape{PerS: 1000, IsPoisson: true, Seed: 7, Duration: time.Hour})
	got := []int64{p.next.dueNs}
	for range 4 {
		got = append(got, p.nextNs())
	}
	want := []int64{494_017, 510_948, 2_821_169, 3_695_670, 4_297_957}
	for at := range want {
		if got[at] != want[at] {
			t.Fatal(got, want)
		}
	}
}
