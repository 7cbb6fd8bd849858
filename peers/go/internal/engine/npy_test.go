package engine

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// npyFile is a file of a version with a header and values.
func npyFile(version byte, header, values string) []byte {
	file := append([]byte(npyMagic), version, 0)
	if version == 1 {
		file = binary.LittleEndian.AppendUint16(file, uint16(len(header)))
	} else {
		file = binary.LittleEndian.AppendUint32(file, uint32(len(header)))
	}
	return append(append(file, header...), values...)
}

const plainHeader = "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }   \n"

func TestReadsEveryFormOfTheHeader(t *testing.T) {
	for _, header := range []string{
		plainHeader,
		`{"descr": "|i1", "fortran_order": False, "shape": (2, 3)}`,
		"{'descr' :'i1','shape':(2,3,) , 'fortran_order':False}",
		strings.Replace(plainHeader, "|i1", ">i1", 1),
		strings.Replace(plainHeader, "|i1", "<i1", 1),
	} {
		for _, version := range []byte{1, 2, 3} {
			found, err := readNpy(npyFile(version, header, "\x00\x01\x7f\x80\xff\x05"))
			if err != nil || found.rows != 2 || found.columns != 3 {
				t.Fatalf("%q: %+v, %v", header, found, err)
			}
			if !slices.Equal(found.values, []int8{0, 1, 127, -128, -1, 5}) {
				t.Errorf("%q: %v", header, found.values)
			}
		}
	}
}

func TestSaysWhatWasFound(t *testing.T) {
	with := func(from, to string) []byte {
		return npyFile(1, strings.Replace(plainHeader, from, to, 1), "abcdef")
	}
	for _, case_ := range []struct {
		file  []byte
		found string
	}{
		{nil, "not a .npy file"},
		{[]byte("PK\x03\x04"), "not a .npy file"},
		{[]byte(npyMagic + "\x01"), "cut off"},
		{[]byte(npyMagic + "\x01\x00\x76"), "cut off"},
		{[]byte(npyMagic + "\x02\x00\x76\x00\x00"), "cut off"},
		{npyFile(1, plainHeader, "")[:40], "cut off"},
		{[]byte(npyMagic + "\x09\x00\x00\x00"), "version 9 is not known"},
		{npyFile(1, "nonsense", ""), "no dictionary"},
		{npyFile(1, "{'descr': '|i1", ""), "values are of type '|i1"},
		{npyFile(1, "{'descr", ""), "cannot be read"},
		{with("|i1", "<f4"), "values are of type <f4, not int8"},
		{with("'|i1'", "[('a', '|i1')]"), "values are of type [('a', '|i1')]"},
		{with("'descr'", "'other'"), "cannot be read"},
		{npyFile(1, "{}", ""), "values are of type nothing"},
		{with("False", "True"), "Fortran"},
		{with("False", "Maybe"), "cannot be read"},
		{with("(2, 3)", "(6,)"), "the shape is (6)"},
		{with("(2, 3)", "()"), "the shape is ()"},
		{with("(2, 3)", "(1, 2, 3)"), "the shape is (1 2 3)"},
		{with("(2, 3)", "(0, 3)"), "the shape is (0 3)"},
		{with("(2, 3)", "(-2, 3)"), "cannot be read"},
		{with("(2, 3)", "(99999999999999999999, 3)"), "cannot be read"},
		{with("(2, 3)", "(2, 4)"), "2 x 4 values are announced, 6 bytes follow"},
		{with("(2, 3)", "(1152921504606846976, 16)"), "are announced"},
	} {
		_, err := readNpy(case_.file)
		if err == nil || !strings.Contains(err.Error(), case_.found) {
			t.Errorf("%q: %v", case_.found, err)
		}
	}
}
