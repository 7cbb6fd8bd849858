package ffi

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
)

// functions are those of a loaded library, by the means of one transport. What they are given stays
// where it is during the call, and is kept alive by whoever calls.
type functions interface {
	abi() *abiInfo
	open(config *config, engine *uintptr) int32
	close(engine uintptr)
	call(engine uintptr, request *request, reply *reply) int32
	callStamped(engine uintptr, request *request, reply *reply, stamps *stamps) int32
	batch(engine uintptr, requests *request, replies *reply, items int) int32
	echo(engine uintptr, payload unsafe.Pointer, length int, back unsafe.Pointer, backLength int) int32
	lastError(text unsafe.Pointer, room int) int
}

// loader finds the functions of the library at a path; an error says what is missing.
type loader func(path string) (functions, error)

// names are the functions of the header that every library has.
var names = [...]string{
	"tg_abi", "tg_open", "tg_close", "tg_call", "tg_call_stamped", "tg_batch", "tg_echo",
	"tg_last_error",
}

// load gives a library that was built for this version, from an endpoint lib:/path.
func load(transport, endpoint string, loaded loader) (functions, error) {
	path, isLibrary := strings.CutPrefix(endpoint, "lib:")
	if !isLibrary || !strings.HasPrefix(path, "/") {
		return nil, contract.Fail(contract.Unsupported,
			"%s takes an endpoint lib:/path, not %q; Go brings no library", transport, endpoint)
	}
	if _, err := os.Stat(path); err != nil {
		var why *os.PathError
		errors.As(err, &why)
		return nil, contract.Fail(contract.Gone, "no library at %s: %v", path, why.Err)
	}
	found, err := loaded(path)
	if err != nil {
		return nil, err
	}
	info := found.abi()
	if info == nil {
		return nil, foreign(path, "its tg_abi answers NULL")
	}
	return found, info.check(path)
}

// openEngine makes an engine in the library, which copies what it is given.
func openEngine(library functions, options engine.Options) (made uintptr, err error) {
	number, isEngine := engines[options.Name]
	if !isEngine {
		return 0, contract.Fail(contract.Unsupported, "there is no engine %q", options.Name)
	}
	words := &config{
		structSize: unsafe.Sizeof(config{}),
		engine:     number,
		limits: limits{
			maxItems:        contract.MaxItems,
			maxResults:      contract.MaxResults,
			maxUserIDBytes:  contract.MaxUserIDBytes,
			maxMessageBytes: contract.MaxMessageBytes,
		},
	}
	if options.ServiceTime > 0 {
		words.serviceKind, words.serviceNs = serviceSleep, uint64(options.ServiceTime/time.Nanosecond)
	}
	var pinner runtime.Pinner
	defer pinner.Unpin()
	if options.Name == "catalog" {
		if err := words.readVectors(options, &pinner); err != nil {
			return 0, err
		}
	}
	pinner.Pin(words)
	if status := library.open(words, &made); status != 0 {
		return 0, failure(library, status)
	}
	return made, nil
}

// readVectors reads the files of the catalog, and holds them where they are.
func (c *config) readVectors(options engine.Options, pinner *runtime.Pinner) error {
	if options.Products == "" || options.Users == "" {
		return contract.Fail(contract.InvalidArgument, "the catalog engine needs products and users")
	}
	for _, file := range []struct {
		name, path string
		to         *matrix
	}{
		{"products", options.Products, &c.products}, {"users", options.Users, &c.users},
	} {
		values, rows, columns, err := engine.ReadVectors(file.name, file.path)
		if err != nil {
			return contract.Fail(contract.InvalidArgument, "%v", err)
		}
		first := unsafe.SliceData(values)
		pinner.Pin(first)
		*file.to = matrix{unsafe.Pointer(first), uintptr(rows), uintptr(columns)}
	}
	return nil
}

// failure is what a status stands for, with the library's words for it: those of this thread.
func failure(library functions, status int32) error {
	text := make([]byte, 512)
	var pinner runtime.Pinner
	defer pinner.Unpin()
	pinner.Pin(&text[0])
	length := min(library.lastError(unsafe.Pointer(&text[0]), len(text)), len(text))
	return contract.FailureOfStatus(byte(-status), strings.ToValidUTF8(string(text[:length]), "?"))
}
