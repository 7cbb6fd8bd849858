// Package rest is the contract as JSON over HTTP/1.1 on loopback TCP, by net/http on both sides.
package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"tollgate.dev/peers/go/internal/caller"
	"tollgate.dev/peers/go/internal/codec"
	"tollgate.dev/peers/go/internal/contract"
	"tollgate.dev/peers/go/internal/lane"
)

// Transport is rest.
var Transport = lane.Transport{Name: "rest", Open: open, Listen: listen}

// noHTTP is how the library says that what answers speaks something else.
const noHTTP = "malformed HTTP"

// connection is a client whose pool has one connection.
type connection struct {
	client   *http.Client
	endpoint string
	deadline time.Duration
	// request and reply are memory of a call, used again by the next.
	request []byte
	reply   bytes.Buffer
}

func open(endpoint string, deadline time.Duration) (caller.Connection, error) {
	address, err := url.Parse(endpoint)
	if err != nil || address.Scheme != "http" || address.Port() == "" {
		return nil, contract.Fail(contract.Unsupported,
			"rest takes an endpoint http://IP:PORT, not %q", endpoint)
	}
	c := &connection{
		client: &http.Client{
			Transport: &http.Transport{
				MaxConnsPerHost:     1,
				MaxIdleConnsPerHost: 1,
				DisableCompression:  true,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse
			},
		},
		endpoint: strings.TrimSuffix(endpoint, "/"),
		deadline: deadline,
	}
	if err := c.greet(); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// greet makes sure that what answers is a callee of this lane.
func (c *connection) greet() error {
	answer, err := c.exchange(http.MethodGet, pathHealth, nil, "", "")
	if err != nil {
		if failure := contract.FailureOf(err); failure.Kind == contract.Malformed {
			return caller.NoCallee(c.endpoint, failure.Detail)
		}
		return err
	}
	var health struct {
		Status string `json:"status"`
	}
	isHealthy := answer.StatusCode == http.StatusOK &&
		json.Unmarshal(c.reply.Bytes(), &health) == nil && health.Status == "ok"
	if isHealthy {
		return nil
	}
	if answer.StatusCode/100 == 3 {
		return failureOfAnswer(answer.StatusCode, nil)
	}
	return caller.NoCallee(c.endpoint, "/health gave HTTP status "+answer.Status)
}

// exchange sends a request, with one more header where it has a name, and takes the whole body of
// the answer into c.reply.
func (c *connection) exchange(
	method, path string, body []byte, header, value string,
) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(context.Background(), c.deadline)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, c.endpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, contract.Fail(contract.Internal, "%v", err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", jsonType)
	}
	if header != "" {
		request.Header.Set(header, value)
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return nil, c.failure(err)
	}
	defer answer.Body.Close()
	c.reply.Reset()
	if _, err := c.reply.ReadFrom(io.LimitReader(answer.Body, contract.MaxMessageBytes+1)); err != nil {
		return nil, c.failure(err)
	}
	if c.reply.Len() > contract.MaxMessageBytes {
		return nil, contract.Fail(contract.TooLarge,
			"an answer of more than %d bytes", contract.MaxMessageBytes)
	}
	return answer, nil
}

// post sends a question, and takes the body of a successful answer. It holds until the next one.
func (c *connection) post(path string, body []byte, header, value string) (*http.Response, error) {
	if len(body) > contract.MaxMessageBytes {
		return nil, contract.Fail(contract.TooLarge,
			"%d bytes; at most %d are taken", len(body), contract.MaxMessageBytes)
	}
	answer, err := c.exchange(http.MethodPost, path, body, header, value)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = failureOfAnswer(answer.StatusCode, c.reply.Bytes())
	}
	return answer, err
}

// failure is what an error of the client means to a caller.
func (c *connection) failure(err error) error {
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded):
		return contract.Fail(contract.Deadline, "no answer within %v", c.deadline)
	case strings.Contains(err.Error(), noHTTP):
		return contract.Fail(contract.Malformed, "%v", err)
	}
	return contract.Fail(contract.Gone, "the callee is gone: %v", err)
}

func (c *connection) Call(question *contract.Question, answer *contract.Answer) error {
	c.request = codec.JSON.AppendRequest(c.request[:0], question)
	if _, err := c.post(pathOne, c.request, "", ""); err != nil {
		return err
	}
	var err error
	*answer, err = codec.JSON.ReadReply(c.reply.Bytes(), *answer)
	return err
}

func (c *connection) Batched(questions []contract.Question, answers []contract.Answer) error {
	c.request = codec.JSON.AppendRequests(c.request[:0], questions)
	if _, err := c.post(pathBatch, c.request, "", ""); err != nil {
		return err
	}
	return codec.JSON.ReadReplies(c.reply.Bytes(), answers)
}

func (c *connection) Pipelined([]contract.Question, []contract.Answer) error {
	return contract.Fail(contract.Unsupported,
		"this lane has no pipelined calls: HTTP/1.1 has one in flight on a connection")
}

func (c *connection) Streamed([]contract.Question, []contract.Answer) error {
	return contract.Fail(contract.Unsupported, "this lane has no streams")
}

func (c *connection) Stamped(
	question *contract.Question, answer *contract.Answer,
) (stamps contract.Stamps, err error) {
	c.request = codec.JSON.AppendRequest(c.request[:0], question)
	response, err := c.post(pathOne, c.request, stampHeader, "1")
	if err != nil {
		return stamps, err
	}
	if *answer, err = codec.JSON.ReadReply(c.reply.Bytes(), *answer); err != nil {
		return stamps, err
	}
	return stampsOf(response.Header.Get(timingHeader))
}

// stampsOf reads stamps as the header Server-Timing has them, in ms.
func stampsOf(timing string) (stamps contract.Stamps, err error) {
	parts := map[string]*uint64{
		"decode": &stamps.DecodeNs, "compute": &stamps.ComputeNs, "encode": &stamps.EncodeNs,
	}
	for _, entry := range strings.Split(timing, ",") {
		name, duration, isTimed := strings.Cut(strings.TrimSpace(entry), ";dur=")
		place := parts[name]
		if !isTimed || place == nil {
			continue
		}
		ms, err := strconv.ParseFloat(duration, 64)
		if err != nil || !(ms >= 0 && ms < 1e9) {
			return stamps, contract.Fail(contract.Malformed, "%s: %q", timingHeader, timing)
		}
		*place = uint64(math.Round(ms * 1e6))
		delete(parts, name)
	}
	if len(parts) > 0 {
		return stamps, contract.Fail(contract.Unsupported,
			"this callee does not report its durations")
	}
	return stamps, nil
}

func (c *connection) Echo(payload []byte, replyBytes int, back []byte) ([]byte, error) {
	if err := contract.CheckCount(replyBytes); err != nil {
		return nil, err
	}
	_, err := c.post(pathEcho, payload, replyBytesHeader, strconv.Itoa(replyBytes))
	if err != nil {
		return nil, err
	}
	return append(back, c.reply.Bytes()...), nil
}

func (c *connection) Raw(request []byte) ([]byte, error) {
	if _, err := c.post(pathOne, request, "", ""); err != nil {
		return nil, err
	}
	return append([]byte(nil), c.reply.Bytes()...), nil
}

func (c *connection) WireBytes() (out, back int64, counted bool) {
	return 0, 0, false // the kernel counts those of TCP
}

func (c *connection) Codec() *codec.Codec {
	return &codec.JSON
}

func (c *connection) Close() {
	c.client.CloseIdleConnections()
}
