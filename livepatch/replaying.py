"""`livepatch replay`: a performance, rendered again from its journal."""
# ruff: noqa: PLC0415 - the native library must be in place before what it replaces is imported

import itertools
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from livepatch import locations, rendering
from livepatch.errors import LivepatchError
from livepatch.journal import performance
from livepatch.journal.performance import PLUGINS, SOURCES, STATES, JournalError, Performance
from livepatch.journal.plugin_steps import PluginSteps, Step
from livepatch.journal.records import Began, Ended, EngineBegan, Lasted, Performed, Stamp, Told
from livepatch.patch import edits
from livepatch.protocol.builds import builds_folder, core_folder, load_core
from livepatch.protocol.messages import Rejected
from livepatch.protocol.plugin_panel import PluginBuild, is_plugin
from livepatch.protocol.pulse import Loss, Pulse
from livepatch.session import hosting
from livepatch.session.guests import Guests
from livepatch.session.sources import SourceFile
from livepatch.wave_file import FRAME_BYTES, Tape

if TYPE_CHECKING:
    from livepatch.engine.code import Code
    from livepatch.engine.replay import Event

_Told = tuple[Performed | Told, Step]
MIDI = "midi_cv"
"""The module that hears MIDI, which no journal has."""


@dataclass
class Part:
    """What one engine played: since when, for how many frames, and what it was told.

    `seen`: when what took effect last was told, and at which frame that was. `loss`: when it was rendered before,
    it came no further than that, and `lost` is who was processed then.
    """

    began: EngineBegan
    frames: int = 0
    events: "list[Event]" = field(default_factory=list)
    seen: tuple[float, int] = (0.0, 0)
    loss: Loss | None = None
    lost: str = ""

    def __post_init__(self) -> None:
        self.seen = self.began.at, 0

    def note(self, states: Path, stamp: Stamp, told: _Told | None) -> None:
        """Something took effect."""
        self.events.append(_event(states, stamp, told))
        if told is not None:
            self.seen = told[1].at, stamp.frame

    def take_over(self, step: Step) -> None:
        """A plug-in took over a state of which the engine was told nothing: at about this frame."""
        from livepatch.engine.replay import Event

        at, frame = self.seen
        frame += max(0, round((step.at - at) * self.began.sample_rate))
        self.events.append(Event(frame, kept=step.kept))
        self.events.sort(key=lambda event: event.frame)

    def frames_in(self, seconds: float) -> int:
        """How many frames it played in so long; the sample rate may have changed meanwhile."""
        frame, rate = 0, self.began.sample_rate
        for event in self.events:
            if event.word == "sample_rate":
                seconds -= (event.frame - frame) / rate
                frame, rate = event.frame, event.value
        return max(frame, frame + round(seconds * rate))


def replay(  # noqa: PLR0913 - the command line's options
    workspace: Path,
    journal: str,
    output: Path,
    *,
    seconds: float | None,
    block: int,
    trust: bool,
    pulse: Pulse,
    losses: Mapping[int, Loss],
) -> None:
    """Write a performance again, as 32-bit float samples; a new sample rate begins another file, `OUT-2.wav`.

    The code in a journal from elsewhere runs only if the performer says so with `trust`. `pulse` shows how far it
    is; `losses` are what became of engines, counted from 0, when it was rendered before.

    Raises: LivepatchError: if there is no such journal, its code does not compile, or the file cannot be written.
    """
    folder = find(workspace, journal).resolve()
    played = performance.read(folder)
    if not trust and (locations.state() / "journals").resolve() not in folder.parents:
        raise JournalError(
            f"{folder} is not a journal of yours, and the code of {len(played.codes())} modules in it would run; "
            f"read {played.folder / SOURCES} and say --trust"
        )
    installed, absent = _plugins(played)
    codes = _compiled(played, workspace, installed)
    parts = _parts(played)
    if not parts:
        raise JournalError(f"no engine ever played in {played.folder}")
    if not losses:
        doubts = (*_doubts(played, parts), *_unheard(parts, codes), *absent)
        sys.stderr.writelines(f"{line}\n" for line in doubts)
    for number, loss in losses.items():
        parts[number].loss, parts[number].lost = loss, _about(played, parts[number], loss.running)
    fade = float(played.began.settings.get("swap_fade_ms", 10.0)) / 1000.0
    rested = bool(played.began.settings.get("plugins_rest", 0.0))  # before there was that, none did
    tape = Tape(output, seconds)
    with Guests(installed, played.folder / PLUGINS, rests=rested) as guests:
        try:
            _play(parts, codes, fade, block, tape, guests, pulse)
        finally:
            pulse.rest()
            tape.close()
            sys.stderr.writelines(f"{line}\n" for line in guests.problems)


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


def _plugins(played: Performance) -> tuple[dict[str, PluginBuild], list[str]]:
    """The plug-ins that were played and are installed, by their modules' sources; a line on what is not."""
    found: dict[str, PluginBuild] = {}
    absent = []
    for source, kept in played.codes().items():
        if is_plugin(kept.type):
            made = hosting.installed(source, kept.type)
            if made is None:
                absent.append(f"{kept.type} is not installed any more: it is left out")
            else:
                found[source] = made
    if found:
        absent.append(
            "what plug-ins make up by themselves, when their processes were ready, and what midi() sent to them "
            "no journal has: it may sound otherwise there"
        )
    return found, absent


