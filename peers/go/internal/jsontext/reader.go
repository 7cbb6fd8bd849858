// Package jsontext reads JSON, and nothing but JSON: where encoding/json lets things pass (bytes
// that are no UTF-8, half a surrogate pair, a field that is there twice), this reader does not.
// It knows no message.
package jsontext

import (
	"fmt"
	"unicode/utf8"
)

// Reader walks through one JSON text, value by value. What it gives are parts of the text, which
// are copied only where they hold escapes.
type Reader struct {
	text string
	at   int
}

// NewReader is a reader of these bytes, which it copies: they may change afterwards.
func NewReader(data []byte) (Reader, error) {
	if !utf8.Valid(data) {
		return Reader{}, fmt.Errorf("the bytes are not UTF-8")
	}
	return Reader{text: string(data)}, nil
}

// Of is a reader of a text that is UTF-8 already, such as a part of another reader's text.
func Of(text string) Reader {
	return Reader{text: text}
}

// Peek is the first byte of what comes next, behind white space; 0 at the end.
func (r *Reader) Peek() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// Wrong is the error that something else is wanted here.
func (r *Reader) Wrong(wanted string) error {
	if r.at >= len(r.text) {
		return fmt.Errorf("%s is wanted at byte %d, where the text ends", wanted, r.at)
	}
	rest := r.text[r.at:]
	first, _ := utf8.DecodeRuneInString(rest)
	return fmt.Errorf("%s is wanted at byte %d, not %q", wanted, r.at, first)
}

// BeginObject goes into an object.
func (r *Reader) BeginObject() error {
	return r.take('{', "an object")
}

// BeginList goes into a list.
func (r *Reader) BeginList() error {
	return r.take('[', "a list")
}

func (r *Reader) take(wanted byte, name string) error {
	if r.Peek() != wanted {
		return r.Wrong(name)
	}
	r.at++
	return nil
}

// Member gives the next name in an object, whose value then comes next; more is false at the
// object's end.
func (r *Reader) Member(first bool) (name string, more bool, err error) {
	if r.Peek() == '}' {
		r.at++
		return "", false, nil
	}
	if !first {
		if err := r.take(',', "a comma or the object's end"); err != nil {
			return "", false, err
		}
	}
	if r.Peek() != '"' {
		return "", false, r.Wrong("a name")
	}
	if name, err = r.Text(); err != nil {
		return "", false, err
	}
	return name, true, r.take(':', "a colon")
}

// Element says whether a list goes on; its next value then comes next.
func (r *Reader) Element(first bool) (more bool, err error) {
	if r.Peek() == ']' {
		r.at++
		return false, nil
	}
	if !first {
		return true, r.take(',', "a comma or the list's end")
	}
	return true, nil
}

// Null passes over a null, if that is what comes next.
func (r *Reader) Null() (bool, error) {
	if r.Peek() != 'n' {
		return false, nil
	}
	return true, r.word("null")
}

func (r *Reader) word(word string) error {
	if len(r.text)-r.at < len(word) || r.text[r.at:r.at+len(word)] != word {
		return r.Wrong("a value")
	}
	r.at += len(word)
	return nil
}

// Number gives a number as it is written.
func (r *Reader) Number() (string, error) {
	r.Peek()
	length := numberLength(r.text[r.at:])
	if length == 0 {
		return "", r.Wrong("a number")
	}
	literal := r.text[r.at : r.at+length]
	r.at += length
	return literal, nil
}

// End makes sure that nothing comes any more.
func (r *Reader) End() error {
	if r.Peek(); r.at < len(r.text) {
		return r.Wrong("the end")
	}
	return nil
}
