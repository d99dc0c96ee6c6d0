"""What a plug-in's panel shows: what it is, how it stands, and its own words for its values."""

from pathlib import Path

import msgspec
import pytest

from livepatch.display import readable
from livepatch.panel import Inlet, Knob, MenuItem, Outlet, Panel
from livepatch.patch import edits
from livepatch.patch.edits import AddModule, SetKnob
from livepatch.patch.patch import Cable, PlacedModule
from livepatch.protocol.messages import (
    Act,
    Edited,
    Evaluate,
    PanelChanged,
    Perform,
    PluginShown,
    PluginState,
    Replaced,
)
from livepatch.tui.inbox import Inbox
from livepatch.tui.model import MOST_CONTROLS, Change, Rack
from livepatch.tui.panel_rows import SnapshotRow
from livepatch.tui.plugin_rows import figures, troubles, what
from tests.tui.fake_session import FakeSession
from tests.tui.stage import Stage, perform
from tests.tui.test_png import png

SCREENS = Path(__file__).parent / "screens"
ZAM = Panel(
    type="vst3:zamdelay",
    class_name="",
    knobs=tuple(Knob(name=name, minimum=0.0, maximum=1.0, default=0.0) for name in ("gain", "mix")),
    inlets=(Inlet(name="audio"),),
    outlets=(Outlet(name="out"),),
    form="plugin",
)
PLAYING = PluginState(6, "playing", kind="VST3 effect", made="Zam 4.1", latency=480, load=0.031, worst=0.12)


def with_plugin(session: FakeSession) -> None:
    """Put a plug-in into the rack, as the session does."""
    module = PlacedModule(id=6, name="zam", type=ZAM.type, source="1")
    edits.apply(session.patch, AddModule(module))
    session.say(PanelChanged(ZAM, 0.0), Edited(AddModule(module), "add zam"))


def test_a_panel_says_what_a_plugin_is_and_how_it_stands(workspace: Path) -> None:
    session = FakeSession(workspace)

    async def act(stage: Stage) -> None:
        with_plugin(session)
        await stage.shows("starting")
        session.say(PLAYING)
        await stage.shows("VST3 effect, Zam 4.1")
        await stage.shows("3% max 12%  480f 10.0ms")
        session.say(PluginState(6, "waiting", why="crashed (SIGSEGV)", kind="VST3 effect", restarts=1))
        await stage.shows("✗ bypassed")
        await stage.shows("(SIGSEGV), and starts")
        session.say(PluginState(6, "playing", kind="VST3 effect", restarts=1))
        await stage.shows("restarted 1x")
        assert "new code sounds" not in stage.screen()

    perform(workspace, act, size=(80, 40), session=session)


def test_what_a_plugin_shows_stands_where_a_number_would(workspace: Path) -> None:
    session = FakeSession(workspace)

    async def act(stage: Stage) -> None:
        with_plugin(session)
        await stage.shows("gain")
        session.say(PLAYING, PluginShown(6, {"gain": "-60.000000 dB"}))
        await stage.shows("-60 dB")
        session.say(Edited(SetKnob(6, "gain", 0.9), "zam.gain = 0.9"), PluginShown(6, {"gain": "-6.0 dB"}))
        await stage.shows("-6.0 dB")

    perform(workspace, act, size=(80, 40), session=session)


def test_a_text_that_is_typed_onto_a_plugins_knob_is_read_by_the_plugin(workspace: Path) -> None:
    session = FakeSession(workspace)

    async def act(stage: Stage) -> None:
        with_plugin(session)
        session.say(PLAYING)
        await stage.shows("VST3 effect")
        await stage.press("f2", "G", "enter", *"-6 dB", "enter")
        await stage.until(
            lambda: any(
                isinstance(message, Evaluate) and message.code == "zam.gain = '-6 dB'"
                for message in session.received
            )
        )
        await stage.press("f2", *"0.25", "enter")
        await stage.until(lambda: Perform(SetKnob(6, "gain", 0.25)) in session.received)

    perform(workspace, act, size=(80, 40), session=session)


def filled() -> Rack:
    rack = Rack()
    module = PlacedModule(id=6, name="zam", type=ZAM.type, source="1")
    rack.take(PanelChanged(ZAM, 0.0))
    rack.take(Replaced("", (module,), (), {}))
    return rack


