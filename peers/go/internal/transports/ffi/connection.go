// Package ffi calls a library with the C interface of fixtures/contract/tollgate.h in this process.
// The transports differ in how Go reaches C; what is marshalled is the same.
package ffi

import (
	"runtime"
	"unsafe"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/lane"
)

// connection is one engine in a library.
type connection struct {
	caller.Plain
	library functions
	engine  uintptr
	single  *room
	many    *room
}

// transport is the lane of a way to reach C.
func transport(name string, loaded loader) lane.Transport {
	open := func(endpoint string, options engine.Options) (caller.Connection, error) {
		return open(name, loaded, endpoint, options)
	}
	return lane.Transport{Name: name, OpenInProcess: open}
}

func open(
	name string, loaded loader, endpoint string, options engine.Options,
) (caller.Connection, error) {
	library, err := load(name, endpoint, loaded)
	if err != nil {
		return nil, err
	}
	// A library's words on a failure are those of the thread that asks.
	runtime.LockOSThread()
	made, err := openEngine(library, options)
	if err != nil {
		runtime.UnlockOSThread()
		return nil, err
	}
	return &connection{
		library: library,
		engine:  made,
		single:  newRoom(1, idBytes*contract.MaxResults, contract.MaxResults),
		many:    newRoom(1, idBytes, 1),
	}, nil
}

func (c *connection) Call(question *contract.Question, answer *contract.Answer) error {
	c.single.ask(unsafe.Slice(question, 1))
	for {
		status := c.library.call(c.engine, &c.single.requests[0], &c.single.replies[0])
		if status == 0 {
			*answer = c.single.answer(0, *answer)
			return nil
		}
		if err := c.grow(&c.single, status, unsafe.Slice(question, 1)); err != nil {
			return err
		}
	}
}

func (c *connection) Batched(questions []contract.Question, answers []contract.Answer) error {
	c.reserve(questions)
	c.many.ask(questions)
	for {
		status := c.library.batch(
			c.engine, &c.many.requests[0], &c.many.replies[0], len(questions))
		if status == 0 {
			for at := range questions {
				answers[at] = c.many.answer(at, answers[at])
			}
			return nil
		}
		if err := c.grow(&c.many, status, questions); err != nil {
			return err
		}
	}
}

// reserve has room for a batch: that of the last one where it does. A wrong max_results gets little:
// it is refused.
func (c *connection) reserve(questions []contract.Question) {
	most := 1
	for at := range questions {
		if wanted := int(questions[at].MaxResults); wanted <= contract.MaxResults {
			most = max(most, wanted)
		}
	}
	if len(c.many.requests) < len(questions) || c.many.endsCap < most {
		c.many.free()
		c.many = newRoom(max(1, len(questions)), idBytes*most, most)
	}
}

// grow makes more room and asks the questions there, where that is what the status wants; any other
// status is a failure.
func (c *connection) grow(where **room, status int32, questions []contract.Question) error {
	if status != bufferTooSmall {
		return failure(c.library, status)
	}
	larger := (*where).larger()
	if larger == nil {
		return contract.Fail(contract.Internal,
			"the library wants more room than it has and does not say how much")
	}
	*where = larger
	larger.ask(questions)
	return nil
}

func (c *connection) Stamped(
	question *contract.Question, answer *contract.Answer,
) (contract.Stamps, error) {
	// Finds out whether there is room enough; the stamps are of the next call.
	if err := c.Call(question, answer); err != nil {
		return contract.Stamps{}, err
	}
	var told stamps
	status := c.library.callStamped(
		c.engine, &c.single.requests[0], &c.single.replies[0], &told)
	if status != 0 {
		return contract.Stamps{}, failure(c.library, status)
	}
	*answer = c.single.answer(0, *answer)
	return contract.Stamps{
		DecodeNs: told.decodeNs, ComputeNs: told.computeNs, EncodeNs: told.encodeNs,
	}, nil
}

func (c *connection) Echo(payload []byte, replyBytes int, back []byte) ([]byte, error) {
	if err := contract.CheckCount(replyBytes); err != nil {
		return nil, err
	}
	// Before there is a buffer of that size.
	if err := contract.CheckEcho(uint64(replyBytes)); err != nil {
		return nil, err
	}
	start := len(back)
	back = append(back, make([]byte, replyBytes)...)
	there := back[start:]
	var pinner runtime.Pinner
	defer pinner.Unpin()
	if len(payload) > 0 {
		pinner.Pin(unsafe.SliceData(payload))
	}
	if replyBytes > 0 {
		pinner.Pin(unsafe.SliceData(there))
	}
	status := c.library.echo(c.engine, unsafe.Pointer(unsafe.SliceData(payload)), len(payload),
		unsafe.Pointer(unsafe.SliceData(there)), replyBytes)
	if status != 0 {
		return nil, failure(c.library, status)
	}
	return back, nil
}

func (c *connection) WireBytes() (out, back int64, counted bool) { return 0, 0, false }

func (c *connection) Codec() *codec.Codec { return nil }

func (c *connection) Close() {
	if c.engine == 0 {
		return
	}
	c.library.close(c.engine)
	c.engine = 0
	c.single.free()
	c.many.free()
	runtime.UnlockOSThread()
}
