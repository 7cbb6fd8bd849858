package work

import (
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/protojson"
)

// Compute is the engine alone, in this process.
type Compute struct {
	*Questions
	engine  *engine.Engine
	scratch engine.Scratch
	// out and back are the bytes of the values: user ids out, ids and where they end back.
	out, back int64
}

// NewCompute is the engine alone.
func NewCompute(questions *Questions, engine *engine.Engine) *Compute {
	return &Compute{Questions: questions, engine: engine}
}

// Carry answers the questions of one sample.
func (c *Compute) Carry() (err error) {
	asked, answers := c.window()
	for at := range asked {
		if answers[at], err = c.engine.Answer(&asked[at], &c.scratch); err != nil {
			return err
		}
	}
	return nil
}

// Check counts bytes, and the wrong answers.
func (c *Compute) Check() (wrong int) {
	for at := c.at; at < c.at+c.length; at++ {
		c.out += int64(len(c.asked[at].UserID))
		c.back += c.right[at].valueBytes()
	}
	return c.Questions.Check()
}

// MadeBytes are those of the values.
func (c *Compute) MadeBytes() (out, back int64) {
	return c.out, c.back
}

// Codec is both sides of the codec: request and right answer, values to bytes and back.
type Codec struct {
	*Questions
	// replies are the right answers as a callee has them.
	replies []contract.Answer
	// room is memory for what is encoded.
	room []byte
	// out and back are the bytes that were made.
	out, back int64
}

// NewCodec is both sides of the codec.
func NewCodec(questions *Questions) *Codec {
	codec := &Codec{Questions: questions}
	codec.layReplies()
	return codec
}

// Lay makes ready for samples of so many actions.
func (c *Codec) Lay(actions int) bool {
	laid := c.Questions.Lay(actions)
	c.layReplies()
	return laid
}

func (c *Codec) layReplies() {
	for at := len(c.replies); at < len(c.right); at++ {
		c.replies = append(c.replies, c.right[at].IDs())
	}
}

// Carry encodes and decodes the questions and right answers of one sample.
func (c *Codec) Carry() (err error) {
	asked, answers := c.window()
	replies := c.replies[c.at:]
	for at := range asked {
		c.room = protojson.AppendRequest(c.room[:0], &asked[at])
		c.out += int64(len(c.room))
		if decoded, err = protojson.ReadRequest(c.room); err != nil {
			return err
		}
		c.room = protojson.AppendReply(c.room[:0], replies[at])
		c.back += int64(len(c.room))
		if answers[at], err = protojson.ReadReply(c.room, answers[at]); err != nil {
			return err
		}
	}
	return nil
}

// decoded is where decoded requests go, so that no compiler leaves their decoding out.
var decoded contract.Question

// MadeBytes are those that were made.
func (c *Codec) MadeBytes() (out, back int64) {
	return c.out, c.back
}
