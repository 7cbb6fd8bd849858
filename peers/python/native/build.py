"""Compiles what is C of this peer, where a C compiler and Python's headers are: build.py FOLDER.

`_tollgate_cffi.so` is the module of the lane `cffi`, `libtollgate-python.so` a library that holds an interpreter, for
callers in other languages. What cannot be built here is left out, and why is said: its lanes are skipped, and say how to
get what is missing. A compiler that fails is an error.
"""

import os
import shutil
import subprocess
import sys
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(HERE))

from tollgate_peer.wire import c_header


def missing():
    """What is not here that all of this needs; None where all is."""
    if not shutil.which("cc"):
        return "a C compiler `cc`"
    if not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")):
        return "the header Python.h of this Python"
    return None


def compile_c(target, *words):
    """One shared library."""
    command = ["cc", "-std=c11", "-O3", "-fPIC", "-shared", "-I", HERE, "-I", sysconfig.get_path("include")]
    subprocess.run([*command, "-o", target, *words], check=True)


def build_cffi(folder):
    """The module that cffi makes of loader.c."""
    import cffi

    maker = cffi.FFI()
    maker.cdef(c_header.for_loader())
    with open(os.path.join(HERE, "loader.c"), encoding="utf-8") as file:
        maker.set_source("_tollgate_cffi", file.read())
    source = os.path.join(folder, "_tollgate_cffi.c")
    maker.emit_c_code(source)
    compile_c(os.path.join(folder, "_tollgate_cffi.so"), source, "-ldl")


def build_libpython(folder):
    """The library that holds an interpreter: this one's, and no other that has its name."""
    where, name = sysconfig.get_config_var("LIBDIR"), sysconfig.get_config_var("LDLIBRARY")
    if not (sysconfig.get_config_var("Py_ENABLE_SHARED") and os.path.exists(os.path.join(where, name))):
        print("left out: libpython, for want of a shared library of this Python")
        return
    sources = [os.path.join(HERE, source) for source in ("interpreter.c", "libpython.c")]
    words = ["-D_GNU_SOURCE", "-fvisibility=hidden", *sources, os.path.join(where, name), f"-Wl,-rpath,{where}", "-ldl"]
    compile_c(os.path.join(folder, "libtollgate-python.so"), *words)


def main(folder):
    """Builds all that can be."""
    os.makedirs(folder, exist_ok=True)
    why = missing()
    if why:
        print(f"left out: cffi and libpython, for want of {why}")
        return 0
    build_cffi(folder)
    build_libpython(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
