package ffi

/*
#cgo LDFLAGS: -ldl
#cgo noescape tg_go_call
#cgo nocallback tg_go_call
#cgo noescape tg_go_call_stamped
#cgo nocallback tg_go_call_stamped
#cgo noescape tg_go_batch
#cgo nocallback tg_go_batch
#cgo noescape tg_go_echo
#cgo nocallback tg_go_echo
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// The functions of fixtures/contract/tollgate.h, in the order of `names`. Structs are Go's, checked by tg_abi.
typedef struct tg_go_library {
    const void *(*abi)(void);
    int32_t (*open)(const void *config, void **engine);
    void (*close)(void *engine);
    int32_t (*call)(void *engine, const void *request, void *reply);
    int32_t (*call_stamped)(void *engine, const void *request, void *reply, void *stamps);
    int32_t (*batch)(void *engine, const void *requests, void *replies, size_t items);
    int32_t (*echo)(void *engine, const void *payload, size_t length, void *back, size_t back_length);
    size_t (*last_error)(char *text, size_t room);
} tg_go_library;

// Addresses are numbers: the memory is pinned for as long as its connection lives, and cgo would look at each call whether
// there are pointers in it.
static const void *tg_go_abi(const tg_go_library *l) { return l->abi(); }
static int32_t tg_go_open(const tg_go_library *l, const void *config, uintptr_t *engine) {
    return l->open(config, (void **)engine);
}
static void tg_go_close(const tg_go_library *l, uintptr_t engine) { l->close((void *)engine); }
static int32_t tg_go_call(const tg_go_library *l, uintptr_t engine, uintptr_t request, uintptr_t reply) {
    return l->call((void *)engine, (const void *)request, (void *)reply);
}
static int32_t tg_go_call_stamped(const tg_go_library *l, uintptr_t engine, uintptr_t request, uintptr_t reply,
                                  void *stamps) {
    return l->call_stamped((void *)engine, (const void *)request, (void *)reply, stamps);
}
static int32_t tg_go_batch(const tg_go_library *l, uintptr_t engine, uintptr_t requests, uintptr_t replies,
                           size_t items) {
    return l->batch((void *)engine, (const void *)requests, (void *)replies, items);
}
static int32_t tg_go_echo(const tg_go_library *l, uintptr_t engine, const void *payload, size_t length, void *back,
                          size_t back_length) {
    return l->echo((void *)engine, payload, length, back, back_length);
}
static size_t tg_go_last_error(const tg_go_library *l, char *text, size_t room) { return l->last_error(text, room); }
*/
import "C"

import (
	"unsafe"
)

// Cgo reaches C by cgo: a C compiler builds this peer.
var Cgo = transport("cgo", loadByCgo)

// cgoLibrary is the addresses of its functions, in the order of names; in C's memory, in which cgo looks
// for no pointers of Go's.
type cgoLibrary struct{ found *C.tg_go_library }

func loadByCgo(path string) (functions, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	// Of its own: functions of two libraries with the same names stay apart.
	handle := C.dlopen(name, C.RTLD_NOW|C.RTLD_LOCAL)
	if handle == nil {
		return nil, notLoaded(path, C.GoString(C.dlerror()))
	}
	// It is never unloaded, and this never freed.
	library := &cgoLibrary{(*C.tg_go_library)(C.calloc(1, C.sizeof_tg_go_library))}
	places := unsafe.Slice((*unsafe.Pointer)(unsafe.Pointer(library.found)), len(names))
	for place, name := range names {
		symbol := C.CString(name)
		places[place] = C.dlsym(handle, symbol)
		C.free(unsafe.Pointer(symbol))
		if places[place] == nil {
			return nil, foreign(path, "it has no function %s", name)
		}
	}
	return library, nil
}

func (l *cgoLibrary) abi() *abiInfo { return (*abiInfo)(C.tg_go_abi(l.found)) }

func (l *cgoLibrary) open(config *config, engine *uintptr) int32 {
	return int32(C.tg_go_open(
		l.found, unsafe.Pointer(config), (*C.uintptr_t)(unsafe.Pointer(engine))))
}

func (l *cgoLibrary) close(engine uintptr) { C.tg_go_close(l.found, C.uintptr_t(engine)) }

func (l *cgoLibrary) call(engine uintptr, request *request, reply *reply) int32 {
	return int32(C.tg_go_call(l.found, C.uintptr_t(engine), address(request), address(reply)))
}

func (l *cgoLibrary) callStamped(
	engine uintptr, request *request, reply *reply, stamps *stamps,
) int32 {
	return int32(C.tg_go_call_stamped(
		l.found, C.uintptr_t(engine), address(request), address(reply), unsafe.Pointer(stamps)))
}

func (l *cgoLibrary) batch(engine uintptr, requests *request, replies *reply, items int) int32 {
	return int32(C.tg_go_batch(
		l.found, C.uintptr_t(engine), address(requests), address(replies), C.size_t(items)))
}

func (l *cgoLibrary) echo(
	engine uintptr, payload unsafe.Pointer, length int, back unsafe.Pointer, backLength int,
) int32 {
	return int32(C.tg_go_echo(l.found, C.uintptr_t(engine), payload, C.size_t(length), back,
		C.size_t(backLength)))
}

func (l *cgoLibrary) lastError(text unsafe.Pointer, room int) int {
	return int(C.tg_go_last_error(l.found, (*C.char)(text), C.size_t(room)))
}

// address is that of pinned memory.
func address[T any](pinned *T) C.uintptr_t { return C.uintptr_t(uintptr(unsafe.Pointer(pinned))) }
