"""Debian's VST3 plug-ins, the Zam ones, each in a process of its own."""

from pathlib import Path
from typing import Any

import pytest

from tests.plugins.vst3.rig import in_child

FOLDER = Path("/usr/lib/vst3")
PLAYED = """
path = sys.argv[1]
rig = Rig(path)
plugin = rig.plugin
facts = plugin.facts
ins = sum(bus.channels for bus in facts.inputs)
audio = noise(ins, 24000)
plain = rig.play(audio)
turned = [one for one in facts.parameters if not one.hidden and not one.read_only]
for one in turned:
    plugin.turn(one.id, 1.0 - one.default)
changed = rig.play(audio)
plugin.idle()
state = plugin.state()
other = Rig(path)
other.plugin.restore(state)
kept = [abs(other.plugin.value(one.id) - plugin.value(one.id)) for one in turned]
plugin.close()
answer(
    name=facts.name, vendor=facts.vendor, category=facts.category, latency=plugin.facts.latency,
    finite=bool(np.isfinite(plain).all() and np.isfinite(changed).all()), level=float(plain.std()),
    moved=float(np.abs(plain - changed).max()), apart=max(kept, default=0.0),
    texts=[other.plugin.text(one.id) for one in turned], turned=len(turned),
)
"""


def play(name: str) -> dict[str, Any]:
    """What one of them said when it was played."""
    bundle = FOLDER / f"{name}.vst3"
    if not bundle.is_dir():
        pytest.skip(f"{bundle} is not installed (apt: zam-plugins)")
    return in_child(PLAYED, bundle)


@pytest.mark.parametrize("name", ["ZaMaximX2", "ZamDelay", "ZamEQ2", "ZamTube", "ZamVerb"])
def test_a_plug_in_of_debians_sounds_obeys_its_knobs_and_keeps_its_state(name: str) -> None:
    said = play(name)
    assert said["finite"]
    assert said["moved"] > 1e-4
    assert said["apart"] < 1e-6
    assert said["vendor"] == "Damien Zammit"
    assert said["category"].startswith("Fx|")
    assert all(said["texts"])


def test_a_plug_in_that_keeps_nothing_takes_its_own_state_back() -> None:
    assert play("ZamAutoSat")["apart"] == 0.0


def test_a_limiter_that_looks_ahead_says_by_how_much() -> None:
    assert play("ZaMaximX2")["latency"] == 480
