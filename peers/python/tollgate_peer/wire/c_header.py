"""What cffi reads of the C interface, taken from the header itself: cffi knows C, but no preprocessor."""

import os
import re

NATIVE = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "native")

# What loader.c has in the place of the functions that are told of no engine.
LOADER = """
typedef struct tg_library tg_library;
int32_t tg_load(const char *path, tg_library **library, const char **words);
const tg_abi_info *tg_abi_of(const tg_library *library);
int32_t tg_open_in(const tg_library *library, const tg_config *config, tg_engine **engine);
size_t tg_last_error_of(const tg_library *library, char *text, size_t text_cap);
"""

_ONLY_FOR_CPP = re.compile(r"#ifdef __cplusplus.*?#endif", re.DOTALL)
_PREPROCESSOR = re.compile(r"^#.*$", re.MULTILINE)
_FUNCTION = re.compile(r"TG_API (.*?\b(tg_\w+)\(.*?\);)", re.DOTALL)
_NOT_OF_AN_ENGINE = ("tg_abi", "tg_open", "tg_last_error")


def for_library():
    """All that a library has."""
    return _declarations(lambda name: True)


def for_loader():
    """All that the module made of loader.c has."""
    return _declarations(lambda name: name not in _NOT_OF_AN_ENGINE) + LOADER


def _declarations(wanted):
    """Types, and functions that are wanted; none of those that a library may leave out."""
    with open(os.path.join(NATIVE, "tollgate.h"), encoding="utf-8") as file:
        header = _PREPROCESSOR.sub("", _ONLY_FOR_CPP.sub("", file.read()))

    def keep(found):
        declaration, name = found.groups()
        return declaration if wanted(name) and not name.endswith("_protobuf") else ""

    return _FUNCTION.sub(keep, header)
