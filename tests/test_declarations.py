"""The panel as it is read from a module's source."""

import pytest

from livepatch.declarations import read_panel
from livepatch.errors import ModuleError
from livepatch.panel import Button, Inlet, Knob, Light, Neighbour, Outlet, RackParam, State, Switch

FILTER = '''
"""FILTER: a file."""
import math
from livepatch.module import Module, buffer, button, inlet, knob, light, outlet, switch, trace
from livepatch.voltage import C4_HZ

HIGHEST = 2.0 * 3.0

class Filter(Module):
    """A filter for tests.

    More about it.
    """

    cutoff = knob(-math.pi, HIGHEST, 0.0, "Cutoff", unit="Hz", base=2.0, multiplier=C4_HZ)
    slope = switch("gentle", "steep", default=1)
    reset = button("Reset")
    audio = inlet("Audio")
    other = inlet(normal="audio")
    level = inlet(normal=10)
    low = outlet("Lowpass")
    lamp = light(colour="green")
    line = buffer(2.5)
    curve = trace(128)
    phase = 0.5
    count = 3
    high = True
    speakers = ("low",)
    bypass = {"audio": "low"}

    def step(self) -> None:
        self.low = self.audio
'''


def refusal(text: str) -> str:
    with pytest.raises(ModuleError) as refused:
        read_panel(text, "filter.py")
    return str(refused.value)


def test_everything_declared_is_on_the_panel_in_the_order_written() -> None:
    panel = read_panel(FILTER, "modules/filter.py")

    assert (panel.type, panel.class_name, panel.summary, panel.form) == (
        "filter",
        "Filter",
        "A filter for tests.",
        "step",
    )
    assert panel.knobs == (
        Knob(
            name="cutoff",
            minimum=-3.141592653589793,
            maximum=6.0,
            default=0.0,
            label="Cutoff",
            unit="Hz",
            base=2.0,
            multiplier=261.6255653005986,
        ),
    )
    assert panel.switches == (Switch(name="slope", choices=("gentle", "steep"), default=1),)
    assert panel.buttons == (Button(name="reset", label="Reset"),)
    assert panel.inlets == (
        Inlet(name="audio", label="Audio"),
        Inlet(name="other", normal="audio"),
        Inlet(name="level", normal=10.0),
    )
    assert panel.outlets == (Outlet(name="low", label="Lowpass"),)
    assert panel.lights == (Light(name="lamp", colour="green"),)
    assert panel.states == (
        State(name="line", kind="buffer", seconds=2.5),
        State(name="curve", kind="trace", frames=128),
        State(name="phase", kind="float", default=0.5),
        State(name="count", kind="int", default=3.0),
        State(name="high", kind="bool", default=1.0),
    )
    assert panel.speakers == ("low",)
    assert panel.bypass == {"audio": "low"}


CAPTURES = FILTER.replace(
    "    bypass =",
    """    dry = outlet()
    wet = outlet()
    captures = ("wet", "dry")
    bypass =""",
)


def test_captures_are_outlets_in_the_order_of_the_channels() -> None:
    assert read_panel(CAPTURES, "filter.py").captures == ("wet", "dry")


@pytest.mark.parametrize(
    ("written", "instead", "where", "why"),
    [
        ('("wet", "dry")', '("wet", "loud")', "filter.py:9:1", "captures names loud, which is not an outlet"),
        ('("wet", "dry")', '("wet", "wet")', "filter.py:9:1", "captures names wet, which is filled once"),
        ('("wet", "dry")', '("low", "dry")', "filter.py:9:1", "captures names low, which is filled once"),
        (
            '("wet", "dry")',
            '"wet"',
            "filter.py:31:16",
            "captures is up to 16 outlet names, left first: captures = (",
        ),
        ("self.low = ", "self.dry = ", "filter.py:34:5", "which the engine fills: step() leaves it alone"),
    ],
)
def test_what_cannot_be_captured_is_refused(written: str, instead: str, where: str, why: str) -> None:
    assert written in CAPTURES
    message = refusal(CAPTURES.replace(written, instead, 1))
    assert message.startswith(where + ":")
    assert why in message


