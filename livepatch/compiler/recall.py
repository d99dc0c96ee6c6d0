"""Computes powers only when they change: a pitch or a cutoff mostly stays where it is for as long as a note.

In the form of a step for all voices, an exponential of what inlets and knobs bring is remembered, with all that
follows from it alone, from frame to frame and from block to block.
"""

import ast

from livepatch.compiler.expressions import call
from livepatch.compiler.forms import LIVE, Names
from livepatch.compiler.lane_functions import FUNCTIONS
from livepatch.compiler.lane_values import LANES, Code, load, placed
from livepatch.compiler.trees import names_in, walk

RECALL = "recall__"
"""In front of a number: the local that has what a power was raised to last."""
CHANGED = "__changed"
"""Behind its name: the local that says whether it did, in this block."""
_POWERS = frozenset({"lanes_exp2", "lanes_exp", "lanes_tan", "lanes_quarter_sine"})
"""What knobs and slow voltages go through; what sound goes through would change every frame."""
_ARITHMETIC = ("add", "subtract", "multiply", "over", "negate", "square", "power")
_PURE = frozenset(
    {name for name, kind, _ in FUNCTIONS.values() if kind == LANES} | {f"lanes_{name}" for name in _ARITHMETIC}
)


def recall(code: Code, names: Names, last: set[str]) -> list[list[str]]:
    """Put powers, and what follows from them alone, behind the question whether they change.

    `last` are names that are asked for when a frame is done. For each power the locals that keep values; first
    what it follows from, no number at the beginning.
    """
    fixed = _fixed(code.once)
    moving = {LIVE + name for name in names.outlets | names.lights | names.numbers | names.buffers}
    found: list[list[str]] = []
    place = 0
    while place < len(code.every):
        statement = code.every[place]
        exponent = _arguments(statement, _POWERS) - moving - fixed
        if exponent:
            place, origin = _origin(code.every, place, exponent.pop(), fixed)
            found.append(_put_behind(code.every, place, origin, f"{RECALL}{len(found)}", fixed, last))
        elif names_in(statement, ast.Load) & moving:
            moving |= names_in(statement, ast.Store)
        place += 1
    return found


def _origin(body: list[ast.stmt], place: int, name: str, fixed: set[str]) -> tuple[int, str]:
    """Where what a power is raised to begins to follow from a single name, and that name."""
    for before in range(place - 1, -1, -1):
        if name in names_in(body[before], ast.Store):
            single = _arguments(body[before], _PURE) - fixed
            if len(single) != 1:
                break
            place, name = before, single.pop()
    return place, name


def _put_behind(  # noqa: PLR0913, PLR0917 - a place, and what is known of it
    body: list[ast.stmt], place: int, exponent: str, name: str, fixed: set[str], last: set[str]
) -> list[str]:
    """Put the power at `place` behind a question."""
    at = body[place]
    group, rest = [at], []
    known = names_in(at, ast.Store)
    for statement in body[place + 1 :]:
        read = _arguments(statement, _PURE)
        if read & known and read <= known | fixed:
            group.append(statement)
            known |= names_in(statement, ast.Store)
        else:
            rest.append(statement)
    used = known & last.union(*(names_in(statement, ast.Load) for statement in rest))
    power = load(exponent, at)
    asked = call("lanes_any", power, call("lanes_unequal", power, power, load(name, at)))
    keep = placed(ast.Assign([ast.Name(name, ast.Store())], power), at)
    told = placed(ast.Assign([ast.Name(name + CHANGED, ast.Store())], ast.Constant(value=True)), at)
    body[place:] = [placed(ast.If(asked, [keep, told, *group], []), at), *rest]
    return [name, *sorted(used)]


def _fixed(body: list[ast.stmt]) -> set[str]:
    """What is always the same, as it follows from written numbers and the sample rate."""
    fixed = {f"{LIVE}sample_rate"}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                asks = any(isinstance(node, ast.Attribute) for node in walk(statement))
                if not asks and not {read for read in names_in(statement, ast.Load) if _made(read)} - fixed:
                    fixed.add(name)
    return fixed


def _made(name: str) -> bool:
    """Whether a name is one of generated text, and of no constant or function."""
    return name.startswith((LIVE, "lane__"))


def _arguments(statement: ast.stmt, functions: frozenset[str]) -> set[str]:
    """What a statement calls one of the functions with, if it is nothing but that."""
    match statement:
        case ast.Assign(targets=[ast.Name()], value=ast.Call(func=ast.Name(id=function), args=arguments)):
            read = {argument.id for argument in arguments if isinstance(argument, ast.Name)}
            if function in functions and all(isinstance(argument, ast.Name) for argument in arguments):
                return read
    return set()
