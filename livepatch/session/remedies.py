"""What is done about a module that goes wrong while it plays: its last good code, or bypass."""

import math
import time
from collections.abc import Callable
from pathlib import Path

from livepatch.errors import PatchError, Problem
from livepatch.patch import edits
from livepatch.protocol.messages import Fault, Message, ModuleFault, Notice
from livepatch.protocol.plugin_panel import is_plugin
from livepatch.session.ailments import place
from livepatch.session.rack import Rack
from livepatch.session.sources import Sources

AGAIN_SECONDS = 10.0


class Remedies:
    """Judges faults, in whichever thread hears of them, with the rack's lock held."""

    def __init__(self, rack: Rack, sources: Sources, tell: Callable[[Message], None]) -> None:
        self._rack = rack
        self._sources = sources
        self._tell = tell
        self._fell_back: dict[str, tuple[str, float]] = {}

    def fault(self, fault: Fault) -> None:
        """A module raised, or its code does not load; the engine has silenced it."""
        module = self._rack.patch.modules.get(fault.id)
        type = fault.type or (module.type if module is not None else "")
        if not type:
            self._tell(Notice("error", fault.text))
            return
        if module is not None and is_plugin(type):
            again = f"bypass({module.name}), bypass({module.name}, False) starts it over"
            self._sources.silenced[module.id] = (fault.source, fault.text)
            self._tell(Notice("error", f"{module.name} is silent: {fault.text}; {again}"))
            return
        code = self._sources.playing(type)
        if code is None or (fault.source and code.source != fault.source):
            self._accuse(type, fault.line, fault.text)
            return
        problem = self._accuse(type, fault.line, fault.text, told=True)
        if not self._fall_back(type, code.source, f"{_where(problem)}: {fault.text}"):
            self._sources.silenced[fault.id] = (code.source, place(problem))
            name = module.name if module is not None else type
            text = f"{name} is silent, {_where(problem)}: {fault.text}; save it mended to hear it again"
            self._tell(Notice("error", text))

    def edited(self, edit: edits.Edit) -> None:
        """An edit was made; what starts a module over may have it play again."""
        for part in edit.edits if isinstance(edit, edits.Batch) else (edit,):
            if isinstance(part, edits.AddModule):
                self._sources.silenced.pop(part.module.id, None)
            elif isinstance(part, edits.SetBypass | edits.ModuleEvent):
                self._sources.silenced.pop(part.id, None)

    def death(self, running: int, how: str) -> None:
        """The engine died or hung while the module `running` was processed; 0: nobody knows."""
        module = self._rack.patch.modules.get(running)
        if module is None:
            return
        if is_plugin(module.type):
            self._perform(edits.SetBypass(module.id, True))
            again = f"bypass({module.name}, False) plays it again"
            text = f"{module.name} is bypassed: the engine {how} while it was processed; {again}"
            self._tell(Notice("error", text))
            return
        why = f"the engine {how} while {module.name} was processed"
        self._accuse(module.type, 0, why, told=True)
        code = self._sources.playing(module.type)
        if code is not None and self._fall_back(module.type, code.source, why):
            return
        if not module.bypass:
            self._perform(edits.SetBypass(module.id, True))
        text = (
            f"{module.name} is bypassed: the engine {how} while it was processed; save it mended to hear it again"
        )
        self._tell(Notice("error", text))

    def _accuse(self, type: str, line: int, text: str, *, told: bool = False) -> Problem:
        file = self._sources.files.get(type)
        problem = Problem(str(file.path) if file is not None else f"{type}.py", line, 0, text)
        told = told or self._sources.faults.get(type) == (problem,)
        self._sources.faults[type] = (problem,)
        self._tell(ModuleFault(type, (problem,), told=told))
        return problem

    def _fall_back(self, type: str, source: str, why: str) -> bool:
        """Play the code before this one, and say why; not if this took over so a moment ago, and did not help."""
        former = self._sources.condemn(type, source)
        now = time.monotonic()
        taken, when = self._fell_back.get(type, ("", -math.inf))
        if former is None or (source == taken and now - when < AGAIN_SECONDS):
            return False
        self._fell_back[type] = former.source, now
        self._perform(edits.SwapCode(type, former.source))
        self._tell(Notice("error", f"{type} plays its last good code again, {why}"))
        return True

    def _perform(self, edit: edits.Edit) -> None:
        try:
            self._rack.perform(edit, undoable=False)
        except PatchError as error:
            self._tell(Notice("error", str(error)))


def _where(problem: Problem) -> str:
    """The file and the line, without the folder."""
    return problem.place(Path(problem.path).name)
