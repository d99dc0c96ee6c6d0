"""Parts the code that sounds from the boilerplate around it: most of the C compiler's time would go there."""

import re

_BOILERPLATE = re.compile(
    r"CPyDef_\w*(?:_____\w+__|___prepare|__top_level__|___mypyc_\w*|_setup|_params|_get_state|_set_state)\("
    r"|_clear\(|_clear_on_completion\("
)
_OPENS = re.compile(r"^[A-Za-z_].*\) ?\{$")


def part(text: str) -> tuple[str, str]:
    """Two files of C for one: what sounds (process, step and functions), and the rest, not worth optimising."""
    hot: list[str] = []
    cold: list[str] = []
    goes_to = cold
    for line in text.split("\n"):
        if line.startswith("#include"):
            hot.append(line)
        elif _OPENS.match(line) and _sounds(line):
            goes_to = hot
        goes_to.append(line)
        if line == "}":
            goes_to = cold
    return "\n".join([*hot, ""]), "\n".join(cold)


def _sounds(line: str) -> bool:
    return "CPyDef_" in line and _BOILERPLATE.search(line) is None
