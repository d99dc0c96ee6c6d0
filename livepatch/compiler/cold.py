"""Parts the code that sounds from the boilerplate around it: most of the C compiler's time would go there."""

import re

from livepatch.compiler.borrowed import borrowed

_BOILERPLATE = re.compile(
    r"CPyDef_\w*(?:_____\w+__|___prepare|__top_level__|___mypyc_\w*|_setup|_params|_get_state|_set_state)\("
    r"|_clear\(|_clear_on_completion\("
)
_OPENS = re.compile(r"^[A-Za-z_].*\) ?\{$")


def part(text: str) -> tuple[str, str]:
    """Two files of C for one: what sounds (process, step and functions), and the rest, not worth optimising."""
    hot: list[str] = []
    cold: list[str] = []
    sounding: list[str] = []
    for line in text.split("\n"):
        if line.startswith("#include"):
            hot.append(line)
        if sounding or (_OPENS.match(line) and _sounds(line)):
            sounding.append(line)
        else:
            cold.append(line)
        if line == "}" and sounding:
            hot.append(borrowed("\n".join(sounding)))
            sounding = []
    return "\n".join([*hot, ""]), "\n".join(cold)


def _sounds(line: str) -> bool:
    return "CPyDef_" in line and _BOILERPLATE.search(line) is None
