"""Whatever is patched to whatever: what modules give is what they would give if none were late, so much later."""

import random
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from livepatch.patch.edits import AddCable, Batch, Edit, SwapCode
from livepatch.patch.patch import Patch
from tests.engine.playing import QUANTUM, Playing, add, cable, code, gain, uncable
from tests.engine.test_latency import late

THROUGH = code("line", ("self.out = self.kept[self.place]", "self.out = self.audio"))
"""What is in place of a late module where none is."""
LINES = {frames: late(frames) for frames in (1, 63, 64, 100, 333, 500)}
TWIN = code("total", ("lamp = light()", "lamp = light()\n    spare = light()"))
INLETS = {"sine": (), "total": ("a", "b", "bias"), "line": ("audio",), "scaled": ("a", "amount")}
OUTLETS = {"total": ("out", "biased")}
GAINS = 1.0, -1.0, 0.5, 0.25


class Chance:
    """A rack by chance: what its modules are, by id, and the cables between them, none of which makes a loop."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.types = {id: self.chance.choice(["total", "line", "scaled"]) for id in range(3, 14)}
        self.types |= {1: "sine", 2: "sine"}
        self.latency = {id: self.chance.choice(list(LINES)) for id, type in self.types.items() if type == "line"}
        self.cables: dict[tuple[int, str, int, str], float] = {}

    def modules(self, *, late: bool) -> Iterator[Edit]:
        """All modules, with those that are late or with what lets through what comes."""
        for id, type in sorted(self.types.items()):
            if type == "sine":
                yield add(id, type, hertz=300.0 * id)
            else:
                line = self._line(id) if late else THROUGH.source
                yield add(id, type, line if type == "line" else type)

    def _line(self, id: int) -> str:
        return LINES[self.latency[id]].source if id in self.latency else ""

    def change(self) -> Edit:
        """A cable comes, goes, or gets another gain."""
        source, target = sorted(self.chance.sample(sorted(self.types), 2))
        if not INLETS[self.types[target]]:
            return SwapCode("total", self.chance.choice(["total", TWIN.source]))
        outlet = self.chance.choice(OUTLETS.get(self.types[source], ("out",)))
        route = source, outlet, target, self.chance.choice(INLETS[self.types[target]])
        value = self.chance.choice(GAINS)
        if route not in self.cables:
            self.cables[route] = value
            return cable(*route, value)
        if self.chance.random() < 0.5:
            self.cables[route] = value
            return gain(route, value)
        del self.cables[route]
        return uncable(*route)


def latenesses(patch: Patch, latency: dict[int, int]) -> dict[int, int]:
    """How late each module is that has a cable or a latency; cables lead from lower ids to higher."""
    found: dict[int, int] = {}
    for id in sorted(patch.modules):
        into = [found[cable.source] for cable in patch.cables.values() if cable.target == id]
        found[id] = max(into, default=0) + latency.get(id, 0)
    return found


@pytest.mark.parametrize("seed", range(10))
def test_a_rack_by_chance_plays_what_it_would_without_latency_so_much_later(seed: int) -> None:
    rack = Chance(seed)
    playing = Playing(*map(code, ("sine", "total", "scaled")), *LINES.values(), TWIN)
    playing.perform(*rack.modules(late=True))
    frame = 0
    for _ in range(60):
        playing.engine.perform(0, rack.change(), frame + rack.chance.randrange(200))
        frame += 256
        playing.sound(256)
    other = Playing(*map(code, ("sine", "total", "scaled")), THROUGH)
    other.perform(*rack.modules(late=False), *map(AddCable, playing.engine.rack.patch.cables.values()))
    outlets = [(id, name) for id, type in rack.types.items() for name in OUTLETS.get(type, ("out",))]
    found = latenesses(playing.engine.rack.patch, rack.latency)
    length = 3 * 8 * QUANTUM + max(found.values()) // QUANTUM * QUANTUM
    playing.sound(6000 + 80 - 6000 % QUANTUM)
    begin = playing.engine.frame
    other.sound(begin - length)
    straight = other.outlets(2 * length, *outlets)
    heard = playing.outlets(length, *outlets)
    for (id, name), volts, plain in zip(outlets, heard, straight, strict=True):
        assert_array_equal(volts, plain[length - found[id] : 2 * length - found[id]], err_msg=f"{id}.{name}")
    assert sum(volts.any() for volts in heard) > len(heard) // 2
    assert any(line.lates for line in playing.engine.graph.alignment.lines)


@pytest.mark.parametrize("seed", range(2))
def test_a_rack_by_chance_plays_the_same_however_its_quanta_are_split(seed: int) -> None:
    heard = []
    for splits in (0, 300):
        rack, chance = Chance(seed), random.Random(seed)
        playing = Playing(*map(code, ("sine", "total", "scaled")), *LINES.values(), TWIN)
        playing.perform(*rack.modules(late=True))
        edits = [(64 + 97 * index + rack.chance.randrange(97), rack.change()) for index in range(60)]
        edits += [(chance.randrange(7000), Batch(())) for _ in range(splits)]
        for frame, edit in sorted(edits, key=lambda part: part[0]):
            playing.engine.perform(0, edit, frame)
        playing.sound(QUANTUM)
        heard.append(np.stack(playing.outlets(150 * QUANTUM, *((id, "out") for id in rack.types))))
    whole, split = heard
    assert_allclose(split, whole, rtol=1e-9, atol=1e-9)
    assert_array_equal(split[:, -QUANTUM:], whole[:, -QUANTUM:])
