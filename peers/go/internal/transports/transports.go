// Package transports is all ways by which this peer calls and answers. A new one is a package
// beside this file and a line here, and its entry in go.toml.
package transports

import (
	"tollgate.dev/peers/go/internal/lane"
	"tollgate.dev/peers/go/internal/transports/ffi"
	"tollgate.dev/peers/go/internal/transports/gateway"
	"tollgate.dev/peers/go/internal/transports/grpc"
	"tollgate.dev/peers/go/internal/transports/inproc"
	"tollgate.dev/peers/go/internal/transports/rest"
	"tollgate.dev/peers/go/internal/transports/uds"
)

var all = []lane.Transport{
	grpc.Transport,
	rest.Transport,
	uds.Protobuf,
	uds.JSON,
	inproc.Transport,
	ffi.Purego,
	gateway.OverGRPC,
	gateway.OverREST,
	gateway.OverUDS,
}

// Names are those of all transports.
func Names() (names []string) {
	for _, transport := range all {
		names = append(names, transport.Name)
	}
	return names
}

// AnsweredNames are those of transports that this peer answers.
func AnsweredNames() (names []string) {
	for _, transport := range all {
		if transport.Listen != nil {
			names = append(names, transport.Name)
		}
	}
	return names
}

// Find gives the transport of this name; false where there is none.
func Find(name string) (lane.Transport, bool) {
	for _, transport := range all {
		if transport.Name == name {
			return transport, true
		}
	}
	return lane.Transport{}, false
}
