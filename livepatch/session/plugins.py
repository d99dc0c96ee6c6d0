"""The plug-ins in the rack: their processes, what they remember, and what is done when one dies."""

import hashlib
import math
import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import Message, Notice, PanelChanged, PlugIn, PluginLost, PluginStands
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import PluginIndex
from livepatch.protocol.plugin_panel import PluginBuild, build, is_plugin
from livepatch.session.hosting import builds_of, folder_of
from livepatch.session.plugin_board import PluginBoard
from livepatch.session.plugin_host import HostError, PluginHost
from livepatch.session.rack import Rack
from livepatch.session.sources import Code, Sources
from livepatch.session.storage import Storage

TICK_SECONDS = 0.1
START_SECONDS = 10.0
"""How long what the performer asks of a plug-in waits for its process."""
POLL_SECONDS = 0.005
KEEP_SECONDS = 3.0
"""How long after a change a plug-in's state is kept."""
MOST_DEATHS = 5
DEATHS_SECONDS = 60.0
FIRST_WAIT_SECONDS = 0.2
MEMORY_SECONDS = 2.0
MOST_MEGABYTES = 4000.0
"""A plug-in that takes more is leaking."""
SAME = 1e-4
"""Values of a parameter that are no nearer differ: plug-ins compute with 32-bit floats."""
ENDINGS = {"vst2": "fxb", "vst3": "vstpreset"}


class Playing(Protocol):
    """What is asked of the engines."""

    def plug_in(self, message: PlugIn | PluginStands) -> None:
        """Tell the engine that plays."""

    def sample_rate(self) -> float:
        """In Hz."""


@dataclass
class Guest:
    """A plug-in in the rack. `state` is the file with what it remembers; `changed` when it turned from that."""

    id: int
    build: PluginBuild
    host: PluginHost | None = None
    state: str = ""
    changed: float = math.inf
    deaths: list[float] = field(default_factory=list)
    again: float = math.inf
    given_up: bool = False
    gone: bool = False
    why: str = ""


