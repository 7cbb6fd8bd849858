package jsontext

// IsNumber is true for a text that is a JSON number and nothing else.
func IsNumber(text string) bool {
	return text != "" && numberLength(text) == len(text)
}

// numberLength is how much of the text's beginning is a JSON number: no sign but a minus, no zero
// in front of other digits, digits on both sides of the point. 0 where it begins with none.
func numberLength(text string) int {
	at := 0
	if at < len(text) && text[at] == '-' {
		at++
	}
	whole := digits(text[at:])
	if whole == 0 {
		return 0
	}
	if text[at] == '0' {
		whole = 1
	}
	at += whole
	if at < len(text) && text[at] == '.' {
		if fraction := digits(text[at+1:]); fraction > 0 {
			at += 1 + fraction
		} else {
			return at
		}
	}
	return at + exponentLength(text[at:])
}

func exponentLength(text string) int {
	if text == "" || text[0] != 'e' && text[0] != 'E' {
		return 0
	}
	at := 1
	if at < len(text) && (text[at] == '+' || text[at] == '-') {
		at++
	}
	if count := digits(text[at:]); count > 0 {
		return at + count
	}
	return 0
}

// digits is how many digits the text begins with.
func digits(text string) int {
	at := 0
	for at < len(text) && text[at] >= '0' && text[at] <= '9' {
		at++
	}
	return at
}
