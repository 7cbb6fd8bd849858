// Package drive is the driver: it answers the orders of PROTOCOL.md, one JSON object a line, until
// stdin ends. It does the protocol's work alone: connections are in caller, what visits do is in
// work, the clock is in timing.
package drive

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"time"

	"tollgate.dev/peers/go/internal/stdin"
)

// grace is what something that is under way when stdin ends has left: the protocol allows two
// seconds.
const grace = 1700 * time.Millisecond

// Drive runs until stdin ends, and gives the exit code.
func Drive() int {
	lines := make(chan []byte)
	driver := NewDriver()
	go readLines(stdin.Open(), lines, driver.Heed)
	defer driver.CloseAll()
	for line := range lines {
		answer := driver.Answer(line)
		if _, err := os.Stdout.Write(append(answer, '\n')); err != nil {
			return 1 // nobody listens
		}
	}
	return 0
}

// readLines hands lines over, but for those that are taken at once. After the last one it sees to it
// that the process ends, whatever hangs.
func readLines(from io.Reader, lines chan<- []byte, isTaken func(line []byte) bool) {
	reader := bufio.NewReader(from)
	for {
		line, err := reader.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 && !isTaken(line) {
			lines <- line
		}
		if err != nil {
			break
		}
	}
	close(lines)
	time.Sleep(grace)
	os.Exit(0)
}