def test_reading_a_panel_runs_none_of_the_file() -> None:
    text = FILTER.replace("HIGHEST = 2.0 * 3.0", "HIGHEST = 6.0\nraise SystemExit")

    assert read_panel(text, "filter.py").knobs[0].maximum == 6.0


@pytest.mark.parametrize(
    ("written", "instead", "where", "why"),
    [
        ("-math.pi, HIGHEST", "4.0, 1.0", "filter.py:15:14", "from a smaller number to a larger"),
        ("HIGHEST, 0.0", "HIGHEST, 7.0", "filter.py:15:14", "its default 7 is outside"),
        ("unit=", "unti=", "filter.py:15:14", "unexpected keyword argument 'unti'"),
        ("multiplier=C4_HZ", "multiplier=tune()", "filter.py:15:85", "is not a constant"),
        ("default=1", "default=2", "filter.py:16:13", "0 to 1"),
        ('"gentle", "steep"', '"gentle"', "filter.py:16:13", "at least two named choices"),
        ('normal="audio"', 'normal="nowhere"', "filter.py:9:1", "not another inlet"),
        ("buffer(2.5)", "buffer()", "filter.py:23:12", "say how long it is"),
        ("count = 3", "phase = 3", "filter.py:26:5", "declared twice"),
        ("count = 3", "count = [3]", "filter.py:26:13", "neither a declaration nor state"),
        ("count = 3", 'count = "3"', "filter.py:26:13", "is text"),
        ("count = 3", "sample_rate = 3", "filter.py:26:5", "livepatch uses itself"),
        ("count = 3", "whole = 3", "filter.py:26:5", "livepatch uses itself"),
        ('("low",)', '("loud",)', "filter.py:9:1", "speakers names loud"),
        ('{"audio": "low"}', '{"low": "audio"}', "filter.py:9:1", "from an inlet to an outlet"),
        ("class Filter(Module)", "class Filter", "filter.py:9:1", "class Filter(Module):"),
        ("def step", "def stop", "filter.py:9:1", "makes no sound"),
        ("HIGHEST = 2.0", "HIGHEST = (2.0", "filter.py:7:11", "never closed"),
    ],
)
def test_a_wrong_declaration_is_refused_where_it_stands(written: str, instead: str, where: str, why: str) -> None:
    assert written in FILTER

    message = refusal(FILTER.replace(written, instead, 1))

    assert message.startswith(where + ":")
    assert why in message


def test_a_file_without_a_module_says_what_to_write() -> None:
    assert "class Name(Module):" in refusal("x = 1\n")


def test_two_classes_are_one_too_many() -> None:
    assert "filter.py:3:1: a second class" in refusal(
        "from livepatch.module import Module\nclass A(Module): pass\nclass B(Module): pass\n"
    )


RACK = FILTER.replace(
    'speakers = ("low",)',
    """rack = {
        "Maker/Filter": {
            "params": {0: "slope", 2: ("cutoff", 1 / 12, -1.5), 3: ("cutoff", 2, 0, "square")},
            "inputs": {0: "audio", 1: "cutoff"},
            "outputs": {3: "low"},
            "data": {"steep": ("slope", -1.0, 1.0), "both": ("slope", "cutoff"), "span": ("cutoff", 2, "cutoff")},
            "gains": {"low": 1.5},
        }
    }""",
)


