"""The table of actions."""

from collections import Counter

import pytest

from livepatch.tui.app import LivepatchApp
from livepatch.tui.keys import ACTIONS, bindings
from livepatch.tui.prompt import Prompt
from livepatch.tui.rack_view import RackView

PLACES = {"rack": RackView, "repl": Prompt, "app": LivepatchApp, "help": LivepatchApp}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: f"{action.area} {action.keys}")
def test_every_action_of_the_table_is_there(action: object) -> None:
    from livepatch.tui.keys import Action

    assert isinstance(action, Action)
    name = action.call.split("(")[0]
    place = LivepatchApp if name.startswith("app.") else PLACES[action.area]
    assert hasattr(place, f"action_{name.removeprefix('app.')}")


@pytest.mark.parametrize("area", ["rack", "repl", "app"])
def test_no_key_means_two_things(area: str) -> None:
    keys = Counter(key for action in ACTIONS if action.area in {area, "app"} for key in action.keys.split(","))
    assert not [key for key, count in keys.items() if count > 1]


def test_every_action_becomes_a_key() -> None:
    assert sum(len(bindings(area)) for area in PLACES) == len(ACTIONS)
