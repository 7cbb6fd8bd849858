package drive

import (
	"encoding/base64"
	"time"

	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/jsontext"
	"tollgate.dev/peers/go/internal/work"
)

// order is the fields of one line. What does not fit is kept as the failure of the whole: it is
// asked for when all fields have been read. Unknown fields are ignored, null is as good as absent.
type order struct {
	fields  jsontext.Object
	failure *contract.Failure
}

// readOrder reads a line in the words of a version.
func readOrder(line []byte, version int64) (*order, error) {
	fields, err := jsontext.ReadObject(line)
	if err != nil {
		return nil, contract.Fail(contract.Malformed, "an order is one JSON object a line: %v", err)
	}
	if version == 1 {
		toVersion2(fields)
	}
	return &order{fields: fields}, nil
}

// toVersion2 gives fields their names of today. What version 1 does not have is not meant.
func toVersion2(fields jsontext.Object) {
	delete(fields, "workload")
	delete(fields, "kind")
	fields["size"] = fields["max_results"]
	fields["first_size"] = fields["first_max_results"]
}

// err is the first failure.
func (o *order) err() error {
	if o.failure == nil {
		return nil
	}
	return o.failure
}

func (o *order) wrong(name string, err error) {
	if o.failure == nil && err != nil {
		o.failure = contract.Fail(contract.InvalidArgument, "%s: %v", name, err)
	}
}

// unknown is the failure of a word that means nothing here, unless something was wrong before.
func (o *order) unknown(name, word string) error {
	if o.failure != nil {
		return o.failure
	}
	return contract.Fail(contract.Unsupported, "this driver has no %s %q", name, word)
}

func (o *order) has(name string) bool {
	return o.fields[name].IsThere()
}

func (o *order) text(name string) string {
	text, err := o.fields[name].Text()
	o.wrong(name, err)
	return text
}

func (o *order) optionalText(name, absent string) string {
	if !o.has(name) {
		return absent
	}
	return o.text(name)
}

func (o *order) whole(name string, least, most int64) int64 {
	whole, err := o.fields[name].Whole(least, most)
	o.wrong(name, err)
	return whole
}

func (o *order) optional(name string, absent, least, most int64) int64 {
	if !o.has(name) {
		return absent
	}
	return o.whole(name, least, most)
}

// id is the number of the connection that the order is about.
func (o *order) id() int64 {
	return o.whole("id", 0, 1<<32-1)
}

// ms is a duration in milliseconds.
func (o *order) ms(name string) time.Duration {
	const most = 1e12
	ms, err := o.fields[name].Number(0, most)
	o.wrong(name, err)
	return time.Duration(ms * float64(time.Millisecond))
}

func (o *order) number(name string, least, most float64) float64 {
	number, err := o.fields[name].Number(least, most)
	o.wrong(name, err)
	return number
}

func (o *order) optionalMs(name string, absent time.Duration) time.Duration {
	if !o.has(name) {
		return absent
	}
	return o.ms(name)
}

// data is bytes, which travel as base64.
func (o *order) data(name string) []byte {
	data, err := base64.StdEncoding.DecodeString(o.text(name))
	o.wrong(name, err)
	return data
}

// questions are those of the order ask.
func (o *order) questions() (questions []contract.Question) {
	values, err := o.fields["requests"].List()
	o.wrong("requests", err)
	for _, value := range values {
		fields, err := value.Object()
		if err != nil {
			o.wrong("requests", err)
			return nil
		}
		question, err := work.Question(fields)
		o.wrong("requests", err)
		questions = append(questions, question)
	}
	return questions
}
