"""The panels of plug-ins."""

import msgspec

from livepatch.protocol.plugin_facts import Facts, Parameter
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
