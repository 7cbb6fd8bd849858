//go:build !linux

package timing

// OwnCPUNs is nil: CPU time is read on Linux only.
func OwnCPUNs() *int64 {
	return nil
}

// CPUNs is nil: CPU time is read on Linux only.
func CPUNs(int) *int64 {
	return nil
}
