"""What modules remember besides their knobs: kept in the patch, and given back, by their control-side methods."""

import queue
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from livepatch.errors import PatchError
from livepatch.patch import edits
from livepatch.patch.edits import Edit
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import Message, Notice
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.protocol.twin_messages import TwinCalled
from livepatch.session.calls import Calls, Sitter
from livepatch.session.rack import Rack
from livepatch.session.snapshots import Snapshots
from livepatch.session.sources import Code, Sources
from livepatch.session.storage import Storage
from livepatch.session.twin_process import TwinProcess

SETTLE_SECONDS = 3.0


class Twins:
    """Has the control-side methods of modules run, beside the session and the engine, on the state that plays.

    `edited`, `replaced`, `began` and `panicking` are called with the rack's lock held and return at once: a thread
    of its own does what follows. Every other method waits for what it does, and is called without the lock.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what it stands between
        self,
        rack: Rack,
        sources: Sources,
        storage: Storage,
        runtime: Path,
        process: TwinProcess,
        tell: Callable[[Message], None],
    ) -> None:
        self._rack = rack
        self._sources = sources
        self._storage = storage
        self._tell = tell
        self.snapshots = Snapshots()
        self._calls = Calls(process, runtime, self._rate, tell)
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._broken: set[int] = set()
        self._read: set[int] = set()
        self._pending: dict[int, int] = {}
        self._own: dict[int, dict[str, Any]] = {}
        self._worker = threading.Thread(target=self._work, name="twins", daemon=True)

    def start(self) -> None:
        """Begin to follow the rack."""
        self._worker.start()

    def end(self) -> None:
        """Follow no more."""
        self._jobs.put(None)
        self._calls.end()

    def edited(self, edit: Edit) -> None:
        """The patch has changed, and the engine does not know yet."""
        parts = edit.edits if isinstance(edit, edits.Batch) else (edit,)
        starting = {part.id for part in parts if isinstance(part, edits.ModuleEvent) and not part.undone}
        for part in parts:
            match part:
                case edits.Batch():
                    self.edited(part)
                case edits.AddModule(module=module):
                    self._await(module.id)
                case edits.SetData(id=id, data=data) if id not in starting and self._own.pop(id, None) != data:
                    holder = self._rack.patch.modules.get(id)
                    if holder is None or not is_plugin(holder.type):
                        self._give_back(id, fresh=False)
                case edits.SwapCode(type=type, source=source):
                    self._follow_swap(type, source)
                case _:
                    pass

    def appeared(self, id: int) -> None:
        """A placeholder is none any more, and the engine does not have it yet; the rack is locked."""
        self._await(id)

    def replaced(self) -> None:
        """Another patch is in the rack, and the engine does not know yet."""
        self._broken.clear()
        self._read.clear()
        self._sources.restoring.clear()
        for id in self._rack.patch.modules:
            self._await(id)

    def began(self) -> None:
        """Another engine plays the patch from its start."""
        self.snapshots.began()
        for id, module in self._rack.patch.modules.items():
            if id not in self._sources.restoring and self._remembers(module, "from_json"):
                self._give_back(id, fresh=False)

    def panicking(self) -> None:
        """Every module is about to start afresh: what it has to remember it gets back."""
        modules = self._rack.patch.modules.items()
        ids = tuple(id for id, module in modules if self._remembers(module, "from_json"))
        known = tuple(id for id in ids if id not in self._pending)
        if serial := self.snapshots.ask(known):
            self._jobs.put(partial(self._note, known, serial))
        for id in ids:
            self._give_back(id, fresh=False)

    def collect(self, ids: tuple[int, ...] | None = None) -> bool:
        """Ask modules for what is to be kept in the patch, all of them or some; whether any of it is new."""
        self._settle()
        sitters = self._sitters("to_json", ids)
        states = self._states(sitters)
        if not states:
            return False
        new = False
        for sitter in sitters:
            answer = self._calls.call(sitter, "to_json", states=states)
            if answer is not None:
                new = self._keep(sitter.module.id, answer.result) or new
        Path(states).unlink(missing_ok=True)
        return new

    def save_settings(self) -> None:
        """Write what modules share."""
        self._calls.save_settings()

    def save(self) -> None:
        """Have modules write their files: the patch is about to be saved."""
        sitters = self._sitters("on_save")
        states = self._states(sitters)
        for sitter in sitters if states else ():
            self._apply(sitter, self._calls.call(sitter, "on_save", states=states))
        if states:
            Path(states).unlink(missing_ok=True)

    def act(self, id: int, method: str, text: str | None) -> None:
        """Do what an action of a module's menu does, as one step that can be taken back where the patch has it.

        A module that does not play yet begins with what the action did.

        Raises: PatchError: if the module is gone, does not play, or its method fails.
        """
        self.collect((id,))
        sitter = self._sitter(id)
        if sitter is None or method not in sitter.code.panel.in_menu("action"):
            raise PatchError(f"there is no action {method} in the rack")
        if self._hold_back(sitter):
            try:
                self._act_first(sitter, method, text)
            finally:
                self._let_in(id)
            return
        states = self._states([sitter])
        if not states:
            raise PatchError(f"{sitter.module.name} does not play; do it again once it does")
        answer = self._calls.ask(sitter, method, text, states, keep=True)
        Path(states).unlink(missing_ok=True)
        self._follow_action(sitter, answer)

    def _hold_back(self, sitter: Sitter) -> bool:
        """Have a module wait for what an action does to it, if it does not play yet; whether it waits."""
        id = sitter.module.id
        with self._rack.lock:
            playing = self.snapshots.playing
            if playing is None or playing.has(id):
                return False
            if not playing.plays() and "from_json" not in sitter.code.panel.control:
                return False  # nobody would give it what it is to remember
            self._sources.restoring.add(id)
            return True

    def _let_in(self, id: int) -> None:
        with self._rack.lock:
            self._sources.restoring.discard(id)
            if self.snapshots.playing is not None:
                self.snapshots.playing.arrived()

    def _act_first(self, sitter: Sitter, method: str, text: str | None) -> None:
        """Do an action of a module that does not play yet.

        Raises: PatchError: if its method fails.
        """
        module, control = sitter.module, sitter.code.panel.control
        kept = bool(module.data) or any(sitter.storage.iterdir())
        memory = module.data if kept and "from_json" in control else None
        if "to_json" in control:
            before = self._calls.ask(sitter, "to_json", None, "", memory=memory)
            if before.problem is not None:
                raise PatchError(f"{module.name}: {before.problem}")
            self._keep(module.id, before.result)
        self._follow_action(sitter, self._calls.ask(sitter, method, text, "", keep=True, memory=memory))

    def _follow_action(self, sitter: Sitter, answer: TwinCalled) -> None:
        """Take over what an action did, as one step.

        Raises: PatchError: if its method failed.
        """
        id = sitter.module.id
        if answer.problem is not None:
            raise PatchError(f"{sitter.module.name}: {answer.problem}")
        self._apply(sitter, msgspec.structs.replace(answer, knobs={}))
        steps: list[Edit] = [edits.SetKnob(id, knob, value) for knob, value in answer.knobs.items()]
        with self._rack.lock:
            if answer.data is not None and answer.data != self._rack.patch.modules[id].data:
                self._own[id] = answer.data
                steps.append(edits.SetData(id, answer.data))
            if steps:
                self._rack.perform(edits.Batch(tuple(steps)) if len(steps) > 1 else steps[0])

    def act_soon(self, id: int, method: str, text: str | None) -> None:
        """As `act`, in a thread of its own; what goes wrong is told."""

        def act() -> None:
            try:
                self.act(id, method, text)
            except PatchError as error:
                self._tell(Notice("error", str(error)))

        self._jobs.put(act)

    def _settle(self) -> None:
        """Wait a moment for modules that are about to take their memory back."""
        if self._pending and threading.current_thread() is not self._worker:
            done = threading.Event()
            self._jobs.put(done.set)
            done.wait(SETTLE_SECONDS)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception as error:  # noqa: BLE001 - a mistake of ours is told, and must not end what follows
                self._tell(Notice("error", f"modules' memory: {type(error).__name__}: {error}"))

    def _await(self, id: int) -> None:
        """Let a module play once it has its memory back."""
        module = self._rack.patch.modules.get(id)
        if module is None or not self._remembers(module, "from_json"):
            return
        if not module.data and not self._storage.has(self._rack.patch, id):
            return
        self._sources.restoring.add(id)
        self._give_back(id, fresh=True)

    def _remembers(self, module: PlacedModule, method: str) -> bool:
        panel = self._sources.panels.get(module.type)
        return panel is not None and method in panel.control

    def _follow_swap(self, type: str, source: str) -> None:
        """Let new code take over what the old kept, in its own way."""
        old, new = self._sources.playing(type), self._sources.codes[source]
        ids = tuple(id for id, module in self._rack.patch.modules.items() if module.type == type)
        broken = self._broken & set(ids)
        self._broken -= broken
        if old is None or self.snapshots.playing is None or "from_json" not in new.panel.control:
            return
        if "to_json" not in old.panel.control:
            broken |= {id for id in ids if self._rack.patch.modules[id].data and id not in self._read}
        elif serial := self.snapshots.ask(ids):
            whole = tuple(sorted(set(ids) - broken))
            for id in whole:
                self._owe(id)
            self._jobs.put(partial(self._swap, whole, old, new, serial))
        for id in sorted(broken):
            self._give_back(id, fresh=False)

    def _swap(self, ids: tuple[int, ...], old: Code, new: Code, serial: int) -> None:
        before = self.snapshots.wait(serial)
        if not before:  # the engine is no more, or out of breath: nothing newer is known than the patch has
            with self._rack.lock:
                modules = self._rack.patch.modules
                for id in ids:
                    if id in modules and modules[id].data:
                        self._give_back(id, fresh=False)
        for id in ids:
            try:
                sitter = self._sitter(id, old)
                kept = (
                    self._calls.call(sitter, "to_json", states=before) if sitter is not None and before else None
                )
                if sitter is not None and kept is not None:
                    self._keep(id, kept.result)
                    self._hand_over(sitter._replace(code=new), kept.result)
            finally:
                with self._rack.lock:
                    self._paid(id)
        if before:
            Path(before).unlink(missing_ok=True)

    def _hand_over(self, sitter: Sitter, data: dict[str, Any]) -> None:
        """Let a module that plays take `data` back; if it cannot, the patch keeps it."""
        states = self._states([sitter])
        if states:
            answer = self._calls.call(sitter, "from_json", data, states)
            if answer is None:
                self._broken.add(sitter.module.id)
            self._apply(sitter, answer)
            Path(states).unlink(missing_ok=True)

    def _note(self, ids: tuple[int, ...], serial: int) -> None:
        """Note what modules remembered when the engine was asked."""
        before = self.snapshots.wait(serial)
        for id in ids if before else ():
            sitter = self._sitter(id)
            if sitter is not None and "to_json" in sitter.code.panel.control and id not in self._broken:
                kept = self._calls.call(sitter, "to_json", states=before)
                if kept is not None:
                    self._keep(id, kept.result)
        if before:
            Path(before).unlink(missing_ok=True)

    def _give_back(self, id: int, *, fresh: bool) -> None:
        """Have a module take its memory back, soon; until then nobody asks it for it. The rack is locked."""
        self._owe(id)
        self._jobs.put(partial(self._restore, id, fresh=fresh))

    def _owe(self, id: int) -> None:
        """Note that a module is about to take its memory back; the rack is locked."""
        self._pending[id] = self._pending.get(id, 0) + 1

    def _paid(self, id: int) -> None:
        """Note that it has; the rack is locked."""
        self._pending[id] -= 1
        if not self._pending[id]:
            del self._pending[id]

    def _restore(self, id: int, *, fresh: bool) -> None:
        """Give a module its memory back; `fresh`: it does not play yet."""
        try:
            sitter = self._sitter(id)
            states = "" if fresh or sitter is None else self._states([sitter])
            fresh = fresh or (sitter is not None and not states and self._hold_back(sitter))
            if sitter is not None and (fresh or states) and "from_json" in sitter.code.panel.control:
                answer = self._calls.call(sitter, "from_json", dict(sitter.module.data), states)
                (self._broken if answer is None else self._read).add(id)
                self._apply(sitter, answer)
            if states:
                Path(states).unlink(missing_ok=True)
        finally:
            with self._rack.lock:
                self._paid(id)
                self._sources.restoring.discard(id)
                if fresh and self.snapshots.playing is not None:
                    self.snapshots.playing.arrived()

    def _sitters(self, method: str, ids: tuple[int, ...] | None = None) -> list[Sitter]:
        with self._rack.lock:
            wanted = [
                id
                for id, module in self._rack.patch.modules.items()
                if self._remembers(module, method) and (ids is None or id in ids)
                if id not in self._broken and id not in self._pending
            ]
        return [sitter for id in wanted if (sitter := self._sitter(id)) is not None]

    def _sitter(self, id: int, code: Code | None = None) -> Sitter | None:
        """A module as it stands; None if it is gone or has no code."""
        with self._rack.lock:
            module = self._rack.patch.modules.get(id)
            code = code or (self._sources.newest(module.type) if module is not None else None)
            if module is None or code is None:
                return None
            copy = PlacedModule(
                id=id, name=module.name, type=module.type, knobs=dict(module.knobs), data=dict(module.data)
            )
            try:
                return Sitter(copy, code, self._storage.folder(self._rack.patch, id))
            except PatchError as error:
                self._tell(Notice("error", str(error)))
                return None

    def _states(self, sitters: list[Sitter]) -> str:
        """The file with what modules remember now; "" if none of them plays, or the engine does not answer."""
        with self._rack.lock:
            serial = self.snapshots.ask(tuple(sitter.module.id for sitter in sitters))
        return self.snapshots.wait(serial) if serial else ""

    def _rate(self) -> float:
        return self.snapshots.playing.sample_rate() if self.snapshots.playing is not None else 48000.0

    def _apply(self, sitter: Sitter, answer: TwinCalled | None) -> None:
        """Let the module that plays follow its twin."""
        if answer is None:
            return
        with self._rack.lock:
            playing = self.snapshots.playing
            if answer.changes and (playing is None or not playing.give_states(Path(answer.changes))):
                Path(answer.changes).unlink(missing_ok=True)
            turned = [edits.SetKnob(sitter.module.id, knob, value) for knob, value in answer.knobs.items()]
            if turned and sitter.module.id in self._rack.patch.modules:
                self._rack.perform(edits.Batch(tuple(turned)), undoable=False)

    def _keep(self, id: int, data: dict[str, Any]) -> bool:
        """Note what a module wants kept; whether it is new."""
        with self._rack.lock:
            self._read.add(id)
            module = self._rack.patch.modules.get(id)
            if module is None or module.data == data:
                return False
            self._rack.note(edits.SetData(id, data))
            return True
