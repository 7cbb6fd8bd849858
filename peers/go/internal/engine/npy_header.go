package engine

import (
	"fmt"
	"strconv"
	"strings"
)

// npyHeader is what the header of a .npy file says; what it does not say is nil.
type npyHeader struct {
	kind    *string
	fortran *bool
	shape   []int
}

// literals walks through the header, which is a dictionary as Python writes it: names and types in
// either kind of quotes, True and False, whole numbers, and one tuple.
type literals struct {
	rest string
}

func parseNpyHeader(text string) (header npyHeader, err error) {
	l := literals{rest: text}
	if !l.take("{") {
		return header, fmt.Errorf("the .npy header is no dictionary")
	}
	for !l.take("}") {
		name, ok := l.quoted()
		if !ok || !l.take(":") || !l.field(name, &header) {
			return header, fmt.Errorf("the .npy header cannot be read: %q", text)
		}
		if !l.take(",") && !strings.HasPrefix(l.rest, "}") {
			return header, fmt.Errorf("the .npy header cannot be read: %q", text)
		}
	}
	return header, nil
}

// field reads the value of a name into the header; false where it is none that this name has.
func (l *literals) field(name string, header *npyHeader) bool {
	switch name {
	case "descr":
		// What is no text is the type of a record, whose fields stand in a list.
		kind, ok := l.quoted()
		if !ok {
			kind = l.rest
			l.rest = "}"
		}
		header.kind = &kind
		return true
	case "fortran_order":
		isFortran := l.take("True")
		header.fortran = &isFortran
		return isFortran || l.take("False")
	case "shape":
		shape, ok := l.tuple()
		header.shape = shape
		return ok
	}
	return false
}

// take passes over a word and the white space around it, if it comes next.
func (l *literals) take(word string) bool {
	l.rest = strings.TrimSpace(l.rest)
	rest, there := strings.CutPrefix(l.rest, word)
	if there {
		l.rest = strings.TrimSpace(rest)
	}
	return there
}

func (l *literals) quoted() (text string, ok bool) {
	for _, quote := range []string{"'", `"`} {
		if rest, there := strings.CutPrefix(l.rest, quote); there {
			text, rest, ok = strings.Cut(rest, quote)
			if ok {
				l.rest = strings.TrimSpace(rest)
			}
			return text, ok
		}
	}
	return "", false
}

func (l *literals) tuple() (sizes []int, ok bool) {
	if !l.take("(") {
		return nil, false
	}
	for !l.take(")") {
		digits := l.rest[:len(l.rest)-len(strings.TrimLeft(l.rest, "0123456789"))]
		size, err := strconv.Atoi(digits)
		if err != nil {
			return nil, false
		}
		sizes = append(sizes, size)
		l.rest = l.rest[len(digits):]
		if !l.take(",") && !strings.HasPrefix(l.rest, ")") {
			return nil, false
		}
	}
	return sizes, true
}
