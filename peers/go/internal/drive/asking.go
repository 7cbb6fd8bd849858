package drive

import (
	"encoding/base64"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/contract"
)

type askAnswer struct {
	OK      bool              `json:"ok"`
	Replies []contract.Answer `json:"replies"`
	Stamps  *stampsAnswer     `json:"stamps,omitempty"`
}

type stampsAnswer struct {
	DecodeNs  uint64 `json:"decode_ns"`
	ComputeNs uint64 `json:"compute_ns"`
	EncodeNs  uint64 `json:"encode_ns"`
}

func (d *Driver) ask(order *order) (any, error) {
	slot, err := d.slot(order)
	if err != nil {
		return nil, err
	}
	mode, questions := order.text("mode"), order.questions()
	if err := order.err(); err != nil {
		return nil, err
	}
	answer := askAnswer{OK: true, Replies: make([]contract.Answer, len(questions))}
	switch {
	case mode == "stamped":
		answer.Stamps, err = slot.askStamped(questions, answer.Replies)
	case caller.IsMode(mode):
		err = caller.Ask(slot.connection, caller.Mode(mode), questions, answer.Replies)
	default:
		return nil, order.unknown("mode", mode)
	}
	if err != nil {
		slot.after(err)
		return nil, err
	}
	for at, reply := range answer.Replies {
		if reply == nil {
			// A list of none, where JSON would say null.
			answer.Replies[at] = contract.Answer{}
		}
	}
	return answer, nil
}

func (s *slot) askStamped(
	questions []contract.Question, answers []contract.Answer,
) (*stampsAnswer, error) {
	if len(questions) != 1 {
		return nil, contract.Fail(contract.InvalidArgument,
			"a stamped call takes one request, not %d", len(questions))
	}
	stamps, err := s.connection.Stamped(&questions[0], &answers[0])
	answer := stampsAnswer(stamps)
	return &answer, err
}

type echoAnswer struct {
	OK   bool   `json:"ok"`
	Back string `json:"back"`
}

func (d *Driver) echo(order *order) (any, error) {
	slot, err := d.slot(order)
	if err != nil {
		return nil, err
	}
	payload, replyBytes := order.data("payload"), order.whole("reply_bytes", 0, 1<<32-1)
	if err := order.err(); err != nil {
		return nil, err
	}
	back, err := slot.connection.Echo(payload, int(replyBytes), nil)
	if err != nil {
		slot.after(err)
		return nil, err
	}
	return echoAnswer{OK: true, Back: base64.StdEncoding.EncodeToString(back)}, nil
}

type rawAnswer struct {
	OK    bool   `json:"ok"`
	Reply string `json:"reply"`
}

func (d *Driver) raw(order *order) (any, error) {
	slot, err := d.slot(order)
	if err != nil {
		return nil, err
	}
	request := order.data("request")
	if err := order.err(); err != nil {
		return nil, err
	}
	reply, err := slot.connection.Raw(request)
	if err != nil {
		slot.after(err)
		return nil, err
	}
	return rawAnswer{OK: true, Reply: base64.StdEncoding.EncodeToString(reply)}, nil
}
