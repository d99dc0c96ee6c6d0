"""Opening VST2 plug-ins, and looking at what a library has."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from livepatch.plugins.plugin import Plugin, PluginError
from livepatch.plugins.vst2.effect import Effect
from livepatch.plugins.vst2.library import keep, open_library
from livepatch.plugins.vst2.master import Master
from livepatch.plugins.vst2.opcodes import SHELL, Ask
from livepatch.plugins.vst2.vst2_plugin import Vst2Plugin
from livepatch.protocol.plugin_facts import Facts

MOST_MEMBERS: Final = 1000
"""Plug-ins that a shell may have; it says itself when they end."""
_UID = re.compile("[0-9A-Fa-f]{8}")


def load(path: Path, uid: str = "") -> Plugin:
    """Open a plug-in. `uid`, 8 hex digits, is which one of a shell, or which the only one must be.

    Raises: PluginError: if there is no such plug-in, or it cannot be used.
    """
    if uid and not _UID.fullmatch(uid):
        raise PluginError(f"{uid!r} is no id of a VST2 plug-in, which has 8 hex digits")
    return _load(path, int(uid, 16) if uid else 0)


def _load(path: Path, uid: int) -> Vst2Plugin:
    entry = open_library(path)
    master = Master(str(path.parent))
    # Threads of the plug-in may call after it was closed.
    keep(master.callback)
    master.current_id = uid - (1 << 32) if uid >= 1 << 31 else uid
    effect = Effect(entry(master.callback), str(path))
    if uid and effect.uid != uid:
        raise PluginError(f"{path} has the plug-in {effect.uid:08X}, not {uid:08X}")
    return Vst2Plugin(effect, master, path)


def describe(path: Path) -> list[Facts]:
    """What a library has: one plug-in, or all those of a shell but for such as cannot be opened.

    Raises: PluginError: if it has none that can be used.
    """
    first = _load(path, 0)
    try:
        members = list(_members(first.effect)) if first.effect.ask(Ask.CATEGORY) == SHELL else []
        if not members:
            return [first.facts]
    finally:
        first.close()
    return list(_describe_members(path, members))


def _members(effect: Effect) -> Iterator[tuple[int, str]]:
    """Uid and name of each plug-in of a shell."""
    seen: set[int] = set()
    while len(seen) < MOST_MEMBERS:
        answer, name = effect.answer_text(Ask.NEXT_OF_SHELL)
        uid = answer & 0xFFFFFFFF
        if not uid or uid in seen:
            return
        seen.add(uid)
        yield uid, name


def _describe_members(path: Path, members: list[tuple[int, str]]) -> Iterator[Facts]:
    for uid, name in members:
        try:
            plugin = _load(path, uid)
        except PluginError as problem:
            sys.stderr.write(f"{name} of {path} was left out: {problem}\n")
            continue
        facts = plugin.facts
        plugin.close()
        yield facts
