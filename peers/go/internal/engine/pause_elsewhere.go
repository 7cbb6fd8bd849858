//go:build !linux

package engine

import (
	"time"
)

// pause sleeps so long.
func pause(length time.Duration) {
	time.Sleep(length)
}
