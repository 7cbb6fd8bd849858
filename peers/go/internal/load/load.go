package load

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/timing"
)

// Place is one call in flight at a time: what asks, and how an answer is compared.
type Place interface {
	// Ask makes the call of this number.
	Ask(number uint64) error
	// IsRight compares the answer to it.
	IsRight(number uint64) bool
	// Close frees it.
	Close()
}

// Measured is what one load gave.
type Measured struct {
	*Counts
	// Sent and Dropped are calls of the window that were sent, and that were due and were not.
	Sent, Dropped int64
	// InFlightMost is the largest number in flight.
	InFlightMost int64
	// ElapsedNs is until the last answer, the lead-in included.
	ElapsedNs int64
}

// Load is a load that goes on.
type Load struct {
	shape   *Shape
	stopped *atomic.Bool
	beganNs int64
	// ready has a call that was waited for, for whoever has a place.
	ready chan call
	// dead is closed once no place is left: every connection has ended.
	dead  chan struct{}
	alive atomic.Int64
	// turn is of who holds the pacer.
	turn  sync.Mutex
	pacer *pacer
	mu    sync.Mutex
	// These belong to who holds mu.
	counts                          *Counts
	flying, mostFlying, freeSinceNs int64
}

// Run puts a load on places, each of which `open` opens in the goroutine that uses it. It is over
// early once `stopped` is true.
func Run(shape *Shape, open func(at int) (Place, error), stopped *atomic.Bool) (*Measured, error) {
	l := &Load{
		shape: shape, stopped: stopped, pacer: newPacer(shape), counts: newCounts(shape),
		ready: make(chan call), dead: make(chan struct{}),
	}
	l.alive.Store(int64(shape.InFlight))
	var opened, done sync.WaitGroup
	failures := make([]error, shape.InFlight)
	begin := make(chan bool)
	for at := range shape.InFlight {
		opened.Add(1)
		done.Go(func() {
			place, err := open(at)
			failures[at] = err
			opened.Done()
			if err != nil {
				return
			}
			defer place.Close()
			if <-begin {
				l.work(place)
			}
		})
	}
	opened.Wait()
	err := firstOf(failures)
	l.beganNs = timing.Now()
	for _, failure := range failures {
		if failure == nil {
			begin <- err == nil
		}
	}
	if err == nil {
		l.pace()
	}
	done.Wait()
	if err != nil {
		return nil, err
	}
	return l.measured(), nil
}

func firstOf(failures []error) error {
	for _, failure := range failures {
		if failure != nil {
			return failure
		}
	}
	return nil
}

func (l *Load) measured() *Measured {
	return &Measured{
		Counts: l.counts, Sent: l.pacer.taken, Dropped: l.pacer.dropped(),
		InFlightMost: l.mostFlying, ElapsedNs: l.nowNs(),
	}
}

func (l *Load) nowNs() int64 { return timing.Now() - l.beganNs }

// nap is one sleep, at most: between two it is seen whether the load is to end.
const nap = 20 * time.Millisecond

// yielding is how long before a call is due a sleep ends, for a core that sleeps needs long to wake.
// Where calls come quicker than that it does not sleep, and who yields it takes it from the calls.
func (l *Load) yielding() time.Duration {
	const forSleeper, forBusy = 100 * time.Microsecond, 10 * time.Microsecond
	if l.shape.PerS*forSleeper.Seconds() > 1 {
		return forBusy
	}
	return forSleeper
}

// pause sleeps for most of a time, or yields the core where little of it is left: who span would
// keep a callee on the same core, or an answer, waiting.
func (l *Load) pause(left time.Duration) {
	if rest := left - l.yielding(); rest > 0 {
		sleep(min(rest, nap))
		return
	}
	yieldCore()
}

// pace waits for what is due, and hands it to whoever has a place. (In a closed loop nobody waits.)
func (l *Load) pace() {
	if !l.shape.isScheduled() {
		return
	}
	defer close(l.ready)
	// It waits in the kernel, and keeps what Go runs goroutines with meanwhile: one more is for the
	// places.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1))
	for {
		next, left, what := l.take()
		switch what {
		case isOver:
			return
		case dueLater:
			l.pause(left)
		case dueNow:
			if !l.handOut(next) {
				return
			}
		}
	}
}

// take is the next call, or how long nothing is due.
func (l *Load) take() (call, time.Duration, due) {
	l.turn.Lock()
	defer l.turn.Unlock()
	nowNs := l.nowNs()
	if l.stopped.Load() {
		l.pacer.end(nowNs)
	}
	next, untilNs, what := l.pacer.take(nowNs)
	return next, time.Duration(untilNs - nowNs), what
}

// handOut gives a call to whoever has a place, and waits for one; false where there is none any
// more.
func (l *Load) handOut(next call) bool {
	select {
	case l.ready <- next:
		// Whoever took it sends it first.
		runtime.Gosched()
		return true
	case <-l.dead:
		l.pacer.taken--
		return false
	}
}

// work makes calls on a place until none is left, or its connection has ended.
func (l *Load) work(place Place) {
	for {
		next, isThere := l.next()
		if !isThere {
			return
		}
		if !l.call(place, next) {
			break
		}
	}
	if l.alive.Add(-1) == 0 {
		close(l.dead)
	}
}

// next is what a place does now: the call that was due first, whoever has it. What is due when an
// answer is there is sent at once; else it is waited for.
func (l *Load) next() (call, bool) {
	select {
	case next, isThere := <-l.ready:
		return next, isThere
	default:
	}
	next, _, what := l.take()
	if what == dueNow {
		return next, true
	}
	if !l.shape.isScheduled() {
		return next, false
	}
	next, isThere := <-l.ready
	return next, isThere
}

// call makes one call, whose answer is compared when its time has been taken. False where its
// connection has ended.
func (l *Load) call(place Place, next call) bool {
	t := times{dueNs: next.dueNs}
	l.goesOut(&t)
	err := place.Ask(next.number)
	t.answeredNs = l.nowNs()
	isRight := err == nil && place.IsRight(next.number)
	var failure *contract.Failure
	if err != nil {
		failure = contract.FailureOf(err)
	}
	l.mu.Lock()
	if l.flying >= int64(l.shape.InFlight) {
		l.freeSinceNs = t.answeredNs
	}
	l.flying--
	l.counts.cameBack(&t, failure, isRight)
	l.mu.Unlock()
	return failure == nil || !failure.Kind.EndsConnection()
}

// goesOut notes when a call is sent, and why only now: since when there has been a place for it.
func (l *Load) goesOut(t *times) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.sentNs = l.nowNs()
	if t.dueNs != never {
		couldNs := min(max(l.freeSinceNs, t.dueNs), t.sentNs)
		t.placeNs = max(couldNs-t.dueNs, 0)
	}
	l.flying++
	l.mostFlying = max(l.mostFlying, l.flying)
	l.counts.sent(t)
}
