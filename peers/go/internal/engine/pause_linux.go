package engine

import (
	"syscall"
	"time"
)

// coarse is left to the kernel at the end of a pause: where nothing else runs, Go's runtime waits
// in whole milliseconds, and 0.1 ms would become 1.1.
const coarse = 2 * time.Millisecond

// pause sleeps so long, to some tens of microseconds.
func pause(length time.Duration) {
	end := time.Now().Add(length)
	if length > coarse {
		time.Sleep(length - coarse)
	}
	for left := time.Until(end); left > 0; left = time.Until(end) {
		// A signal of the runtime's own ends a sleep early: then the rest is slept.
		rest := syscall.NsecToTimespec(int64(left))
		_ = syscall.Nanosleep(&rest, nil)
	}
}
