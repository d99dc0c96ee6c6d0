"""Takes the counting of references to blocks out of what sounds: half of its C, and of the C compiler's time.

A function that only reads blocks from its module's attributes, and calls nothing that could change those,
borrows them: the module keeps them for as long as it runs.
"""

import re

_COUNTED = re.compile(r"^ *VEC_FLOAT_(?:IN|DE)CREF\(\w+\);\n", re.MULTILINE)
_BLOCK = re.compile(r"^ *VecFloat (\w+);$", re.MULTILINE)
_ASSIGNED = re.compile(r"^ *(\w+) = (.*);$", re.MULTILINE)
_OWN = re.compile(r"\(\(\w+ \*\)cpy_r_self\)->_\w+")
_GIVEN_AWAY = re.compile(r"VecFloatApi\b|\bCPyDef_\w+\(cpy_r_self\b")
_KEPT = re.compile(r"^ *(?:return|\S.*->_\w+ =) (\w+);$", re.MULTILINE)


def borrowed(function: str) -> str:
    """The C of a function without the counting, if it only borrows its blocks; else as it is."""
    blocks = set(_BLOCK.findall(function))
    if _GIVEN_AWAY.search(function) or blocks & set(_KEPT.findall(function)):
        return function
    for name, value in _ASSIGNED.findall(function):
        if name in blocks and value not in blocks and _OWN.fullmatch(value) is None:
            return function
    return _COUNTED.sub("", function)
