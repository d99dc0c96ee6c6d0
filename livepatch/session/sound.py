"""Keeps the sound going: an engine that plays, another that waits to take over, and what to do when one dies."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.transport import setting
from livepatch.protocol import builds
from livepatch.protocol.channel import ChannelClosedError
from livepatch.protocol.children import log_tail
from livepatch.protocol.messages import (
    Ailing,
    Applied,
    Cancelled,
    EngineState,
    Fault,
    GiveStates,
    Latency,
    Message,
    Notice,
    Panic,
    Placed,
    PlugIn,
    PluginLost,
    PluginStands,
    Ready,
    SafeOutput,
    SampleRate,
    StatesTaken,
    TakeStates,
    Waits,
)
from livepatch.session.ailments import ailing
from livepatch.session.engine import NO_ENGINE, Engine
from livepatch.session.feed import SERIALS
from livepatch.session.journal import Journal
from livepatch.session.later import Later
from livepatch.session.rack import Rack
from livepatch.session.remedies import Remedies
from livepatch.session.sources import Code, Sources

TICK_SECONDS = 0.01
STANDBY_AFTER_SECONDS = 2.0
MOST_DEATHS = 8
DEATHS_SECONDS = 20.0


class Sound:
    """Owns the engines. One thread supervises, one per engine receives; every other use needs the rack's lock.

    `tell` broadcasts to the front ends; `applied` hears of every edit that took effect in the engine that plays,
    `began` when another one does, `panicking` before every module starts afresh, `taken` of what modules remember,
    `unplugged` of plug-ins that the engine hears nothing of, `retuned` of another sample rate.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it stands between
        self,
        runtime: Path,
        arguments: list[str],
        log: Path,
        cache: Path,
        rack: Rack,
        sources: Sources,
        tell: Callable[[Message], None],
        applied: Callable[[Applied], None],
        idle: Callable[[], bool],
    ) -> None:
        self._runtime = runtime
        self._arguments = arguments
        self._log = log
        self._cache = cache
        self._rack = rack
        self._sources = sources
        self._tell = tell
        self._applied = applied
        self._idle = idle
        self.began: Callable[[], None] = lambda: None
        self.panicking: Callable[[], None] = lambda: None
        self.taken: Callable[[StatesTaken], None] = lambda _: None
        self.unplugged: Callable[[PluginLost], None] = lambda _: None
        self.retuned: Callable[[], None] = lambda: None
        self.later: Later | None = None
        self.journal: Journal | None = None
        self._remedies = Remedies(rack, sources, tell)
        self._playing: Engine | None = None
        self._standby: Engine | None = None
        self._left_at = (0.0, 0.0)
        self._deaths: list[float] = []
        self._given_up = False
        self._core: Path | None = None
        self._safe = True
        self._told: EngineState = NO_ENGINE
        self._told_ailing: dict[int, str] = {}
        self._ending = threading.Event()
        self._urgent = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def start(self) -> None:
        """Begin to supervise; the engine starts as soon as there is a core library."""
        self._supervisor.start()

    def edited(self, edit: Edit) -> int:
        """Pass on an edit to what plays; its serial, 0 if nothing will come of it."""
        self._given_up = False
        self._remedies.edited(edit)
        if self._standby is not None and (edits.added(edit) or edits.sources(edit)):
            self._standby.feed.preload(self._rack.patch)
        return self._playing.feed.edited(edit) if self._playing is not None else 0

    def arrived(self) -> int:
        """Bring in modules whose code has come; the serial of the edit, 0 if there are none."""
        if self._standby is not None:
            self._standby.feed.preload(self._rack.patch)
        return self._playing.feed.arrived(self._rack.patch) if self._playing is not None else 0

    def improved(self, code: Code) -> None:
        """The same code is in another folder, where its voices play side by side."""
        for engine in (self._playing, self._standby):
            if engine is not None:
                engine.feed.improved(code)

    def replaced(self) -> int:
        """Play the patch that is in the rack now; the serial of the edit, 0 if nothing will come of it."""
        self._given_up = False
        self._sources.silenced.clear()
        return self._playing.feed.replaced(self._rack.patch) if self._playing is not None else 0

    def hold(self, edit: Edit, when: str | float, after: float, about: str) -> int:
        """Let the engine keep an edit for a bar or a beat; its serial, 0 while none plays."""
        return self._playing.feed.hold(edit, when, after, about) if self._playing is not None else 0

    def cancel(self, serial: int) -> None:
        """Let the engine forget one."""
        if self._playing is not None:
            self._playing.feed.cancel(serial)
        if self.journal is not None:
            self.journal.set(serial, "cancelled")

    def landed(self, serial: int, edit: Edit) -> int:
        """What the engine kept took effect, and the patch has it; its serial."""
        if self._playing is not None:
            self._playing.feed.landed(serial, edit)
        return serial

    def in_flight(self) -> list[Edit]:
        """What the engine was told and has not played yet."""
        return self._playing.feed.in_flight() if self._playing is not None else []

    def take_states(self, serial: int, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Ask for the states of modules; those that the engine plays."""
        playing = self._playing
        present = playing.feed.present(ids) if playing is not None else ()
        if playing is not None and present:
            playing.outbox.post(TakeStates(serial, present))
        return present

    def plays(self) -> bool:
        """Whether there is an engine."""
        return self._playing is not None

    def has(self, id: int) -> bool:
        """Whether the engine has a module, which it may be about to play."""
        return self._playing is not None and bool(self._playing.feed.present((id,)))

    def give_states(self, path: Path) -> bool:
        """Let modules take over the states in a file; whether anything plays."""
        if self._playing is None:
            return False
        serial = next(SERIALS)
        if self.journal is not None:
            self.journal.gave(serial, path)
        self._playing.outbox.post(GiveStates(str(path), serial))
        return True

    def retune(self, sample_rate: int) -> None:
        """Play at another sample rate, in Hz."""
        with self._rack.lock:
            self._arguments[self._arguments.index("--sample-rate") + 1] = str(sample_rate)
            self._sources.silenced.clear()
            standby, self._standby = self._standby, None
            if self._playing is not None:
                self._playing.outbox.post(SampleRate(float(sample_rate), self._set("sample_rate", sample_rate)))
            self.retuned()
        if standby is not None:
            standby.kill()
            standby.forget()

    def sample_rate(self) -> float:
        """In Hz."""
        return self.state().sample_rate or float(self._arguments[self._arguments.index("--sample-rate") + 1])

    def plug_in(self, message: PlugIn | PluginStands) -> None:
        """Tell the engine that plays where a plug-in is, or where it stands; the rack is locked."""
        if self._playing is not None:
            self._playing.outbox.post(message)

    def panic(self) -> None:
        """Silence at once."""
        with self._rack.lock:
            self._given_up = False
            self._sources.silenced.clear()
            if self._playing is not None:
                self.panicking()
                self._playing.outbox.post(Panic(self._set("panic")))

    def safe_output(self, *, enabled: bool) -> None:
        """Limiter and DC block on or off."""
        with self._rack.lock:
            self._safe = enabled
            if self._playing is not None:
                self._playing.outbox.post(SafeOutput(enabled, self._set("safe", float(enabled))))

    def _set(self, word: str, value: float = 0.0) -> int:
        """Note a setting in the journal; the serial that the engine is told it with."""
        serial = next(SERIALS)
        if self.journal is not None:
            self.journal.set(serial, word, value)
        return serial

    def level(self, id: int, index: int) -> float:
        """What the meters show of a module's outlet or light; 0 while it does not play."""
        return self._playing.level(id, index) if self._playing is not None else 0.0

    def frame(self) -> int:
        """How far the engine that plays has come."""
        return self._playing.frame() if self._playing is not None else 0

    def state(self) -> EngineState:
        """How the engine that plays stands."""
        return self._playing.state() if self._playing is not None else NO_ENGINE

    def end(self) -> None:
        """Fade out and end every engine."""
        self._ending.set()
        self._urgent.set()
        with self._rack.lock:
            playing, self._playing = self._playing, None
            standby, self._standby = self._standby, None
        if standby is not None:
            standby.kill()
            standby.forget()
        if playing is not None:
            faded, frames = playing.end()
            if faded and self.journal is not None:
                with self._rack.lock:
                    self.journal.faded(next(SERIALS), faded, frames)

    def _supervise(self) -> None:
        while not self._ending.is_set():
            self._urgent.clear()
            with self._rack.lock:
                if not self._ending.is_set():
                    self._look_after()
            self._urgent.wait(TICK_SECONDS)

    def _look_after(self) -> None:
        core = builds.core_folder(self._cache)
        if core is None:
            return
        if core != self._core:
            self._core, self._given_up = core, False  # what one core library could not, another may
        playing = self._playing
        if playing is not None and playing.core != str(core):
            self._retire(playing)
        elif playing is not None and playing.hung():
            self._lost(playing, "hung")
        if self._playing is None and not self._given_up:
            self._play(core)
        elif self._playing is not None and self._standby is None and self._wants_standby():
            self._standby = self._launch(core)
            if self._standby is not None:
                self._standby.feed.preload(self._rack.patch)
        self._tell_state()

    def _play(self, core: Path) -> None:
        """Let the engine that waits take over, or a new one."""
        engine, self._standby = self._standby, None
        if engine is not None and (engine.core != str(core) or not engine.child.alive()):
            engine.kill()
            engine.forget()
            engine = None
        engine = engine or self._launch(core)
        if engine is None:
            self._given_up = True
            return
        self._playing = engine
        self._sources.silenced.clear()
        if self.journal is not None:
            rate = float(self._arguments[self._arguments.index("--sample-rate") + 1])
            self.journal.engine_began(rate, core.name)
            engine.feed.sent, engine.feed.kept = self.journal.told, self.journal.kept
        engine.feed.begin(self._rack.patch, self._beats_now())
        self.began()
        if self.later is not None:
            self.later.began()
        if not self._safe:
            engine.outbox.post(SafeOutput(False, self._set("safe")))
        engine.start()

    def _launch(self, core: Path) -> Engine | None:
        try:
            engine = Engine([*self._arguments, "--core", str(core)], self._log, self._sources, self._runtime)
        except OSError as error:
            self._tell(Notice("error", f"the engine cannot be started: {error}"))
            return None
        if self.journal is not None:
            engine.feed.loaded = self.journal.code
        threading.Thread(target=self._receive, args=(engine,), name="from engine", daemon=True).start()
        return engine

    def _wants_standby(self) -> bool:
        playing = self._playing
        if playing is None or playing.ready is None or not self._idle():
            return False
        return time.monotonic() - playing.ready_at > STANDBY_AFTER_SECONDS

    def _beats_now(self) -> float:
        """Where the transport would be if the engine that played last still did."""
        beats, at = self._left_at
        transport = self._rack.patch.transport
        if not beats or setting(transport, "running") < 0.5:
            return beats
        return beats + (time.monotonic() - at) * setting(transport, "tempo") / 60.0

    def _retire(self, engine: Engine) -> None:
        self._left_at = engine.beats(), time.monotonic()
        self._playing = None
        threading.Thread(target=engine.end, name="retire engine", daemon=True).start()

    def _tell_state(self) -> None:
        state = self.state()
        if state != self._told:
            self._told = state
            self._tell(state)
        wrong = ailing(self._sources, self._rack.patch)
        if wrong != self._told_ailing:
            self._told_ailing = wrong
            self._tell(Ailing(wrong))

    def _receive(self, engine: Engine) -> None:
        while True:
            try:
                message = engine.child.channel.receive()
            except ChannelClosedError:
                with self._rack.lock:
                    self._lost(engine, "died")
                return
            except msgspec.ValidationError as error:
                self._tell(Notice("error", f"the engine said something unknown: {error}"))
                continue
            with self._rack.lock:
                self._take(engine, message)

    def _take(self, engine: Engine, message: Message) -> None:  # noqa: C901, PLR0912 - one case for each message
        match message:
            case Ready():
                engine.became_ready(message)
            case Placed():
                engine.placed(message)
            case Latency():
                engine.late(message)
            case Applied() if engine is self._playing:
                if self.later is not None and self.later.applied(message):
                    self.arrived()
                engine.feed.applied(message.serial)
                if self.journal is not None:
                    self.journal.applied(message)
                if message.serial:
                    self._applied(message)
                    self._tell(message)
            case Waits() | Cancelled() if engine is self._playing and self.later is not None:
                self.later.take(message)
            case StatesTaken():
                self.taken(message)
            case PluginLost() if engine is self._playing:
                self.unplugged(message)
            case Fault():
                self._remedies.fault(message)
            case Notice() if engine is self._playing:
                self._tell(message)
            case _:
                pass

    def _lost(self, engine: Engine, how: str) -> None:
        """An engine is no more: find out why, and go on without it. Called for each engine once or twice."""
        if self._ending.is_set() or engine not in (self._playing, self._standby):
            return
        running, beats = engine.running(), engine.beats()
        engine.kill()
        ended = engine.child.how_it_ended()
        engine.forget()
        if engine is self._standby:
            self._standby = None
            return
        self._left_at = beats, time.monotonic()
        self._playing = None
        self._urgent.set()
        if how == "hung":
            self._remedies.death(running, "hung")
        elif engine.child.crashed():
            self._remedies.death(running, ended)
        now = time.monotonic()
        self._deaths = [death for death in self._deaths if now - death < DEATHS_SECONDS] + [now]
        if len(self._deaths) >= MOST_DEATHS:
            self._given_up = True
            self._deaths.clear()
            last = log_tail(self._log).rpartition("\n")[2]
            text = f"the engine keeps dying and stays silent until you change the patch; {self._log} ends: {last}"
            self._tell(Notice("error", text))
            return
        self._tell(Notice("warning", f"the engine {'hung' if how == 'hung' else ended}; another one plays on"))
