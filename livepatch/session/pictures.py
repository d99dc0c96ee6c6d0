"""The modules' own pictures: each is drawn again when something that it reads has changed."""

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from livepatch.display import at_rest
from livepatch.panel import HOW_MANY, VOICES, Panel
from livepatch.protocol.levels import Levels
from livepatch.protocol.messages import Drawn, EngineState, Message, Notice
from livepatch.protocol.twin_messages import EACH
from livepatch.session.painter import Painter, PainterError
from livepatch.session.rack import Rack
from livepatch.session.server import FrontEnd, Server
from livepatch.session.sketch import at_first, typed
from livepatch.session.sources import Code, Sources

LOOK_SECONDS = 1.0 / 15.0
IDLE_SECONDS = 0.25
LARGEST_SHARE = 0.2
"""Of the time, how much may go into drawing: with many pictures, each is drawn less often."""
MOST_FAILURES = 3
"""A picture is left out after so many failures in a row: one may come of a look in the middle of a change.

One that does not end is left out at once.
"""
MOST_WAITING = 60
"""A front end that has so many messages to read is shown no pictures until it has read them."""
FRONT_ENDS = frozenset({"tui"})


class Subject(NamedTuple):
    """A module that draws, as it stands in the rack."""

    id: int
    code: Code
    knobs: dict[str, float]
    data: dict[str, Any]


class _Sitting:
    """What is known of one module's picture: what it was drawn from, and what came of it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.values: dict[str, Any] | None = None
        self.drawn: Drawn | None = None
        self.failures = 0


class Pictures:
    """Draws in a thread of its own while a front end shows pictures.

    `state` tells how the engine stands, with the rack's lock held; `tell` broadcasts.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it stands between
        self,
        runtime: Path,
        rack: Rack,
        sources: Sources,
        server: Server,
        state: Callable[[], EngineState],
        tell: Callable[[Message], None],
    ) -> None:
        self._runtime = runtime
        self._rack = rack
        self._sources = sources
        self._server = server
        self._state = state
        self._tell = tell
        self._levels = Levels()
        self._painter = Painter(runtime)
        self._sittings: dict[int, _Sitting] = {}
        self._shown_to: set[int] = set()
        self._ending = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="pictures", daemon=True).start()

    def end(self) -> None:
        """Draw no more."""
        self._ending.set()

    def _run(self) -> None:
        pause = IDLE_SECONDS
        while not self._ending.wait(pause):  # the painter is this thread's child
            began = time.monotonic()
            fronts = [front for front in self._server.fronts() if front.front in FRONT_ENDS]
            self.look(fronts)
            took = time.monotonic() - began
            pause = max(LOOK_SECONDS - took, took / LARGEST_SHARE) if fronts else IDLE_SECONDS
        self._painter.end()

    def look(self, fronts: list[FrontEnd]) -> None:
        """Draw what has changed, and show it; all of it to a front end that is new, or had fallen behind."""
        fronts = [front for front in fronts if len(front.outbox) <= MOST_WAITING]
        newcomers = [front for front in fronts if front.number not in self._shown_to]
        self._shown_to = {front.number for front in fronts}
        if not fronts:
            return
        with self._rack.lock:
            engine = self._state()
            subjects = self._subjects()
        self._levels.follow(self._runtime / engine.meters if engine.meters else None)
        self._painter.keep_only({subject.code.source for subject in subjects})
        for id in self._sittings.keys() - {subject.id for subject in subjects}:
            del self._sittings[id]
        for subject in subjects:
            drawn = self._sit(subject, engine)
            for front in newcomers if drawn is None else fronts:
                if (newest := self._sittings[subject.id].drawn) is not None:
                    front.outbox.post(newest)

    def _subjects(self) -> list[Subject]:
        found: list[Subject] = []
        for module in self._rack.patch.modules.values():
            code = self._sources.playing(module.type)
            if code is not None and code.panel.picture is not None and code.text:
                found.append(Subject(module.id, code, dict(module.knobs), dict(module.data)))
        return found

    def _sit(self, subject: Subject, engine: EngineState) -> Drawn | None:
        """The picture of a module, if it is another than before."""
        sitting = self._sittings.get(subject.id)
        if sitting is None or sitting.source != subject.code.source:
            sitting = self._sittings[subject.id] = _Sitting(subject.code.source)
        if sitting.failures >= MOST_FAILURES:
            return None
        values = self._values(subject, engine)
        if values == sitting.values:
            return None
        try:
            drawn = Drawn(subject.id, self._painter.draw(subject.code, engine.sample_rate, values))
        except PainterError as error:
            sitting.failures += MOST_FAILURES if error.endless else 1
            if sitting.failures < MOST_FAILURES:
                return None
            self._accuse(subject.code, error)
            drawn = Drawn(subject.id, (), failed=True)
        else:
            sitting.failures, sitting.values = 0, values
        if drawn == sitting.drawn:
            return None
        sitting.drawn = drawn
        return drawn

    def _accuse(self, code: Code, error: PainterError) -> None:
        """Tell once of each text; the modules of its type share the fault."""
        for other in self._sittings.values():
            if other.source == code.source and other.drawn is not None and other.drawn.failed:
                return
        place = f"{Path(code.path).name}:{error.line}" if error.line else Path(code.path).name
        self._tell(Notice("error", f"{place}: draw(): {error}; the picture is left out until the file is saved"))

    def _values(self, subject: Subject, engine: EngineState) -> dict[str, Any]:
        """All that a picture reads, as it is now."""
        panel = subject.code.panel
        reads = panel.picture.reads if panel.picture is not None else ()
        first = engine.meter_slots.get(subject.id)
        slots = {name: first + index for index, name in enumerate(panel.metered())} if first is not None else {}
        values: dict[str, Any] = {}
        for name in reads:
            control, text = panel.knob(name), panel.text(name)
            if text is not None:
                values[name] = str(subject.data.get(name, text.default))
            elif control is not None:
                values[name] = typed(panel, name, subject.knobs.get(name, at_rest(control)))
            elif f"{subject.id}.{name}" in engine.traces:
                values[name] = list(self._levels.trace(*engine.traces[f"{subject.id}.{name}"]))
                self._part(panel, name, values, slots)
            elif name in slots:
                values[name] = typed(panel, name, self._levels.volts(slots[name]))
                if f"{name}#1" in slots:
                    each = [name, *(f"{name}#{voice}" for voice in range(1, self._voices(slots)))]
                    values[f"{name}{EACH}"] = [self._levels.volts(slots[one]) for one in each]
            else:
                values[name] = at_first(panel, name)
        return values

    def _voices(self, slots: Mapping[str, int]) -> int:
        return min(max(round(self._levels.volts(slots.get(HOW_MANY, -1))), 1), VOICES)

    def _part(self, panel: Panel, name: str, values: dict[str, Any], slots: Mapping[str, int]) -> None:
        """Take the buffers of all voices apart, where they are read."""
        if panel.picture is not None and name in panel.picture.each:
            frames = max(len(values[name]) // VOICES, 1)
            starts = range(0, self._voices(slots) * frames, frames)
            values[f"{name}{EACH}"] = [values[name][start : start + frames] for start in starts]
            values[name] = values[name][:frames]
