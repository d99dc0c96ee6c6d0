import keyword
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livepatch.declarations import BLOCKS, DECLARATIONS, FLAGS, RESERVED, RESERVED_PREFIXES, read_panel
from livepatch.panel import Inlet, Knob, Outlet, Panel
from livepatch.patch.blueprint import blueprint, type_name
from livepatch.patch.edits import AddCable, AddModule, apply
from livepatch.patch.patch import Cable, Patch, PlacedModule
from livepatch.patch.placeholder import hanging, placeholders, playable, remarks, span, stand_in

VCF = Panel(
    type="vcf",
    class_name="Vcf",
    inlets=(Inlet(name="audio"),),
    outlets=(Outlet(name="low"),),
    knobs=(Knob(name="cutoff", minimum=0.0, maximum=1.0, default=0.0),),
)


def patch() -> Patch:
    """A foreign module with twelve params, and a filter that lost an outlet."""
    made = Patch()
    knobs = {f"param{number}": float(number) for number in range(12)}
    apply(made, AddModule(PlacedModule(id=1, name="vco", type="Fundamental/VCO-2", knobs=knobs)))
    apply(made, AddModule(PlacedModule(id=2, name="vcf", type="vcf")))
    for source, outlet, target, inlet in (
        (1, "out0", 2, "audio"),
        (1, "out10", 2, "cutoff"),
        (2, "high", 1, "in3"),
        (2, "low", 1, "param7"),
    ):
        apply(made, AddCable(Cable(source=source, outlet=outlet, target=target, inlet=inlet)))
    return made


def test_a_stand_in_has_the_knobs_and_ports_that_the_patch_tells_of() -> None:
    panel = stand_in(patch(), [patch().modules[1]])
    assert [knob.name for knob in panel.knobs] == [f"param{number}" for number in range(12)]
    assert [(knob.minimum, knob.maximum, knob.default) for knob in panel.knobs[:3]] == [
        (0.0, 1.0, 0.0),
        (0.0, 1.0, 1.0),
        (0.0, 10.0, 2.0),
    ]
    assert [port.name for port in panel.inlets] == ["in3"]
    assert [port.name for port in panel.outlets] == ["out0", "out10"]


def test_what_is_missing_is_said_in_a_line_each() -> None:
    panels = {"vcf": VCF}
    assert [module.name for module in placeholders(patch(), panels)] == ["vco"]
    assert [cable.outlet for cable in hanging(patch(), panels)] == ["high"]
    first, second = remarks(patch(), panels)
    assert first == (
        "vco (Fundamental/VCO-2) is a placeholder, silent until its module is there; write(vco) begins one"
    )
    assert second == "a port is missing, the cable is kept: vcf.high >> vco.in3"


def test_many_that_are_missing_are_counted() -> None:
    made = Patch()
    for id in range(1, 10):
        apply(made, AddModule(PlacedModule(id=id, name=f"m{id}", type="gone")))
    assert "m4 (gone) and 5 more are placeholders" in remarks(made, {})[0]


def test_what_plays_is_the_rest_of_the_patch() -> None:
    played = playable(patch(), {"vcf": VCF})
    assert list(played.modules) == [2]
    assert played.cables == {}


@pytest.mark.parametrize(
    ("type", "name"),
    [
        ("tape", "tape"),
        ("Fundamental/VCO-2", "vco_2"),
        ("Befaco/EvenVCO", "evenvco"),
        ("x/8Vert", "m_8vert"),
        ("x/class", "m_class"),
        ("x/vco", "vco_2"),
        ("../../etc/passwd", "passwd"),
        ("", "m"),
        ("a b", "a_b"),
    ],
)
def test_a_placeholder_becomes_a_module_of_a_name_that_a_file_can_have(type: str, name: str) -> None:
    taken = {"vco"}
    assert type_name(type, taken) == name


def test_the_blueprint_declares_what_the_placeholder_has_and_what_it_stands_for() -> None:
    panel = stand_in(patch(), [patch().modules[1]])
    read = read_panel(blueprint(panel, "vco_2"), "vco_2.py")
    assert read.knobs == panel.knobs
    assert [port.name for port in read.inlets] == ["in3"]
    assert read.outlets == panel.outlets
    model = read.rack["Fundamental/VCO-2"]
    assert model.params[11].name == "param11"
    assert (model.inputs, model.outputs) == ({3: "in3"}, {0: "out0", 10: "out10"})


USED = sorted({*RESERVED, *FLAGS, *DECLARATIONS, *BLOCKS, *(prefix + "x" for prefix in RESERVED_PREFIXES)})


@pytest.mark.parametrize("name", USED)
def test_a_port_with_a_name_that_livepatch_uses_itself_is_left_out_of_a_blueprint_if_it_must_be(name: str) -> None:
    for panel in (
        Panel(type="a/b", class_name="", knobs=(Knob(name=name, minimum=0.0, maximum=1.0, default=0.0),)),
        Panel(type="a/b", class_name="", inlets=(Inlet(name=name),)),
        Panel(type="a/b", class_name="", outlets=(Outlet(name=name),)),
    ):
        read = read_panel(blueprint(panel, "m"), "m.py")
        found = {knob.name for knob in read.knobs}
        found |= {port.name for port in read.inlets} | {port.name for port in read.outlets}
        assert found == ({name} if name in BLOCKS else set())


ODD = ["step", "knob", "rack", "in1", "in٣", "a b", "class", "_x", "connected_a", "ok", *USED]
NAMES = st.sampled_from(ODD) | st.text()
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.dictionaries(NAMES, NUMBERS), st.sets(NAMES), st.sets(NAMES), st.text())
def test_every_blueprint_is_a_module_file(
    knobs: dict[str, float], inlets: set[str], outlets: set[str], type: str
) -> None:
    made = Patch()
    apply(made, AddModule(PlacedModule(id=1, name="a", type=type, knobs=knobs)))
    apply(made, AddModule(PlacedModule(id=2, name="b", type="b")))
    for name in inlets:
        apply(made, AddCable(Cable(source=2, outlet="x", target=1, inlet=name)))
    for name in outlets - inlets - knobs.keys():
        apply(made, AddCable(Cable(source=1, outlet=name, target=2, inlet="x")))
    name = type_name(type, set())
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    panel = stand_in(made, [made.modules[1]])
    read = read_panel(blueprint(panel, name), f"{name}.py")
    assert set(read.knobs) <= set(panel.knobs)


@given(NUMBERS, NUMBERS)
def test_a_range_holds_what_it_is_made_for(one: float, other: float) -> None:
    lowest, highest = sorted((one, other))
    start, stop = span(lowest, highest)
    values = [start, lowest, highest, stop]
    assert all(first <= second for first, second in pairwise(values))
    assert start < stop
