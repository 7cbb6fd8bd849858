package jsontext

// Raw passes over a value of any kind and gives it as it is written.
func (r *Reader) Raw() (string, error) {
	r.Peek()
	start := r.at
	err := r.Skip()
	return r.text[start:r.at], err
}

// Skip passes over a value of any kind. It is checked as others are. However deep a value is, the
// stack is not: what a stranger sends must not overflow it.
func (r *Reader) Skip() error {
	// What closes each list and object that the reader is in.
	var within []byte
	for {
		closes, err := r.enter()
		if err != nil {
			return err
		}
		if closes != 0 {
			within = append(within, closes)
		}
		for first := closes != 0; ; first = false {
			if len(within) == 0 {
				return nil
			}
			more, err := r.goOn(within[len(within)-1], first)
			if err != nil {
				return err
			}
			if more {
				break
			}
			within = within[:len(within)-1]
		}
	}
}

// enter passes over a value without parts, or goes into one and gives what closes it.
func (r *Reader) enter() (closes byte, err error) {
	switch r.Peek() {
	case '{':
		return '}', r.BeginObject()
	case '[':
		return ']', r.BeginList()
	case '"':
		_, err = r.Text()
	case 't':
		err = r.word("true")
	case 'f':
		err = r.word("false")
	case 'n':
		err = r.word("null")
	default:
		if _, err = r.Number(); err != nil {
			err = r.Wrong("a value")
		}
	}
	return 0, err
}

// goOn goes to the next value in a list or object; false at its end.
func (r *Reader) goOn(closes byte, first bool) (more bool, err error) {
	if closes == ']' {
		return r.Element(first)
	}
	_, more, err = r.Member(first)
	return more, err
}
