"""The plug-ins in the rack: their processes, what they remember, and what is done when one dies."""

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import wait
from functools import partial
from pathlib import Path
from typing import Any

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import PlacedModule
from livepatch.patch.placeholder import is_plugin
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.children import bound_log
from livepatch.protocol.messages import Message, Notice, PluginLost
from livepatch.protocol.plugin_facts import Facts
from livepatch.session.plugin_board import PluginBoard
from livepatch.session.plugin_catalogue import PluginCatalogue
from livepatch.session.plugin_changes import PluginChanges
from livepatch.session.plugin_guest import Guest
from livepatch.session.plugin_host import LOAD_SECONDS, HostError, PluginHost
from livepatch.session.plugin_knobs import Playing, PluginKnobs
from livepatch.session.plugin_memory import PluginMemory
from livepatch.session.plugin_programs import PluginPrograms
from livepatch.session.plugin_worker import PluginWorker
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources
from livepatch.session.storage import Storage

KEEP_SECONDS = 3.0
"""How long after a change a plug-in's state is kept."""
MEMORY_SECONDS = 0.5
HUNG = "was ended by SIGXCPU"
"""What becomes of one that hangs at a high priority."""
MEGABYTES = 2000
"""A plug-in that takes more is leaking, unless the performer says otherwise."""
UNANSWERED_SECONDS = 2.0
"""So long a plug-in that comes round to nothing is waited for where its newest state is wanted."""
POLL_SECONDS = 0.02
LEAVING_SECONDS = 0.1
"""How long a plug-in plays on that was taken out of the rack, while its cables fade."""


