"""The panels of plug-ins."""

import msgspec

from livepatch.protocol.plugin_facts import Bus, Expression, Facts, Parameter
from livepatch.protocol.plugin_messages import ExpressionPort
from livepatch.protocol.plugin_panel import build

FACTS = Facts(
    format="vst3",
    path="/v/Delay.vst3",
    uid="0" * 32,
    name="Delay",
    parameters=(Parameter(id=7, name="Gain"), Parameter(id=9, name="Mix")),
)


def test_a_knob_is_typed_as_before_whatever_the_plugin_calls_it_later() -> None:
    before = build(FACTS)
    titles = (Parameter(id=9, name="Gain"), Parameter(id=3, name="Mix"), Parameter(id=7, name="Volume"))
    facts = msgspec.structs.replace(FACTS, parameters=titles)
    after = build(facts, names={id: knob for knob, id in before.ports.knobs})
    assert after.ports.knobs == (("mix", 9), ("mix_2", 3), ("gain", 7))
    assert [knob.label for knob in after.panel.knobs] == ["Gain", "Mix", "Volume"]


def test_what_each_note_has_for_itself_has_an_inlet_in_the_volts_of_its_range() -> None:
    expressions = (
        Expression(id=0, name="Volume", unit="dB", default=0.25, texts=("-inf", "0.0", "12.0 dB")),
        Expression(id=1, name="Pan", default=0.5),
        Expression(
            id=100000, name="Depth", unit="%", lowest=0.2, default=0.4, highest=1.0, bipolar=True, once=True
        ),
    )
    made = build(msgspec.structs.replace(FACTS, notes_in=True, instrument=True, expressions=expressions))
    volume, pan, depth = made.panel.inlets[5:]
    assert (volume.name, volume.label, volume.normal) == ("volume", "Volume (dB)", 2.5)
    assert volume.description == "each note's own, 0 V (-inf) to 10 V (12.0 dB), unpatched 2.5 V (0.0)"
    assert (pan.name, pan.normal) == ("pan", 0.0)
    assert pan.description == "each note's own, -5 V to 5 V, unpatched 0 V"
    assert (depth.name, depth.normal) == ("depth", -2.5)
    assert depth.description == "each note's own when it begins, -5 V to 5 V, unpatched -2.5 V"
    assert made.ports.expressions == (
        ExpressionPort("volume", 0, 0.0, 0.1, 0.0, 1.0, 0.25),
        ExpressionPort("pan", 1, 0.5, 0.1, 0.0, 1.0, 0.5),
        ExpressionPort("depth", 100000, 0.6, 0.08, 0.2, 1.0, 0.4, once=True),
    )


def test_what_notes_have_for_themselves_leaves_every_other_port_its_name() -> None:
    titles = ("Gain", "Audio", "Gate", "Note gain", "Gain", "")
    facts = msgspec.structs.replace(FACTS, notes_in=True, notes_out=True, inputs=(Bus("In", 2),))
    before = build(facts)
    after = build(
        msgspec.structs.replace(
            facts, expressions=tuple(Expression(id=id, name=title) for id, title in enumerate(titles))
        )
    )
    own = ["note_gain", "note_audio", "note_gate", "note_note_gain", "note_gain_2", "plugin"]
    assert [port.inlet for port in after.ports.expressions] == own
    assert [inlet.name for inlet in after.panel.inlets if inlet.name not in own] == [
        inlet.name for inlet in before.panel.inlets
    ]
    assert (after.panel.knobs, after.panel.outlets) == (before.panel.knobs, before.panel.outlets)


def test_a_build_from_before_there_were_expressions_is_read() -> None:
    old = msgspec.to_builtins(build(msgspec.structs.replace(FACTS, notes_in=True)))
    del old["ports"]["expressions"], old["facts"]["expressions"]
    assert msgspec.convert(old, type(build(FACTS))).ports.expressions == ()
