package work

import (
	"bytes"
	"testing"
)

func TestPayloadsDifferAndAreThoseOfOtherLanguages(t *testing.T) {
	seen := make(map[string]bool)
	for number := range 1000 {
		seen[string(Payload(8, number))] = true
	}
	if len(seen) != 1000 {
		t.Error(len(seen))
	}
	if !bytes.Equal(Payload(12, 0)[:7], Payload(7, 0)) || len(Payload(0, 3)) != 0 {
		t.Error("a shorter payload is not the beginning of a longer one")
	}
	// The first output of SplitMix64 with the seed 0, as its authors publish it.
	if !bytes.Equal(Payload(8, 0), []byte{0xaf, 0xcd, 0x1d, 0x7b, 0x39, 0xa8, 0x20, 0xe2}) {
		t.Errorf("%x", Payload(8, 0))
	}
}

func TestEveryByteOfEveryItemIsCompared(t *testing.T) {
	right := Payload(12, 5)
	if wrongItems(right, right, 3) != 0 || wrongItems(nil, nil, 4) != 0 {
		t.Error("what is right is wrong")
	}
	all := bytes.Clone(right)
	for at := range right {
		back := bytes.Clone(right)
		back[at] ^= 1
		all[at] ^= 1
		if wrong := wrongItems(right, back, 3); wrong != 1 {
			t.Errorf("byte %d: %d", at, wrong)
		}
	}
	if wrongItems(right, all, 3) != 3 || wrongItems(right, right[:11], 3) != 3 {
		t.Error("wrong items are missing")
	}
}

func TestEchoesOfEveryShapeComeBackRight(t *testing.T) {
	for _, shape := range []EchoShape{
		{Echoes: 1, Items: 1}, {Echoes: 3, Items: 1, Payload: 8, Reply: 8},
		{Echoes: 1, Items: 3, Payload: 24, Reply: 24}, {Echoes: 1, Items: 1, Payload: 3, Reply: 100},
		{Echoes: 1, Items: 1, Reply: 5}, {Echoes: 1, Items: 1, Payload: 1 << 20, Reply: 1},
	} {
		echoes := NewEchoes(&fake{}, shape)
		echoes.Lay(5)
		for range 3 {
			if err := echoes.Carry(); err != nil || echoes.Check() != 0 {
				t.Errorf("%+v: %v", shape, err)
			}
		}
		if echoes.Items() != max(shape.Echoes, shape.Items) {
			t.Errorf("%+v: %d items", shape, echoes.Items())
		}
	}
}

func TestAnAnswerThatIsLateOrChangedIsWrong(t *testing.T) {
	last := []byte("before")
	late := func(back []byte) []byte {
		earlier := last
		last = bytes.Clone(back)
		return append(back[:0], append(earlier, back...)[:len(back)]...)
	}
	echoes := NewEchoes(&fake{bend: late}, EchoShape{Echoes: 4, Items: 1, Payload: 8, Reply: 8})
	if err := echoes.Carry(); err != nil || echoes.Check() != 4 {
		t.Error(err)
	}
	echoes = NewEchoes(&fake{bend: late}, EchoShape{Echoes: 1, Items: 1, Payload: 8, Reply: 8})
	for range 2 {
		if err := echoes.Carry(); err != nil || echoes.Check() != 1 {
			t.Error("the answer of the sample before is right", err)
		}
	}
	cut := func(back []byte) []byte { return back[1:] }
	echoes = NewEchoes(&fake{bend: cut}, EchoShape{Echoes: 1, Items: 1, Payload: 8, Reply: 8})
	if err := echoes.Carry(); err == nil {
		t.Error("an echo of another length is none")
	}
}

func TestWhatComesBackInOneSampleIsBounded(t *testing.T) {
	echoes := NewEchoes(&fake{}, EchoShape{Echoes: 1, Items: 1, Payload: 1 << 20, Reply: 1 << 20})
	if !echoes.Lay(31) || echoes.Lay(32) || echoes.Lay(1<<21) {
		t.Error("another bound than a message's")
	}
	large := NewEchoes(&fake{}, EchoShape{Echoes: 40, Items: 1, Payload: 1 << 20, Reply: 1 << 20})
	if !large.Lay(1) || large.Lay(2) {
		t.Error("one action is always possible")
	}
}
