//go:build !linux

package load

import (
	"runtime"
	"time"
)

// yieldCore lets another goroutine run.
func yieldCore() { runtime.Gosched() }

// sleep is Go's.
func sleep(length time.Duration) { time.Sleep(length) }
