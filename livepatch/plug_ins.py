"""`livepatch plugins`: what there is, what is wrong with the rest, all about one, and its presets."""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import msgspec

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.plugins import places, surroundings
from livepatch.plugins.examination import PATIENCE_SECONDS
from livepatch.plugins.places import Candidate
from livepatch.plugins.preset_places import own_folder, preset_files
from livepatch.plugins.scan import ENDINGS, Scan
from livepatch.protocol.plugin_facts import Bus, Facts, Parameter, tail_text
from livepatch.protocol.plugin_index import PluginIndex, Scanned

SHELL_NAMES = 3
"""How many plug-ins of one file are named while it is scanned."""
MOST_PROGRAMS = 16
"""How many programs stand in all about a plug-in."""
FEWEST_OF_A_PATH = 16
"""Characters of a path; where there is room for less, nothing of it is shown."""
NONE_YET = "no plug-ins were looked for yet: livepatch plugins scan\n"
NONE = "there are no plug-ins in the folders of this system: livepatch doctor names those that are there\n"


def scan(again: str | None, seconds: float = PATIENCE_SECONDS, *, as_json: bool = False) -> int:
    """Look for plug-ins and tell of each as it is found; `again`: all of them ("") or one once more; 0.

    `seconds` is what each of them may take. As JSON it is what `listing` prints, and what is told goes to stderr.

    Raises: LivepatchError: if there is no such one, a process cannot be started, or the disk refuses.
    """
    before = PluginIndex.read()
    around = surroundings.here()
    work = Scan(around, places.folders(around), before, locations.plugin_scan_log(), seconds)
    if again is not None:
        work.again(_path(again, before) if again else None)
    stream = sys.stderr if as_json else sys.stdout
    progress = Progress(len(work.due), stream)
    try:
        try:
            for scanned in work.run(progress.starting):
                progress.done(scanned)
        finally:
            progress.end()
            work.index().write()  # also of a scan that is broken off
    except OSError as error:
        raise LivepatchError(
            f"the scan ends: {error.strerror or error} ({error.filename or 'no process'})"
        ) from error
    _sum_up(work.index(), len(work.due), stream)
    return listing(as_json=True) if as_json else 0


def _path(word: str, index: PluginIndex) -> Path:
    """What a path or name stands for, of what can be used and of what cannot."""
    path = Path(word).expanduser()
    if path.exists() or "/" in word:
        return path
    names = {word.casefold(), word.casefold().removesuffix(path.suffix.casefold())}
    broken = [path for path, _ in index.broken() if Path(path).stem.casefold() in names]
    return Path(broken[0] if broken else index.find(word).path)


class Progress:
    """The lines of a scan: one for each file, or on a terminal for each that cannot be used, and what it is at."""

    def __init__(self, count: int, stream: TextIO) -> None:
        self._count = count
        self._done = 0
        self._stream = stream
        self._terminal = stream.isatty()

    def starting(self, candidate: Candidate) -> None:
        """A file is looked at."""
        if self._terminal:
            columns = shutil.get_terminal_size()[0]
            self._write(f"\r\x1b[K{f'{self._done}/{self._count}  {candidate.path}'[: columns - 1]}")

    def done(self, scanned: Scanned) -> None:
        """A file was looked at."""
        self._done += 1
        names = ", ".join(facts.name for facts in scanned.plugins[:SHELL_NAMES])
        more = ", …" if len(scanned.plugins) > SHELL_NAMES else ""
        if not self._terminal:
            found = names + more or f"{scanned.path}: {scanned.problem}"
            self._write(f"{self._done:>{len(str(self._count))}}/{self._count}  {found}\n")
        elif scanned.problem:
            self._write(f"\r\x1b[K{scanned.path}: {scanned.problem}\n")

    def end(self) -> None:
        """There is no more."""
        if self._terminal:
            self._write("\r\x1b[K")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


def _sum_up(index: PluginIndex, looked_at: int, stream: TextIO) -> None:
    plugins = index.all()
    counts = ", ".join(
        f"{sum(facts.format == format for facts in plugins)} {format.upper()}" for format in ("vst3", "vst2")
    )
    instruments = sum(facts.instrument for facts in plugins)
    broken = len(index.broken())
    unusable = f"; {_files(broken)} cannot be used (livepatch plugins list)" if broken else ""
    stream.write(
        f"{len(plugins)} plug-in{'' if len(plugins) == 1 else 's'} ({counts}), {instruments} of them instruments; "
        f"looked at {_files(looked_at)} now{unusable}\n"
    )


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"


