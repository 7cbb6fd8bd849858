package protojson

import (
	"errors"
	"math"
	"strconv"

	"tollgate.dev/peers/go/internal/jsontext"
)

// names are those of one field: its JSON name, and the one it has in the contract.
type names [2]string

// The fields of each message, and the place of those that are asked for.
var (
	requestFields  = []names{{"userId", "user_id"}, {"maxResults", "max_results"}}
	requestsFields = []names{{"requests", "requests"}}
	replyFields    = []names{{"productIds", "product_ids"}}
	repliesFields  = []names{{"responses", "responses"}}
)

const (
	userID = 0
	// end is the place of no field: the message has ended.
	end = -1
)

// message is a walk through one message.
type message struct {
	fields []names
	// seen has a bit for each field that was there.
	seen   uint
	within bool
}

// next goes to the value of the next known field, past all others, and gives its place.
func (m *message) next(r *jsontext.Reader) (place int, err error) {
	for {
		first := !m.within
		if first {
			if err := r.BeginObject(); err != nil {
				return end, err
			}
			m.within = true
		}
		name, more, err := r.Member(first)
		if err != nil || !more {
			return end, err
		}
		if place := m.place(name); place != end {
			return place, m.once(place, name)
		}
		if err := r.Skip(); err != nil {
			return end, err
		}
	}
}

func (m *message) place(name string) int {
	for place, names := range m.fields {
		if name == names[0] || name == names[1] {
			return place
		}
	}
	return end
}

// once refuses a field that was there before, under whichever name.
func (m *message) once(place int, name string) error {
	if m.seen&(1<<place) != 0 {
		return errors.New(name + " stands there twice")
	}
	m.seen |= 1 << place
	return nil
}

// beginList goes into a list; false for null, which is none.
func beginList(r *jsontext.Reader) (there bool, err error) {
	if null, err := r.Null(); null {
		return false, err
	}
	return true, r.BeginList()
}

// text reads a text, or null for an empty one.
func text(r *jsontext.Reader) (string, error) {
	if null, err := r.Null(); null {
		return "", err
	}
	return r.Text()
}

// int32Of reads a whole number of 32 bits: a number, a text that holds one, or null for 0.
func int32Of(r *jsontext.Reader) (int32, error) {
	if null, err := r.Null(); null {
		return 0, err
	}
	literal, err := numberOrText(r)
	if err != nil {
		return 0, err
	}
	if whole, err := strconv.ParseInt(literal, 10, 32); err == nil {
		return int32(whole), nil
	}
	// 1e1 and 10.0 are whole numbers too.
	float, err := strconv.ParseFloat(literal, 64)
	if err != nil || float < math.MinInt32 || float > math.MaxInt32 {
		return 0, errors.New("maxResults does not fit into 32 bits")
	}
	if float != math.Trunc(float) {
		return 0, errors.New("maxResults is not a whole number")
	}
	return int32(float), nil
}

func numberOrText(r *jsontext.Reader) (string, error) {
	if r.Peek() != '"' {
		return r.Number()
	}
	literal, err := r.Text()
	if err == nil && !jsontext.IsNumber(literal) {
		err = errors.New("maxResults is a text that holds no number")
	}
	return literal, err
}
