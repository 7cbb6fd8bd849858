// Package timing measures a visit: the one timed loop for every lane and mode, and the clocks it
// reads. It knows no lane and no protocol.
package timing

import (
	"sync"
	"time"
)

// limitsPerSample is how many clock reads, and steps of the clock, a sample takes at least: else
// the clock would be measured.
const limitsPerSample = 20

var begin = time.Now()

// Now is the monotonic clock, in ns since the process began. time.Since reads that clock alone,
// where time.Now reads the time of day as well.
func Now() int64 {
	return int64(time.Since(begin))
}

// leastSampleNs is the shortest sample that the clock tells well enough.
func leastSampleNs() int64 {
	limit := max(readNs(), stepNs(Now, 100_000))
	return int64(limitsPerSample * limit)
}

// Floor is what reading the clock and calling take here, without any boundary.
type Floor struct {
	ClockReadNs float64 `json:"clock_read_ns"`
	EmptyCallNs float64 `json:"empty_call_ns"`
}

// FloorHere is found out once.
var FloorHere = sync.OnceValue(func() Floor {
	return Floor{ClockReadNs: readNs(), EmptyCallNs: leastNs(nothing)}
})

func nothing() struct{} { return struct{}{} }

// readNs is what one clock read takes.
func readNs() float64 {
	return leastNs(Now)
}

// leastNs is what one of these takes: the least of several means, since interruptions only add.
func leastNs[T any](one func() T) float64 {
	const bursts, ones = 20, 100
	least := float64(time.Second)
	for range bursts {
		start := Now()
		for range ones - 1 {
			one()
		}
		// The read that ends the burst is one of a burst of reads.
		least = min(least, float64(Now()-start)/ones)
	}
	return least
}

// stepNs is the most frequent move of a clock from one read to the next: its step, or the read,
// whichever is longer. 0 where the clock does not move within so many reads.
func stepNs(read func() int64, reads int) float64 {
	const enough = 100
	seen := make(map[int64]int)
	last, moves := read(), 0
	for ; reads > 0 && moves < enough; reads-- {
		now := read()
		if now > last {
			seen[now-last]++
			moves++
		}
		last = now
	}
	var step int64
	for move, times := range seen {
		if times > seen[step] {
			step = move
		}
	}
	return float64(step)
}
