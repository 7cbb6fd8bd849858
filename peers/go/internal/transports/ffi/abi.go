package ffi

import (
	"unsafe"

	"tollgate.dev/peers/go/internal/contract"
)

// The structs of fixtures/contract/tollgate.h, field by field.
type (
	abiInfo struct {
		magic, version               uint32
		info, request, reply, limits uint32
		matrix, config, stamps       uint32
	}
	request struct {
		userID     unsafe.Pointer
		userIDLen  uintptr
		maxResults int32
	}
	reply struct {
		text             unsafe.Pointer
		textCap, textLen uintptr
		ends             unsafe.Pointer
		endsCap, endsLen uintptr
	}
	limits struct {
		maxItems        uintptr
		maxResults      int32
		maxUserIDBytes  uintptr
		maxMessageBytes uintptr
	}
	matrix struct {
		values        unsafe.Pointer
		rows, columns uintptr
	}
	config struct {
		structSize          uintptr
		engine, serviceKind uint32
		serviceNs           uint64
		limits              limits
		products, users     matrix
	}
	stamps struct {
		decodeNs, computeNs, encodeNs uint64
	}
)

const (
	magic          = 0x42414754
	version        = 1
	bufferTooSmall = 1
	serviceNone    = 0
	serviceSleep   = 1
)

// engines are the numbers of the engines, by their names.
var engines = map[string]uint32{"stub": 0, "catalog": 1, "wrong": 2}

// check refuses a library that was built for something else: magic, then version, then sizes, since
// what follows the version belongs to the version.
func (info *abiInfo) check(path string) error {
	if info.magic != magic {
		return foreign(path, "its magic is %#010x, not %#010x", info.magic, magic)
	}
	if info.version != version {
		return foreign(path, "it speaks version %d", info.version)
	}
	for _, one := range []struct {
		name   string
		found  uint32
		wanted uintptr
	}{
		{"sizeof_abi_info", info.info, unsafe.Sizeof(abiInfo{})},
		{"sizeof_request", info.request, unsafe.Sizeof(request{})},
		{"sizeof_reply", info.reply, unsafe.Sizeof(reply{})},
		{"sizeof_limits", info.limits, unsafe.Sizeof(limits{})},
		{"sizeof_matrix", info.matrix, unsafe.Sizeof(matrix{})},
		{"sizeof_config", info.config, unsafe.Sizeof(config{})},
		{"sizeof_stamps", info.stamps, unsafe.Sizeof(stamps{})},
	} {
		if uintptr(one.found) != one.wanted {
			return foreign(path, "its %s is %d, not %d", one.name, one.found, one.wanted)
		}
	}
	return nil
}

// notLoaded is a file that is no library for this machine.
func notLoaded(path, why string) error {
	return contract.Fail(contract.Unsupported,
		"%s is no library that can be loaded here: %s", path, why)
}

func foreign(path, format string, values ...any) error {
	found := contract.Fail(contract.Unsupported, format, values...)
	return contract.Fail(contract.Unsupported,
		"%s is not a Tollgate library of version %d: %s", path, version, found.Detail)
}
