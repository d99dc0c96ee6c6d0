"""The parameters of a plug-in, its units and its programs, as its controller tells them."""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst3.abi import (
    BYPASS,
    CAN_AUTOMATE,
    HIDDEN,
    NO_LIST,
    OK,
    PROGRAM_CHANGE,
    READ_ONLY,
    ffi,
    wide,
)
from livepatch.plugins.vst3.interface import Interface
from livepatch.protocol.plugin_facts import Parameter

MOST_PARAMETERS: Final = 1 << 15
MOST_STEPS: Final = 1 << 24
TOLD_STEPS: Final = 32
"""Parameters with up to so many steps have the text of each told."""
MOST_TEXTS: Final = 1023
"""Steps of a program parameter whose texts stand in for a list of programs."""
MOST_UNITS: Final = 4096
MOST_PROGRAMS: Final = 1 << 14
ROOT: Final = 0


class Units:
    """The units that parameters are sorted into, and the lists of programs."""

    def __init__(self, controller: Interface, name: str) -> None:
        self._name = name
        self._units: dict[int, tuple[int, str, int]] = {}
        self._lists: dict[int, tuple[str, ...]] = {}
        asked = controller.ask("IUnitInfo")
        if asked is not None:
            self._read_units(asked)
            self._read_lists(asked)
            asked.release()

    def _read_units(self, asked: Interface) -> None:
        about = ffi.new("UnitInfo*")
        for index in range(self._bounded(asked.call("getUnitCount"), MOST_UNITS, "units")):
            if asked.agrees("getUnitInfo", index, about):
                self._units[about.id] = about.parent, wide(about.name), about.programs

    def _read_lists(self, asked: Interface) -> None:
        about = ffi.new("ProgramListInfo*")
        for index in range(self._bounded(asked.call("getProgramListCount"), MOST_UNITS, "lists of programs")):
            if asked.agrees("getProgramListInfo", index, about):
                count = self._bounded(about.count, MOST_PROGRAMS, "programs")
                self._lists[about.id] = tuple(_program(asked, about.id, program) for program in range(count))

    def _bounded(self, count: int, most: int, what: str) -> int:
        if not 0 <= count <= most:
            raise PluginError(f"{self._name} answers nonsense: it says that it has {count} {what}")
        return count

    def path(self, unit: int) -> str:
        """Where a unit is, as Oscillators/1; the root itself is nowhere."""
        names: list[str] = []
        while unit != ROOT and unit in self._units and len(names) < 16:
            unit, name, _ = self._units[unit]
            names.append(name)
        return "/".join(reversed([name for name in names if name]))

    def all(self) -> frozenset[int]:
        """The numbers of all units."""
        return frozenset(self._units)

    def lists(self) -> frozenset[int]:
        """The numbers of all lists of programs."""
        return frozenset(self._lists)

    def list_of(self, unit: int) -> int:
        """The number of a unit's list of programs, NO_LIST if it has none."""
        return self._units.get(unit, (0, "", NO_LIST))[2]

    def programs(self, unit: int) -> tuple[str, ...]:
        """The names of a unit's programs."""
        return self._lists.get(self.list_of(unit), ())


def _program(asked: Interface, list_id: int, program: int) -> str:
    text = ffi.new("uint16_t[128]")
    return wide(text) if asked.agrees("getProgramName", list_id, program, text) else f"{program + 1}"


class Parameters:
    """The parameters, read once; `programs` are those that the first program parameter chooses from.

    `units` and `lists` are the numbers of the plug-in's units and of its lists of programs.

    Raises: PluginError: if what the plug-in answers is nonsense.
    """

    def __init__(self, controller: Interface | None, name: str, only_midi: frozenset[int] = frozenset()) -> None:
        self._controller = controller
        self._name = name
        self._only_midi = only_midi
        self.programs: tuple[str, ...] = ()
        self.program_parameter: Parameter | None = None
        self.bypass: int | None = None
        self.units: frozenset[int] = frozenset()
        self.lists: frozenset[int] = frozenset()
        self._choosers: dict[int, Parameter] = {}
        self.all: tuple[Parameter, ...] = tuple(self._read())
        self.by_id = {parameter.id: parameter for parameter in self.all}

    def _read(self) -> Iterator[Parameter]:
        if self._controller is None:
            return
        units = Units(self._controller, self._name)
        self.units, self.lists = units.all(), units.lists()
        count = self._controller.call("getParameterCount")
        if not 0 <= count <= MOST_PARAMETERS:
            raise PluginError(f"{self._name} answers nonsense: it says that it has {count} parameters")
        about = ffi.new("ParameterInfo*")
        for index in range(count):
            if self._controller.call("getParameterInfo", index, about) == OK:
                parameter = self._parameter(about, units)
                self._note(parameter, about.unit, units)
                yield parameter

    def _parameter(self, about: Any, units: Units) -> Parameter:
        steps = about.steps if 0 <= about.steps <= MOST_STEPS else 0
        hidden = bool(about.flags & HIDDEN) or about.id in self._only_midi
        return Parameter(
            id=about.id,
            name=wide(about.title) or f"parameter {about.id}",
            short=wide(about.short_title),
            unit=wide(about.units),
            steps=steps,
            default=bounded(about.standard),
            group=units.path(about.unit),
            texts=self._texts(about.id, steps) if 1 <= steps <= TOLD_STEPS and not hidden else (),
            automatable=bool(about.flags & CAN_AUTOMATE),
            read_only=bool(about.flags & READ_ONLY),
            hidden=hidden,
            bypass=bool(about.flags & BYPASS),
            programs=bool(about.flags & PROGRAM_CHANGE),
        )

    def _texts(self, id: int, steps: int) -> tuple[str, ...]:
        return tuple(self.text(id, step / steps) for step in range(steps + 1)) if steps else ()

    def _note(self, parameter: Parameter, unit: int, units: Units) -> None:
        if parameter.bypass and self.bypass is None:
            self.bypass = parameter.id
        if parameter.programs:
            self._choosers.setdefault(units.list_of(unit), parameter)
        if parameter.programs and self.program_parameter is None:
            listed = units.programs(unit) or units.programs(ROOT) or parameter.texts
            names = listed or self._texts(parameter.id, min(parameter.steps, MOST_TEXTS))
            if names:
                self.program_parameter, self.programs = parameter, names

    def program_value(self, program: int) -> float:
        """The value of the program parameter that chooses a program."""
        chosen = self.program_parameter
        steps = max(1, len(self.programs) - 1, 0 if chosen is None else chosen.steps)
        return bounded(program / steps)

    def program_at(self, value: float) -> int:
        """The program that a value of the program parameter stands for."""
        chosen = self.program_parameter
        steps = max(1, len(self.programs) - 1, 0 if chosen is None else chosen.steps)
        return round(value * steps)

    def current(self, list_id: int, value: Callable[[int], float]) -> int:
        """The program that a list's parameter chooses, which stands at `value` of its id; 0 if it has none."""
        chosen = self._choosers.get(list_id)
        return 0 if chosen is None else round(value(chosen.id) * max(1, chosen.steps))

    def text(self, id: int, value: float) -> str:
        """What the plug-in shows for a value, without its unit; "" if it cannot say."""
        text = ffi.new("uint16_t[128]")
        if self._controller is None or not self._controller.agrees("getParamStringByValue", id, value, text):
            return ""
        return wide(text)


def bounded(value: float) -> float:
    """A plug-in's value as one from 0 to 1."""
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0
