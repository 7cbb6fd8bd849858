package load

import (
	"testing"
	"time"
)

func TestCallsInFlightAreIntegratedInWhateverOrderTheyAreTold(t *testing.T) {
	calls := []times{
		{dueNs: 0, sentNs: 10, answeredNs: 110}, // before the window
		{dueNs: 100, sentNs: 120, answeredNs: 220},
		{dueNs: 130, sentNs: 150, answeredNs: 160},
		{dueNs: 140, sentNs: 155, answeredNs: 400},
	}
	shape := &Shape{PerS: 1, LeadIn: 100, Duration: time.Second}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}} {
		c := newCounts(shape)
		for _, at := range order {
			c.sent(&calls[at])
		}
		for _, at := range order {
			c.cameBack(&calls[at], nil, true)
		}
		if c.InFlightNs != 100+10+245 || c.inFlight != 0 || c.Calls != 4 {
			t.Error(order, c.InFlightNs, c.inFlight, c.Calls)
		}
	}
}
