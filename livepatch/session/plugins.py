"""The plug-ins in the rack: their processes, what they remember, and what is done when one dies."""

import math
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import PlacedModule
from livepatch.patch.placeholder import is_plugin
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import Message, Notice, PlugIn, PluginLost, PluginStands
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_panel import build
from livepatch.session.plugin_board import PluginBoard
from livepatch.session.plugin_catalogue import PluginCatalogue
from livepatch.session.plugin_guest import Guest
from livepatch.session.plugin_host import HostError, PluginHost
from livepatch.session.plugin_memory import PluginMemory
from livepatch.session.plugin_programs import PluginPrograms
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources
from livepatch.session.storage import Storage

TICK_SECONDS = 0.1
KEEP_SECONDS = 3.0
"""How long after a change a plug-in's state is kept."""
MEMORY_SECONDS = 0.5
HUNG = "was ended by SIGXCPU"
"""What becomes of one that hangs at a high priority."""
MEGABYTES = 2000
"""A plug-in that takes more is leaking, unless the performer says otherwise."""
SAME = 1e-4
"""Values of a parameter that are no nearer differ: plug-ins compute with 32-bit floats."""
LEAVING_SECONDS = 0.1
"""How long a plug-in plays on that was taken out of the rack, while its cables fade."""


class Playing(Protocol):
    """What is asked of the engines."""

    def plug_in(self, message: PlugIn | PluginStands) -> None:
        """Tell the engine that plays."""

    def arrived(self) -> int:
        """Bring in modules that waited."""

    def sample_rate(self) -> float:
        """In Hz."""


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
        former: Path,
        log: Path,
        tell: Callable[[Message], None],
    ) -> None:
        """`former` is a folder for what plug-ins remembered, `log` what their processes print."""
        self._rack = rack
        self._sources = sources
        self.memory = PluginMemory(rack, storage, former, tell)
        self.programs = PluginPrograms(rack, self, self.memory)
        self._runtime = runtime
        self._log = log
        self._tell = tell
        self.megabytes = MEGABYTES
        self.playing: Playing | None = None
        self.board = PluginBoard(rack, tell)
        self._guests: dict[int, Guest] = {}
        self.catalogue = PluginCatalogue(sources, tell)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._leaving: list[tuple[float, PluginHost]] = []
        self._looked = self._weighed = 0.0
        self._index = self.catalogue.stamp()
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
        for host in (*(guest.host for guest in guests), *(host for _, host in self._leaving)):
            if host is not None:
                host.kill()
                host.forget()

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
                    self._guests[id].touch()
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
            if guest.playing is not None and self.playing is not None:
                self.playing.plug_in(guest.playing.place())

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
        made = self.catalogue.build(module.type) if module is not None else None
        if module is None or made is None or module.id in self._guests:
            return
        guest = Guest(module.id, made, state=str(module.data.get("state", "")))
        self._guests[module.id] = guest
        self._jobs.put(partial(self._launch, guest))

    def _go(self, id: int) -> None:
        guest = self._guests.pop(id, None)
        self.board.forget(id)
        if guest is not None:
            guest.gone = True
            if guest.host is not None:
                self._leaving.append((time.monotonic() + LEAVING_SECONDS, guest.host))

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
            self._try(job)
            if time.monotonic() - self._looked > TICK_SECONDS:
                self._try(self._look)

    def _try(self, job: Callable[[], None]) -> None:
        try:
            job()
        except (HostError, PatchError) as error:
            self._tell(Notice("error", str(error)))
        except Exception as error:  # noqa: BLE001 - a mistake of ours is told, and must not end what follows
            self._tell(Notice("error", f"plug-ins: {type(error).__name__}: {error}"))

    def _look(self) -> None:
        """See whether any hangs, leaks, is to start again, has something to keep, or is to go."""
        now = self._looked = time.monotonic()
        weigh = now - self._weighed > MEMORY_SECONDS
        self._weighed = now if weigh else self._weighed
        with self._rack.lock:
            guests = list(self._guests.values())
            self.board.look(guests, self._sample_rate())
            going = [host for when, host in self._leaving if when <= now]
            self._leaving = [each for each in self._leaving if each[0] > now]
        for host in going:
            host.end()
        if weigh and (index := self.catalogue.stamp()) != self._index:
            self._index = index
            self._meet_again()
        for guest in guests:
            self._look_after(guest, now, weigh=weigh)

    def _meet_again(self) -> None:
        """Other plug-ins are installed: placeholders of those that are there now begin to play."""
        with self._rack.lock:
            modules = self._rack.patch.modules.values()
            absent = [module for module in modules if is_plugin(module) and not self.catalogue.build(module.type)]
            if not absent:
                return
            self.catalogue.meet(self._rack.patch)
            for module in absent:
                made = self.catalogue.build(module.type)
                if made is not None:
                    self._rack.note(edits.SwapCode(made.type, made.source))
                    self._come(module)
                    self._tell(Notice("note", f"{module.name} plays: its plug-in is installed"))
            if self.playing is not None:
                self.playing.arrived()

    def _look_after(self, guest: Guest, now: float, *, weigh: bool) -> None:
        host = guest.host
        if host is None:
            if now >= guest.again:
                self._launch(guest)
        elif host.hung():
            guest.why = "hung"
            host.kill()
        elif weigh and (taken := host.megabytes()) > self.megabytes:
            guest.why = f"took {taken:.0f} MB of memory"
            host.kill()
        elif now - guest.changed > KEEP_SECONDS:
            self.memory.keep(guest)

    def _launch(self, guest: Guest) -> None:
        """Start the process of a plug-in."""
        if guest.gone:
            return
        try:
            guest.host = PluginHost(guest.id, guest.build.facts, self._runtime, self._log, self._sample_rate())
            guest.again = math.inf
        except OSError as error:
            guest.again = math.inf
            self._tell(Notice("error", f"{self._name(guest)}: no process for the plug-in: {error}"))
            return
        threading.Thread(target=self._listen, args=(guest, guest.host), name="from plug-in", daemon=True).start()

    def _sample_rate(self) -> float:
        return self.playing.sample_rate() if self.playing is not None else 48000.0

    def _restore(self, guest: Guest, state: str) -> None:
        """Have a plug-in take a state over that it had before; the patch has its knobs as they were then."""
        host = guest.playing
        if host is not None:
            answer = self._recall(guest, host, state)
            with self._rack.lock:
                module = self._rack.patch.modules.get(guest.id)
                turned = self._turned(guest, module, answer.values) if module is not None else {}
                if turned:
                    host.say(messages.Turn(turned))
            self._show_turned(guest, host, turned, answer.texts)

    def _show_turned(
        self, guest: Guest, host: PluginHost, turned: dict[int, float], texts: dict[int, str]
    ) -> None:
        """Show what a plug-in showed, and what it shows for parameters that were turned since."""
        told = dict(texts)
        for id, value in turned.items():
            answer = host.ask(partial(messages.AskText, id=id, value=value))
            if isinstance(answer, messages.Text):
                told[id] = answer.text
        self.show(guest, told)

    def _recall(self, guest: Guest, host: PluginHost, state: str) -> messages.Restored:
        """Give a plug-in a state back; what it is then. Raises: HostError: if it does not answer."""
        path = self.memory.path(guest, state)
        answer = host.ask(lambda serial: messages.Restore(serial, str(path)))
        if not isinstance(answer, messages.Restored):
            raise HostError(f"{self._name(guest)}: its plug-in does not answer")
        if answer.problem:
            self._tell(Notice("warning", f"{self._name(guest)}: {answer.problem}"))
        return answer

    # what a plug-in's process says

    def _listen(self, guest: Guest, host: PluginHost) -> None:
        how = host.listen(partial(self._hear, guest))
        host.forget()
        with self._rack.lock:
            if guest.gone or guest.host is not host:
                return
            why, guest.why = guest.why or how.replace(HUNG, "hung"), ""
            self.board.ended(guest.id, why)
            wait, name = guest.died(), self._name(guest)
            if host.opened is None:
                guest.again = math.inf
                text = f"{name} is bypassed, its plug-in does not start: {why}; {self._log} has what it printed"
            elif wait is None:
                times = len(guest.deaths)
                text = f"{name} stays bypassed: its plug-in {why}, {times} times now; restart({name}) tries again"
            else:
                text = f"{name} is bypassed: its plug-in {why}; it starts again in {wait:g} s with its last state"
        self._tell(Notice("error" if guest.again == math.inf else "warning", text))

    def _hear(self, guest: Guest, host: PluginHost, message: Message) -> None:
        match message:
            case messages.Opened():
                threading.Thread(target=self._opened, args=(guest, host, message), daemon=True).start()
            case messages.Shown(values=values, texts=texts, own=own):
                self.show(guest, texts)
                self._follow(guest, {id: values[id] for id in own})
            case messages.Restored(serial=0):
                self._take(guest, message)
            case messages.Prepared(problem=problem) if problem:
                self._tell(Notice("warning", f"{self._name(guest)}: {problem}"))
            case messages.Said(what="buses" | "restart"):
                guest.why = "asked to be started again"
                host.kill()
            case messages.Said(what="midi" | "sysex", text=text):
                guest.said.append(text)
            case messages.Said(what=what, text=text):
                self._tell(Notice("note", f"{self._name(guest)}: {what} {text}".rstrip()))
            case _:
                pass

    def _opened(self, guest: Guest, host: PluginHost, opened: messages.Opened) -> None:
        """Give a plug-in back what it remembers, and let the engine play it. In a thread of its own."""
        try:
            recalled = self._recall(guest, host, guest.state) if guest.state else None
        except HostError as error:
            self._tell(Notice("warning", str(error)))
            return
        values, texts = opened.values, opened.texts
        if recalled is not None:
            values, texts = recalled.values, recalled.texts
        with self._rack.lock:
            module = self._rack.patch.modules.get(guest.id)
            if module is None or guest.gone:
                return
            self._adapt(guest, opened)
            turned = self._turned(guest, module, values)
            if turned:
                host.say(messages.Turn(turned))
            if module.bypass:
                host.say(messages.Bypass(True))
            self._follow(guest, values | turned)
            if self.playing is not None:
                self.playing.plug_in(host.place())
        try:
            self._show_turned(guest, host, turned, texts)
        except HostError as error:
            self._tell(Notice("warning", f"{self._name(guest)}: {error}"))

    def _adapt(self, guest: Guest, opened: messages.Opened) -> None:
        """Go over to other inlets, outlets and knobs, if the plug-in has others than were known. Locked."""
        made = build(opened.facts, guest.build.type)
        if (made.ports, made.panel) != (guest.build.ports, guest.build.panel):
            guest.build = made
            self.catalogue.learn(made)
            self._rack.perform(edits.SwapCode(made.type, made.source), undoable=False)

    def _turned(self, guest: Guest, module: PlacedModule, values: dict[int, float]) -> dict[int, float]:
        """The parameters that the patch has elsewhere than the plug-in.

        Where a cable moves a knob, the plug-in has where that was at some moment, and the patch the knob's place.
        """
        ids = dict(guest.build.ports.knobs)
        cabled = self._cabled(guest)
        defaults = {knob.name: knob.default for knob in guest.build.panel.knobs if knob.name in cabled}
        return {
            ids[knob]: value
            for knob, value in (defaults | module.knobs).items()
            if knob in ids and abs(values.get(ids[knob], value) - value) > SAME
        }

    def _cabled(self, guest: Guest) -> set[str]:
        """The inlets and knobs of a plug-in that have cables. Locked."""
        cables = self._rack.patch.cables_of(guest.id)
        return {cable.inlet for cable in cables if cable.target == guest.id}

    def _take(self, guest: Guest, answer: messages.Restored) -> None:
        """A plug-in is in another state."""
        self._follow(guest, answer.values)
        self.show(guest, answer.texts)

    def show(self, guest: Guest, texts: dict[int, str]) -> None:
        """Show what a plug-in shows for its parameters."""
        with self._rack.lock:
            self.board.show(guest, texts)

    def _follow(self, guest: Guest, values: dict[int, float]) -> None:
        """Let the knobs stand where the plug-in does."""
        with self._rack.lock:
            steps = self.following(guest, values)
            if steps:
                self._rack.perform(edits.Batch(steps) if len(steps) > 1 else steps[0], undoable=False)

    def following(self, guest: Guest, values: dict[int, float], *, asked: bool = False) -> tuple[Edit, ...]:
        """What makes the knobs stand where the plug-in does; the engine need not send them. Locked.

        Knobs that cables move do so only if it was `asked` to go there.
        """
        module = self._rack.patch.modules.get(guest.id)
        if module is None:
            return ()
        cabled = set() if asked else self._cabled(guest)
        knobs: dict[str, float] = {}
        for knob, (_, id) in zip(guest.build.panel.knobs, guest.build.ports.knobs, strict=True):
            value = values.get(id)
            if value is None or not math.isfinite(value) or knob.name in cabled:
                continue
            value = min(max(value, 0.0), 1.0)
            if abs(module.knobs.get(knob.name, knob.default) - value) > SAME:
                knobs[knob.name] = value
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
            news = self.memory.keep(guest) or news
        return news

    def restart(self, id: int) -> None:
        """Start a plug-in's process again, with its last state. Raises: PatchError: if there is none."""
        with self._rack.lock:
            guest = self._guests.get(id)
        if guest is None:
            raise PatchError("this module is no plug-in")
        self.memory.keep(guest)
        with self._rack.lock:
            guest.deaths.clear()
            guest.given_up = False
            guest.why = "is started again, as you asked"
            if guest.host is not None:
                guest.host.kill()
            else:
                self._jobs.put(partial(self._launch, guest))

    def act_soon(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a plug-in's menu does, in the thread for plug-ins; what goes wrong is told."""
        self._jobs.put(partial(self.programs.act, id, method, text))

    def guest(self, id: int) -> Guest | None:
        """A module's plug-in; None if it is none."""
        return self._guests.get(id)

    def facts(self, id: int) -> Facts:
        """What a module's plug-in is. Raises: PatchError: if it is none."""
        guest = self._guests.get(id)
        if guest is None:
            raise PatchError("this module is no plug-in")
        return guest.host.facts if guest.host is not None else guest.build.facts

    def _name(self, guest: Guest) -> str:
        module = self._rack.patch.modules.get(guest.id)
        return module.name if module is not None else guest.build.facts.name