def listing(word: str = "", *, as_json: bool) -> int:
    """Print every plug-in that was found, and on stderr the files that cannot be used; 0.

    With a word only those that have it in their name, maker, kind or path. On a terminal the path is cut to it.

    Raises: LivepatchError: if none has the word.
    """
    index = _with(word, PluginIndex.read())
    if as_json:
        broken = [{"path": path, "problem": problem} for path, problem in index.broken()]
        _print_json({"plugins": [_summary(facts) for facts in _sorted(index.all())], "broken": broken})
        return 0
    if not index.files:
        sys.stdout.write(NONE if locations.plugin_index().exists() else NONE_YET)
        return 0
    plugins = _sorted(index.all())
    rows: list[tuple[str, ...]] = [
        (facts.name, facts.vendor, facts.format, "instrument" if facts.instrument else "effect", _channels(facts))
        for facts in plugins
    ]
    columns = shutil.get_terminal_size()[0] if sys.stdout.isatty() else 0
    lines = list(_rows(rows))
    widest = max(map(len, lines), default=0)
    for line, facts in zip(lines, plugins, strict=True):
        sys.stdout.write(f"{_with_path(line.ljust(widest), facts.path, columns)}\n")
    sys.stderr.writelines(f"{path}: {problem}\n" for path, problem in index.broken())
    return 0


def _with(word: str, index: PluginIndex) -> PluginIndex:
    """What of it has a word. Raises: LivepatchError: if nothing has."""
    wanted = word.casefold()
    found = []
    for file in index.files:
        fitting = tuple(facts for facts in file.plugins if wanted in _searched(facts).casefold())
        if fitting or (file.problem and wanted in file.path.casefold()):
            found.append(msgspec.structs.replace(file, plugins=fitting))
    if index.files and not found and word:
        raise LivepatchError(f"no plug-in has {word!r} in its name, maker, kind or path")
    return PluginIndex(found) if word else index


def _searched(facts: Facts) -> str:
    kind = "instrument" if facts.instrument else "effect"
    return f"{facts.name} {facts.vendor} {facts.format} {kind} {facts.category} {facts.path}"


def _with_path(line: str, path: str, columns: int) -> str:
    """A line with a path behind it, whose beginning is left out where it is too long; 0 columns: nothing is."""
    room = columns - len(line) - 2
    if columns and room < len(path):
        path = f"…{path[1 - room :]}" if room >= FEWEST_OF_A_PATH else ""
    return f"{line}  {path}".rstrip()


def info(word: str, *, as_json: bool) -> int:
    """Print all about one plug-in, by its name, id or path; 0.

    Raises: LivepatchError: if there is none, or more than one.
    """
    facts = _find(word)
    if as_json:
        _print_json(msgspec.to_builtins(facts, str_keys=True))
    else:
        sys.stdout.writelines(f"{line}\n" for line in _sheet(facts))
    return 0


def presets(word: str, *, as_json: bool) -> int:
    """Print a plug-in's own programs, and the preset files for it; on stderr those that are damaged; 0.

    Raises: LivepatchError: if there is no such plug-in, or more than one.
    """
    facts = _find(word)
    files, folder = preset_files(surroundings.here(), facts), own_folder(surroundings.here(), facts)
    if as_json:
        found = [msgspec.to_builtins(preset) for preset in files]
        mine = {"programs": list(facts.programs), "folder": str(folder), "files": found}
        _print_json({"uid": facts.uid, "name": facts.name} | mine)
        return 0
    if not facts.programs and not files:
        sys.stdout.write(
            f"{facts.name} has no programs, and there are no preset files for it; yours belong in {folder}\n"
        )
    _print_rows([(str(number), name) for number, name in enumerate(facts.programs)])
    _print_rows([(preset.name, preset.kind, preset.path) for preset in files if not preset.problem])
    sys.stderr.writelines(f"{preset.path}: {preset.problem}\n" for preset in files if preset.problem)
    return 0


