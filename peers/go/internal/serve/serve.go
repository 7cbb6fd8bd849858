// Package serve is the callee of uds-json: a Unix socket, a goroutine for each of a bounded number
// of connections, any engine.
package serve

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/stdin"
)

// Transport is the one that is served.
const Transport = "uds-json"

// maxConnections are served at once; a further one is closed at once.
const maxConnections = 256

// Serve answers until it is told to end: by the end of stdin, or a signal. An error says that the
// address cannot be used, or that no connections can be taken any more.
func Serve(listen string, engine *engine.Engine) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	address, err := Listen(listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", shown(listen), err)
	}
	defer address.Remove()
	broken := make(chan error, 1)
	go func() { broken <- accept(address.listener, engine) }()
	fmt.Printf("ready unix:%s\n", address.path)
	select {
	case <-signals:
	case <-stdin.Ended():
	case err := <-broken:
		return fmt.Errorf("cannot take connections any more: %w", err)
	}
	return nil
}

func shown(listen string) string {
	if listen == "" {
		return "a fresh socket"
	}
	return listen
}

// accept takes connections until that fails. Where no descriptor is left it fails too: better an
// end that is seen than a callee that is deaf.
func accept(listener *net.UnixListener, engine *engine.Engine) error {
	places := make(chan struct{}, maxConnections)
	for {
		connection, err := listener.AcceptUnix()
		if errors.Is(err, syscall.ECONNABORTED) {
			continue // that caller has gone
		}
		if err != nil {
			return err
		}
		select {
		case places <- struct{}{}:
			go func() {
				newSession(engine).converse(connection)
				<-places
			}()
		default:
			connection.Close()
		}
	}
}
