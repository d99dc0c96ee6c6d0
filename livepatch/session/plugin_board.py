"""What front ends are told of plug-ins: what each shows for its knobs, and how it stands."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from livepatch.protocol.messages import Message, PluginShown, PluginState
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_panel import PluginBuild
from livepatch.session.plugin_host import PluginHost
from livepatch.session.rack import Rack

TOLD_SECONDS = 1.0
LATELY_SECONDS = 10.0
RESTARTS_SECONDS = 60.0
SAME = 1e-4
"""Values of a knob that are no nearer differ."""


class Guest(Protocol):
    """A plug-in in the rack."""

    id: int
    build: PluginBuild
    host: PluginHost | None
    deaths: list[float]
    again: float
    given_up: bool


@dataclass
class _Entry:
    """What is known of one plug-in: texts with the value of the knob they were told at, and what was told last."""

    texts: dict[str, tuple[float, str]] = field(default_factory=dict)
    told: PluginState | None = None
    told_at: float = -math.inf
    why: str = ""
    loads: list[float] = field(default_factory=list)
    lates: deque[tuple[float, int]] = field(default_factory=deque)


class PluginBoard:
    """Tells it, and remembers it for front ends that come later. Every use needs the rack's lock."""

    def __init__(self, rack: Rack, tell: Callable[[Message], None]) -> None:
        self._rack = rack
        self._tell = tell
        self._entries: dict[int, _Entry] = {}

    def show(self, guest: Guest, texts: Mapping[int, str]) -> None:
        """A plug-in shows these texts, by the ids of its parameters, where its knobs stand now."""
        module = self._rack.patch.modules.get(guest.id)
        if module is None:
            return
        names = {id: knob for knob, id in guest.build.ports.knobs}
        shown = {names[id]: text for id, text in texts.items() if id in names}
        if shown:
            defaults = {knob.name: knob.default for knob in guest.build.panel.knobs}
            known = self._entry(guest.id).texts
            for knob, text in shown.items():
                known[knob] = (module.knobs.get(knob, defaults[knob]), text)
            self._tell(PluginShown(guest.id, shown))

    def text(self, id: int, knob: str, value: float) -> str:
        """What a plug-in shows for a knob that stands there; "" if it has not told yet."""
        entry = self._entries.get(id)
        at, text = entry.texts.get(knob, (math.nan, "")) if entry is not None else (math.nan, "")
        return text if abs(at - value) < SAME else ""

    def ended(self, id: int, why: str) -> None:
        """A plug-in's process is no more."""
        self._entry(id).why = why

    def forget(self, id: int) -> None:
        """A module is gone."""
        self._entries.pop(id, None)

    def look(self, guests: Iterable[Guest], sample_rate: float) -> None:
        """Tell how plug-ins stand, as far as that is another; their figures once a second."""
        now = time.monotonic()
        for guest in guests:
            entry = self._entry(guest.id)
            state = self._state(guest, entry, sample_rate, now)
            told = entry.told
            urgent = told is None or _standing_of(told) != _standing_of(state)
            if urgent or (state != told and now - entry.told_at >= TOLD_SECONDS):
                entry.told, entry.told_at = state, now
                entry.loads.clear()
                self._tell(state)

    def everything(self) -> list[Message]:
        """What a front end that comes now has missed."""
        told: list[Message] = []
        for id, entry in self._entries.items():
            told += [entry.told] if entry.told is not None else []
            if entry.texts:
                told.append(PluginShown(id, {knob: text for knob, (_, text) in entry.texts.items()}))
        return told

    def _entry(self, id: int) -> _Entry:
        return self._entries.setdefault(id, _Entry())

    def _state(self, guest: Guest, entry: _Entry, sample_rate: float, now: float) -> PluginState:
        facts, host = guest.build.facts, guest.host
        state = PluginState(
            guest.id,
            _standing(guest),
            why=entry.why,
            restarts=sum(now - death < RESTARTS_SECONDS for death in guest.deaths),
            kind=f"{facts.format.upper()} {'instrument' if facts.instrument else 'effect'}",
            made=" ".join(part for part in (facts.vendor, facts.version) if part),
            picture=_picture(facts),
        )
        if host is None or state.state != "playing":
            return state
        block = sample_rate and host.read("frames") / sample_rate
        rests = host.rests
        entry.loads.append(host.read("work") / block if block and not rests else 0.0)
        late = int(host.read("late"))
        lates = entry.lates
        if lates and late < lates[-1][1]:
            lates.clear()  # another process counts anew
        lates.append((now, late))
        while now - lates[0][0] > LATELY_SECONDS:
            lates.popleft()
        return msgspec.structs.replace(
            state,
            rests=rests,
            latency=host.latency,
            load=0.0 if rests else round(sum(entry.loads) / len(entry.loads), 3),
            worst=round(host.read("worst") / block, 3) if block else 0.0,
            late=late,
            lately=late - lates[0][1],
        )


def _standing_of(state: PluginState) -> tuple[str, int, bool]:
    return state.state, state.restarts, state.rests


def _standing(guest: Guest) -> str:
    if guest.given_up:
        return "given up"
    if guest.host is not None:
        return "playing" if guest.host.opened is not None else "starting"
    if guest.again < math.inf:
        return "waiting"
    return "silent" if guest.deaths else "starting"


def _picture(facts: Facts) -> str:
    """The smallest picture: it is shown in characters."""
    return min(facts.snapshots, key=lambda snapshot: snapshot.scale).path if facts.snapshots else ""
