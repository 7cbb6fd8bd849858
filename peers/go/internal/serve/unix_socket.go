package serve

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// maxPathBytes is what the path of a Unix socket may have on Linux.
const maxPathBytes = 107

// UnixSocket listens where the user says, or in a fresh folder that goes with it.
type UnixSocket struct {
	*net.UnixListener
	path string
	// folder is the fresh one; empty where the user chose the path.
	folder string
	// made is the socket as it was made.
	made fs.FileInfo
}

// ListenUnix makes the socket. The address is unix:/path, or empty for a fresh one.
func ListenUnix(address string) (*UnixSocket, error) {
	if address == "" {
		folder, err := os.MkdirTemp("", "tollgate-")
		if err != nil {
			return nil, err
		}
		socket := &UnixSocket{path: filepath.Join(folder, "socket"), folder: folder}
		if err := socket.bind(); err != nil {
			return nil, errors.Join(err, os.Remove(folder))
		}
		return socket, nil
	}
	path, isUnix := strings.CutPrefix(address, "unix:")
	if !isUnix || !strings.HasPrefix(path, "/") {
		return nil, errors.New("this transport listens on unix:/path")
	}
	if err := makeRoom(path); err != nil {
		return nil, err
	}
	socket := &UnixSocket{path: path}
	return socket, socket.bind()
}

// Endpoint is what a caller needs.
func (s *UnixSocket) Endpoint() string {
	return "unix:" + s.path
}

func (s *UnixSocket) bind() (err error) {
	if len(s.path) > maxPathBytes {
		return fmt.Errorf("%s has %d bytes; the path of a socket has at most %d: choose a shorter one",
			s.path, len(s.path), maxPathBytes)
	}
	if s.UnixListener, err = net.ListenUnix("unix", &net.UnixAddr{Name: s.path, Net: "unix"}); err != nil {
		return err
	}
	// What is removed is looked at first, so it is done here.
	s.UnixListener.SetUnlinkOnClose(false)
	s.made, err = os.Lstat(s.path)
	return err
}

// Remove leaves nothing behind. What is not the socket that was made here stays, whatever its
// name.
func (s *UnixSocket) Remove() {
	there, err := os.Lstat(s.path)
	if err == nil && os.SameFile(there, s.made) {
		err = os.Remove(s.path)
	}
	if s.folder != "" {
		err = errors.Join(err, os.Remove(s.folder))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "peer: %v\n", err)
	}
}

// makeRoom removes a socket that nobody listens on, as a callee leaves it that was killed, and
// refuses whatever else is there.
func makeRoom(path string) error {
	there, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if there.Mode()&fs.ModeSocket == 0 {
		return errors.New("what is there is no socket, and is left alone: choose another --listen")
	}
	caller, err := net.Dial("unix", path)
	if err == nil {
		caller.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return errors.New("it is in use: stop what listens there, or choose another --listen")
	}
	if again, err := os.Lstat(path); err != nil || !os.SameFile(there, again) {
		return err
	}
	return os.Remove(path)
}