class Plugins:
    """Starts and ends the processes of plug-ins as the rack changes, and keeps what they remember.

    `edited`, `replaced`, `began` and `lost` are called with the rack's lock held and return at once. Threads: one
    starts every process and looks after all, waiting for none; each plug-in has one that asks it, and one that
    hears it. Every other method waits for what it does, and is called without the lock.
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
        self.memory = PluginMemory(rack, storage, former, tell)
        self.knobs = PluginKnobs(rack)
        self.programs = PluginPrograms(rack, self, self.memory, tell)
        self._runtime = runtime
        self._log = log
        self._tell = tell
        self.megabytes = MEGABYTES
        self.seconds = LOAD_SECONDS
        self.rests = True
        self.board = PluginBoard(rack, tell)
        self._guests: dict[int, Guest] = {}
        self.catalogue = PluginCatalogue(sources, tell)
        self._changes = PluginChanges(rack, self.catalogue, self.memory, self._guests.values, tell)
        self._leaving: list[tuple[float, PluginHost]] = []
        self._weighed = 0.0
        self._index = self.catalogue.stamp()
        self._worker = PluginWorker(tell, self._look)

    @property
    def playing(self) -> Playing | None:
        """The engines."""
        return self.knobs.playing

    @playing.setter
    def playing(self, playing: Playing) -> None:
        self.knobs.playing = playing

    def start(self) -> None:
        """Begin to follow the rack."""
        self._worker.start()

    def end(self) -> None:
        """End every process."""
        self._worker.end()
        with self._rack.lock:
            guests, self._guests = list(self._guests.values()), {}
        for guest in guests:
            guest.gone = True
            guest.worker.end()
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
                case edits.SetBypass(id=id, bypass=bypass, hard=hard):
                    self._say(id, messages.Bypass(bypass and not hard))
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
        for id in self._guests:
            self._say(id, messages.Prepare(self.playing.sample_rate()))

    def _say(self, id: int, message: Message) -> None:
        guest = self._guests.get(id)
        if guest is not None and guest.host is not None:
            guest.worker.do(partial(guest.host.say, message))

    def _come(self, module: PlacedModule | None) -> None:
        made = self.catalogue.build(module.type) if module is not None else None
        if module is None or made is None or module.id in self._guests:
            return
        guest = Guest(module.id, made, PluginWorker(self._tell), state=str(module.data.get("state", "")))
        self._guests[module.id] = guest
        guest.worker.start()
        self._worker.do(partial(self._launch, guest))

    def _go(self, id: int) -> None:
        guest = self._guests.pop(id, None)
        self.board.forget(id)
        if guest is not None:
            guest.gone = True
            guest.worker.end()
            if guest.host is not None:
                self._leaving.append((time.monotonic() + LEAVING_SECONDS, guest.host))

    def _remember_again(self, id: int, data: dict[str, Any]) -> None:
        guest = self._guests.get(id)
        state = str(data.get("state", ""))
        if guest is not None and state and state != guest.state:
            guest.state = state
            guest.worker.do(partial(self._restore, guest, state))

    # the worker

    def _look(self) -> None:
        """See whether any hangs, leaks, is to start again, has something to keep, or is to go."""
        now = time.monotonic()
        weigh = now - self._weighed > MEMORY_SECONDS
        self._weighed = now if weigh else self._weighed
        with self._rack.lock:
            guests = list(self._guests.values())
            self.board.look(guests, self._sample_rate())
            going = [host for when, host in self._leaving if when <= now]
            self._leaving = [each for each in self._leaving if each[0] > now]
        with contextlib.suppress(OSError):  # a full disk takes no more anyway
            bound_log(self._log)
        for host in going:
            threading.Thread(target=host.end, name="end plug-in", daemon=True).start()
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
            for line in self.catalogue.meet(self._rack.patch):
                self._tell(Notice("note", line))
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
        elif trouble := host.trouble(self.seconds):
            guest.why = trouble
            host.kill()
        elif weigh and (taken := host.megabytes()) > self.megabytes:
            guest.why = f"took {taken:.0f} MB of memory"
            host.kill()
        elif now - guest.changed > KEEP_SECONDS:
            guest.changed = math.inf
            guest.worker.do(partial(self.memory.keep, guest))

    def _launch(self, guest: Guest) -> None:
        """Start the process of a plug-in, unless it has one or the module has gone."""
        if guest.gone or guest.host is not None:
            return
        with self._rack.lock:
            channels, state = self._changes.channels(guest), guest.state
        facts, rate = guest.build.facts, self._sample_rate()
        try:
            path = self.memory.path(guest, state) if state else None
            host = PluginHost(
                guest.id,
                facts,
                self._runtime,
                self._log,
                rate,
                rests=self.rests,
                state=path,
                channels=channels,
            )
        except OSError as error:
            guest.again = math.inf
            self._tell(Notice("error", f"{self._name(guest)}: no process for the plug-in: {error}"))
            return
        with self._rack.lock:
            guest.host, guest.again = host, math.inf
            if self._guests.get(guest.id) is not guest:  # it went meanwhile
                self._leaving.append((0.0, host))
        threading.Thread(target=self._listen, args=(guest, host), name="from plug-in", daemon=True).start()

    def _sample_rate(self) -> float:
        return self.playing.sample_rate() if self.playing is not None else 48000.0

    def _restore(self, guest: Guest, state: str) -> None:
        """Have a plug-in take a state over that it had before; the patch has its knobs as they were then."""
        host = guest.playing
        if host is not None:
            answer = self._recall(guest, host, state)
            with self._rack.lock:
                module = self._rack.patch.modules.get(guest.id)
                turned = self._turn(guest, host, module, answer.values) if module is not None else {}
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
            self.board.ended(guest.id, guest.afresh or why)
            self._tell(self._after(guest, host, why))

    def _after(self, guest: Guest, host: PluginHost, why: str) -> Notice:
        """What becomes of a plug-in whose process has ended. Locked."""
        name = self._name(guest)
        guest.bypassed = True
        if guest.afresh:
            afresh, guest.afresh = guest.afresh, ""
            guest.host, guest.again = None, time.monotonic()
            return Notice("note", f"{name}: its plug-in starts again, {afresh}")
        wait = guest.died()
        if host.opened is None:
            guest.again = math.inf
            text = f"{name} is bypassed, its plug-in does not start: {why}; {self._log} has what it printed"
            return Notice("error", text)
        if wait is None:
            times = len(guest.deaths)
            text = f"{name} stays bypassed: its plug-in {why}, {times} times now; restart({name}) tries again"
            return Notice("error", text)
        text = f"{name} is bypassed: its plug-in {why}; it starts again in {wait:g} s with its last state"
        return Notice("warning", text)

    def _hear(self, guest: Guest, host: PluginHost, message: Message) -> None:
        match message:
            case messages.Opened():
                threading.Thread(target=self._opened, args=(guest, host, message), daemon=True).start()
            case messages.Shown(values=values, texts=texts, own=own):
                self.show(guest, texts)
                self.knobs.follow(guest, {id: values[id] for id in own})
            case messages.Restored(serial=0):
                self._take(guest, message)
            case messages.Prepared(problem=problem) if problem:
                self._tell(Notice("warning", f"{self._name(guest)}: {problem}"))
            case messages.Described():
                guest.worker.do(partial(self._changes.described, guest, host, message))
            case messages.Said(what="midi" | "sysex", text=text):
                guest.said.append(text)
            case messages.Said(what=what, text=text):
                self._tell(Notice("note", f"{self._name(guest)}: {what} {text}".rstrip()))
            case _:
                pass

    def _opened(self, guest: Guest, host: PluginHost, opened: messages.Opened) -> None:
        """Give a plug-in back what it remembers, and let the engine play it. In a thread of its own."""
        if opened.problem:
            self._tell(Notice("warning", f"{self._name(guest)}: {opened.problem}"))
        try:
            news = guest.state not in {"", host.state}
            recalled = self._recall(guest, host, guest.state) if news else None
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
            if not self._changes.opened(guest, host, opened.facts):
                return
            guest.unkept = False
            if "program" not in module.data:
                self.programs.note(guest, opened.program if recalled is None else recalled.program)
            turned = self._turn(guest, host, module, values)
            host.say(messages.Bypass(module.soft_bypass))
            self.knobs.follow(guest, values | turned)
        try:
            host.ask(lambda serial: messages.AskText(serial, 0))  # it stands as it is to sound then
            self._sound(guest, host, values | turned)
            self._show_turned(guest, host, turned, texts)
        except HostError as error:
            self._tell(Notice("warning", f"{self._name(guest)}: {error}"))

    def _turn(
        self, guest: Guest, host: PluginHost, module: PlacedModule, values: dict[int, float]
    ) -> dict[int, float]:
        """Turn what stands elsewhere in the patch; what was turned. Locked."""
        turned = self.knobs.turned(guest, module, values)
        if turned:
            host.say(messages.Turn(turned))
        return turned

    def _sound(self, guest: Guest, host: PluginHost, values: dict[int, float]) -> None:
        """Let the engine play a plug-in that stands at `values`, and now where it was turned since."""
        with self._rack.lock:
            module = self._rack.patch.modules.get(guest.id)
            if module is None or guest.gone:
                return
            self._turn(guest, host, module, values)
            if self.playing is not None:
                self.playing.plug_in(host.place())
            back, guest.bypassed = guest.bypassed, False
        if back:
            self._tell(Notice("note", f"{self._name(guest)} plays again"))

    def _take(self, guest: Guest, answer: messages.Restored) -> None:
        """A plug-in is in another state."""
        self.programs.note(guest, answer.program)
        self.knobs.follow(guest, answer.values)
        self.show(guest, answer.texts)

    def show(self, guest: Guest, texts: dict[int, str]) -> None:
        """Show what a plug-in shows for its parameters."""
        with self._rack.lock:
            self.board.show(guest, texts)

    # what the performer asks for

    def remember(self) -> bool:
        """Keep what every plug-in remembers now; whether any of it is new. `unkept` has what could not be."""
        with self._rack.lock:
            guests = list(self._guests.values())
        return self._keep(guests)

    def unkept(self) -> tuple[str, ...]:
        """The modules of plug-ins whose newest states could not be kept."""
        with self._rack.lock:
            return tuple(self._name(guest) for guest in self._guests.values() if guest.unkept)

    def _keep(self, guests: Iterable[Guest]) -> bool:
        """Keep the states of plug-ins, all at the same time; not of those that come round to nothing."""
        asked = [
            (guest, host, guest.worker.ask(partial(self.memory.keep, guest)))
            for guest in guests
            if (host := guest.playing) is not None
        ]
        news = False
        for guest, host, answer in asked:
            while not answer.done() and not host.gone and host.still < UNANSWERED_SECONDS:
                wait((answer,), POLL_SECONDS)
            if answer.done():
                news = answer.result() or news
            else:
                guest.unkept = True
        return news

    def restart(self, id: int) -> None:
        """Start a plug-in's process again, with its last state. Raises: PatchError: if there is none."""
        with self._rack.lock:
            guest = self._guests.get(id)
        if guest is None:
            raise PatchError("this module is no plug-in")
        self._keep((guest,))
        with self._rack.lock:
            guest.deaths.clear()
            guest.given_up = False
            host = guest.host
            guest.afresh = "as you asked" if host is not None else ""
            guest.again = time.monotonic() if host is None else guest.again
        if host is not None:
            host.kill()

    def act_soon(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a plug-in's menu does, in the plug-in's thread; what goes wrong is told."""
        guest = self._guests.get(id)
        if guest is not None:
            guest.worker.do(partial(self._act, id, method, text))

    def _act(self, id: int, method: str, text: str | None) -> None:
        if line := self.programs.act(id, method, text):
            self._tell(Notice("note", line))

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
