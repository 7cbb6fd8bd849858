"""What runs this process: the interpreter, and the libraries that it has loaded."""

import gc
import platform
import sys
from importlib import metadata

# Modules that calls go through, and the packages that they are of.
_LIBRARIES = {
    "grpc": "grpcio",
    "google.protobuf": "protobuf",
    "httpx": "httpx",
    "starlette": "starlette",
    "uvicorn": "uvicorn",
    "uvloop": "uvloop",
    "httptools": "httptools",
    "granian": "granian",
    "numpy": "numpy",
}


def interpreter():
    """Its name and version, such as `CPython 3.11.7`."""
    return f"{platform.python_implementation()} {platform.python_version()}"


def settings(is_driver=False):
    """What is to be said of this process: [what, value], as PROTOCOL.md has it. A driver collects no garbage in visits."""
    # Before 3.13 there is no interpreter without the lock.
    is_locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    collector = ("on" if gc.isenabled() else "off") + (", off during a visit" if is_driver else "")
    said = [
        ["interpreter", f"{interpreter()}, global interpreter lock {'on' if is_locked else 'off'}"],
        ["garbage collector", f"{collector}, thresholds {gc.get_threshold()}"],
    ]
    libraries = [_named(module, package) for module, package in _LIBRARIES.items() if module in sys.modules]
    if libraries:
        said.append(["libraries loaded", ", ".join(libraries)])
    return said


def _named(module, package):
    version = f"{package} {metadata.version(package)}"
    if module != "google.protobuf":
        return version
    from google.protobuf.internal import api_implementation

    return f"{version} ({api_implementation.Type()})"