def _find(word: str) -> Facts:
    """A plug-in that was scanned, or one in a file that was not, which is looked at now."""
    index = PluginIndex.read()
    path = Path(word).expanduser().absolute()
    known = {file.path for file in index.files}
    if str(path) in known or not path.exists() or ("/" not in word and path.suffix.lower() not in ENDINGS):
        return index.find(word)
    work = Scan(surroundings.here(), places.Folders(), PluginIndex(), locations.plugin_scan_log())
    work.again(path)
    try:
        (scanned,) = work.run()
    except OSError as error:
        raise LivepatchError(f"{path} cannot be looked at: {error.strerror or error}") from error
    if scanned.problem:
        raise LivepatchError(f"{path}: {scanned.problem}")
    return PluginIndex([scanned]).find(word)


def _sheet(facts: Facts) -> Iterator[str]:
    kind = "instrument" if facts.instrument else "effect"
    more = f", {facts.category}" if facts.category.casefold() not in {"", kind} else ""
    yield f"{facts.name}, {facts.format.upper()} {kind}{more}"
    yield f"  by          {' '.join(word for word in (facts.vendor, facts.version) if word) or 'nobody says'}"
    yield f"  file        {facts.path}"
    yield f"  id          {facts.uid}"
    yield f"  inputs      {_buses(facts.inputs)}"
    yield f"  outputs     {_buses(facts.outputs)}"
    yield f"  notes       {_notes(facts)}"
    if facts.expressions:
        yield f"  each note   {', '.join(expression.name for expression in facts.expressions)}"
    yield f"  latency     {facts.latency} frames"
    yield f"  tail        {tail_text(facts.tail)}"
    yield f"  computes    {'64-bit and 32-bit' if facts.doubles else '32-bit'} floats"
    yield f"  state       {'its own' if facts.state else 'its parameters'}"
    for snapshot in facts.snapshots:
        yield f"  picture     {snapshot.path} ({snapshot.scale:g}x)"
    yield f"  programs    {len(facts.programs) or 'none'}"
    yield from _rows([(f"    {number}", name) for number, name in enumerate(facts.programs[:MOST_PROGRAMS])])
    if len(facts.programs) > MOST_PROGRAMS:
        yield f"    … and {len(facts.programs) - MOST_PROGRAMS} more: livepatch plugins presets {facts.name!r}"
    shown = [parameter for parameter in facts.parameters if not parameter.hidden]
    hidden = len(facts.parameters) - len(shown)
    yield f"  parameters  {len(shown)}" + (f", and {hidden} hidden" if hidden else "")
    yield from _rows([_parameter(parameter) for parameter in shown])


def _parameter(parameter: Parameter) -> tuple[str, ...]:
    marks = {
        "bypass": parameter.bypass,
        "chooses programs": parameter.programs,
        "only shown": parameter.read_only,
        "not automatable": not parameter.automatable and not parameter.read_only,
    }
    texts = ", ".join(parameter.texts) or (f"{parameter.steps + 1} values" if parameter.steps else "")
    about = "; ".join([*([texts] if texts else []), *(word for word, holds in marks.items() if holds)])
    name = f"{parameter.group}/{parameter.name}" if parameter.group else parameter.name
    return f"    {parameter.id}", name, parameter.unit, f"{parameter.default:.3g}", about


def _buses(buses: tuple[Bus, ...]) -> str:
    named = [f"{bus.name} ({bus.channels}{'' if bus.main else ', extra'})" for bus in buses]
    return ", ".join(named) or "none"


def _notes(facts: Facts) -> str:
    return (
        " and ".join(word for word, holds in (("in", facts.notes_in), ("out", facts.notes_out)) if holds) or "none"
    )


def _channels(facts: Facts) -> str:
    inputs, outputs = (sum(bus.channels for bus in buses) for buses in (facts.inputs, facts.outputs))
    return f"{inputs} in, {outputs} out"


def _summary(facts: Facts) -> dict[str, Any]:
    """What there is to know in a list: all but the parameters and programs, which `info` tells."""
    summary: dict[str, Any] = msgspec.to_builtins(facts, str_keys=True)
    return summary | {"parameters": len(facts.parameters), "programs": len(facts.programs)}


def _sorted(plugins: Iterable[Facts]) -> list[Facts]:
    return sorted(plugins, key=lambda facts: (facts.name.casefold(), facts.format != "vst3", facts.path))


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def _print_rows(rows: list[tuple[str, ...]]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in _rows(rows))


def _rows(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(map(str.ljust, row, widths)).rstrip()
