package timing

import (
	"os"
	"testing"
)

func TestCPUTimeGrowsAndIsThatOfTheProcess(t *testing.T) {
	own, other := OwnCPUNs(), CPUNs(os.Getpid())
	if own == nil || other == nil || *own <= 0 || *other < *own {
		t.Fatal(own, other)
	}
	for begin := Now(); Now()-begin < 2_000_000; {
	}
	if later := OwnCPUNs(); *later <= *other {
		t.Error(*later, *other)
	}
}

func TestThereIsNoCPUTimeOfNobody(t *testing.T) {
	const nobody = 1<<22 + 1 // above the most that Linux gives
	for _, pid := range []int{0, -1, nobody} {
		if CPUNs(pid) != nil {
			t.Error(pid)
		}
	}
}
