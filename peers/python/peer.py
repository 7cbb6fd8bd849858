"""Starts the Python peer of Tollgate: `peer.py drive` calls, `peer.py serve TRANSPORT` answers. See README.md beside it.

Where `tollgate peers build python` has put a virtual environment beside this file, that is what runs it; without one
the standard library does, which is enough for the transports that need no other.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
_ENVIRONMENT = os.path.join(_HERE, "venv")
_PYTHON = os.path.join(_ENVIRONMENT, "bin", "python")

if os.path.exists(_PYTHON) and sys.prefix != _ENVIRONMENT:
    # The same process goes on, so that whoever started it keeps its number.
    os.execv(_PYTHON, [_PYTHON, os.path.abspath(__file__), *sys.argv[1:]])

# What is started from a checkout, or from a folder that Tollgate removes, leaves nothing there.
sys.dont_write_bytecode = True
sys.path.insert(0, _HERE)

from tollgate_peer import main

if __name__ == "__main__":
    sys.exit(main.main(sys.argv[1:]))
