package timing

import (
	"syscall"
	"unsafe"
)

// processCPU is the clock CLOCK_PROCESS_CPUTIME_ID: the CPU time of all threads of this process.
const processCPU = 2

// OwnCPUNs is the CPU time of this process; nil where it cannot be read.
func OwnCPUNs() *int64 {
	return cpuClockNs(processCPU)
}

// CPUNs is the CPU time of another process; nil where there is none, or it cannot be read. The
// clock is the one that clock_getcpuclockid(pid) names.
func CPUNs(pid int) *int64 {
	if pid <= 0 {
		return nil
	}
	return cpuClockNs(uintptr(int32(^pid<<3 | processCPU)))
}

func cpuClockNs(clock uintptr) *int64 {
	var now syscall.Timespec
	address := uintptr(unsafe.Pointer(&now))
	_, _, failed := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, address, 0)
	if failed != 0 {
		return nil
	}
	ns := now.Nano()
	return &ns
}
