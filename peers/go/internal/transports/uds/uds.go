// Package uds is frames over a Unix socket, with protobuf or with JSON in them: a goroutine for
// each of a bounded number of connections.
package uds

import (
	"errors"
	"net"
	"syscall"
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/lane"
	"tollgate.dev/peers/go/internal/serve"
)

// The transports of this package.
var (
	Protobuf = transport("uds", &codec.Protobuf)
	JSON     = transport("uds-json", &codec.JSON)
)

// maxConnections are served at once; a further one is closed at once.
const maxConnections = 256

func transport(name string, codec *codec.Codec) lane.Transport {
	return lane.Transport{
		Name: name,
		Open: func(endpoint string, deadline time.Duration) (caller.Connection, error) {
			return open(name, codec, endpoint, deadline)
		},
		Listen: func(address string, engine *engine.Engine) (lane.Callee, error) {
			return listen(codec, address, engine)
		},
	}
}

// callee answers on a Unix socket.
type callee struct {
	codec  *codec.Codec
	engine *engine.Engine
	socket *serve.UnixSocket
}

func listen(codec *codec.Codec, address string, engine *engine.Engine) (lane.Callee, error) {
	socket, err := serve.ListenUnix(address)
	if err != nil {
		return nil, err
	}
	return &callee{codec: codec, engine: engine, socket: socket}, nil
}

func (c *callee) Endpoint() string {
	return c.socket.Endpoint()
}

func (c *callee) Close() {
	c.socket.Remove()
}

// Answer takes connections until that fails. Where no descriptor is left it fails too: better an
// end that is seen than a callee that is deaf.
func (c *callee) Answer() error {
	places := make(chan struct{}, maxConnections)
	for {
		connection, err := c.socket.AcceptUnix()
		if errors.Is(err, syscall.ECONNABORTED) {
			continue // that caller has gone
		}
		if err != nil {
			return err
		}
		select {
		case places <- struct{}{}:
			go func(connection *net.UnixConn) {
				newSession(c.codec, c.engine).converse(connection)
				<-places
			}(connection)
		default:
			connection.Close()
		}
	}
}
