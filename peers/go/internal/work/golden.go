// Package work is what visits do: whole calls, parts of calls, echoes; what each asks, and how its
// answers are compared with the right ones. The clock is not read here.
package work

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/jsontext"
)

// Right is a right answer: its ids as one text, and where each of them ends. So that a million of
// them are two pieces of memory to the garbage collector, which else would look at each of them
// while a visit is measured.
type Right struct {
	text string
	ends []uint32
}

// RightOf is a right answer by its ids.
func RightOf(ids []string) Right {
	var text bytes.Buffer
	ends := make([]uint32, len(ids))
	for at, id := range ids {
		text.WriteString(id)
		ends[at] = uint32(text.Len())
	}
	return Right{text: text.String(), ends: ends}
}

// Prefix is the right answer to a question for so many ids.
func (r Right) Prefix(count int) Right {
	if count >= len(r.ends) {
		return r
	}
	if count <= 0 {
		return Right{}
	}
	return Right{text: r.text[:r.ends[count-1]], ends: r.ends[:count]}
}

// IDs are the ids one by one.
func (r Right) IDs() []string {
	ids := make([]string, len(r.ends))
	start := uint32(0)
	for at, end := range r.ends {
		ids[at] = r.text[start:end]
		start = end
	}
	return ids
}

// Is compares a whole answer.
func (r Right) Is(answer contract.Answer) bool {
	if len(answer) != len(r.ends) {
		return false
	}
	start := uint32(0)
	for at, end := range r.ends {
		if answer[at] != r.text[start:end] {
			return false
		}
		start = end
	}
	return true
}

// valueBytes is what the ids take, and where they end.
func (r Right) valueBytes() int64 {
	return int64(len(r.text) + 4*len(r.ends))
}

// Line is a question with its right answer.
type Line struct {
	Question contract.Question
	Right    Right
}

// Golden is questions with their right answers; there is at least one.
type Golden []Line

// ReadGolden reads a file of golden lines.
func ReadGolden(path string) (Golden, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var golden Golden
	lines := bufio.NewReader(file)
	for number := 1; ; number++ {
		text, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) > 0 {
			line, err := goldenLine(text)
			if err != nil {
				return nil, fmt.Errorf("%s, line %d: %w", path, number, err)
			}
			golden = append(golden, line)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if len(golden) == 0 {
		return nil, fmt.Errorf("%s: no request in it", path)
	}
	return golden, nil
}

func goldenLine(text []byte) (line Line, err error) {
	fields, err := jsontext.ReadObject(text)
	if err != nil {
		return line, err
	}
	if line.Question, err = Question(fields); err != nil {
		return line, err
	}
	list, there := fields["product_ids"]
	if !there {
		return line, errors.New("product_ids is missing")
	}
	ids, err := list.Texts()
	if err != nil {
		return line, fmt.Errorf("product_ids: %w", err)
	}
	line.Right = RightOf(ids)
	return line, nil
}

// Question reads the fields of a question: {"user_id":"user_3","max_results":10}.
func Question(fields jsontext.Object) (question contract.Question, err error) {
	if question.UserID, err = fields["user_id"].Text(); err != nil {
		return question, fmt.Errorf("user_id: %w", err)
	}
	count, err := fields["max_results"].Whole(-1<<31, 1<<31-1)
	if err != nil {
		return question, fmt.Errorf("max_results: %w", err)
	}
	question.MaxResults = int32(count)
	return question, nil
}
