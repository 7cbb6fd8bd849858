package serve

import (
	"fmt"
	"net"
)

// freshTCP is a port that the operating system picks.
const freshTCP = "127.0.0.1:0"

// ListenTCP listens on an address of loopback, IP:PORT, or on a fresh one where it is empty. Go sets
// TCP_NODELAY on what is accepted.
func ListenTCP(address string) (*net.TCPListener, error) {
	if address == "" {
		address = freshTCP
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("an address such as %s is needed: %w", freshTCP, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%s is not on loopback; choose an address such as %s", host, freshTCP)
	}
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	return net.ListenTCP("tcp", resolved)
}

// HTTPEndpoint is what a caller needs of a TCP listener.
func HTTPEndpoint(listener net.Listener) string {
	return "http://" + listener.Addr().String()
}
