// Package serve is a callee's life: where it listens, what it says when it is ready, when it ends.
package serve

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/lane"
	"tollgate.dev/peers/go/internal/program"
	"tollgate.dev/peers/go/internal/stdin"
)

// Serve answers until it is told to end: by the end of stdin, or a signal. An error says that the
// address cannot be used, or that no connections can be taken any more.
func Serve(transport lane.Transport, address string, engine *engine.Engine) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	callee, err := transport.Listen(address, engine)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", shown(address), err)
	}
	defer callee.Close()
	broken := make(chan error, 1)
	go func() { broken <- callee.Answer() }()
	for _, setting := range program.Settings() {
		fmt.Printf("setting %s: %s\n", setting[0], setting[1])
	}
	fmt.Printf("ready %s\n", callee.Endpoint())
	select {
	case <-signals:
	case <-stdin.Ended():
	case err := <-broken:
		return fmt.Errorf("cannot take connections any more: %w", err)
	}
	return nil
}

func shown(address string) string {
	if address == "" {
		return "a fresh address"
	}
	return address
}
