"""Computes powers a frame ahead: while a frame waits for its own feedback, the next one's cutoff is made ready.

A processor does what waits for nothing while it waits for something else, but looks only so far ahead. So what
powers bring is computed for the next frame first, and then what is left to do for this one.
"""

import ast
from dataclasses import dataclass

from livepatch.compiler.forms import LIVE, Names
from livepatch.compiler.lane_functions import COSTLY
from livepatch.compiler.lane_values import Code
from livepatch.compiler.recall import RECALL
from livepatch.compiler.trees import all_copied, names_in, walk

AHEAD = "ahead__"
"""In front of a name: the local that has what it is in the next frame."""
NOW = "now__"
"""In front of a name: the local that has what it was for this frame, when it is a frame ahead itself."""

WORTH = 24
"""Operations that are worth being put before others: what hangs on a cutoff, not a pitch alone."""


@dataclass
class Ahead:
    """What is computed for the next frame: `body`, from `inlets` and `knobs`; and `turned`, where knobs move.

    `names` are those that are other locals there, `first` those of them that begin as what the others are; `now`
    are those that the rest of a frame needs as they were.
    """

    body: list[ast.stmt]
    inlets: list[str]
    knobs: list[str]
    turned: list[ast.stmt]
    names: set[str]
    first: list[str]
    now: list[str]


def put_ahead(code: Code, names: Names, recalled: list[list[str]], last: set[str]) -> Ahead | None:
    """Take out of the loop of `code` what is remembered, where what that follows from is known a frame ahead.

    `recalled` is what recall() found; `last` are names that are asked for when a frame is done. None where there
    is nothing of the kind, or no frame waits for one before.
    """
    if not {LIVE + name for name in names.numbers} & _loaded(code.every):
        return None
    moving = {LIVE + name for name in names.outlets | names.lights | names.numbers | names.buffers}
    groups: list[ast.stmt] = []
    lead: list[ast.stmt] = []
    needed: set[str] = set()
    now: list[str] = []
    tails: dict[int, list[ast.stmt]] = {}
    for kept in recalled:
        power, *found = kept
        place = next(place for place, each in enumerate(code.every) if power in _stored([each]))
        group = code.every[place]
        assert isinstance(group, ast.If)
        before, wanted = _lead(code.every[:place], names_in(group.test, ast.Load) - {power})
        hangs = wanted & moving or any(name.startswith(RECALL) for name in _stored(before))
        if hangs or _work(group.body) < WORTH:
            continue
        groups.append(group)
        lead += [each for each in before if each not in lead]
        needed |= wanted
        kept[1:], tails[place] = _narrow(group, found)
        now += kept[1:]
    if not groups:
        return None
    body = [each for each in code.every if each in lead or each in groups]
    rest = [inner for place, each in enumerate(code.every) for inner in tails.get(place, [each])]
    code.every[:] = _without(rest, lead, last)
    turned, wanted = _lead(code.turned, needed)
    knobs = {LIVE + name for name in names.knobs} & wanted
    inlets = {LIVE + name for name in names.inlets} & needed
    first = knobs | _stored(turned)
    return Ahead(
        body=all_copied(body),
        inlets=sorted(name.removeprefix(LIVE) for name in inlets),
        knobs=sorted(name.removeprefix(LIVE) for name in knobs),
        turned=all_copied(turned),
        names=inlets | first | _stored(lead),
        first=sorted(first),
        now=now,
    )


def rename(body: list[ast.stmt], names: dict[str, str]) -> None:
    """Give locals other names."""
    for statement in body:
        for node in walk(statement):
            if isinstance(node, ast.Name) and node.id in names:
                node.id = names[node.id]


def _lead(body: list[ast.stmt], needed: set[str]) -> tuple[list[ast.stmt], set[str]]:
    """The statements at the end of which `needed` is there, in order, and the names that they need themselves."""
    found: list[ast.stmt] = []
    for statement in reversed(body):
        stored = _stored([statement])
        if stored & needed:
            found.insert(0, statement)
            if isinstance(statement, ast.Assign):
                needed = needed - stored
            needed = needed | _loaded([statement])
    return found, needed


def _narrow(group: ast.If, found: list[str]) -> tuple[list[str], list[ast.stmt]]:
    """Leave to each frame what is cheap to compute of a single value: what is kept, and those statements.

    Every value that is kept from one frame to the next needs a register for as long.
    """
    best, begin = found, len(group.body)
    for place in range(len(group.body) - 1, 1, -1):
        tail = group.body[place + 1 :]
        if _loaded(tail) & COSTLY:
            break
        value, later = _stored([group.body[place]]), _stored(tail)
        kept = sorted(set(found) - later | value)
        if len(kept) < len(best) and not _loaded(tail) & _stored(group.body[:place]):
            best, begin = kept, place + 1
    tail = group.body[begin:]
    group.body[begin:] = []
    return best, tail


def _without(body: list[ast.stmt], lead: list[ast.stmt], needed: set[str]) -> list[ast.stmt]:
    """The body, without what of `lead` is not needed in it."""
    found: list[ast.stmt] = []
    for statement in reversed(body):
        if statement not in lead or _stored([statement]) & needed:
            found.insert(0, statement)
            needed = needed | _loaded([statement])
    return found


def _work(body: list[ast.stmt]) -> int:
    """About as many operations as a body takes."""
    functions = names_in(ast.Module(body, []), ast.Load) & COSTLY
    return len(body) + 16 * len(functions)


def _stored(body: list[ast.stmt]) -> set[str]:
    return {name for each in body for name in names_in(each, ast.Store)}


def _loaded(body: list[ast.stmt]) -> set[str]:
    return {name for each in body for name in names_in(each, ast.Load)}
