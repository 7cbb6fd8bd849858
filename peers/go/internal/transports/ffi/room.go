package ffi

import (
	"runtime"
	"unsafe"

	"tollgate.dev/peers/go/internal/contract"
)

// idBytes is what an id is guessed to need; the library tells when that was too little.
const idBytes = 16

// room is memory of this side that the library reads and writes: questions and answers, used again
// call after call, and pinned as long as it is there.
type room struct {
	pinner   runtime.Pinner
	requests []request
	replies  []reply
	// texts and ends hold the answers, each as much as any other.
	texts            []byte
	ends             []uint32
	textCap, endsCap int
	// users are the ids of the users in the questions, one after another.
	users []byte
}

// newRoom is room for so many answers, of so many bytes and ids each.
func newRoom(count, textCap, endsCap int) *room {
	r := &room{
		requests: make([]request, count),
		replies:  make([]reply, count),
		// At least one, so that there is an address.
		texts:   make([]byte, max(1, count*textCap)),
		ends:    make([]uint32, max(1, count*endsCap)),
		textCap: textCap,
		endsCap: endsCap,
	}
	r.pinner.Pin(&r.texts[0])
	r.pinner.Pin(&r.ends[0])
	r.pinner.Pin(&r.requests[0])
	r.pinner.Pin(&r.replies[0])
	for at := range r.replies {
		r.replies[at] = reply{
			text:    unsafe.Pointer(unsafe.SliceData(r.texts[at*textCap:])),
			textCap: uintptr(textCap),
			ends:    unsafe.Pointer(unsafe.SliceData(r.ends[at*endsCap:])),
			endsCap: uintptr(endsCap),
		}
	}
	r.lendUsers(idBytes * count)
	return r
}

// lendUsers makes room for so many bytes of user ids.
func (r *room) lendUsers(bytes int) {
	r.users = make([]byte, max(1, bytes))
	r.pinner.Pin(&r.users[0])
}

// ask writes the questions where the library reads them.
func (r *room) ask(questions []contract.Question) {
	needed := 0
	for at := range questions {
		needed += len(questions[at].UserID)
	}
	if needed > len(r.users) {
		r.lendUsers(2 * needed)
	}
	at := 0
	for place := range questions {
		question := &questions[place]
		r.requests[place] = request{
			userID:     unsafe.Pointer(unsafe.SliceData(r.users[at:])),
			userIDLen:  uintptr(len(question.UserID)),
			maxResults: question.MaxResults,
		}
		at += copy(r.users[at:], question.UserID)
	}
}

// answer is the ids at a place, appended to what is lent: parts of one string, which is copied out.
func (r *room) answer(place int, lent contract.Answer) contract.Answer {
	reply := &r.replies[place]
	begin := place * r.textCap
	text := string(r.texts[begin : begin+int(reply.textLen)])
	begin = place * r.endsCap
	lent = lent[:0]
	from := uint32(0)
	for _, end := range r.ends[begin : begin+int(reply.endsLen)] {
		lent = append(lent, text[from:end])
		from = end
	}
	return lent
}

// larger is room for what the library said it needs; nil where it says no more than there is.
func (r *room) larger() *room {
	textCap, endsCap := r.textCap, r.endsCap
	for at := range r.replies {
		textCap = max(textCap, int(r.replies[at].textLen))
		endsCap = max(endsCap, int(r.replies[at].endsLen))
	}
	if textCap == r.textCap && endsCap == r.endsCap {
		return nil
	}
	larger := newRoom(len(r.requests), textCap, endsCap)
	r.free()
	return larger
}

// free lets the memory go.
func (r *room) free() {
	r.pinner.Unpin()
}
