package drive

import (
	"encoding/json"
	"runtime"
	"strings"
	"sync/atomic"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/transports"
	"tollgate.dev/peers/go/internal/work"
)

// Versions of the protocol that are spoken; the first until somebody has said hello.
var versions = []int64{2, 1}

// maxDetailBytes is what is kept of the words for a person: a coordinator keeps no more.
const maxDetailBytes = 1000

// slot is one open id: its connection, its questions with answers, what an engine would be made
// from, and whose CPU time to read.
type slot struct {
	connection caller.Connection
	golden     work.Golden
	engine     engineWords
	calleePid  int
	// opened is how it was opened.
	opened opened
}

// Driver has open connections by id.
type Driver struct {
	slots   map[int64]*slot
	version int64
	// stopped becomes true when a load that goes on is to end early.
	stopped atomic.Bool
}

// NewDriver is a driver with no connection.
func NewDriver() *Driver {
	return &Driver{slots: make(map[int64]*slot), version: versions[0]}
}

// refused is the answer where something went wrong.
type refused struct {
	OK     bool   `json:"ok"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

// done is the answer that says no more than that all is well.
type done struct {
	OK bool `json:"ok"`
}

// longestStop is more than an order to stop has: longer lines need not be looked at.
const longestStop = 4 << 10

// Heed sees each order as it comes, before its turn. An order to stop ends the load that goes on;
// true for it: it has no turn, and no answer.
func (d *Driver) Heed(line []byte) bool {
	var order struct {
		Op string `json:"op"`
	}
	if len(line) > longestStop || json.Unmarshal(line, &order) != nil {
		return false
	}
	switch order.Op {
	case "stop":
		d.stopped.Store(true)
	case "load":
		d.stopped.Store(false)
	}
	return order.Op == "stop"
}

// Answer is the answer to one line. Whatever goes wrong is said in it.
func (d *Driver) Answer(line []byte) []byte {
	answer, err := d.obey(line)
	if err != nil {
		failure := contract.FailureOf(err)
		answer = refused{Kind: failure.Kind.String(), Detail: detailOf(failure)}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		text, _ = json.Marshal(refused{Kind: contract.Internal.String(), Detail: err.Error()})
	}
	return text
}

func detailOf(failure *contract.Failure) string {
	detail := failure.Detail
	if len(detail) > maxDetailBytes {
		detail = detail[:maxDetailBytes]
	}
	return strings.ToValidUTF8(detail, "?")
}

func (d *Driver) obey(line []byte) (answer any, err error) {
	order, err := readOrder(line, d.version)
	if err != nil {
		return nil, err
	}
	defer func() {
		if mistake := recover(); mistake != nil {
			answer, err = nil, d.mistake(order, mistake)
		}
	}()
	switch op := order.text("op"); op {
	case "hello":
		return d.hello(order)
	case "open":
		return d.open(order)
	case "visit":
		return d.visit(order)
	case "ask":
		return d.ask(order)
	case "echo":
		return d.echo(order)
	case "raw":
		return d.raw(order)
	case "close":
		d.close(order.id())
		return done{OK: true}, order.err()
	case "load":
		return d.load(order)
	default:
		return nil, order.unknown("op", op)
	}
}

// mistake is the failure of an order in which this program went wrong. Its connection ends: who
// knows what is half sent.
func (d *Driver) mistake(order *order, what any) error {
	failure := contract.Fail(contract.Internal, "%v", what)
	if slot := d.slots[order.id()]; slot != nil {
		slot.connection = caller.Bury(slot.connection, failure)
	}
	return failure
}

type helloAnswer struct {
	OK             bool     `json:"ok"`
	Protocol       int64    `json:"protocol"`
	Language       string   `json:"language"`
	Implementation string   `json:"implementation"`
	Transports     []string `json:"transports"`
}

func (d *Driver) hello(order *order) (any, error) {
	wanted := order.optional("protocol", versions[0], 0, 1<<32-1)
	if err := order.err(); err != nil {
		return nil, err
	}
	for _, version := range versions {
		if version == wanted {
			d.version = version
			return helloAnswer{
				OK:             true,
				Protocol:       version,
				Language:       "go",
				Implementation: "Go " + strings.TrimPrefix(runtime.Version(), "go"),
				Transports:     transports.Names(),
			}, nil
		}
	}
	return nil, contract.Fail(contract.Unsupported,
		"this driver speaks the protocols %v, not %d", versions, wanted)
}

// slot is the open connection that an order is about.
func (d *Driver) slot(order *order) (*slot, error) {
	id := order.id()
	if err := order.err(); err != nil {
		return nil, err
	}
	if slot := d.slots[id]; slot != nil {
		return slot, nil
	}
	return nil, contract.Fail(contract.Gone, "connection %d is not open", id)
}

// after ends the connection of a slot after a failure that does.
func (s *slot) after(err error) {
	if failure := contract.FailureOf(err); failure.Kind.EndsConnection() {
		s.connection = caller.Bury(s.connection, failure)
	}
}

func (d *Driver) close(id int64) {
	if slot := d.slots[id]; slot != nil {
		slot.connection.Close()
		delete(d.slots, id)
	}
}

// CloseAll closes what is open.
func (d *Driver) CloseAll() {
	for id := range d.slots {
		d.close(id)
	}
}
