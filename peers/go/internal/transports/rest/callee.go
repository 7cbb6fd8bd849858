package rest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/lane"
	"tollgate.dev/peers/go/internal/serve"
)

const (
	pathHealth = "/health"
	pathOne    = "/recommendations"
	pathBatch  = "/recommendations:batch"
	pathEcho   = "/echo"

	jsonType   = "application/json"
	opaqueType = "application/octet-stream"
	healthy    = `{"status":"ok"}`

	// replyBytesHeader says how many bytes an echo answers.
	replyBytesHeader = "Tollgate-Reply-Bytes"
	// stampHeader asks for stamps, and timingHeader answers.
	stampHeader  = "Tollgate-Stamp"
	timingHeader = "Server-Timing"
)

// callee answers by net/http as it comes: a goroutine for each connection.
type callee struct {
	listener net.Listener
	server   *http.Server
}

func listen(address string, engine *engine.Engine) (lane.Callee, error) {
	listener, err := serve.ListenTCP(address)
	if err != nil {
		return nil, err
	}
	service := &service{
		engine: engine,
		rooms:  sync.Pool{New: func() any { return new(room) }},
	}
	return &callee{listener: listener, server: &http.Server{Handler: service}}, nil
}

func (c *callee) Endpoint() string {
	return serve.HTTPEndpoint(c.listener)
}

func (c *callee) Answer() error {
	return c.server.Serve(c.listener)
}

func (c *callee) Close() {
	// The process ends: what is under way ends with it.
	_ = c.server.Close()
}

// service is what stands behind the paths.
type service struct {
	engine *engine.Engine
	// rooms are memory of calls that is free; calls run at the same time.
	rooms sync.Pool
}

// room is memory of one call, used again by the next.
type room struct {
	scratch engine.Scratch
	body    bytes.Buffer
	out     []byte
}

// route is one path's method, and what answers there.
type route struct {
	method string
	answer func(*service, http.ResponseWriter, *http.Request, *room) error
}

var routes = map[string]route{
	pathHealth: {http.MethodGet, (*service).health},
	pathOne:    {http.MethodPost, (*service).one},
	pathBatch:  {http.MethodPost, (*service).batch},
	pathEcho:   {http.MethodPost, (*service).echo},
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, isThere := routes[r.URL.Path]
	if !isThere {
		refuseWith(w, http.StatusNotFound,
			contract.Fail(contract.Unsupported, "there is nothing at %s", r.URL.Path))
		return
	}
	if r.Method != found.method {
		refuseWith(w, http.StatusMethodNotAllowed,
			contract.Fail(contract.Unsupported, "%s does not take %s", r.URL.Path, r.Method))
		return
	}
	room := s.rooms.Get().(*room)
	defer s.rooms.Put(room)
	if err := found.answer(s, w, r, room); err != nil {
		refuse(w, contract.FailureOf(err))
	}
}

func (s *service) health(w http.ResponseWriter, _ *http.Request, _ *room) error {
	write(w, http.StatusOK, jsonType, []byte(healthy))
	return nil
}

func (s *service) one(w http.ResponseWriter, r *http.Request, room *room) error {
	body, err := room.read(w, r)
	if err != nil {
		return err
	}
	isStamped := len(r.Header[stampHeader]) > 0
	var marks [4]time.Time
	mark := func(at int) {
		if isStamped {
			marks[at] = time.Now()
		}
	}
	mark(0)
	question, err := codec.JSON.ReadRequest(body)
	if err != nil {
		return err
	}
	mark(1)
	ids, err := s.engine.Answer(&question, &room.scratch)
	if err != nil {
		return err
	}
	mark(2)
	room.out = codec.JSON.AppendReply(room.out[:0], ids)
	mark(3)
	if isStamped {
		w.Header().Set(timingHeader, timingOf(marks))
	}
	write(w, http.StatusOK, jsonType, room.out)
	return nil
}

// timingOf is stamps as the header Server-Timing has them, in ms.
func timingOf(marks [4]time.Time) string {
	ms := func(at int) float64 {
		return float64(marks[at+1].Sub(marks[at])) / float64(time.Millisecond)
	}
	return fmt.Sprintf("decode;dur=%.6f, compute;dur=%.6f, encode;dur=%.6f", ms(0), ms(1), ms(2))
}

func (s *service) batch(w http.ResponseWriter, r *http.Request, room *room) error {
	body, err := room.read(w, r)
	if err != nil {
		return err
	}
	questions, err := codec.JSON.ReadRequests(body)
	if err != nil {
		return err
	}
	answers, err := s.engine.AnswerBatch(questions, &room.scratch)
	if err != nil {
		return err
	}
	room.out = codec.JSON.AppendReplies(room.out[:0], answers)
	write(w, http.StatusOK, jsonType, room.out)
	return nil
}

func (s *service) echo(w http.ResponseWriter, r *http.Request, room *room) error {
	payload, err := room.read(w, r)
	if err != nil {
		return err
	}
	replyBytes := uint64(len(payload))
	if wanted := r.Header[replyBytesHeader]; len(wanted) > 0 {
		if replyBytes, err = strconv.ParseUint(wanted[0], 10, 64); err != nil {
			return contract.Fail(contract.InvalidArgument, "%s: %v", replyBytesHeader, err)
		}
	}
	if err := contract.CheckEcho(replyBytes); err != nil {
		return err
	}
	room.out = contract.AppendEcho(room.out[:0], payload, int(replyBytes))
	write(w, http.StatusOK, opaqueType, room.out)
	return nil
}

// read takes the whole body of a request.
func (m *room) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	m.body.Reset()
	_, err := m.body.ReadFrom(http.MaxBytesReader(w, r.Body, contract.MaxMessageBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, contract.Fail(contract.TooLarge,
			"a body of more than %d bytes", tooLarge.Limit)
	case err != nil && err != io.EOF:
		return nil, contract.Fail(contract.Malformed, "the body: %v", err)
	}
	return m.body.Bytes(), nil
}

// write answers. A caller that went away is its own affair.
func write(w http.ResponseWriter, status int, mediaType string, body []byte) {
	header := w.Header()
	header["Content-Type"] = []string{mediaType}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