def test_a_module_says_which_of_racks_it_stands_for() -> None:
    model = read_panel(RACK, "filter.py").rack["Maker/Filter"]
    assert model.params == {
        0: RackParam("slope"),
        2: RackParam("cutoff", 1 / 12, -1.5),
        3: RackParam("cutoff", 2.0, 0.0, "square"),
    }
    assert model.gains == {"low": 1.5}
    assert model.inputs == {0: "audio", 1: "cutoff"}
    assert model.outputs == {3: "low"}
    assert model.data == {
        "steep": (RackParam("slope", -1.0, 1.0),),
        "both": (RackParam("slope"), RackParam("cutoff")),
        "span": (RackParam("cutoff", 2.0, above="cutoff"),),
    }


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"Maker/Filter"', '"Filter"', "a Rack module is named by plugin and model"),
        ('"params"', '"knobs"', "a Rack module has params, inputs, outputs, data and gains, not 'knobs'"),
        ('"steep": (', "7: (", "what a Rack module keeps has a key"),
        ('("slope", "cutoff")', '("slope", "audio")', "rack names audio, which is not of that kind"),
        ('{3: "low"}', '{3: "audio"}', "rack names audio, which is not of that kind"),
        ('{3: "low"}', '{"3": "low"}', "a Rack id is a whole number, not '3'"),
        ('{3: "low"}', "3", "rack maps ids to names"),
        ('("cutoff", 1 / 12, -1.5)', '("cutoff", "half")', "a param is a name, or a name with a multiplier"),
        ('("cutoff", 1 / 12, -1.5)', '("cutoff", 1, "low")', "rack names low, which is not of that kind"),
        ('"square"', '"cube"', "there is no law 'cube' of a knob; there are"),
        ('"low": 1.5', '"low": 0', "a port has a gain that is not 0"),
        ('"low": 1.5', '"slope": 2', "rack names slope, which is not of that kind"),
    ],
)
def test_a_wrong_rack_model_is_refused_with_an_example(right: str, wrong: str, message: str) -> None:
    assert message in refusal(RACK.replace(right, wrong))


def test_a_light_has_a_colour_by_name_or_by_number() -> None:
    assert read_panel(FILTER.replace('"green"', '"#12aBfe", below="red"'), "f.py").lights == (
        Light(name="lamp", colour="#12aBfe", below="red"),
    )
    text = refusal(FILTER.replace('"green"', '"grene"'))
    assert text.startswith("filter.py:22:12: lamp: there is no colour 'grene'; there are red, orange,")


def test_a_module_has_one_way_to_be_bypassed() -> None:
    head = "from livepatch.module import Module, inlet, outlet\nclass A(Module):\n    a = inlet()\n"
    head += "    b = outlet()\n    c = outlet()\n"
    step = "    def step(self) -> None:\n        self.b = self.c = self.a\n"
    own = "    def step_bypass(self) -> None:\n        self.pass_on()\n"
    own += "    def pass_on(self) -> None:\n        self.c = self.a\n"
    panel = read_panel(head + step + own, "a.py")
    assert (panel.own_bypass, panel.bypass_outlets) == (True, ("c",))
    for wrong in ('    bypass = {"a": "b"}\n' + step + own, step + own + own.replace("step", "process")):
        with pytest.raises(ModuleError, match="write either"):
            read_panel(head + wrong, "a.py")


def test_a_knob_or_switch_may_stay_out_of_chance() -> None:
    text = (
        "from livepatch.module import Module, knob, switch\n\n\nclass A(Module):\n"
        '    a = knob(0.0, 1.0, randomize=False)\n    b = switch("x", "y", randomize=False)\n'
        "    def step(self) -> None:\n        pass\n"
    )
    panel = read_panel(text, "a.py")
    assert not panel.knobs[0].randomize
    assert not panel.switches[0].randomize
    with pytest.raises(ModuleError, match="True or False"):
        read_panel(text.replace("randomize=False", "randomize=0", 1), "a.py")


MENU = """
from livepatch.module import Module, action, outlet, separator, submenu, switch

class A(Module):
    drift = switch("off", "on", label="Analog")
    out = outlet()
    menu = ("drift", separator("Editor"), action("load", asks="File"), submenu("Edit", action("flip", "Turn")))

    def step(self) -> None:
        self.out = float(self.drift)

    def load(self, path: str) -> None:
        print([each for each in path])

    def flip(self) -> None:
        import json
"""