def test_a_text_belongs_to_where_the_knob_stood_when_it_came() -> None:
    rack = filled()
    gain = ZAM.knobs[0]
    assert rack.shown(6, gain) == ("", True)
    rack.take(PluginShown(6, {"gain": "-60 dB"}))
    assert rack.shown(6, gain) == ("-60 dB", True)
    rack.ask(6, "gain", 0.5)
    assert rack.shown(6, gain) == ("-60 dB", False)
    rack.take(Edited(SetKnob(6, "gain", 0.5), ""))
    assert rack.shown(6, gain) == ("-60 dB", False)
    rack.take(PluginShown(6, {"gain": "-12 dB"}))
    assert rack.shown(6, gain) == ("-12 dB", True)
    rack.take(Replaced("", (), (), {}))
    assert rack.shown(6, gain) == ("", True)


def test_figures_alone_are_no_new_layout() -> None:
    rack = filled()
    assert rack.take(PLAYING) == Change.STRUCTURE
    assert rack.take(PluginState(6, "playing", load=0.5)) == Change.PLUGIN
    assert rack.take(PluginState(6, "given up", why="hung")) == Change.STRUCTURE


def test_of_what_waits_only_the_newest_texts_and_figures_are_left() -> None:
    inbox = Inbox()
    for message in (PluginShown(6, {"gain": "a", "mix": "b"}), PluginShown(6, {"gain": "c"})):
        inbox.put(message)
    inbox.put(PLAYING)
    inbox.put(PluginState(6, "playing", load=0.5))
    assert inbox.drain() == [PluginShown(6, {"gain": "c", "mix": "b"}), PluginState(6, "playing", load=0.5)]


def test_figures_are_cut_to_what_fits_and_warn_of_what_was_late() -> None:
    late = PluginState(6, "playing", latency=480, load=0.031, worst=0.12, late=3, lately=1)
    assert figures(PLAYING, 48000.0, 60) == [
        ("load 3%", False),
        ("worst 12%", False),
        ("480 frames 10.0 ms", False),
    ]
    assert figures(late, 48000.0, 24) == [("3%", False), ("3 late", True), ("480f 10.0ms", False)]
    rests = PluginState(6, "playing", latency=480, worst=0.12, rests=True)
    assert figures(rests, 48000.0, 60)[0] == ("rests", False)
    assert figures(rests, 48000.0, 18) == [("rests", False), ("480f 10.0ms", False)]
    for width in range(8, 70):
        shown = "  ".join(piece for piece, _ in figures(late, 48000.0, width))
        assert len(shown) <= max(width, 10)


def test_a_plugin_that_was_given_up_says_why_in_three_lines_at_most() -> None:
    lines = troubles(PluginState(6, "given up", why="crashed " * 20, restarts=6), 25)
    assert len(lines) == 3
    assert all(len(text) <= 24 and tone == "fault" for text, tone in lines)
    assert troubles(PLAYING, 25) == []


@pytest.mark.parametrize(
    ("text", "short"),
    [("25.000000 dB", "25 dB"), ("-0.333333 s", "-0.3333 s"), ("12345.678900", "12346"), ("1.50 Hz", "1.50 Hz")],
)
def test_numbers_that_were_printed_to_the_last_digit_are_made_readable(text: str, short: str) -> None:
    assert readable(text) == short


MANY = Panel(
    type="vst2:many",
    class_name="",
    knobs=tuple(
        Knob(name=f"{'cutoff' if number % 100 == 99 else 'gain'}_{number}", minimum=0.0, maximum=1.0, default=0.0)
        for number in range(989)
    ),
    outlets=(Outlet(name="out"),),
    form="plugin",
)


def test_of_hundreds_of_knobs_a_search_finds_the_one_that_is_turned(workspace: Path) -> None:
    session = FakeSession(workspace)
    module = PlacedModule(id=6, name="many", type=MANY.type, source="1")

    async def act(stage: Stage) -> None:
        edits.apply(session.patch, AddModule(module))
        session.say(PanelChanged(MANY, 0.0), Edited(AddModule(module), "add many"))
        await stage.until(lambda: "many" in stage.screen())
        await stage.press("f2", "G")
        await stage.shows(f"{MOST_CONTROLS} of 989")
        panel = stage.app.rack_view.columns.panel_of(6)
        assert panel is not None
        assert panel.height < MOST_CONTROLS + 10
        await stage.press("slash", *"cut 89")
        await stage.shows("1 of 989")
        await stage.press("enter", "plus")
        await stage.until(lambda: Perform(SetKnob(6, "cutoff_899", 0.02)) in session.received)
        await stage.shows("/cut 89")
        await stage.press("slash", "q", "q")
        await stage.shows("0 of 989")
        await stage.press("escape")
        await stage.shows(f"{MOST_CONTROLS} of 989")

    perform(workspace, act, size=(80, 40), session=session)


