"""From a saved module file to sounding code, and what is told about it on the way."""

import time
from collections.abc import Callable
from typing import NamedTuple

from livepatch.panel import Panel
from livepatch.patch import edits
from livepatch.patch.transport import setting
from livepatch.protocol.messages import Applied, Built, Message, ModuleFault, Notice, PanelChanged, Rejected
from livepatch.session.builder import Builder
from livepatch.session.fit import fit_knobs
from livepatch.session.later import Held, Later
from livepatch.session.neighbours import findings
from livepatch.session.rack import Rack
from livepatch.session.sound import Sound
from livepatch.session.sources import Code, SourceFile, Sources

MOST_AWAITED = 100


class Awaited(NamedTuple):
    """New code on its way into the engine; `saved` is when its file was (Unix time), `built` when the code was.

    `stages` are milliseconds: what it took until then.
    """

    panel: Panel
    saved: float
    built: float
    stages: dict[str, float]

    def sounds(self, at: float) -> PanelChanged:
        """What to tell of it: it sounds since the time `at`."""
        stages = {**self.stages, "swap": 1000.0 * max(0.0, at - self.built)}
        return PanelChanged(self.panel, 1000.0 * max(0.0, at - self.saved), stages)


class Workshop:
    """Has changed files compiled and their code played. Called by the threads of watch, builder and engine.

    `appeared` hears of each module in the rack that is no placeholder any more, with the rack's lock held.
    """

    def __init__(self, rack: Rack, sources: Sources, tell: Callable[[Message], None]) -> None:
        self._rack = rack
        self._sources = sources
        self._tell = tell
        self._began = time.time()
        self._awaited: dict[int, Awaited] = {}
        self._serial = 0
        self._swapping = False
        self._held: dict[str, Held] = {}
        self._on_the_beat: dict[str, Awaited] = {}
        self.later: Later | None = None
        self.swap_at: str = "now"
        self.builder: Builder | None = None
        self.sound: Sound | None = None
        self.appeared: Callable[[int], None] = lambda _: None

    def look(self, first: frozenset[str] | None = None) -> None:
        """Read the module folders and have compiled what is new or changed.

        At the start the types in `first` come before the others; later whatever was saved last comes first.
        """
        with self._rack.lock:
            changed = [self._as_left(file) for file in self._sources.scan()]
            for file in changed:
                self._read_panel(file)
            self._sources.forget({module.type for module in self._rack.patch.modules.values()})
        if self.builder is not None:
            for file in changed:
                file = file._replace(hurried=first is None)  # noqa: PLW2901 - the same file
                self.builder.build(file, soon=first is None or file.type in first)

    def _as_left(self, file: SourceFile) -> SourceFile:
        left = self._sources.as_left(file)
        if left is not file:
            text = f"{file.type} plays the code that it played; {file.path} is another, save it to play that"
            self._tell(Notice("warning", text))
        return left

    def _read_panel(self, file: SourceFile) -> None:
        """Read a panel; placeholders that waited for it take their knobs and what they remember to it."""
        known = file.type in self._sources.panels
        panel = self._sources.read_panel(file)
        if known or panel is None:
            return
        for module in self._rack.patch.modules.values():
            if module.type == file.type:
                knobs, remarks = fit_knobs(panel, module)
                for knob, value in knobs.items():
                    self._rack.perform(edits.SetKnob(module.id, knob, value), undoable=False)
                for remark in remarks:
                    self._tell(Notice("warning", remark))
                self.appeared(module.id)

    def hurry(self, types: set[str]) -> None:
        """Modules of these types are in the rack and should not wait behind all the others."""
        if self.builder is not None:
            self.builder.hurry(types)

    def answer(self, file: SourceFile, answer: Built | Rejected) -> None:
        """The compiler has built a file, or refuses it."""
        with self._rack.lock:
            if file.type not in self._sources.files:
                return  # it went away meanwhile
            if isinstance(answer, Rejected):
                self._sources.faults[file.type] = answer.problems
                plays = self._sources.playing(file.type) is not None
                self._tell(ModuleFault(file.type, answer.problems, plays))
                if self.sound is not None:
                    self.sound.arrived()  # nothing waits for this type any more
                return
            if self._sources.faults.pop(file.type, None):
                self._tell(ModuleFault(file.type, ()))
            self._tell_of_neighbours(file, answer.panel)
            code = Code(answer.type, answer.source, answer.folder, answer.panel, str(file.path), file.text)
            if not file.hurried and self._sources.playing(code.type) is not None:
                self._built(code)  # the performer has gone over to other code since the start
                return
            noticing = 1000.0 * max(0.0, file.noticed - file.saved)
            self._play(code, Awaited(code.panel, file.saved, time.time(), {"notice": noticing, **answer.stages}))

    def _tell_of_neighbours(self, file: SourceFile, panel: Panel) -> None:
        """Tell what a file that was just saved uses of its neighbours and they have not; the rack is locked."""
        if file.hurried:
            problems, notes = findings(file, panel, self._sources)
            for level, found in (("warning", problems), ("note", notes)):
                for each in found:
                    self._tell(Notice(level, f"{each.place(file.path.name)}: {each.message}"))

    def note_code(self, edit: edits.Edit) -> None:
        """Note in the patch which code the modules that an edit brought play; the rack is locked.

        An undo() brings them as they were when they were taken out: without any, or with what played then.
        """
        for type in edits.added(edit):
            playing = self._sources.playing(type)
            if playing is None:
                continue
            modules = self._rack.patch.modules.values()
            if any(module.type == type and module.source != playing.source for module in modules):
                self._rack.note(edits.SwapCode(type, playing.source))

    def improve(self, answer: Built) -> None:
        """Code that was built before is in a folder where its voices play side by side: let them, if it plays."""
        with self._rack.lock:
            former = self._sources.codes.get(answer.source)
            if former is not None:
                self._built(former._replace(folder=answer.folder))

    def _built(self, code: Code) -> None:
        """Note compiled code; what plays the same from another folder goes over to it."""
        former = self._sources.codes.get(code.source)
        self._sources.built(code)
        if former is not None and former.folder != code.folder and self.sound is not None:
            self.sound.improved(code)

    def swapped(self, edit: edits.SwapCode, serial: int, *, by_performer: bool = False) -> None:
        """The rack's listener says that modules of a type play other code from now on; the rack is locked.

        `by_performer`: it is code that was there before, and no file was saved.
        """
        former = self._sources.panels.get(edit.type)
        panel = self._sources.play(edit.type, edit.source)
        self._serial = serial
        awaited = self._on_the_beat.pop(edit.source, None)
        if awaited is not None:
            self._awaited[serial] = awaited
        elif panel != former and not self._swapping:
            self._tell(PanelChanged(panel, 0.0))
        file, code = self._sources.files.get(edit.type), self._sources.codes[edit.source]
        if by_performer and file is not None:
            text = f"{edit.type} plays the code of its file again"
            if file.text != code.text:
                text = f"{edit.type} plays other code than {file.path}, which stays as it is: save it to play that"
            self._tell(Notice("note", text))

    def applied(self, applied: Applied) -> None:
        """An edit took effect in the engine."""
        awaited = self._awaited.pop(applied.serial, None)
        if awaited is not None:
            since = time.perf_counter() - applied.at
            self._tell(awaited.sounds(time.time() - since))

    def _play(self, code: Code, awaited: Awaited) -> None:
        known, playing = self._sources.panels.get(code.type), self._sources.playing(code.type)
        self._built(code)
        if playing is not None and playing.source == code.source:
            return
        serial = self._swap(code, first=playing is None)
        held = self._held.get(code.type)
        if held is not None and held.edit == edits.SwapCode(code.type, code.source) and held.state == "waits":
            self._on_the_beat[code.source] = awaited
            return
        if playing is None and known == code.panel and awaited.saved < self._began:
            return
        if serial and len(self._awaited) < MOST_AWAITED:
            self._awaited[serial] = awaited
        else:
            self._tell(awaited.sounds(time.time()))

    def _waits(self) -> bool:
        """Whether new code is to take over on a bar or a beat."""
        runs = setting(self._rack.patch.transport, "running") >= 0.5
        return self.swap_at != "now" and self.later is not None and runs

    def _hold(self, code: Code) -> None:
        former = self._held.pop(code.type, None)
        if self.later is None:
            return
        if former is not None and former.state == "waits":
            self.later.cancel(former)
        swap = edits.SwapCode(code.type, code.source)
        self._held[code.type] = self.later.hold(swap, f"new code in {code.type}", self.swap_at)

    def _swap(self, code: Code, *, first: bool) -> int:
        """Play new code; the serial of the edit that makes it sound, 0 if none has to."""
        if first:
            self._sources.play(code.type, code.source)
            if any(module.type == code.type for module in self._rack.patch.modules.values()):
                self._rack.note(edits.SwapCode(code.type, code.source))
            return self.sound.arrived() if self.sound is not None else 0
        if not any(module.type == code.type for module in self._rack.patch.modules.values()):
            self._sources.play(code.type, code.source)
            return 0
        if self._waits():
            self._hold(code)
            return 0
        self._swapping = True
        try:
            self._rack.perform(edits.SwapCode(code.type, code.source))
        finally:
            self._swapping = False
        return self._serial
