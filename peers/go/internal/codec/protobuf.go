package codec

import (
	"google.golang.org/protobuf/proto"

	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/gen"
)

// Protobuf is generated messages and the library that they are for.
var Protobuf = Codec{
	AppendRequest: func(out []byte, question *contract.Question) []byte {
		return appended(out, MessageOf(question))
	},
	AppendRequests: func(out []byte, questions []contract.Question) []byte {
		return appended(out, BatchOf(questions))
	},
	AppendReply: func(out []byte, ids contract.Answer) []byte {
		return appended(out, &gen.RecommendationResponse{ProductIds: ids})
	},
	AppendReplies: func(out []byte, answers []contract.Answer) []byte {
		return appended(out, ResponsesOf(answers))
	},
	ReadRequest:  readRequest,
	ReadRequests: readRequests,
	ReadReply:    readReply,
	ReadReplies:  readReplies,
}

// MessageOf is a question as a message.
func MessageOf(question *contract.Question) *gen.RecommendationRequest {
	return &gen.RecommendationRequest{UserId: question.UserID, MaxResults: question.MaxResults}
}

// BatchOf is the questions of a batch as a message.
func BatchOf(questions []contract.Question) *gen.RecommendationBatchRequest {
	requests := make([]*gen.RecommendationRequest, len(questions))
	for at := range questions {
		requests[at] = MessageOf(&questions[at])
	}
	return &gen.RecommendationBatchRequest{Requests: requests}
}

// QuestionOf is what a message asks.
func QuestionOf(message *gen.RecommendationRequest) contract.Question {
	return contract.Question{UserID: message.GetUserId(), MaxResults: message.GetMaxResults()}
}

// QuestionsOf is what the messages of a batch ask.
func QuestionsOf(batch *gen.RecommendationBatchRequest) []contract.Question {
	questions := make([]contract.Question, len(batch.GetRequests()))
	for at, message := range batch.GetRequests() {
		questions[at] = QuestionOf(message)
	}
	return questions
}

// ResponsesOf is the answers of a batch as a message.
func ResponsesOf(answers []contract.Answer) *gen.RecommendationBatchResponse {
	responses := make([]*gen.RecommendationResponse, len(answers))
	for at, ids := range answers {
		responses[at] = &gen.RecommendationResponse{ProductIds: ids}
	}
	return &gen.RecommendationBatchResponse{Responses: responses}
}

// AnswersOf puts the answers of a batch into as many places.
func AnswersOf(batch *gen.RecommendationBatchResponse, answers []contract.Answer) error {
	responses := batch.GetResponses()
	if len(responses) != len(answers) {
		return contract.Fail(contract.Malformed,
			"%d answers to %d questions", len(responses), len(answers))
	}
	for at, response := range responses {
		answers[at] = response.GetProductIds()
	}
	return nil
}

// appended appends a message. That fails for a text that is no UTF-8 alone, and all texts here
// were checked when they were read.
func appended(out []byte, message proto.Message) []byte {
	out, err := proto.MarshalOptions{}.MarshalAppend(out, message)
	if err != nil {
		panic(err)
	}
	return out
}

func read(data []byte, message proto.Message) error {
	if err := proto.Unmarshal(data, message); err != nil {
		return contract.Fail(contract.Malformed, "not a message of the contract: %v", err)
	}
	return nil
}

func readRequest(data []byte) (contract.Question, error) {
	var message gen.RecommendationRequest
	err := read(data, &message)
	return QuestionOf(&message), err
}

func readRequests(data []byte) ([]contract.Question, error) {
	var batch gen.RecommendationBatchRequest
	err := read(data, &batch)
	return QuestionsOf(&batch), err
}

func readReply(data []byte, _ contract.Answer) (contract.Answer, error) {
	var message gen.RecommendationResponse
	err := read(data, &message)
	return message.GetProductIds(), err
}

func readReplies(data []byte, answers []contract.Answer) error {
	var batch gen.RecommendationBatchResponse
	if err := read(data, &batch); err != nil {
		return err
	}
	return AnswersOf(&batch, answers)
}
