package work

import (
	"tollgate.dev/peers/go/internal/contract"
)

const (
	// poolItems is how many questions are laid out at least: enough users to be a mix, few enough
	// to stay in the cache.
	poolItems = 1024
	// maxSampleItems is the most items of one sample.
	maxSampleItems = 1 << 20
)

// Questions are those of a visit, with their right answers and room for the ones that come. They
// are laid out before any clock is read, and walked through cyclically in windows of one sample.
type Questions struct {
	golden Golden
	items  int
	size   int32
	// next is the golden line that is laid out next.
	next    int
	asked   []contract.Question
	right   []Right
	answers []contract.Answer
	// at is where the window begins, and length how many items it has.
	at, length int
}

// NewQuestions lays out questions for actions of items, each for size ids, from a golden line on.
func NewQuestions(golden Golden, items int, size int32, first int64) *Questions {
	next := int(first % int64(len(golden)))
	q := &Questions{golden: golden, items: items, size: size, next: next}
	q.Lay(1)
	return q
}

// Items is the number of items in an action.
func (q *Questions) Items() int {
	return q.items
}

// Lay makes ready for samples of so many actions.
func (q *Questions) Lay(actions int) bool {
	if actions > maxSampleItems/q.items {
		return false
	}
	q.length = actions * q.items
	for len(q.asked) < max(poolItems, q.length) || len(q.asked)%q.items != 0 {
		q.layOne()
	}
	for len(q.answers) < q.length {
		q.answers = append(q.answers, nil)
	}
	q.rewind()
	return true
}

func (q *Questions) layOne() {
	line := q.golden[q.next]
	question := contract.Question{UserID: line.Question.UserID, MaxResults: q.size}
	q.asked = append(q.asked, question)
	q.right = append(q.right, line.Right.Prefix(int(q.size)))
	q.next = (q.next + 1) % len(q.golden)
}

// window is the questions of the next sample, and where their answers go.
func (q *Questions) window() ([]contract.Question, []contract.Answer) {
	return q.asked[q.at : q.at+q.length], q.answers[:q.length]
}

// Check counts the answers of the window that are not right, and moves on.
func (q *Questions) Check() (wrong int) {
	right := q.right[q.at : q.at+q.length]
	for at := range right {
		if !right[at].Is(q.answers[at]) {
			wrong++
		}
	}
	q.at += q.length
	q.rewind()
	return wrong
}

// rewind begins again where the questions that are left are too few for a window.
func (q *Questions) rewind() {
	if q.at+q.length > len(q.asked) {
		q.at = 0
	}
}

// Asked is one question by its number, cyclically. A sample has windows of its own.
func (q *Questions) Asked(number uint64) *contract.Question {
	return &q.asked[number%uint64(len(q.asked))]
}

// IsRight compares the answer to the question of this number.
func (q *Questions) IsRight(number uint64, answer contract.Answer) bool {
	return q.right[number%uint64(len(q.right))].Is(answer)
}
