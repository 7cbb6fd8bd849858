package load

import (
	"syscall"
	"time"
)

// leastSlackNs has the kernel add nothing to a sleep, where it adds 50 us by default.
const leastSlackNs = 1

// yieldCore lets another thread of this core run.
func yieldCore() {
	_, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
}

// sleep is the kernel's: Go's own timers wake in whole milliseconds where nothing else runs.
func sleep(length time.Duration) {
	// Of the thread that sleeps, which may be another each time.
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_TIMERSLACK, leastSlackNs, 0)
	rest := syscall.NsecToTimespec(int64(length))
	_ = syscall.Nanosleep(&rest, nil)
}
