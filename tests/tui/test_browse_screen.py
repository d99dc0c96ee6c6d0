"""Modules and plug-ins are searched, chosen and added."""

from pathlib import Path

from livepatch.protocol.messages import Browse, Browsed, Evaluate, Offered
from livepatch.tui.browse_screen import found, groups
from livepatch.tui.model import Rack
from tests.tui.fake_session import PANELS, FakeSession
from tests.tui.stage import Stage, perform

PLUGINS = (
    Offered("amsynth", "amsynth", instrument=True, about="VST2 instrument, Nick Dowell"),
    Offered(
        "Dragonfly Hall Reverb", "Dragonfly Hall Reverb", instrument=False, about="VST2 effect, Michael Willis"
    ),
    Offered("/v/Twin.so", "Twin", instrument=False, about="VST2 effect, Hall of Twins"),
)


def test_what_is_chosen_is_added_as_if_it_had_been_typed(workspace: Path) -> None:
    session = FakeSession(workspace)
    session.plugins = PLUGINS

    async def act(stage: Stage) -> None:
        await stage.press("f2", "a")
        await stage.until(lambda: Browse() in session.received)
        await stage.shows("instruments  1")
        await stage.type("hall")
        await stage.until(lambda: "amsynth" not in stage.screen())
        assert "modules" not in stage.screen()
        await stage.press("down", "enter")
        await stage.until(lambda: any(isinstance(each, Evaluate) for each in session.received))
        codes = [each.code for each in session.received if isinstance(each, Evaluate)]
        assert codes == ["vst('/v/Twin.so')"]
        await stage.until(lambda: "Add to the rack" not in stage.screen())

    perform(workspace, act, session=session)


def test_escape_adds_nothing_and_nothing_found_says_so(workspace: Path) -> None:
    session = FakeSession(workspace)

    async def act(stage: Stage) -> None:
        await stage.press("f2", "a")
        await stage.shows("livepatch plugins scan")
        await stage.type("qq")
        await stage.shows("nothing is called so")
        await stage.press("enter", "escape")
        await stage.until(lambda: "Add to the rack" not in stage.screen())
        assert not [each for each in session.received if isinstance(each, Evaluate)]

    perform(workspace, act, session=session)


def test_what_can_be_added_is_grouped_and_found_by_its_name_first() -> None:
    rack = Rack()
    rack.panels = dict(PANELS)
    rack.take(Browsed(PLUGINS))
    kinds = groups(rack)
    assert [(kind, len(entries)) for kind, entries in kinds] == [
        ("modules", len(PANELS)),
        ("instruments", 1),
        ("effects", 2),
    ]
    assert kinds[0][1][0].code == "add('audio_out')"
    assert [entry.name for entry in found(kinds[2][1], "hall")] == ["Dragonfly Hall Reverb", "Twin"]
    assert [entry.name for entry in found(kinds[2][1], "vst2 willis")] == ["Dragonfly Hall Reverb"]
