// Package timing measures a visit: the one timed loop for every lane and mode, and the clocks it
// reads. It knows no lane and no protocol.
package timing

import (
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

// readNs is what one clock read takes: the least of several means, since interruptions only add.
func readNs() float64 {
	const bursts, reads = 20, 100
	least := float64(time.Second)
	for range bursts {
		start := Now()
		for range reads - 1 {
			Now()
		}
		least = min(least, float64(Now()-start)/reads)
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
