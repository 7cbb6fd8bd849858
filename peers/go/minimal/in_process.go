package main

/*
#cgo CFLAGS: -I../../../fixtures/contract
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>
#include "tollgate.h"

typedef int32_t (*open_fn)(const tg_config *, tg_engine **);
typedef int32_t (*call_fn)(tg_engine *, const tg_request *, tg_reply *);
static int32_t open_by(void *open, const tg_config *config, tg_engine **engine) {
    return ((open_fn)open)(config, engine);
}
static int32_t call_by(void *call, tg_engine *engine, const tg_request *request, tg_reply *reply) {
    return ((call_fn)call)(engine, request, reply);
}
*/
import "C"

import (
	"log"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

const (
	room   = 1600
	most   = 100
	userID = "user_3"
)

// boundary is one engine in the C library, and memory of C's for its questions and answers.
type boundary struct {
	engine  *C.tg_engine
	request *C.tg_request
	reply   *C.tg_reply
	text    []byte
	ends    []uint32
	user    []byte
}

func loaded(endpoint, name string) unsafe.Pointer {
	path, symbol := C.CString(strings.TrimPrefix(endpoint, "lib:")), C.CString(name)
	defer C.free(unsafe.Pointer(path))
	defer C.free(unsafe.Pointer(symbol))
	found := C.dlsym(C.dlopen(path, C.RTLD_NOW|C.RTLD_LOCAL), symbol)
	if found == nil {
		log.Fatal(C.GoString(C.dlerror()))
	}
	return found
}

func newBoundary(endpoint string) *boundary {
	b := &boundary{
		request: (*C.tg_request)(C.calloc(1, C.sizeof_tg_request)),
		reply:   (*C.tg_reply)(C.calloc(1, C.sizeof_tg_reply)),
	}
	config := (*C.tg_config)(C.calloc(1, C.sizeof_tg_config))
	config.struct_size = C.sizeof_tg_config
	config.limits = C.tg_limits{
		max_items: 1024, max_results: 1000, max_user_id_bytes: 64 << 10, max_message_bytes: 32 << 20,
	}
	if C.open_by(loaded(endpoint, "tg_open"), config, &b.engine) != 0 {
		log.Fatal("tg_open")
	}
	user, text, ends := C.malloc(64<<10), C.malloc(room), C.malloc(most*4)
	b.user, b.text = unsafe.Slice((*byte)(user), 64<<10), unsafe.Slice((*byte)(text), room)
	b.ends = unsafe.Slice((*uint32)(ends), most)
	b.request.user_id = (*C.char)(user)
	b.reply.text, b.reply.text_cap = (*C.char)(text), room
	b.reply.ends, b.reply.ends_cap = (*C.uint32_t)(ends), most
	return b
}

// ask calls by a function, and makes strings of the answer.
func (b *boundary) ask(call func() int32) int {
	b.request.user_id_len = C.size_t(copy(b.user, userID))
	b.request.max_results = 10
	if call() != 0 {
		log.Fatal("tg_call")
	}
	text := string(b.text[:b.reply.text_len])
	ids := make([]string, 0, 10)
	from := uint32(0)
	for _, end := range b.ends[:b.reply.ends_len] {
		ids = append(ids, text[from:end])
		from = end
	}
	return len(ids)
}

func byCgo(endpoint string) func() int {
	b, call := newBoundary(endpoint), loaded(endpoint, "tg_call")
	return func() int {
		return b.ask(func() int32 { return int32(C.call_by(call, b.engine, b.request, b.reply)) })
	}
}

func byPurego(endpoint string) func() int {
	b := newBoundary(endpoint)
	var call func(engine, request, reply unsafe.Pointer) int32
	purego.RegisterFunc(&call, uintptr(loaded(endpoint, "tg_call")))
	return func() int {
		return b.ask(func() int32 {
			return call(unsafe.Pointer(b.engine), unsafe.Pointer(b.request), unsafe.Pointer(b.reply))
		})
	}
}