def test_escape_leaves_a_search_with_the_knob_selected_that_one_expects(workspace: Path) -> None:
    session = FakeSession(workspace)
    module = PlacedModule(id=6, name="many", type=MANY.type, source="1")

    async def act(stage: Stage) -> None:
        def selected() -> str:
            return stage.app.rack_view.selection.control

        edits.apply(session.patch, AddModule(module))
        session.say(PanelChanged(MANY, 0.0), Edited(AddModule(module), "add many"))
        await stage.until(lambda: "many" in stage.screen())
        await stage.press("f2", "G", "down", "down")
        await stage.until(lambda: selected() == "gain_2")
        await stage.press("slash", *"cut")
        await stage.until(lambda: selected() == "cutoff_99")
        await stage.press("escape")
        await stage.until(lambda: selected() == "gain_2")
        assert 6 not in stage.app.rack_view.rack.searches
        await stage.press("slash", *"cut", "enter", "down")
        await stage.until(lambda: selected() == "cutoff_199")
        await stage.press("escape")
        await stage.shows(f"gain_{MOST_CONTROLS - 1}")
        assert selected() == "cutoff_199"
        await stage.shows("▸cutoff_199")
        await stage.press("escape", "plus")
        await stage.until(lambda: Perform(SetKnob(6, "cutoff_199", 0.02)) in session.received)

    perform(workspace, act, size=(80, 40), session=session)


NAMES = [f"{'Deep Bass' if number % 100 == 99 else 'Pad'} {number}" for number in range(300)]
PROGRAMS = msgspec.structs.replace(
    ZAM,
    menu=(
        MenuItem(
            kind="submenu",
            label="Programs",
            items=tuple(
                MenuItem(
                    kind="submenu",
                    label=f"Part {start}",
                    items=tuple(
                        MenuItem(kind="action", label=NAMES[number], name=f"program:{number}")
                        for number in range(start, start + 30)
                    ),
                )
                for start in range(0, 300, 30)
            ),
        ),
    ),
)


def test_a_menu_of_hundreds_of_programs_is_searched_and_the_current_one_marked(workspace: Path) -> None:
    session = FakeSession(workspace)
    module = PlacedModule(id=6, name="zam", type=ZAM.type, source="1", data={"program": 99})

    async def act(stage: Stage) -> None:
        edits.apply(session.patch, AddModule(module))
        session.say(PanelChanged(PROGRAMS, 0.0), Edited(AddModule(module), "add zam"), PLAYING)
        await stage.shows("program Deep Bass 99")
        await stage.press("f2", "G", "m")
        await stage.shows("Programs: Deep Bass 99 →")
        await stage.shows("/ searches 305")
        await stage.press("enter")
        await stage.shows("Part 90: Deep Bass 99 →")
        await stage.press("enter")
        await stage.shows("✓ Deep Bass 99")
        await stage.press("escape", "escape", "slash", *"bass deep")
        await stage.until(lambda: "Pad" not in stage.screen() and "Deep Bass 299" in stage.screen())
        await stage.press("escape")
        await stage.shows("Duplicate")
        await stage.press("slash", *"deep 29", "enter")
        await stage.until(lambda: Act(6, "program:299") in session.received)

    perform(workspace, act, size=(80, 40), session=session)


def test_a_search_in_a_menu_that_finds_nothing_says_so_and_much_is_cut(workspace: Path) -> None:
    session = FakeSession(workspace)
    module = PlacedModule(id=6, name="zam", type=ZAM.type, source="1")

    async def act(stage: Stage) -> None:
        edits.apply(session.patch, AddModule(module))
        session.say(PanelChanged(PROGRAMS, 0.0), Edited(AddModule(module), "add zam"), PLAYING)
        await stage.shows("VST3 effect")
        await stage.press("f2", "G", "m", "slash", *"organ")
        await stage.shows("nothing is called so")
        await stage.press("enter", *["backspace"] * 5, *"pad")
        await stage.shows("200 of 297 found")
        await stage.press("escape", "escape")
        await stage.until(lambda: "searches" not in stage.screen())

    perform(workspace, act, size=(80, 40), session=session)