class Plugins:
    """Starts and ends the processes of plug-ins as the rack changes, and keeps what they remember.

    `edited`, `replaced`, `began` and `lost` are called with the rack's lock held and return at once; what follows
    is done by a thread of its own, which also starts every process, and by one for each process that hears it.
    Every other method waits for what it does, and is called without the lock.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it stands between
        self,
        rack: Rack,
        sources: Sources,
        storage: Storage,
        runtime: Path,
        log: Path,
        tell: Callable[[Message], None],
    ) -> None:
        self._rack = rack
        self._sources = sources
        self._storage = storage
        self._runtime = runtime
        self._log = log
        self._tell = tell
        self.playing: Playing | None = None
        self.board = PluginBoard(rack, tell)
        self._guests: dict[int, Guest] = {}
        self._builds: dict[str, PluginBuild] = {}
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._looked = 0.0
        self._worker = threading.Thread(target=self._work, name="plug-ins", daemon=True)

    def start(self) -> None:
        """Begin to follow the rack."""
        self._worker.start()

    def end(self) -> None:
        """End every process."""
        self._jobs.put(None)
        with self._rack.lock:
            guests, self._guests = list(self._guests.values()), {}
        for guest in guests:
            guest.gone = True
            if guest.host is not None:
                guest.host.kill()
                guest.host.forget()

    def know(self, facts: Facts) -> str:
        """Have the panel of a plug-in; its module type. Needs the rack's lock.

        Raises: LivepatchError: if the cache cannot be written.
        """
        return self._learn(build(facts))

    def _learn(self, made: PluginBuild) -> str:
        known = self._builds.get(made.type)
        if known is None or known.source != made.source:
            folder = folder_of(made)
            self._builds[made.type] = made
            self._sources.plug(Code(made.type, made.source, str(folder), made.panel, made.facts.path, ""))
            self._tell(PanelChanged(made.panel, 0.0))
        return made.type

    def meet(self, patch: Patch) -> None:
        """Have the panels of the plug-ins of a patch that is about to play, as far as they are installed.

        Needs the rack's lock.
        """
        for made in builds_of(patch).values():
            self._learn(made)

    def find(self, word: str) -> Facts:
        """An installed plug-in. Raises: LivepatchError: if there is none of this name."""
        return PluginIndex.read().find(word)

    def installed(self) -> list[Facts]:
        """All that are installed, by name."""
        return sorted(PluginIndex.read().all(), key=lambda facts: (facts.name.lower(), facts.format))

    def data(self, type: str) -> dict[str, Any]:
        """What a module of this type keeps of its plug-in, for whoever opens the patch."""
        facts = self._builds[type].facts
        return {"plugin": {"format": facts.format, "uid": facts.uid, "name": facts.name, "vendor": facts.vendor}}

    # what the session tells, with the rack locked

    def edited(self, edit: Edit) -> None:
        """The patch has changed."""
        for part in edit.edits if isinstance(edit, edits.Batch) else (edit,):
            match part:
                case edits.Batch():
                    self.edited(part)
                case edits.AddModule(module=module):
                    self._come(self._rack.patch.modules.get(module.id))
                case edits.RemoveModule(id=id):
                    self._go(id)
                case edits.SetData(id=id, data=data):
                    self._remember_again(id, data)
                case edits.SetKnob(id=id) if id in self._guests:
                    self._guests[id].changed = min(self._guests[id].changed, time.monotonic())
                case edits.SetBypass(id=id, bypass=bypass):
                    host = self._host(id)
                    if host is not None:
                        self._jobs.put(partial(host.say, messages.Bypass(bypass)))
                case _:
                    pass

    def replaced(self) -> None:
        """Another patch is in the rack."""
        for id in list(self._guests):
            self._go(id)
        for module in list(self._rack.patch.modules.values()):
            self._come(module)

    def began(self) -> None:
        """Another engine plays."""
        for guest in self._guests.values():
            if guest.host is not None and guest.host.ready.is_set() and self.playing is not None:
                self.playing.plug_in(guest.host.place())

    def lost(self, message: PluginLost) -> None:
        """The engine hears nothing of a plug-in any more."""
        guest = self._guests.get(message.id)
        if guest is not None and guest.host is not None and message.how != "ended":
            guest.why = message.how
            guest.host.kill()

    def panicking(self) -> None:
        """Every module is about to start afresh."""
        self._prepare()

    def retuned(self) -> None:
        """The sample rate is another."""
        self._prepare()

    def _prepare(self) -> None:
        if self.playing is None:
            return
        for guest in self._guests.values():
            if guest.host is not None:
                self._jobs.put(partial(guest.host.say, messages.Prepare(self.playing.sample_rate())))

    def _host(self, id: int) -> PluginHost | None:
        guest = self._guests.get(id)
        return guest.host if guest is not None else None

    def _come(self, module: PlacedModule | None) -> None:
        if module is None or module.type not in self._builds or module.id in self._guests:
            return
        guest = Guest(module.id, self._builds[module.type], state=str(module.data.get("state", "")))
        self._guests[module.id] = guest
        self._jobs.put(partial(self._launch, guest))

    def _go(self, id: int) -> None:
        guest = self._guests.pop(id, None)
        self.board.forget(id)
        if guest is not None:
            guest.gone = True
            self._jobs.put(partial(self._dismiss, guest))

    def _remember_again(self, id: int, data: dict[str, Any]) -> None:
        guest = self._guests.get(id)
        state = str(data.get("state", ""))
        if guest is not None and state and state != guest.state:
            guest.state = state
            self._jobs.put(partial(self._restore, guest, state))

    # the worker

    def _work(self) -> None:
        while True:
            try:
                job = self._jobs.get(timeout=TICK_SECONDS)
            except queue.Empty:
                job = self._look
            if job is None:
                return
            try:
                job()
            except HostError as error:
                self._tell(Notice("warning", f"a plug-in: {error}"))
            except Exception as error:  # noqa: BLE001 - a mistake of ours is told, and must not end what follows
                self._tell(Notice("error", f"plug-ins: {type(error).__name__}: {error}"))

    def _look(self) -> None:
        """See whether any hangs, leaks, is to start again, or has something to keep."""
        now = time.monotonic()
        memory = now - self._looked > MEMORY_SECONDS
        if memory:
            self._looked = now
        with self._rack.lock:
            guests = list(self._guests.values())
            self.board.look(guests, self._sample_rate())
        for guest in guests:
            host = guest.host
            if host is None:
                if now >= guest.again:
                    guest.again = math.inf
                    self._launch(guest)
            elif host.hung():
                guest.why = "hung"
                host.kill()
            elif memory and (taken := host.megabytes()) > MOST_MEGABYTES:
                guest.why = f"took {taken:.0f} MB of memory"
                host.kill()
            elif now - guest.changed > KEEP_SECONDS:
                self._keep(guest)

    def _launch(self, guest: Guest) -> None:
        """Start the process of a plug-in."""
        if guest.gone:
            return
        try:
            guest.host = PluginHost(guest.id, guest.build.facts, self._runtime, self._log, self._sample_rate())
        except OSError as error:
            self._tell(Notice("error", f"{self._name(guest)}: no process for the plug-in: {error}"))
            return
        threading.Thread(target=self._listen, args=(guest, guest.host), name="from plug-in", daemon=True).start()

    def _sample_rate(self) -> float:
        return self.playing.sample_rate() if self.playing is not None else 48000.0

    def _dismiss(self, guest: Guest) -> None:
        if guest.host is not None:
            guest.host.end()
            guest.host = None

    def _restore(self, guest: Guest, state: str) -> None:
        """Have a plug-in take a state over that it had before."""
        host = guest.host
        if host is None or not host.ready.is_set():
            return
        answer = host.ask(lambda serial: messages.Restore(serial, str(self._folder(guest) / state)))
        if isinstance(answer, messages.Restored):
            if answer.problem:
                self._tell(Notice("warning", f"{self._name(guest)}: {answer.problem}"))
            self._show(guest, answer.values, answer.texts)

    # what a plug-in's process says

    def _listen(self, guest: Guest, host: PluginHost) -> None:
        how = host.listen(partial(self._hear, guest))
        host.forget()
        with self._rack.lock:
            if guest.gone or guest.host is not host:
                return
            guest.host = None
            opened = host.opened is not None
            why, guest.why = guest.why or how, ""
            self.board.ended(guest.id, why)
            now = time.monotonic()
            guest.deaths = [death for death in guest.deaths if now - death < DEATHS_SECONDS] + [now]
            name = self._name(guest)
            if not opened:
                text = f"{name} is bypassed, its plug-in does not start: {why}; {self._log} has what it printed"
                self._tell(Notice("error", text))
            elif len(guest.deaths) > MOST_DEATHS:
                guest.given_up = True
                times = len(guest.deaths)
                text = f"{name} stays bypassed: its plug-in {why}, {times} times now; restart({name}) tries again"
                self._tell(Notice("error", text))
            else:
                wait = FIRST_WAIT_SECONDS * 2.0 ** (len(guest.deaths) - 1)
                guest.again = now + wait
                text = f"{name} is bypassed: its plug-in {why}; it starts again in {wait:g} s with its last state"
                self._tell(Notice("warning", text))

    def _hear(self, guest: Guest, host: PluginHost, message: Message) -> None:
        match message:
            case messages.Opened():
                threading.Thread(target=self._opened, args=(guest, host, message), daemon=True).start()
            case messages.Shown(values=values, texts=texts, own=own):
                self._show(guest, {id: values[id] for id in own}, texts)
            case messages.Restored(serial=0, values=values, texts=texts):
                self._show(guest, values, texts)
            case messages.Prepared(problem=problem) if problem:
                self._tell(Notice("warning", f"{self._name(guest)}: {problem}"))
            case messages.Said(what="buses" | "restart"):
                guest.why = "asked to be started again"
                host.kill()
            case messages.Said(what=what, text=text):
                self._tell(Notice("note", f"{self._name(guest)}: {what} {text}".rstrip()))
            case _:
                pass

    def _opened(self, guest: Guest, host: PluginHost, opened: messages.Opened) -> None:
        """Give a plug-in back what it remembers, and let the engine play it."""
        try:
            values, texts = opened.values, opened.texts
            if guest.state:
                answer = host.ask(lambda serial: messages.Restore(serial, str(self._folder(guest) / guest.state)))
                if isinstance(answer, messages.Restored):
                    values, texts = answer.values, answer.texts
                    if answer.problem:
                        self._tell(Notice("warning", f"{self._name(guest)}: {answer.problem}"))
            with self._rack.lock:
                module = self._rack.patch.modules.get(guest.id)
                if module is None or guest.gone:
                    return
                turned = self._turned(guest, module, values)
                if turned:
                    host.say(messages.Turn(turned))
                if module.bypass:
                    host.say(messages.Bypass(True))
                self._show(guest, values | turned, texts)
                if self.playing is not None:
                    self.playing.plug_in(host.place())
        except HostError as error:
            self._tell(Notice("warning", f"{self._name(guest)}: {error}"))

    def _turned(self, guest: Guest, module: PlacedModule, values: dict[int, float]) -> dict[int, float]:
        """The parameters that the patch has elsewhere than the plug-in."""
        ids = dict(guest.build.ports.knobs)
        return {
            ids[knob]: value
            for knob, value in module.knobs.items()
            if knob in ids and abs(values.get(ids[knob], value) - value) > SAME
        }

    def _show(self, guest: Guest, values: dict[int, float], texts: dict[int, str]) -> None:
        """Let the knobs follow the plug-in, and show its texts."""
        with self._rack.lock:
            steps = self._following(guest, values)
            if steps:
                self._rack.perform(edits.Batch(steps) if len(steps) > 1 else steps[0], undoable=False)
            self.board.show(guest, texts)

    def _following(self, guest: Guest, values: dict[int, float]) -> tuple[Edit, ...]:
        """What makes the knobs stand where the plug-in does; the engine is told not to send that. Locked."""
        module = self._rack.patch.modules.get(guest.id)
        if module is None:
            return ()
        panel = {knob.name: knob.default for knob in guest.build.panel.knobs}
        knobs: dict[str, float] = {}
        for knob, id in guest.build.ports.knobs:
            value = values.get(id)
            if value is None or not math.isfinite(value):
                continue
            value = min(max(value, 0.0), 1.0)
            if abs(module.knobs.get(knob, panel[knob]) - value) > SAME:
                knobs[knob] = value
        if knobs and self.playing is not None:
            self.playing.plug_in(PluginStands(guest.id, knobs))
        return tuple(edits.SetKnob(guest.id, knob, value) for knob, value in knobs.items())

    # what the performer asks for

    def remember(self) -> bool:
        """Keep what every plug-in remembers now; whether any of it is new."""
        with self._rack.lock:
            guests = list(self._guests.values())
        news = False
        for guest in guests:
            news = self._keep(guest) or news
        return news

    def _keep(self, guest: Guest, *, always: bool = False) -> bool:
        """Keep what a plug-in remembers, in a file that is named by its content; whether that is new."""
        host = guest.host
        guest.changed = math.inf
        if host is None or not host.ready.is_set() or host.opened is None:
            return False
        try:
            name = self._write(guest, host, always=always)
        except (HostError, OSError) as error:
            self._tell(Notice("warning", f"{self._name(guest)}: its state is not kept: {error}"))
            return False
        with self._rack.lock:
            module = self._rack.patch.modules.get(guest.id)
            if module is None or not name or name == guest.state:
                return False
            guest.state = name
            self._rack.note(edits.SetData(guest.id, module.data | {"state": name}))
        return True

    def choose(self, id: int, program: int) -> None:
        """Go to another program of a plug-in, as a step that can be taken back.

        Raises: PatchError: if it does not play, or has no such program.
        """
        guest = self._guest(id)
        names = guest.build.facts.programs
        if not 0 <= program < len(names):
            raise PatchError(f"{self._name(guest)} has {len(names)} programs")
        about = f"program {names[program].strip() or program + 1} in {self._name(guest)}"
        self._change(guest, lambda serial: messages.Choose(serial, program), {"program": program}, about)

    def load_preset(self, id: int, path: Path) -> None:
        """Take over a preset file, as a step that can be taken back. Raises: PatchError: if it does not fit."""
        guest = self._guest(id)
        about = f"preset {path.stem} in {self._name(guest)}"
        self._change(guest, lambda serial: messages.Restore(serial, str(path)), {}, about)

    def save_preset(self, id: int, path: Path) -> Path:
        """Write a preset file; the path. Raises: PatchError: if it cannot be written."""
        guest = self._guest(id)
        ending = ENDINGS[guest.build.facts.format]
        path = path if path.suffix else path.with_suffix(f".{ending}")
        self._keep(guest, always=not guest.state)
        state = self._folder(guest) / guest.state
        try:
            path.write_bytes(state.read_bytes())
        except OSError as error:
            raise PatchError(f"{error.filename or path} cannot be written: {error.strerror}") from error
        return path

    def _change(self, guest: Guest, make: Callable[[int], Message], data: dict[str, Any], about: str) -> None:
        self._rack.refuse_while_recording("another program or preset")
        self._keep(guest, always=not guest.state)
        host = guest.host
        if host is None:
            raise PatchError(f"{self._name(guest)} does not play")
        try:
            answer = host.ask(make)
        except HostError as error:
            raise PatchError(f"{self._name(guest)}: {error}") from error
        if not isinstance(answer, messages.Restored) or answer.problem:
            problem = answer.problem if isinstance(answer, messages.Restored) else "its plug-in does not answer"
            raise PatchError(f"{self._name(guest)}: {problem}")
        try:
            after = self._write(guest, host, always=True)
        except (HostError, OSError) as error:
            raise PatchError(f"{self._name(guest)}: its state is not kept: {error}") from error
        with self._rack.lock:
            module = self._rack.patch.modules.get(guest.id)
            if module is None:
                return
            steps = self._following(guest, answer.values)
            kept = edits.SetData(guest.id, module.data | data | {"state": after})
            guest.state = after
            self._rack.perform(edits.Batch((kept, *steps)), about=about)
            self.board.show(guest, answer.texts)

    def _write(self, guest: Guest, host: PluginHost, *, always: bool = False) -> str:
        """Write a plug-in's state into a file that is named by its content; its name, "" if it is as it was.

        Raises: HostError: if the plug-in cannot. OSError: if the disk refuses.
        """
        folder = self._folder(guest)
        fresh = folder / f".{time.monotonic_ns()}"
        answer = host.ask(lambda serial: messages.Keep(serial, str(fresh), always))
        if not isinstance(answer, messages.Kept) or answer.problem:
            raise HostError(answer.problem if isinstance(answer, messages.Kept) else "it does not answer")
        if not answer.path:
            return ""
        hash = hashlib.sha256(fresh.read_bytes()).hexdigest()[:16]
        name = f"{hash}.{ENDINGS[guest.build.facts.format]}"
        fresh.replace(folder / name)
        return name

    def restart(self, id: int) -> None:
        """Start a plug-in's process again, with its last state. Raises: PatchError: if there is none."""
        with self._rack.lock:
            guest = self._guests.get(id)
            if guest is None:
                raise PatchError("this module is no plug-in")
            guest.deaths.clear()
            guest.given_up = False
        self._keep(guest)
        guest.why = "was started again"
        if guest.host is not None:
            guest.host.kill()
        else:
            self._jobs.put(partial(self._launch, guest))

    def send(self, id: int, content: bytes) -> None:
        """Send a MIDI message to a plug-in. Raises: PatchError: if it does not play."""
        guest = self._guest(id)
        assert guest.host is not None
        guest.host.say(messages.SendMidi(content))
        guest.changed = min(guest.changed, time.monotonic())

    def text(self, id: int, knob: str, value: float) -> str:
        """What a plug-in shows for a value of a knob; "" if it does not say."""
        answer = self._ask_text(id, knob, value, None)
        return answer.text if answer is not None else ""

    def read(self, id: int, knob: str, text: str) -> float | None:
        """The value that a plug-in reads from a text, None if it reads none."""
        answer = self._ask_text(id, knob, 0.0, text)
        return answer.value if answer is not None else None

    def _ask_text(self, id: int, knob: str, value: float, text: str | None) -> messages.Text | None:
        host, guest = self._host(id), self._guests.get(id)
        if host is None or guest is None or not host.ready.is_set():
            return None
        parameter = dict(guest.build.ports.knobs).get(knob)
        if parameter is None:
            return None
        try:
            answer = host.ask(lambda serial: messages.AskText(serial, parameter, value, text), 1.0)
        except HostError:
            return None  # what it shows is no more than a number, then
        return answer if isinstance(answer, messages.Text) else None

    def act(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a plug-in's menu does. Raises: PatchError: if it fails."""
        match method.partition(":"):
            case ("program", _, number):
                self.choose(id, int(number))
            case ("load_preset", *_):
                self.load_preset(id, Path(text or "").expanduser())
            case ("save_preset", *_):
                self.save_preset(id, Path(text or "").expanduser())
            case ("restart", *_):
                self.restart(id)
            case _:
                raise PatchError(f"there is no action {method} in this menu")

    def act_soon(self, id: int, method: str, text: str | None) -> None:
        """As `act`, in the thread that serves plug-ins; what goes wrong is told."""

        def act() -> None:
            try:
                self.act(id, method, text)
            except PatchError as error:
                self._tell(Notice("error", str(error)))

        self._jobs.put(act)

    def has(self, id: int) -> bool:
        """Whether a module is a plug-in that plays, or is about to."""
        return id in self._guests

    def facts(self, id: int) -> Facts:
        """What a module's plug-in is. Raises: PatchError: if it is none."""
        guest = self._guests.get(id)
        if guest is None:
            raise PatchError("this module is no plug-in")
        return guest.host.facts if guest.host is not None else guest.build.facts

    def _guest(self, id: int) -> Guest:
        """A plug-in that plays; one that is just starting is waited for. Raises: PatchError: if it does not."""
        deadline = time.monotonic() + START_SECONDS
        while (guest := self._guests.get(id)) is not None and time.monotonic() < deadline:
            if guest.host is not None and guest.host.ready.is_set() and guest.host.opened is not None:
                return guest
            if guest.host is None and guest.again == math.inf and (guest.given_up or guest.deaths):
                break
            time.sleep(POLL_SECONDS)
        raise PatchError("its plug-in does not play")

    def _folder(self, guest: Guest) -> Path:
        with self._rack.lock:
            return self._storage.folder(self._rack.patch, guest.id)

    def _name(self, guest: Guest) -> str:
        module = self._rack.patch.modules.get(guest.id)
        return module.name if module is not None else guest.build.facts.name


def missing(patch: Patch, types: Iterable[str]) -> tuple[str, ...]:
    """A line on the plug-ins of a patch that are not installed."""
    known = set(types)
    absent = [module for module in patch.modules.values() if is_plugin(module.type) and module.type not in known]
    if not absent:
        return ()
    names = ", ".join(sorted(module.name for module in absent))
    return (f"{names}: no such plug-in is installed, or none that `livepatch plugins scan` has seen",)