def test_a_menu_is_read_as_it_is_written() -> None:
    panel = read_panel(MENU, "a.py")
    assert [(item.kind, item.label, item.name, item.asks) for item in panel.menu] == [
        ("switch", "Analog", "drift", ""),
        ("separator", "Editor", "", ""),
        ("action", "Load", "load", "File"),
        ("submenu", "Edit", "", ""),
    ]
    assert panel.menu[3].items[0].label == "Turn"
    assert panel.in_menu("action") == {"load", "flip"}


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"drift", sep', '"out", sep', "a.py:7:13: out is not a switch"),
        ('action("load"', 'action("lod"', "there is no method lod; write `def lod(self, text: str) -> None:`"),
        (
            'action("flip", "Turn")',
            'action("flip", asks="How")',
            "a.py:15:5: write `def flip(self, text: str)",
        ),
        ('separator("Editor")', 'action("flip", "Analog")', "two items of one menu are called Analog"),
        ('separator("Editor")', "3", "a menu has names of switches, actions, separators and submenus"),
        ('separator("Editor")', "separator(3)", "3 is not text"),
        ('separator("Editor")', 'separator("a", "b")', "this is no item of a menu"),
    ],
)
def test_a_wrong_menu_is_refused_where_it_is_wrong(right: str, wrong: str, message: str) -> None:
    with pytest.raises(ModuleError) as refused:
        read_panel(MENU.replace(right, wrong), "a.py")
    assert message in str(refused.value)


NEIGHBOUR = """
from livepatch.module import Module, neighbour, outlet


class Desk(Module):
    out = outlet()
    more = neighbour("right", "annex", "tower")
    level = more.knob("level")
    wet = more.outlet("out")

    def step(self) -> None:
        self.out = self.level if self.more.there else 0.0
        self.wet = self.out
"""


def test_a_module_says_what_it_uses_of_its_neighbour() -> None:
    panel = read_panel(NEIGHBOUR, "desk.py")
    assert panel.neighbours == (Neighbour(name="more", side="right", types=("annex", "tower")),)
    assert [(part.name, part.kind, part.port) for part in panel.borrowed] == [
        ("level", "knob", "level"),
        ("wet", "outlet", "out"),
    ]
    assert not panel.has_inlet("level")
    assert not panel.has_outlet("wet")
    whole = panel.whole()
    assert whole.has_inlet("level")
    assert whole.has_outlet("wet")
    assert whole.knob("more") is not None


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"right"', '"above"', 'desk.py:7:12: more: a neighbour is at the "left" or the "right", not \'above\''),
        (
            ', "annex", "tower"',
            "",
            'more: say which module it is, by its file\'s name: neighbour("right"',
        ),
        ('"annex"', "3", 'more: a module is named by its file: neighbour("right", "mixer_more")'),
        (
            'more.knob("level")',
            "more.dial(1)",
            "desk.py:8:13: level: only a neighbour() has parts",
        ),
        ('more.knob("level")', "out.knob()", "level: only a neighbour() has parts to declare"),
        ('more.knob("level")', "more.knob(7)", "level: name what is used of more, as it is declared there"),
    ],
)
def test_a_wrong_neighbour_is_refused_where_it_is_wrong(right: str, wrong: str, message: str) -> None:
    with pytest.raises(ModuleError) as error:
        read_panel(NEIGHBOUR.replace(right, wrong, 1), "desk.py")
    assert message in str(error.value)


def test_the_inlets_whose_voices_count_are_those_that_say_so_or_the_first() -> None:
    assert [inlet.name for inlet in read_panel(FILTER, "filter.py").counting()] == ["audio"]
    head = "from livepatch.module import Module, inlet\n\nclass Two(Module):\n"
    ports = "    a = inlet()\n    b = inlet(voices=True)\n    c = inlet(voices=True)\n"
    panel = read_panel(head + ports + "    def step(self) -> None: pass\n", "two.py")
    assert [inlet.name for inlet in panel.counting()] == ["b", "c"]
    with pytest.raises(ModuleError, match=r"voices=True is for step\(\); process\(\) says how many"):
        read_panel(head + ports + "    def process(self, start: int, stop: int) -> None: pass\n", "two.py")


def test_an_inlet_that_sums_is_for_blocks() -> None:
    head = "from livepatch.module import Module, inlet\n\nclass One(Module):\n    a = inlet(summed=True)\n"
    panel = read_panel(head + "    def process(self, start: int, stop: int) -> None: pass\n", "one.py")
    assert panel.inlets[0].summed
    with pytest.raises(ModuleError, match=r"one.py:3:1: summed=True is for process\(\)"):
        read_panel(head + "    def step(self) -> None: pass\n", "one.py")
