"""What is asked after a session that was killed."""

import asyncio
from pathlib import Path

import pytest

from livepatch.journal.performance import Performance
from livepatch.journal.records import Began
from livepatch.journal.recovery import Crash
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.tui.recovery_screen import RecoveryScreen


def asked(*keys: str, attempts: int = 0, changed: tuple[int, ...] = (2,)) -> tuple[str, str | None]:
    """What the screen shows, and what comes of the keys."""
    patch = Patch()
    patch.name = "set1"
    patch.modules = {id: PlacedModule(id=id, name=f"vco{id}", type="vco") for id in (1, 2)}
    began = Began(1, "0", 0.0, patch.document())
    app = RecoveryScreen(Crash(Performance(Path(), began, (), 0), patch, changed, attempts))

    async def press() -> str:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            shown = "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
            await pilot.press(*keys)
        return shown

    return asyncio.run(press()), app.return_value


def test_all_three_ways_to_go_on_are_shown() -> None:
    shown, _ = asked("escape")
    assert "set1, 2 modules. Nothing is lost." in shown
    assert "Go on with the rack as it was" in shown
    assert "Go on without what was added or changed last: vco2" in shown
    assert "Start with an empty rack" in shown


@pytest.mark.parametrize(
    ("keys", "attempts", "chosen"),
    [
        (("enter",), 0, "whole"),
        (("down", "enter"), 0, "without"),
        (("j", "j", "enter"), 0, "empty"),
        (("enter",), 1, "without"),
        (("k", "enter"), 1, "whole"),
        (("enter",), 7, "empty"),
        (("escape",), 0, None),
    ],
)
def test_what_is_chosen_is_done_and_the_safest_is_in_hand(
    keys: tuple[str, ...], attempts: int, chosen: str | None
) -> None:
    assert asked(*keys, attempts=attempts)[1] == chosen


def test_after_a_load_there_is_no_module_to_leave_out() -> None:
    shown, chosen = asked("enter", attempts=1, changed=())
    assert "Go on without" not in shown
    assert "The start after that was killed too." in shown
    assert chosen == "empty"
