// Package lane is what a transport has to have, to be called by and to answer by.
package lane

import (
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/engine"
)

// Transport is one way to call and to answer.
type Transport struct {
	// Name is what orders and command lines call it.
	Name string
	// Open connects to an endpoint, and makes sure that a callee of this transport answers there.
	// Each call ends within the deadline.
	Open func(endpoint string, deadline time.Duration) (caller.Connection, error)
	// OpenInProcess stands in the place of Open where what answers is in this process: a library at
	// the endpoint, or an engine that this peer brings, of which the endpoint says nothing.
	OpenInProcess func(endpoint string, engine engine.Options) (caller.Connection, error)
	// IsConcurrent is true where calls of several goroutines may be in flight on one connection.
	IsConcurrent bool
	// Listen makes a callee that is ready to be connected to. An empty address is a fresh one. Nil
	// where this peer does not answer.
	Listen func(address string, engine *engine.Engine) (Callee, error)
}

// Callee is what answers.
type Callee interface {
	// Endpoint is what a caller needs.
	Endpoint() string
	// Answer takes connections and answers, until that fails or Close is called.
	Answer() error
	// Close ends it, and leaves nothing behind.
	Close()
}
