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

// Address is the listening socket: where the user says, or in a fresh folder that goes with it.
type Address struct {
	listener *net.UnixListener
	path     string
	// folder is the fresh one; empty where the user chose the path.
	folder string
	// made is the socket as it was made.
	made fs.FileInfo
}

// Listen makes the socket. Listen is unix:/path, or empty for a fresh one.
func Listen(listen string) (*Address, error) {
	if listen == "" {
		folder, err := os.MkdirTemp("", "tollgate-")
		if err != nil {
			return nil, err
		}
		address := &Address{path: filepath.Join(folder, "socket"), folder: folder}
		if err := address.bind(); err != nil {
			return nil, errors.Join(err, os.Remove(folder))
		}
		return address, nil
	}
	path, isUnix := strings.CutPrefix(listen, "unix:")
	if !isUnix || !strings.HasPrefix(path, "/") {
		return nil, errors.New("uds-json listens on unix:/path")
	}
	if err := makeRoom(path); err != nil {
		return nil, err
	}
	address := &Address{path: path}
	return address, address.bind()
}

func (a *Address) bind() (err error) {
	if len(a.path) > maxPathBytes {
		return fmt.Errorf("%s has %d bytes; the path of a socket has at most %d: choose a shorter one",
			a.path, len(a.path), maxPathBytes)
	}
	if a.listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: a.path, Net: "unix"}); err != nil {
		return err
	}
	// What is removed is looked at first, so it is done here.
	a.listener.SetUnlinkOnClose(false)
	a.made, err = os.Lstat(a.path)
	return err
}

// Remove leaves nothing behind. What is not the socket that was made here stays, whatever its
// name.
func (a *Address) Remove() {
	there, err := os.Lstat(a.path)
	if err == nil && os.SameFile(there, a.made) {
		err = os.Remove(a.path)
	}
	if a.folder != "" {
		err = errors.Join(err, os.Remove(a.folder))
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