def test_a_knob_with_a_cable_is_shown_among_hundreds() -> None:
    rack = Rack()
    rack.take(PanelChanged(MANY, 0.0))
    many = PlacedModule(id=1, name="many", type=MANY.type)
    cable = Cable(source=1, outlet="out", target=1, inlet="gain_988")
    rack.take(Replaced("", (many,), (cable,), {}))
    shown, total = rack.found(many)
    assert (len(shown), total, shown[-1].name) == (MOST_CONTROLS + 1, 989, "gain_988")


def test_any_other_key_ends_a_search_and_does_what_it_does(workspace: Path) -> None:
    session = FakeSession(workspace)

    async def act(stage: Stage) -> None:
        await stage.press("f2", "slash", *"fine")
        await stage.shows("1 of 3")
        await stage.press("shift+up")
        await stage.until(lambda: Perform(SetKnob(1, "fine", 0.2)) in session.received)
        await stage.press("slash", "tab")
        await stage.until(lambda: "of 3" not in stage.screen())

    perform(workspace, act, size=(80, 40), session=session)


def test_a_picture_of_the_window_is_drawn_in_half_blocks_and_switched_off(workspace: Path, tmp_path: Path) -> None:
    session = FakeSession(workspace)
    path = tmp_path / "window.png"
    path.write_bytes(png([bytes((255, 0, 0)) * 40] * 10 + [bytes((0, 0, 255)) * 40] * 10, 2))

    async def act(stage: Stage) -> None:
        with_plugin(session)
        session.say(PluginState(6, "playing", picture=str(path)))
        await stage.shows("▀" * 24)
        panel = stage.app.rack_view.columns.panel_of(6)
        assert panel is not None
        rows = [line for line, row in enumerate(panel.rows) if isinstance(row, SnapshotRow)]
        assert len(rows) == 6
        colours = [[segment.style for segment in panel.strip(line)][12] for line in (rows[0], rows[-1])]
        shown = [
            style.color.triplet.hex
            for style in colours
            if style is not None and style.color and style.color.triplet
        ]
        assert shown == ["#ff0000", "#0000ff"]
        await stage.press("f2", "p")
        await stage.until(lambda: "▀▀▀" not in stage.screen())
        await stage.press("p")
        await stage.shows("▀▀▀")

    perform(workspace, act, size=(80, 40), session=session)


def test_a_picture_that_cannot_be_read_is_left_out_and_told(workspace: Path, tmp_path: Path) -> None:
    session = FakeSession(workspace)
    (tmp_path / "torn.png").write_bytes(b"no picture")

    async def act(stage: Stage) -> None:
        with_plugin(session)
        session.say(PluginState(6, "playing", picture=str(tmp_path / "torn.png")))
        await stage.shows("it is no PNG")
        assert "▀▀▀" not in stage.screen()

    perform(workspace, act, size=(160, 40), session=session)


def test_who_made_it_has_two_lines_where_one_is_too_narrow() -> None:
    state = PluginState(6, "playing", kind="VST2 effect", made="Michael Willis and Rob vd Berg 3.2.8")
    assert what(state, 80) == ["VST2 effect, Michael Willis and Rob vd Berg 3.2.8"]
    assert what(state, 28) == ["effect, Michael Willis and", "Rob vd Berg 3.2.8"]
    assert what(PLAYING, 20) == ["effect, Zam 4.1"]


def test_the_screen_with_a_plugin_is_as_it_was_drawn(workspace: Path) -> None:
    session = FakeSession(workspace)

    async def act(stage: Stage) -> None:
        with_plugin(session)
        session.say(PLAYING, PluginShown(6, {"gain": "-6.000000 dB", "mix": "Sine"}))
        await stage.shows("Sine")
        await stage.press("f2", "G")
        await stage.shows("▸gain")
        lines = stage.screen().splitlines()
        top = next(place for place, line in enumerate(lines) if "zam" in line)
        shown = [line[53:].strip() for line in lines[top : top + 7]]
        assert "\n".join(shown) + "\n" == (SCREENS / "plugin.txt").read_text()

    perform(workspace, act, size=(80, 40), session=session)
