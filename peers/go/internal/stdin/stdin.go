// Package stdin is standard input as a peer uses it: what it carries, and its end, by which a peer
// is told to end.
package stdin

import (
	"io"
	"os"
	"syscall"
)

// CanEnd is true for a pipe or a socket. The end of another stdin, such as a terminal or the
// /dev/null of a job in the background, means nothing.
func CanEnd() bool {
	status, err := os.Stdin.Stat()
	return err == nil && status.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0
}

// Open is stdin. A pipe or socket is waited for as Go waits for connections, so that no thread
// stays in a system call, which on one core the scheduler would take some time to notice.
func Open() *os.File {
	if !CanEnd() {
		return os.Stdin
	}
	descriptor := os.Stdin.Fd()
	if err := syscall.SetNonblock(int(descriptor), true); err != nil {
		return os.Stdin
	}
	return os.NewFile(descriptor, "stdin")
}

// Ended is closed when stdin ends; never where it cannot end. Whatever comes before is dropped.
func Ended() <-chan struct{} {
	ended := make(chan struct{})
	if CanEnd() {
		go func() {
			// However reading ends, nothing comes any more.
			_, _ = io.Copy(io.Discard, Open())
			close(ended)
		}()
	}
	return ended
}
