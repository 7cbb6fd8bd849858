package work

import (
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/engine"
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
	codec *codec.Codec
	// replies are the right answers as a callee has them.
	replies []contract.Answer
	// room is memory for what is encoded.
	room []byte
	// out and back are the bytes that were made.
	out, back int64
}

// NewCodec is both sides of the codec.
func NewCodec(questions *Questions, codec *codec.Codec) *Codec {
	both := &Codec{Questions: questions, codec: codec}
	both.layReplies()
	return both
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
		c.room = c.codec.AppendRequest(c.room[:0], &asked[at])
		c.out += int64(len(c.room))
		if decoded, err = c.codec.ReadRequest(c.room); err != nil {
			return err
		}
		c.room = c.codec.AppendReply(c.room[:0], replies[at])
		c.back += int64(len(c.room))
		if answers[at], err = c.codec.ReadReply(c.room, answers[at]); err != nil {
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
