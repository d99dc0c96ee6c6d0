"""References of blocks that come from Python, counted as mypyc means to.

mypyc 2.4.1 wants to borrow a block that Python sets as an attribute or hands to a function, and gets one with a
reference of its own, which nobody gives back. Each such block would stay in memory for good: the delay lines of
every reload, the signal of every new cable.
"""

import re

_TAKEN = re.compile(
    r"^( *)(tmp|arg_\w+) = VecFloatApi\.unbox\((?:value|obj_\w+)\);\n"  # the block of a setter or an argument
    r" *if \(VEC_IS_ERROR\(\2\)\) \{\n.*\n *\}\n",
    re.MULTILINE,
)


def counted(c: str) -> str:
    """The C of a module, giving back what it took of a block: its Python object has that for as long as needed."""
    return _TAKEN.sub(lambda taken: f"{taken[0]}{taken[1]}VEC_FLOAT_DECREF({taken[2]});\n", c)
