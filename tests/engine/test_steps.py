"""What plays beside the plug-ins: they are sent their blocks early, and what they made is taken late."""

import random
from pathlib import Path

import pytest

from livepatch.engine.code import Code
from livepatch.engine.schedule import targets_of
from livepatch.engine.steps import Step
from tests.engine.playing import Playing, add, cable, code
from tests.plugins.building import build
from tests.plugins.hosting import code_of, facts_of

FIRST_PLUGIN = 100
"""Modules with such ids and higher ones are plug-ins."""


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Code:
    folder: Path = tmp_path_factory.mktemp("synth")
    return code_of(facts_of(build("vst2_synth.c", folder), folder))


def rack(plugin: Code, cables: list[tuple[int, int]]) -> Playing:
    """Modules that are named in cables, and those cables."""
    playing = Playing(code("total"), plugin)
    ids = sorted({id for cable in cables for id in cable})
    for id in ids:
        playing.perform(add(id, plugin.type, plugin.source) if id >= FIRST_PLUGIN else add(id, "total"))
    for source, target in cables:
        playing.perform(cable(source, "out", target, "audio" if target >= FIRST_PLUGIN else "a"))
    playing.sound(64)
    return playing


def turns(playing: Playing) -> list[str]:
    """`>100`: sent; `100`: played or taken."""
    found: list[Step] = playing.engine.graph.steps
    return [f"{'>' if step.sends else ''}{'+'.join(str(node.id) for node in step.group.nodes)}" for step in found]


def test_plug_ins_side_by_side_are_all_sent_before_one_is_waited_for(plugin: Code) -> None:
    made = rack(plugin, [(1, 100), (1, 101), (100, 2), (101, 3), (4, 5)])
    assert turns(made) == ["1", ">100", ">101", "4", "5", "100", "2", "101", "3"]


def test_one_that_another_waits_for_is_taken_first(plugin: Code) -> None:
    made = rack(plugin, [(100, 1), (101, 2), (2, 102), (102, 3)])
    assert turns(made) == [">101", ">100", "101", "2", ">102", "100", "1", "102", "3"]


def test_in_a_loop_one_is_sent_before_what_it_hears_plays_on(plugin: Code) -> None:
    made = rack(plugin, [(1, 2), (2, 100), (100, 1)])
    assert turns(made) == [">100", "100", "1", "2"]


def test_without_plug_ins_every_group_has_one_turn_in_its_order(plugin: Code) -> None:
    assert turns(rack(plugin, [(3, 2), (2, 1), (4, 5), (5, 4)])) == ["4+5", "3", "2", "1"]


def test_nobody_plays_before_what_he_hears_whatever_the_cables(plugin: Code) -> None:
    chance = random.Random(11)
    ids = [*range(1, 9), *range(FIRST_PLUGIN, FIRST_PLUGIN + 5)]
    for _ in range(12):
        playing = rack(plugin, list(dict.fromkeys((chance.choice(ids), chance.choice(ids)) for _ in range(14))))
        graph = playing.engine.graph
        places = {node.id: place for place, node in enumerate(graph.nodes)}
        begins: dict[int, int] = {}
        ends: dict[int, int] = {}
        for place, step in enumerate(graph.steps):
            for node in step.group.nodes:
                begins.setdefault(node.id, place)
                ends[node.id] = place
        assert begins.keys() == places.keys()
        for source, targets in zip(graph.nodes, targets_of(graph.nodes), strict=True):
            for target in (graph.nodes[place] for place in targets):
                if target.deferred:
                    assert begins[target.id] < ends[source.id]
                elif target.group != source.group:
                    assert ends[source.id] < begins[target.id]
