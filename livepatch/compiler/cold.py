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
    hot: list[str] = []
    lanes: list[str] = []
    cold: list[str] = []
    sounding: list[str] = []
    for line in text.split("\n"):
        if line.startswith("#include"):
            hot.append(line)
            lanes.append(line)
        if sounding or (_OPENS.match(line) and _sounds(line)):
            sounding.append(line)
        else:
            cold.append(line)
        if line == "}" and sounding:
            if _VOICES.search(sounding[0]) is not None:
                lanes.append(borrowed("\n".join(sounding)))
                hot.append(f"__attribute__((weak)) {sounding[0]} return 1; }}")
            else:
                hot.append(borrowed("\n".join(sounding)))
            sounding = []
    several = any(not line.startswith("#include") for line in lanes)
    rest = _LINE.sub(r"\g<1>1\2", "\n".join(cold))
    return "\n".join([*hot, ""]), "\n".join([*lanes, ""]) if several else "", rest


def _sounds(line: str) -> bool:
    return "CPyDef_" in line and _BOILERPLATE.search(line) is None
