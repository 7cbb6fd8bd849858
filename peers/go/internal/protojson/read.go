// Package protojson is the messages of recommendations.proto as proto3 JSON. Writers leave default
// fields out. Readers take userId and user_id, absent or null fields as defaults, integers as
// numbers or as texts that hold one, and ignore unknown fields; anything else is malformed.
//
// It is written for these messages, because encoding/json takes what is no JSON and does not take
// what proto3 JSON allows. It knows no frames and no limits: those are the carrier's and the
// engine's.
package protojson

import (
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/jsontext"
)

// ReadRequest reads one request.
func ReadRequest(data []byte) (question contract.Question, err error) {
	r, err := jsontext.NewReader(data)
	if err == nil {
		question, err = request(&r)
	}
	return question, finished(&r, err)
}

// ReadRequests reads the requests of a batch.
func ReadRequests(data []byte) (questions []contract.Question, err error) {
	r, err := jsontext.NewReader(data)
	if err == nil {
		questions, err = requests(&r)
	}
	return questions, finished(&r, err)
}

// ReadReply reads one reply into the memory of answer.
func ReadReply(data []byte, answer contract.Answer) (contract.Answer, error) {
	r, err := jsontext.NewReader(data)
	if err == nil {
		answer, err = reply(&r, answer[:0])
	}
	return answer, finished(&r, err)
}

// ReadReplies reads the replies of a batch into answers; there must be as many.
func ReadReplies(data []byte, answers []contract.Answer) error {
	r, err := jsontext.NewReader(data)
	var count int
	if err == nil {
		count, err = replies(&r, answers)
	}
	if err := finished(&r, err); err != nil {
		return err
	}
	if count != len(answers) {
		return contract.Fail(contract.Malformed, "%d answers to %d questions", count, len(answers))
	}
	return nil
}

// finished makes sure that nothing stands behind a message that was read without an error.
func finished(r *jsontext.Reader, err error) error {
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return contract.Fail(contract.Malformed, "not a JSON message of the contract: %v", err)
	}
	return nil
}

func request(r *jsontext.Reader) (question contract.Question, err error) {
	walk := message{fields: requestFields}
	for {
		field, err := walk.next(r)
		if err != nil || field == end {
			return question, err
		}
		if field == userID {
			question.UserID, err = text(r)
		} else {
			question.MaxResults, err = int32Of(r)
		}
		if err != nil {
			return question, err
		}
	}
}

func requests(r *jsontext.Reader) (questions []contract.Question, err error) {
	walk := message{fields: requestsFields}
	for {
		field, err := walk.next(r)
		if err != nil || field == end {
			return questions, err
		}
		there, err := beginList(r)
		for first := true; there && err == nil; first = false {
			if there, err = r.Element(first); err != nil || !there {
				break
			}
			var question contract.Question
			question, err = request(r)
			questions = append(questions, question)
		}
		if err != nil {
			return questions, err
		}
	}
}

func reply(r *jsontext.Reader, answer contract.Answer) (contract.Answer, error) {
	walk := message{fields: replyFields}
	for {
		field, err := walk.next(r)
		if err != nil || field == end {
			return answer, err
		}
		there, err := beginList(r)
		for first := true; there && err == nil; first = false {
			if there, err = r.Element(first); err != nil || !there {
				break
			}
			var id string
			id, err = r.Text()
			answer = append(answer, id)
		}
		if err != nil {
			return answer, err
		}
	}
}

// replies reads into as many answers as there are, and counts on where there are more.
func replies(r *jsontext.Reader, answers []contract.Answer) (count int, err error) {
	walk := message{fields: repliesFields}
	for {
		field, err := walk.next(r)
		if err != nil || field == end {
			return count, err
		}
		there, err := beginList(r)
		for first := true; there && err == nil; first = false {
			if there, err = r.Element(first); err != nil || !there {
				break
			}
			var room contract.Answer
			if count < len(answers) {
				room = answers[count]
			}
			room, err = reply(r, room[:0])
			if count < len(answers) {
				answers[count] = room
			}
			count++
		}
		if err != nil {
			return count, err
		}
	}
}
