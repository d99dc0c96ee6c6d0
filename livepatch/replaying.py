"""`livepatch replay`: a performance, rendered again from its journal."""
# ruff: noqa: PLC0415 - the native library must be in place before what it replaces is imported

import itertools
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from livepatch import locations, rendering
from livepatch.errors import LivepatchError
from livepatch.journal import performance
from livepatch.journal.performance import SOURCES, STATES, JournalError, Performance
from livepatch.journal.records import Began, Ended, EngineBegan, Lasted, Performed, Stamp, Told
from livepatch.patch import edits
from livepatch.protocol.builds import builds_folder, core_folder, load_core
from livepatch.protocol.messages import Rejected
from livepatch.session.sources import SourceFile
from livepatch.wave_file import Tape

if TYPE_CHECKING:
    from livepatch.engine.code import Code
    from livepatch.engine.replay import Event

DEAF = {"audio_in": "what came in at the sound card", "midi_cv": "what was played on MIDI"}
"""Modules that hear what no journal has."""


@dataclass
class Part:
    """What one engine played: since when, for how many frames, and what it was told."""

    began: EngineBegan
    frames: int = 0
    events: "list[Event]" = field(default_factory=list)

    def frames_in(self, seconds: float) -> int:
        """How many frames it played in so long; the sample rate may have changed meanwhile."""
        frame, rate = 0, self.began.sample_rate
        for event in self.events:
            if event.word == "sample_rate":
                seconds -= (event.frame - frame) / rate
                frame, rate = event.frame, event.value
        return max(frame, frame + round(seconds * rate))


def replay(  # noqa: PLR0913 - the command line's options
    workspace: Path, journal: str, output: Path, *, seconds: float | None, block: int, trust: bool
) -> None:
    """Write a performance again, as 32-bit float samples; a new sample rate begins another file, `OUT-2.wav`.

    The code in a journal from elsewhere runs only if the performer says so with `trust`.

    Raises: LivepatchError: if there is no such journal, its code does not compile, or the file cannot be written.
    """
    folder = find(workspace, journal).resolve()
    played = performance.read(folder)
    if not trust and (locations.state() / "journals").resolve() not in folder.parents:
        raise JournalError(
            f"{folder} is not a journal of yours, and the code of {len(played.codes())} modules in it would run; "
            f"read {played.folder / SOURCES} and say --trust"
        )
    codes = _compiled(played, workspace)
    parts = _parts(played)
    if not parts:
        raise JournalError(f"no engine ever played in {played.folder}")
    for line in _doubts(played, parts):
        sys.stderr.write(f"{line}\n")
    fade = float(played.began.settings.get("swap_fade_ms", 10.0)) / 1000.0
    tape = Tape(output, seconds)
    try:
        _play(parts, codes, fade, block, tape)
    finally:
        tape.close()


def find(workspace: Path, journal: str) -> Path:
    """A journal by its path, its number or name among those of the workspace, or "last".

    Raises: JournalError: if there is none.
    """
    path = Path(journal).expanduser()
    if path.exists():
        return path
    known = performance.listing(locations.journals(workspace))
    if journal == "last" and known:
        return known[-1]
    for folder in known:
        if journal == folder.name or (journal.isdigit() and int(journal) == int(folder.name.partition("-")[0])):
            return folder
    names = ", ".join(folder.name for folder in known) or "none yet"
    raise JournalError(f"there is no journal {journal}; the journals here are: {names}")


def _compiled(played: Performance, workspace: Path) -> "list[Code]":
    """All code that was played, compiled again where its build is gone; the engine's native parts are loaded."""
    folders: dict[str, Path] = {}
    for source, kept in played.codes().items():
        folders[source] = builds_folder(locations.cache()) / source
        if not (folders[source] / "build.json").exists():
            file = SourceFile(kept.type, Path(kept.path), played.text(source), 0.0)
            answer = rendering.build([file], locations.module_folders(workspace))[kept.type]
            if isinstance(answer, Rejected):
                raise LivepatchError("\n".join(map(str, answer.problems)))
            folders[source] = Path(answer.folder)
    core = core_folder(locations.cache())
    if core is None:
        raise LivepatchError("nothing was compiled here yet; play first")
    load_core(core)
    from livepatch.engine.code import load_code

    return [load_code(folder, source) for source, folder in folders.items()]


def _parts(played: Performance) -> list[Part]:
    parts: list[Part] = []
    told: dict[int, Performed | Told] = {}
    for record in played.records:
        if isinstance(record, Performed | Told):
            told.setdefault(record.serial, record)  # of what waited for its beat, what the engine was told first
        elif isinstance(record, EngineBegan):
            parts.append(Part(record))
        elif isinstance(record, Stamp | Lasted | Ended) and parts:
            parts[-1].frames = max(parts[-1].frames, record.frame)
            if isinstance(record, Stamp) and (not record.serial or record.serial in told):
                what = told.get(record.serial) if record.serial else None
                parts[-1].events.append(_event(played.folder / STATES, record, what))
    for part, following in itertools.pairwise(parts):
        part.frames = part.frames_in(following.began.at - part.began.at)
    return parts


def _event(states: Path, stamp: Stamp, what: Performed | Told | None) -> "Event":
    from livepatch.engine.replay import Event

    match what:
        case Performed(edit=edit, heard=heard):
            return Event(stamp.frame, stamp.runs, heard or edit)
        case Told(word="states"):
            return Event(stamp.frame, stamp.runs, states=states / str(stamp.serial))
        case Told(edit=edit, word=word, value=value):
            return Event(stamp.frame, stamp.runs, edit, None, word, value)
        case None:
            return Event(stamp.frame, stamp.runs, again=stamp.again)


def _doubts(played: Performance, parts: Iterable[Part]) -> list[str]:
    """Why what is rendered may be another sound than the one that was heard, a line for each reason."""
    lines = [f"the end of the journal is damaged: {played.torn} bytes are left out"] if played.torn else []
    if any(isinstance(record, Began) for record in played.records):
        lines.append("the journal has a gap, where the disk was full: after that it may sound otherwise")
    core = core_folder(locations.cache())
    if any(core is not None and part.began.core != core.name for part in parts):
        lines.append("livepatch or this machine is another by now: it may differ in the last bits")
    types = {
        added.module.type
        for part in parts
        for event in part.events
        for added in (event.edit.edits if isinstance(event.edit, edits.Batch) else (event.edit,))
        if isinstance(added, edits.AddModule)
    }
    lines += [f"{type} heard {DEAF[type]}, which no journal has" for type in sorted(types & DEAF.keys())]
    return lines


def _play(parts: list[Part], codes: "list[Code]", fade: float, block: int, tape: Tape) -> None:
    from livepatch.engine.replay import Replay

    for part in parts:
        engine = Replay(codes, part.began.sample_rate, fade)
        for sound in engine.play(part.events, part.frames, block):
            if not tape.write(sound.astype("<f4", copy=False).tobytes(), engine.sample_rate):
                return
