"""What scans for plug-ins have found, in a file that one process writes and others read."""

import functools
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from livepatch import locations
from livepatch.disk import replace_file
from livepatch.errors import LivepatchError
from livepatch.likeness import hint
from livepatch.protocol import plugin_panel
from livepatch.protocol.plugin_facts import Facts

VERSION = 4
"""Of what a scan looks at. What an older one found can be used until it is scanned again."""
MOST_CANDIDATES = 6
PREFERRED = "vst3"


class Scanned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file or bundle that was scanned: its plug-ins, or the problem that there are none.

    `size` in bytes and `changed` in nanoseconds since 1970 are of what was looked at, `version` is the scan's;
    when one is another, it is scanned again. `by_hand`: it lies in no folder of plug-ins, somebody named it.
    """

    path: str
    format: str
    size: int = 0
    changed: int = 0
    plugins: tuple[Facts, ...] = ()
    problem: str = ""
    by_hand: bool = False
    version: int = 0


class _File(msgspec.Struct, frozen=True):
    files: tuple[Scanned, ...]


class PluginIndex:
    """The plug-ins that can be used, and those that cannot. `files` are in the order of the folders."""

    def __init__(self, files: Sequence[Scanned] = ()) -> None:
        self.files = tuple(files)
        self._plugins = _first_of_each(self.files)

    @classmethod
    def read(cls, path: Path | None = None) -> "PluginIndex":
        """What is in the file, livepatch's own if none is named; nothing if it is not there or damaged."""
        path = path or locations.plugin_index()
        try:
            found = path.stat()
        except OSError:
            return cls()
        return _read(path, found.st_ino, found.st_mtime_ns, found.st_size)

    def write(self, path: Path | None = None) -> None:
        """Write the file; a reader sees the old one or the new one. Raises: OSError: if that is refused."""
        replace_file(path or locations.plugin_index(), msgspec.json.encode(_File(self.files)))

    def all(self) -> list[Facts]:
        """Every plug-in, each id once: the first that was found."""
        return list(self._plugins)

    def of_id(self, format: str, uid: str) -> Facts | None:
        """The plug-in of this id, else the one that says to take its place; None if neither is installed."""
        wanted = uid.casefold()
        alike = [facts for facts in self._plugins if facts.format == format]
        same = (facts for facts in alike if facts.uid.casefold() == wanted)
        newer = (facts for facts in alike if wanted in map(str.casefold, facts.replaces))
        return next(same, None) or next(newer, None)

    def type_of(self, facts: Facts) -> str:
        """The module type of a plug-in; where several have the same name, with its id."""
        type = plugin_panel.type_of(facts)
        twins = [each for each in self._plugins if plugin_panel.type_of(each) == type and each.uid != facts.uid]
        return f"{type}_{facts.uid.lower()}" if twins else type

    def named(self) -> list[tuple[str, Facts]]:
        """Every plug-in by name, with the word that finds it: its name, or its path if others have that name."""
        by_name: dict[str, list[Facts]] = {}
        for facts in self._plugins:
            by_name.setdefault(facts.name.casefold(), []).append(facts)
        alike = [_preferred(by_name[name]) for name in sorted(by_name)]
        return [(facts.name if len(found) == 1 else facts.path, facts) for found in alike for facts in found]

    def broken(self) -> list[tuple[str, str]]:
        """The path of each file without a plug-in that can be used, and why."""
        return [(file.path, file.problem) for file in self.files if file.problem]

    def find(self, word: str) -> Facts:
        """The plug-in with this path, id or name, or the only one with this in its name.

        Case does not matter. What is there as VST3 and as VST2 under the same name is the VST3.

        Raises: LivepatchError: if there is none, or more than one.
        """
        wanted = word.strip().casefold()
        path = os.path.abspath(os.path.expanduser(word.strip()))  # noqa: PTH100, PTH111 - of words that are no path too
        for found in (
            [facts for facts in self._plugins if facts.path == path],
            [facts for facts in self._plugins if facts.uid.casefold() == wanted],
            [facts for facts in self._plugins if wanted in map(str.casefold, facts.replaces)],
            [facts for facts in self._plugins if facts.name.casefold() == wanted],
            [facts for facts in self._plugins if wanted and wanted in facts.name.casefold()],
        ):
            if chosen := _preferred(found):
                return self._only(word, chosen)
        raise LivepatchError(self._none(word, path))

    @staticmethod
    def _only(word: str, found: list[Facts]) -> Facts:
        if len(found) == 1:
            return found[0]
        same_name = len({facts.name.casefold() for facts in found}) < len(found)
        names = [f"{facts.name} ({facts.uid}, {facts.path})" if same_name else facts.name for facts in found]
        more = f" and {len(names) - MOST_CANDIDATES} more" if len(names) > MOST_CANDIDATES else ""
        raise LivepatchError(f"{word!r} may be {', '.join(names[:MOST_CANDIDATES])}{more}: say which")

    def _none(self, word: str, path: str) -> str:
        for file in self.files:
            if file.problem and (file.path == path or Path(file.path).stem.casefold() == word.casefold()):
                return f"{file.path}: {file.problem}; livepatch plugins scan --again tries once more"
        if not self.files:
            return f"there is no plug-in {word!r}: none were looked for yet (livepatch plugins scan)"
        names = [facts.name for facts in self._plugins]
        return f"there is no plug-in {word!r}{hint(word, names, 'livepatch plugins lists what there is')}"


@functools.lru_cache(maxsize=1)
def _read(path: Path, *state: int) -> PluginIndex:
    """What is in the file as it stands: it is asked for with every key that is typed."""
    del state  # another file is another answer
    try:
        data = path.read_bytes()
        return PluginIndex(msgspec.json.decode(data, type=_File).files)
    except (OSError, msgspec.DecodeError):
        return PluginIndex()  # the next scan writes it anew


def _first_of_each(files: Sequence[Scanned]) -> list[Facts]:
    """Each plug-in where it is found first. Ids of VST2 are not always unique: there the name counts too."""
    found: dict[tuple[str, str, str], Facts] = {}
    for file in files:
        for facts in file.plugins:
            name = facts.name if facts.format == "vst2" else ""
            found.setdefault((facts.format, facts.uid.upper(), name), facts)
    return list(found.values())


def _preferred(found: list[Facts]) -> list[Facts]:
    """Without the VST2 of each name that is there as VST3 too."""
    better = {facts.name.casefold() for facts in found if facts.format == PREFERRED}
    return [facts for facts in found if facts.format == PREFERRED or facts.name.casefold() not in better]
