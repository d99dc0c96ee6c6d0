"""The playing order: sources first, loops together, and nothing that depends on the order of the edits."""

import random

from tests.engine.playing import Playing, add, cable, code


def order(modules: list[int], cables: list[tuple[int, int]]) -> list[tuple[list[int], bool]]:
    """The groups that play, by id, and whether each is a loop."""
    playing = Playing(code("total"))
    playing.perform(*(add(id, "total") for id in modules))
    playing.perform(*(cable(source, "out", target, "a") for source, target in cables))
    playing.sound(64)
    return [([node.id for node in group.nodes], group.cycle) for group in playing.engine.graph.groups]


def test_sources_play_before_what_they_feed() -> None:
    assert order([1, 2, 3], [(3, 2), (2, 1)]) == [([3], False), ([2], False), ([1], False)]


def test_a_loop_is_one_group_that_begins_with_its_lowest_id() -> None:
    found = order([1, 2, 3, 4, 5], [(4, 2), (2, 3), (3, 4), (1, 2), (4, 5)])
    assert found == [([1], False), ([2, 3, 4], True), ([5], False)]


def test_a_module_on_itself_is_a_loop() -> None:
    assert order([1, 2], [(1, 1), (1, 2)]) == [([1], True), ([2], False)]


def test_two_loops_that_share_a_module_are_one() -> None:
    assert order([1, 2, 3], [(1, 2), (2, 1), (2, 3), (3, 2)]) == [([1, 2, 3], True)]


def test_the_order_follows_from_the_patch_alone() -> None:
    chance = random.Random(7)
    modules = list(range(1, 25))
    cables = [(chance.choice(modules), chance.choice(modules)) for _ in range(30)]
    cables = list(dict.fromkeys(cables))
    first = order(modules, cables)
    for _ in range(5):
        chance.shuffle(modules)
        chance.shuffle(cables)
        assert order(modules, cables) == first


def test_a_long_chain_is_ordered_without_recursion() -> None:
    found = order(list(range(1, 1502)), [(id + 1, id) for id in range(1, 1501)])
    assert [ids for ids, _ in found] == [[id] for id in range(1501, 0, -1)]
