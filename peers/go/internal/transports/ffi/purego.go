package ffi

import (
	"unsafe"

	"github.com/ebitengine/purego"
)

// Purego reaches C without cgo: no C compiler builds this peer.
var Purego = transport("purego", loadByPurego)

// pureLibrary is the addresses of its functions, in the order of names.
type pureLibrary [len(names)]uintptr

// Their places.
const (
	tgAbi = iota
	tgOpen
	tgClose
	tgCall
	tgCallStamped
	tgBatch
	tgEcho
	tgLastError
)

func loadByPurego(path string) (functions, error) {
	// Of its own: functions of two libraries with the same names stay apart.
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, notLoaded(path, err.Error())
	}
	library := new(pureLibrary)
	for place, name := range names {
		if library[place], err = purego.Dlsym(handle, name); err != nil {
			return nil, foreign(path, "it has no function %s", name)
		}
	}
	return library, nil
}

func (l *pureLibrary) abi() *abiInfo {
	found, _, _ := purego.SyscallN(l[tgAbi])
	// Memory of the library, which is never unloaded.
	return *(**abiInfo)(unsafe.Pointer(&found))
}

func (l *pureLibrary) open(config *config, engine *uintptr) int32 {
	status, _, _ := purego.SyscallN(
		l[tgOpen], uintptr(unsafe.Pointer(config)), uintptr(unsafe.Pointer(engine)))
	return int32(status)
}

func (l *pureLibrary) close(engine uintptr) {
	purego.SyscallN(l[tgClose], engine)
}

func (l *pureLibrary) call(engine uintptr, request *request, reply *reply) int32 {
	status, _, _ := purego.SyscallN(l[tgCall], engine,
		uintptr(unsafe.Pointer(request)), uintptr(unsafe.Pointer(reply)))
	return int32(status)
}

func (l *pureLibrary) callStamped(
	engine uintptr, request *request, reply *reply, stamps *stamps,
) int32 {
	status, _, _ := purego.SyscallN(l[tgCallStamped], engine, uintptr(unsafe.Pointer(request)),
		uintptr(unsafe.Pointer(reply)), uintptr(unsafe.Pointer(stamps)))
	return int32(status)
}

func (l *pureLibrary) batch(engine uintptr, requests *request, replies *reply, items int) int32 {
	status, _, _ := purego.SyscallN(l[tgBatch], engine, uintptr(unsafe.Pointer(requests)),
		uintptr(unsafe.Pointer(replies)), uintptr(items))
	return int32(status)
}

func (l *pureLibrary) echo(
	engine uintptr, payload unsafe.Pointer, length int, back unsafe.Pointer, backLength int,
) int32 {
	status, _, _ := purego.SyscallN(l[tgEcho], engine, uintptr(payload), uintptr(length),
		uintptr(back), uintptr(backLength))
	return int32(status)
}

func (l *pureLibrary) lastError(text unsafe.Pointer, room int) int {
	length, _, _ := purego.SyscallN(l[tgLastError], uintptr(text), uintptr(room))
	return int(length)
}
