// The Go peer of Tollgate: `peer drive` calls, `peer serve TRANSPORT` answers. See README.md beside
// it. This file reads the command line.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"tollgate.dev/peers/go/internal/drive"
	"tollgate.dev/peers/go/internal/engine"
	"tollgate.dev/peers/go/internal/serve"
	"tollgate.dev/peers/go/internal/transports"
)

var usage = `The Go peer of Tollgate.

usage: peer drive
           call: read orders from stdin, one JSON object a line (PROTOCOL.md)
       peer serve TRANSPORT [--listen ADDRESS] [--engine stub|catalog|wrong]
                  [--products F.npy --users F.npy] [--service-time-us N]
           answer until stdin ends; TRANSPORT is one of
           ` + strings.Join(transports.AnsweredNames(), ", ") + "\n"

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	os.Exit(run(os.Args[1:]))
}

// run does what the words say, and gives the exit code.
func run(words []string) int {
	switch {
	case len(words) == 1 && words[0] == "drive":
		return drive.Drive()
	case len(words) >= 2 && words[0] == "serve":
		return runServe(words[1], words[2:])
	case len(words) == 1 && isHelp(words[0]):
		fmt.Print(usage)
		return exitOK
	}
	return misused(fmt.Errorf("no such command: %q", strings.Join(words, " ")))
}

func isHelp(word string) bool {
	return word == "help" || word == "-h" || word == "--help"
}

// misused says what was wrong with the words.
func misused(what error) int {
	fmt.Fprintf(os.Stderr, "peer: %v\n%s", what, usage)
	return exitUsage
}

func runServe(name string, words []string) int {
	transport, isSpoken := transports.Find(name)
	if !isSpoken || transport.Listen == nil {
		return misused(fmt.Errorf("no such transport: %q", name))
	}
	listen, options, err := readServe(words)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage)
		return exitOK
	}
	if err != nil {
		return misused(err)
	}
	made, err := engine.New(options)
	if err == nil {
		err = serve.Serve(transport, listen, made)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "peer: %v\n", err)
		return exitFailure
	}
	return exitOK
}

// readServe reads the options of serve.
func readServe(words []string) (listen string, options engine.Options, err error) {
	options.Name = engine.Names[0]
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&listen, "listen", "", "")
	flags.StringVar(&options.Products, "products", "", "")
	flags.StringVar(&options.Users, "users", "", "")
	flags.Func("engine", "", func(name string) error {
		options.Name = name
		return engine.CheckName(name)
	})
	flags.Func("service-time-us", "", func(text string) (err error) {
		options.ServiceTime, err = microseconds(text)
		return err
	})
	if err := flags.Parse(words); err != nil {
		return "", options, err
	}
	if flags.NArg() > 0 {
		return "", options, fmt.Errorf("unknown word: %q", flags.Arg(0))
	}
	return listen, options, nil
}

// microseconds reads a whole number of them, at most a day.
func microseconds(text string) (time.Duration, error) {
	const most = uint64(24 * time.Hour / time.Microsecond)
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil || number > most {
		return 0, fmt.Errorf("a whole number from 0 to %d is needed", most)
	}
	return time.Duration(number) * time.Microsecond, nil
}
