"""What is wrong with a module in the rack, in a few words."""

import textwrap

from livepatch.errors import Problem
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.session.sources import Sources

LONGEST = 90


def ailing(sources: Sources, patch: Patch) -> dict[int, str]:
    """How the modules of a patch are that went wrong, by id, without why. Needs the lock."""
    if not sources.faults and not sources.silenced:
        return {}
    found = {module.id: _went_wrong(sources, module)[0] for module in patch.modules.values()}
    return {id: how for id, how in found.items() if how}


def ailment(sources: Sources, module: PlacedModule) -> str:
    """Why a module is silent, or plays other code than its file's; "" if nothing is wrong. Needs the lock."""
    how, why = _went_wrong(sources, module)
    if how:
        return _few(f"{how}: {why}")
    code = sources.playing(module.type)
    if sources.awaited(module.type):
        return "silent until it is compiled"
    gone = module.type in sources.panels and module.type not in sources.files and not sources.plugged(module.type)
    if gone and code is None:
        return "silent: its file is gone"
    return "its file is gone; it plays on" if gone and code is not None and code.path else ""


def _went_wrong(sources: Sources, module: PlacedModule) -> tuple[str, str]:
    """How a module is that went wrong, or whose file does, and why; two times "" for the others."""
    code = sources.playing(module.type)
    source, why = sources.silenced.get(module.id, ("", ""))
    if code is not None and source == code.source:
        return "silent", why
    problems = sources.faults.get(module.type)
    if not problems:
        return "", ""
    file = sources.files.get(module.type)
    older = code is not None and file is not None and code.text != file.text
    how = "plays older code" if older else "went wrong" if code is not None else "silent"
    return how, place(problems[0])


def place(problem: Problem) -> str:
    """What went wrong and at which line, if that is known."""
    return f"{problem.message} (line {problem.line})" if problem.line else problem.message


def _few(text: str) -> str:
    return textwrap.shorten(text, LONGEST, placeholder=" …")
