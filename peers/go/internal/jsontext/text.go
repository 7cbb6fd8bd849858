package jsontext

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var errUnended = errors.New("a text has no end")

// Text gives a text. Without escapes it is a part of the whole, and nothing is copied.
func (r *Reader) Text() (string, error) {
	if r.Peek() != '"' {
		return "", r.Wrong("a text")
	}
	start := r.at + 1
	for at := start; at < len(r.text); at++ {
		switch c := r.text[at]; {
		case c == '"':
			r.at = at + 1
			return r.text[start:at], nil
		case c == '\\':
			return r.unescaped(start, at)
		case c < ' ':
			return "", controlCharacter(c, at)
		}
	}
	return "", errUnended
}

func controlCharacter(c byte, at int) error {
	return fmt.Errorf("byte %d, %#02x, stands in a text without an escape", at, c)
}

// unescaped gives the text that begins at start and has its first escape at at.
func (r *Reader) unescaped(start, at int) (string, error) {
	text := append([]byte(nil), r.text[start:at]...)
	for at < len(r.text) {
		switch c := r.text[at]; {
		case c == '"':
			r.at = at + 1
			return string(text), nil
		case c == '\\':
			char, length, err := escape(r.text[at:])
			if err != nil {
				return "", fmt.Errorf("byte %d: %w", at, err)
			}
			text = utf8.AppendRune(text, char)
			at += length
		case c < ' ':
			return "", controlCharacter(c, at)
		default:
			text = append(text, c)
			at++
		}
	}
	return "", errUnended
}

var shortEscapes = map[byte]rune{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// escape reads the escape that a text begins with: its character, and how long it is.
func escape(text string) (char rune, length int, err error) {
	if len(text) < 2 {
		return 0, 0, errUnended
	}
	if char, ok := shortEscapes[text[1]]; ok {
		return char, 2, nil
	}
	high, ok := unit(text)
	if !ok {
		return 0, 0, errors.New("an escape that JSON does not have")
	}
	if !utf16.IsSurrogate(high) {
		return high, len(`\u0000`), nil
	}
	low, _ := unit(text[len(`\u0000`):])
	char = utf16.DecodeRune(high, low)
	if char == utf8.RuneError {
		return 0, 0, errors.New("half a surrogate pair, which is no text")
	}
	return char, 2 * len(`\u0000`), nil
}

// unit reads \uXXXX: one 16-bit unit.
func unit(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	for at := 2; at < 6; at++ {
		if !isHex(text[at]) {
			return 0, false
		}
	}
	value, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(value), err == nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
