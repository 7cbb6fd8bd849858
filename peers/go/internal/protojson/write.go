package protojson

import (
	"strconv"

	"tollgate.dev/peers/go/internal/contract"
)

// AppendRequest appends one request.
func AppendRequest(out []byte, question *contract.Question) []byte {
	out = append(out, '{')
	if question.UserID != "" {
		out = append(out, `"userId":`...)
		out = appendText(out, question.UserID)
	}
	if question.MaxResults != 0 {
		if question.UserID != "" {
			out = append(out, ',')
		}
		out = append(out, `"maxResults":`...)
		out = strconv.AppendInt(out, int64(question.MaxResults), 10)
	}
	return append(out, '}')
}

// AppendRequests appends a batch of requests.
func AppendRequests(out []byte, questions []contract.Question) []byte {
	if len(questions) == 0 {
		return append(out, "{}"...)
	}
	out = append(out, `{"requests":[`...)
	for at := range questions {
		if at > 0 {
			out = append(out, ',')
		}
		out = AppendRequest(out, &questions[at])
	}
	return append(out, "]}"...)
}

// AppendReply appends one reply.
func AppendReply(out []byte, ids contract.Answer) []byte {
	if len(ids) == 0 {
		return append(out, "{}"...)
	}
	out = append(out, `{"productIds":[`...)
	for at, id := range ids {
		if at > 0 {
			out = append(out, ',')
		}
		out = appendText(out, id)
	}
	return append(out, "]}"...)
}

// AppendReplies appends a batch of replies.
func AppendReplies(out []byte, answers []contract.Answer) []byte {
	if len(answers) == 0 {
		return append(out, "{}"...)
	}
	out = append(out, `{"responses":[`...)
	for at, ids := range answers {
		if at > 0 {
			out = append(out, ',')
		}
		out = AppendReply(out, ids)
	}
	return append(out, "]}"...)
}

// appendText appends a text in quotes, with no more escapes than JSON asks for.
func appendText(out []byte, text string) []byte {
	out = append(out, '"')
	plain := 0
	for at := 0; at < len(text); at++ {
		c := text[at]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, text[plain:at]...)
		out = appendEscape(out, c)
		plain = at + 1
	}
	out = append(out, text[plain:]...)
	return append(out, '"')
}

func appendEscape(out []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
