//go:build cgo

package transports

import "tollgate.dev/peers/go/internal/transports/ffi"

func init() {
	all = append(all, ffi.Cgo)
}
