"""The command line of the peer."""

import argparse
import sys

from tollgate_peer import engine, serve, transports
from tollgate_peer.drive.process import drive


def main(words):
    """Runs a command and gives the exit code: 0 ok, 1 failure, 2 usage."""
    options = _parser().parse_args(words)
    if options.command == "drive":
        return drive()
    try:
        made = engine.make(options.engine, options.service_time_us, options.products, options.users)
    except ValueError as error:
        print(f"peer.py: {error}", file=sys.stderr)
        return 1
    return serve.serve(transports.find(options.transport), options.listen, made)


def _parser():
    parser = argparse.ArgumentParser(prog="peer.py", description="The Python peer of Tollgate.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("drive", help="call: read requests from stdin, one JSON object a line (PROTOCOL.md)")
    answers = commands.add_parser("serve", help="answer until stdin ends", allow_abbrev=False)
    answers.add_argument("transport", type=_answered)
    answers.add_argument("--listen", metavar="ADDRESS", help="unix:/path or IP:PORT; a fresh one without it")
    answers.add_argument("--engine", choices=engine.ENGINES, default="stub")
    answers.add_argument("--products", metavar="F.npy", help="product vectors, for the catalog engine")
    answers.add_argument("--users", metavar="F.npy", help="user vectors, for the catalog engine")
    answers.add_argument("--service-time-us", metavar="N", type=_natural, default=0, help="sleep for each item")
    return parser


def _answered(name):
    """A transport that can be answered here."""
    if hasattr(transports.find(name), "listen"):
        return name
    cure = "" if transports.is_built() else "; more of them after `tollgate peers build python`"
    raise argparse.ArgumentTypeError(
        f"no transport {name!r} is answered here, of {', '.join(transports.names())}{cure}"
    )


def _natural(text):
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of 0 or more")
    return int(text)