def _compiled(played: Performance, workspace: Path, plugins: dict[str, PluginBuild]) -> "list[Code]":
    """All code that was played, compiled again where its build is gone; the engine's native parts are loaded."""
    folders = {source: hosting.folder_of(made) for source, made in plugins.items()}
    for source, kept in played.codes().items():
        if is_plugin(kept.type):
            continue
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
    told: dict[int, _Told] = {}
    plugins = PluginSteps(played.began.document)
    for record in played.records:
        if isinstance(record, Performed | Told):
            step = plugins.step(record)
            if record.serial:
                told.setdefault(record.serial, (record, step))  # of what waited for its beat, what was told first
            elif parts and step.kept:
                parts[-1].take_over(step)
        elif isinstance(record, Began):
            plugins.begin(record.document)
        elif isinstance(record, EngineBegan):
            parts.append(Part(record))
        elif isinstance(record, Stamp | Lasted | Ended) and parts:
            parts[-1].frames = max(parts[-1].frames, record.frame)
            if isinstance(record, Stamp) and (not record.serial or record.serial in told):
                parts[-1].note(played.folder / STATES, record, told.get(record.serial))
    for part, following in itertools.pairwise(parts):
        part.frames = part.frames_in(following.began.at - part.began.at)
    return parts


def _event(states: Path, stamp: Stamp, told: _Told | None) -> "Event":
    from livepatch.engine.replay import Event

    if told is None:
        return Event(stamp.frame, stamp.runs, again=stamp.again)
    what, step = told
    match what:
        case Told(word="states"):
            return Event(stamp.frame, stamp.runs, states=states / str(stamp.serial))
        case Told(word=word, value=value):
            return Event(stamp.frame, stamp.runs, step.edit, None, word, value)
        case _:
            return Event(stamp.frame, stamp.runs, step.edit, stands=step.stands, kept=step.kept)


def _doubts(played: Performance, parts: Iterable[Part]) -> list[str]:
    """Why what is rendered may be another sound than the one that was heard, a line for each reason."""
    lines = [f"the end of the journal is damaged: {played.torn} bytes are left out"] if played.torn else []
    if any(isinstance(record, Began) for record in played.records):
        lines.append("the journal has a gap, where the disk was full: after that it may sound otherwise")
    core = core_folder(locations.cache())
    if any(core is not None and part.began.core != core.name for part in parts):
        lines.append("livepatch or this machine is another by now: it may differ in the last bits")
    return lines


def _unheard(parts: Iterable[Part], codes: "list[Code]") -> list[str]:
    """What modules heard that no journal has, a line for each type."""
    captures = {code.type: set(code.panel.captures) for code in codes if code.panel.captures}
    types: dict[int, str] = {}
    hearing: set[str] = set()
    told = [event.edit for part in parts for event in part.events if event.edit is not None]
    for edit in itertools.chain.from_iterable(map(edits.parts, told)):
        if isinstance(edit, edits.AddModule):
            types[edit.module.id] = edit.module.type
        elif isinstance(edit, edits.AddCable):
            type = types.get(edit.cable.source, "")
            hearing |= {type} if edit.cable.outlet in captures.get(type, ()) else set()
    lines = [f"{type} heard what came in at the sound card, which no journal has" for type in sorted(hearing)]
    return [*lines, *[f"{MIDI} heard what was played on MIDI, which no journal has"] * (MIDI in types.values())]


def _play(  # noqa: PLR0913, PLR0917 - all that there is to say
    parts: list[Part], codes: "list[Code]", fade: float, block: int, tape: Tape, guests: Guests, pulse: Pulse
) -> None:
    from livepatch.engine.replay import Replay

    for number, part in enumerate(parts):
        pulse.begin(number)
        engine = Replay(codes, part.began.sample_rate, fade, guests, pulse.address)
        position = 0
        try:
            for sound in engine.play(part.events, part.loss.frame if part.loss else part.frames, block):
                position += len(sound)
                pulse.beat(position)
                if not tape.write(sound.astype("<f4", copy=False).tobytes(), engine.sample_rate):
                    return
        finally:
            engine.close()
        if part.loss is not None and not _pass_over(
            part, part.loss, tape, engine.sample_rate, last=part is parts[-1]
        ):
            return


def _pass_over(part: Part, loss: Loss, tape: Tape, sample_rate: float, *, last: bool) -> bool:
    """Be silent until the next engine plays; whether the tape has room for more.

    Raises: LivepatchError: if none does.
    """
    what = f"{part.lost} {loss.how} at {tape.seconds:.1f} s"
    if last:
        raise LivepatchError(f"{what}, and no engine played after it; {tape.output} has what was before it")
    second = round(sample_rate)
    for start in range(loss.frame, part.frames, second):
        if not tape.write(bytes(FRAME_BYTES * min(second, part.frames - start)), sample_rate):
            return False
    if not loss.told:
        sys.stderr.write(f"{what}; the next engine plays on from {tape.seconds:.1f} s, as it did then\n")
    return True


def _about(played: Performance, part: Part, id: int) -> str:
    """A module's name and type at the end of a part."""
    name, type = "the engine", ""
    began = False
    for record in played.records:
        if isinstance(record, EngineBegan):
            if began:
                break
            began = record is part.began
        if not isinstance(record, Performed | Told) or record.edit is None:
            continue
        for edit in edits.parts(record.edit):
            if isinstance(edit, edits.AddModule) and edit.module.id == id:
                name, type = edit.module.name, edit.module.type
            elif isinstance(edit, edits.Rename) and edit.id == id:
                name = edit.name
    return f"{name}: {type}" if type else name
