package engine

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
)

const (
	npyMagic = "\x93NUMPY"
	npyCure  = "save it with numpy.save(path, array.astype('int8')), two-dimensional, C order"
)

// ReadVectors reads a matrix from a file: its rows one after another. An error says which of the
// files (name) does not fit.
func ReadVectors(name, path string) (values []int8, rows, columns int, err error) {
	found, err := readFile(name, path)
	return found.values, found.rows, found.columns, err
}

// readFile reads a matrix from a file; an error says which of the files (name) does not fit.
func readFile(name, path string) (matrix, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return matrix{}, fmt.Errorf("%s: %w", name, err)
	}
	found, err := readNpy(data)
	if err != nil {
		return matrix{}, fmt.Errorf("%s: %w; %s", name, err, npyCure)
	}
	return found, nil
}

// readNpy reads the part of NumPy's .npy format that the workload uses: version 1 to 3,
// two-dimensional, int8, C order. Whatever else it finds it refuses, and says what it found.
func readNpy(data []byte) (matrix, error) {
	header, values, err := splitNpy(data)
	if err != nil {
		return matrix{}, err
	}
	kind := "nothing"
	if header.kind != nil {
		kind = *header.kind
	}
	// The order of bytes says nothing of a single one.
	if strings.TrimLeft(kind, "|<>=") != "i1" {
		return matrix{}, fmt.Errorf("values are of type %s, not int8 (|i1)", kind)
	}
	if header.fortran == nil || *header.fortran {
		return matrix{}, fmt.Errorf("the array is in Fortran order")
	}
	shape := header.shape
	if len(shape) != 2 || shape[0] < 1 || shape[1] < 1 {
		shown := strings.Trim(fmt.Sprint(shape), "[]")
		return matrix{}, fmt.Errorf("the shape is (%s), not (rows, columns)", shown)
	}
	rows, columns := shape[0], shape[1]
	if len(values)/columns != rows || len(values)%columns != 0 {
		return matrix{}, fmt.Errorf("%d x %d values are announced, %d bytes follow",
			rows, columns, len(values))
	}
	return matrix{rows: rows, columns: columns, values: signed(values)}, nil
}

func signed(data []byte) []int8 {
	values := make([]int8, len(data))
	for at, value := range data {
		values[at] = int8(value)
	}
	return values
}

// splitNpy gives the header, and the bytes behind it.
func splitNpy(data []byte) (header npyHeader, values []byte, err error) {
	rest, isNpy := bytes.CutPrefix(data, []byte(npyMagic))
	if !isNpy {
		return header, nil, fmt.Errorf("not a .npy file (its magic is missing)")
	}
	cutOff := fmt.Errorf("the .npy header is cut off")
	if len(rest) < 2 {
		return header, nil, cutOff
	}
	version := rest[0]
	if version < 1 || version > 3 {
		return header, nil, fmt.Errorf(".npy version %d is not known", version)
	}
	rest = rest[2:]
	var length uint64
	if version == 1 && len(rest) >= 2 {
		length, rest = uint64(binary.LittleEndian.Uint16(rest)), rest[2:]
	} else if version > 1 && len(rest) >= 4 {
		length, rest = uint64(binary.LittleEndian.Uint32(rest)), rest[4:]
	} else {
		return header, nil, cutOff
	}
	if length > uint64(len(rest)) {
		return header, nil, cutOff
	}
	header, err = parseNpyHeader(string(rest[:length]))
	return header, rest[length:], err
}
