// Package program says what runs this process: Go, its settings, and the modules it was built of.
package program

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
)

// Setting is what is said, and its value.
type Setting [2]string

// libraries are the modules that calls go through.
var libraries = []string{"google.golang.org/grpc", "google.golang.org/protobuf"}

// Settings is what is to be said of this process, as PROTOCOL.md has it.
func Settings() []Setting {
	settings := []Setting{
		{"runtime", fmt.Sprintf("%s, GOMAXPROCS %d", runtime.Version(), runtime.GOMAXPROCS(0))},
		{"garbage collector", "GOGC " + environment("GOGC", "100") + ", GOMEMLIMIT " +
			environment("GOMEMLIMIT", "off")},
	}
	if built, is := debug.ReadBuildInfo(); is {
		settings = append(settings, Setting{"modules built in", strings.Join(versions(built), ", ")})
	}
	return settings
}

func environment(name, unset string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return unset
}

func versions(built *debug.BuildInfo) (named []string) {
	for _, module := range built.Deps {
		for _, library := range libraries {
			if module.Path == library {
				named = append(named, module.Path+" "+module.Version)
			}
		}
	}
	return named
}

// GCCycles is how often the garbage collector has run in this process. Unlike runtime.ReadMemStats
// it stops nothing.
func GCCycles() int64 {
	const cycles = "/gc/cycles/total:gc-cycles"
	sample := []metrics.Sample{{Name: cycles}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
