// Package engine is what answers the question in a Go callee: stub, catalog and wrong. What each
// answers is defined in fixtures/src/engine.rs and catalog.rs, and golden files prove that the
// answers are the same to the byte. It knows no transport.
package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tollgate.dev/peers/go/internal/contract"
)

// Names of the engines; the first is the usual one.
var Names = []string{"stub", "catalog", "wrong"}

// Options say what an engine is made from.
type Options struct {
	// Name is one of Names.
	Name string
	// Products and Users are files of vectors, for the catalog engine.
	Products, Users string
	// ServiceTime is slept for each item that asks for at least one id.
	ServiceTime time.Duration
}

// Engine answers questions. It keeps nothing between calls: all connections share one.
type Engine struct {
	serviceTime time.Duration
	finder      finder
}

// finder finds the ids for a question that was checked. What it gives may be shared by answers,
// and is not to be written to.
type finder interface {
	find(userID string, count int, scratch *Scratch) contract.Answer
}

// Scratch is memory that a search reuses; each connection has its own.
type Scratch struct {
	scores  []int32
	best    []uint64
	answers []contract.Answer
}

// New makes an engine; an error says what is missing or does not fit.
func New(options Options) (*Engine, error) {
	finder, err := newFinder(options)
	if err != nil {
		return nil, err
	}
	return &Engine{serviceTime: options.ServiceTime, finder: finder}, nil
}

func newFinder(options Options) (finder, error) {
	switch options.Name {
	case "stub":
		return numbered(0), nil
	case "wrong":
		return numbered(1), nil
	case "catalog":
		if options.Products == "" || options.Users == "" {
			return nil, errors.New("the catalog engine needs --products FILE.npy and --users FILE.npy")
		}
		return openCatalog(options.Products, options.Users)
	}
	return nil, CheckName(options.Name)
}

// CheckName refuses the name of no engine.
func CheckName(name string) error {
	if slices.Contains(Names, name) {
		return nil
	}
	return fmt.Errorf("there is no engine %q; choose one of %s", name, strings.Join(Names, ", "))
}

// Answer gives the ids for one question, which the caller only reads; a failure for what is no
// question or above a limit.
func (engine *Engine) Answer(
	question *contract.Question, scratch *Scratch,
) (contract.Answer, error) {
	if err := contract.Check(question); err != nil {
		return nil, err
	}
	count := int(question.MaxResults)
	if engine.serviceTime > 0 && count > 0 {
		pause(engine.serviceTime)
	}
	return engine.finder.find(question.UserID, count, scratch), nil
}

// AnswerBatch gives the answers in the order of the questions; the first failure ends the batch.
func (engine *Engine) AnswerBatch(
	questions []contract.Question, scratch *Scratch,
) ([]contract.Answer, error) {
	if err := contract.CheckItems(len(questions)); err != nil {
		return nil, err
	}
	answers := slices.Grow(scratch.answers[:0], len(questions))
	for at := range questions {
		answer, err := engine.Answer(&questions[at], scratch)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	scratch.answers = answers
	return answers, nil
}

// prefixes answers with the first of the longest answer there can be.
type prefixes contract.Answer

func numbered(first int) prefixes {
	return prefixes(productNames(first, contract.MaxResults))
}

func (all prefixes) find(_ string, count int, _ *Scratch) contract.Answer {
	return contract.Answer(all[:count:count])
}

// productNames are product_<first> and the following ones.
func productNames(first, count int) []string {
	names := make([]string, count)
	for at := range names {
		names[at] = fmt.Sprintf("product_%d", first+at)
	}
	return names
}
