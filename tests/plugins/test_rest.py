"""How long it has to be silent until a plug-in may rest."""

import msgspec
import pytest

from livepatch.plugins.rest import NEVER, SAID_SECONDS, SECONDS, rest_after
from livepatch.protocol.plugin_facts import ENDLESS, UNKNOWN, Bus, Facts

EFFECT = Facts(format="vst3", path="/hall.vst3", uid="0" * 32, name="Hall", inputs=(Bus("In", 2),))


def test_it_is_a_while_longer_than_its_latency_and_tail() -> None:
    slow = msgspec.structs.replace(EFFECT, latency=100, tail=2000)
    assert rest_after(slow, 1000.0) == (2100.0 + 1000.0 * SECONDS, 2100.0 + 1000.0 * SAID_SECONDS)


def test_a_tail_that_it_does_not_know_is_none() -> None:
    unknown = msgspec.structs.replace(EFFECT, tail=UNKNOWN)
    assert rest_after(unknown, 48000.0) == rest_after(EFFECT, 48000.0)


@pytest.mark.parametrize("facts", [{"tail": ENDLESS}, {"instrument": True}, {"notes_out": True}, {"inputs": ()}])
def test_what_may_sound_by_itself_never_rests(facts: dict[str, object]) -> None:
    assert rest_after(msgspec.structs.replace(EFFECT, **facts), 48000.0) == (NEVER, NEVER)
