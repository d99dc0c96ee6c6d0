"""A rack of 500 modules and 2,000 cables: what it costs to load, undo and save it, and to turn a knob in it."""

import random
import statistics
import time

from livepatch.bench.live import Stage
from livepatch.patch import files
from livepatch.patch.edits import AddCable, AddModule, apply
from livepatch.patch.patch import Cable, Patch, PlacedModule

NAME = "large"
MODULES, CABLES = 500, 2000
ROW = 25
TURNS = 80
LONGEST_PAUSE_SECONDS = 0.01
"""Between two turns."""


def measure(stage: Stage) -> dict[str, float]:
    """Milliseconds of a load, its undo, a redo and a save; a knob's turn as a multiple of one in a small rack."""
    files.write(large(), stage.patches / NAME)
    small = _turn(stage, "quiet")
    took = {"load_ms": stage.line(f"load({NAME!r})"), "undo_ms": stage.line("undo()")}
    took["redo_ms"] = stage.line("redo()")
    turn = _turn(stage, f"m{MODULES // 2}")
    took["save_ms"] = stage.seconds(f"save({NAME!r})") * 1e3
    stage.line("undo(); undo()")  # the turn, and the load
    again = _turn(stage, "quiet")
    return {**took, "turn": turn / min(small, again)}


def large() -> Patch:
    """Amplifiers in rows, each heard by a few others further on, at random but always the same."""
    chance = random.Random(1)  # noqa: S311 - any rack will do
    patch = Patch()
    for number in range(1, MODULES + 1):
        place = (number % ROW, number // ROW)
        apply(patch, AddModule(PlacedModule(id=number, name=f"m{number}", type="vca", position=place)))
    while len(patch.cables) < CABLES:
        source, target = sorted(chance.sample(range(1, MODULES + 1), 2))
        inlet = chance.choice(("audio", "cv", "level"))
        cable = Cable(source=source, outlet="out", target=target, inlet=inlet, gain=0.1)
        if cable.route not in patch.cables:
            apply(patch, AddCable(cable))
    return patch


def _turn(stage: Stage, module: str) -> float:
    """From a line that turns a knob until that is in the sound: the median, in milliseconds.

    Lines come at any time of the engine's block: in step with it, one that misses a block would count for two.
    """
    chance = random.Random(1)  # noqa: S311 - any times will do
    took: list[float] = []
    for turn in range(TURNS):
        time.sleep(chance.uniform(0.0, LONGEST_PAUSE_SECONDS))
        took.append(stage.line(f"{module}.level = {turn / TURNS:.3f}"))
    return statistics.median(took)
