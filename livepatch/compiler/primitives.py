"""Functions that compiled code has as C: `primitives.h` is the table, this makes mypyc know it."""

import re
from pathlib import Path
from typing import NamedTuple

HEADER = Path(__file__).with_name("primitives.h")
LANES = Path(__file__).with_name("lanes.h")
OUT_OF_LINE = Path(__file__).with_name("edges.c")
"""Bodies too large to be compiled with every module."""
_SECTION = re.compile(r"/\* (livepatch\.dsp\.\w+) \*/")
_FUNCTION = re.compile(r"(?:static inline|extern) (\w+) livepatch_(\w+)\(([^)]*)\)")
_TYPES = {
    "double": "float",
    "int64_t": "int",
    "VecFloat": "block",
    "char": "none",
    "_Bool": "bool",
    "livepatch_lanes": "lanes",
    "livepatch_mask": "mask",
}

LIBRARY = {
    "math." + name: count
    for count, names in (
        (1, "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp exp2 expm1 log1p log2 log10 cbrt"),
        (2, "atan2 hypot fmod"),
    )
    for name in names.split()
}
"""Functions of `math` that are C's own, and how many numbers they take; unlike in Python, none raises."""


class Primitive(NamedTuple):
    """One function: the Python module of its twin, its name, and the types it takes and gives."""

    module: str
    name: str
    arguments: tuple[str, ...]
    result: str


def _read() -> tuple[Primitive, ...]:
    text = HEADER.read_text("utf-8") + LANES.read_text("utf-8")
    module = ""
    found = []
    for match in re.finditer(f"{_SECTION.pattern}|{_FUNCTION.pattern}", text):
        if match[1]:
            module = match[1]
            continue
        arguments = [] if match[4] == "void" else match[4].split(",")
        types = tuple(_TYPES[argument.split()[0]] for argument in arguments)
        found.append(Primitive(module, match[3], types, _TYPES[match[2]]))
    return tuple(found)


PRIMITIVES = _read()
NATIVE = frozenset(primitive.name for primitive in PRIMITIVES)
"""Their names, which `library.Library` leaves alone."""


def register() -> None:
    """Make the table known to mypyc; once in a process, before it compiles anything."""
    from mypyc.ir.deps import LIBRT_VECS  # noqa: PLC0415 - slow to import, and the cache answers without it
    from mypyc.ir.ops import ERR_MAGIC, ERR_NEVER  # noqa: PLC0415 - as above
    from mypyc.ir.rtypes import (  # noqa: PLC0415 - as above
        RTuple,
        RType,
        RVec,
        bool_rprimitive,
        float_rprimitive,
        int64_rprimitive,
        none_rprimitive,
    )
    from mypyc.primitives.registry import function_op  # noqa: PLC0415 - as above

    types: dict[str, RType] = {
        "float": float_rprimitive,
        "int": int64_rprimitive,
        "block": RVec(float_rprimitive),
        "none": none_rprimitive,
        "bool": bool_rprimitive,
        "lanes": RTuple([float_rprimitive] * 16),
        "mask": RTuple([bool_rprimitive] * 16),
    }
    for primitive in PRIMITIVES:
        function_op(
            name=f"{primitive.module}.{primitive.name}",
            arg_types=[types[argument] for argument in primitive.arguments],
            return_type=types[primitive.result],
            c_function_name=f"livepatch_{primitive.name}",
            error_kind=ERR_MAGIC if primitive.result == "block" else ERR_NEVER,
            priority=5,
            dependencies=[LIBRT_VECS] if "block" in (*primitive.arguments, primitive.result) else None,
        )
    for name, count in LIBRARY.items():
        function_op(
            name=name,
            arg_types=[float_rprimitive] * count,
            return_type=float_rprimitive,
            c_function_name=name.removeprefix("math."),
            error_kind=ERR_NEVER,
            priority=5,
        )
