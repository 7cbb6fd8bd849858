"""The Python peer of Tollgate: `peer.py drive` calls, `peer.py serve TRANSPORT` answers. See README.md beside it.

Only reads the command line; the standard library of Python 3.9 is all it needs.
"""

import argparse
import sys

# What is started from a checkout, or from a folder that Tollgate removes, leaves nothing there.
sys.dont_write_bytecode = True

import drive  # noqa: E402
import engine  # noqa: E402
import serve  # noqa: E402


def main(words):
    """Runs a command and gives the exit code: 0 ok, 1 failure, 2 usage."""
    options = _parser().parse_args(words)
    if options.command == "drive":
        return drive.drive()
    try:
        made = engine.make(options.engine, options.service_time_us, options.products, options.users)
    except ValueError as error:
        print(f"peer.py: {error}", file=sys.stderr)
        return 1
    return serve.serve(options.listen, made)


def _parser():
    parser = argparse.ArgumentParser(prog="peer.py", description="The Python peer of Tollgate.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("drive", help="call: read requests from stdin, one JSON object a line (PROTOCOL.md)")
    answers = commands.add_parser("serve", help="answer until stdin ends", allow_abbrev=False)
    answers.add_argument("transport", choices=serve.TRANSPORTS)
    answers.add_argument("--listen", metavar="unix:/path", help="the socket; a fresh one without it")
    answers.add_argument("--engine", choices=engine.ENGINES, default="stub")
    answers.add_argument("--products", metavar="F.npy", help="product vectors, for the catalog engine")
    answers.add_argument("--users", metavar="F.npy", help="user vectors, for the catalog engine")
    answers.add_argument("--service-time-us", metavar="N", type=_natural, default=0, help="sleep for each item")
    return parser


def _natural(text):
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
