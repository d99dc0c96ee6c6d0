"""Parts the code that sounds from the boilerplate around it: most of the C compiler's time would go there."""

import re

from livepatch.compiler.borrowed import borrowed

_BOILERPLATE = re.compile(
    r"CPyDef_\w*(?:_____\w+__|___prepare|__top_level__|___mypyc_\w*|_setup|_params|_get_state|_set_state)\("
    r"|_clear\(|_clear_on_completion\("
)
_VOICES = re.compile(r"___(?:process_lanes|load_voice|keep_voice)\(")
_LINE = re.compile(r'(Traceback\("[^"\n]*", "[^"\n]*", )\d+(, )')
_OPENS = re.compile(r"^[A-Za-z_].*\) ?\{$")


def part(text: str) -> tuple[str, str, str]:
    """Three files of C: what sounds (process, step, functions), the same for all voices at once, the rest.

    The second is empty where there is none, and need not be linked as long as voices play in turn. The third is
    not worth optimising; its tracebacks name the first line, which stands for the class as all of it does: a line
    more in a step changes none of it.
    """
    includes, sounding, rest = _parted(text)
    hot, lanes = [], []
    for function in sounding:
        first = function.partition("\n")[0]
        if _VOICES.search(first) is not None:
            lanes.append(borrowed(function))
            hot.append(f"__attribute__((weak)) {first} return 1; }}")
        else:
            hot.append(borrowed(function))
    several = "\n".join([*includes, *lanes, ""]) if lanes else ""
    return "\n".join([*includes, *hot, ""]), several, _LINE.sub(r"\g<1>1\2", rest)


def halves(text: str) -> tuple[str, str]:
    """Two files of C of a part of livepatch itself: what sounds, and the rest."""
    includes, sounding, rest = _parted(text)
    return "\n".join([*includes, *sounding, ""]), rest


def _parted(text: str) -> tuple[list[str], list[str], str]:
    """The includes, the functions that sound, and the text without those."""
    includes: list[str] = []
    sounding: list[str] = []
    rest: list[str] = []
    function: list[str] = []
    for line in text.split("\n"):
        if line.startswith("#include"):
            includes.append(line)
        if function or (_OPENS.match(line) and _sounds(line)):
            function.append(line)
        else:
            rest.append(line)
        if line == "}" and function:
            sounding.append("\n".join(function))
            function = []
    return includes, sounding, "\n".join(rest)


def _sounds(line: str) -> bool:
    return "CPyDef_" in line and _BOILERPLATE.search(line) is None
