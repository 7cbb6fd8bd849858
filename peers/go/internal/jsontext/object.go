package jsontext

import (
	"errors"
	"fmt"
	"strconv"
)

// Value is a value as it is written; empty where there is none.
type Value string

// Object is the members of an object by their names; of several of one name the last.
type Object map[string]Value

// ReadObject reads bytes that hold one object and nothing else.
func ReadObject(data []byte) (Object, error) {
	r, err := NewReader(data)
	if err != nil {
		return nil, err
	}
	object, err := r.object()
	if err == nil {
		err = r.End()
	}
	return object, err
}

func (r *Reader) object() (Object, error) {
	if err := r.BeginObject(); err != nil {
		return nil, err
	}
	object := make(Object)
	for first := true; ; first = false {
		name, more, err := r.Member(first)
		if err != nil || !more {
			return object, err
		}
		value, err := r.Raw()
		if err != nil {
			return nil, err
		}
		object[name] = Value(value)
	}
}

// IsThere is false for no value, and for null.
func (v Value) IsThere() bool {
	return v != "" && v != "null"
}

// Missing is the error of a value that is not there.
var Missing = errors.New("it is missing")

func (v Value) reader() (*Reader, error) {
	if !v.IsThere() {
		return nil, Missing
	}
	r := Of(string(v))
	return &r, nil
}

// Text is the value as a text.
func (v Value) Text() (string, error) {
	r, err := v.reader()
	if err != nil {
		return "", err
	}
	return r.Text()
}

// Whole is the value as a whole number within bounds.
func (v Value) Whole(least, most int64) (int64, error) {
	if !v.IsThere() {
		return 0, Missing
	}
	whole, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil || !IsNumber(string(v)) {
		return 0, fmt.Errorf("%s is no whole number", v.short())
	}
	if whole < least || whole > most {
		return 0, fmt.Errorf("%d is not from %d to %d", whole, least, most)
	}
	return whole, nil
}

// Number is the value as a number within bounds.
func (v Value) Number(least, most float64) (float64, error) {
	if !v.IsThere() {
		return 0, Missing
	}
	number, err := strconv.ParseFloat(string(v), 64)
	if err != nil || !IsNumber(string(v)) {
		return 0, fmt.Errorf("%s is no number", v.short())
	}
	if number < least || number > most {
		return 0, fmt.Errorf("%g is not from %g to %g", number, least, most)
	}
	return number, nil
}

// Texts is the value as a list of texts.
func (v Value) Texts() ([]string, error) {
	texts := []string{}
	values, err := v.List()
	for _, value := range values {
		text, err := value.Text()
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, err
}

// List is the value as a list.
func (v Value) List() ([]Value, error) {
	r, err := v.reader()
	if err == nil {
		err = r.BeginList()
	}
	if err != nil {
		return nil, err
	}
	var values []Value
	for first := true; ; first = false {
		more, err := r.Element(first)
		if err != nil || !more {
			return values, err
		}
		value, err := r.Raw()
		if err != nil {
			return nil, err
		}
		values = append(values, Value(value))
	}
}

// Object is the value as an object.
func (v Value) Object() (Object, error) {
	r, err := v.reader()
	if err != nil {
		return nil, err
	}
	return r.object()
}

// short is the value as it may stand in a message.
func (v Value) short() string {
	const most = 40
	if len(v) > most {
		return string(v[:most]) + "..."
	}
	return string(v)
}
