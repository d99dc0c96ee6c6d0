"""Every plug-in of Debian's that is installed here loads, plays, takes its state back and unloads."""

from pathlib import Path

import numpy as np
import pytest

from livepatch.engine.code import Code
from livepatch.protocol.messages import PluginLost
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_messages import Keep, Kept, Restore, Restored
from livepatch.protocol.plugin_panel import NOTE_INLETS
from livepatch.session.plugin_host import PluginHost
from tests.engine.playing import QUANTUM, Playing, add, cable, code, knob
from tests.plugins.hosting import code_of, hosted

PATTERNS = {"/usr/lib/vst": "**/*.so", "/usr/lib/lxvst": "**/*.so", "/usr/lib/vst3": "*.vst3"}
NO_PLUGIN = "lsp-plugins-vst2-"
"""A library that lies among them."""
INSTALLED = [
    path
    for folder, pattern in PATTERNS.items()
    for path in sorted(Path(folder).glob(pattern))
    if not path.name.startswith(NO_PLUGIN)
]
PLUGIN, SINE, GATE = 1, 2, 3
KNOBS = 3
"""So many are turned."""
pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(not INSTALLED, reason="no plug-ins are installed (apt: dpf-plugins-vst and others)"),
]


@pytest.mark.parametrize("path", INSTALLED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_plugin_plays_numbers_and_takes_its_state_back(path: Path, tmp_path: Path) -> None:
    format = "vst3" if path.suffix == ".vst3" else "vst2"
    with hosted(Facts(format=format, path=str(path), uid="", name=path.stem)) as host:
        plugin = code_of(host.facts)
        made = rack(host, plugin)
        outlets = [(PLUGIN, outlet.name) for outlet in plugin.panel.outlets][:2]
        rows = made.outlets(128 * QUANTUM, *outlets)
        assert all(np.isfinite(row).all() for row in rows)
        turn(made, plugin, 0.75)
        kept = host.ask(lambda serial: Keep(serial, str(tmp_path / "state"), always=True))
        assert isinstance(kept, Kept)
        before = restored(host, kept.path)
        turn(made, plugin, 0.25)
        after = restored(host, kept.path)
        made.sound(8 * QUANTUM)
        assert after.values == pytest.approx(before.values, abs=1e-3)
        assert not [message for message in made.messages if isinstance(message, PluginLost)]
        assert host.read("failures") == 0.0
        made.engine.rack.plugs.close()
    assert host.child.how_it_ended() == "ended with code 0"


def rack(host: PluginHost, plugin: Code) -> Playing:
    """The plug-in with a sine in every inlet, and a note held."""
    made = Playing(plugin, code("sine"), code("constant"))
    made.engine.plug_in(host.place())
    notes = {name for name, *_ in NOTE_INLETS}
    names = [inlet.name for inlet in plugin.panel.inlets]
    made.perform(
        add(PLUGIN, plugin.type, plugin.source),
        add(SINE, "sine", hertz=440.0),
        add(GATE, "constant", volts=10.0),
        *(cable(SINE, "out", PLUGIN, name) for name in names if name not in notes),
        *(cable(GATE, "out", PLUGIN, name) for name in names if name == "gate"),
    )
    return made


def turn(made: Playing, plugin: Code, value: float) -> None:
    """Turn the first knobs, and play until that has come there."""
    for each in plugin.panel.knobs[:KNOBS]:
        made.perform(knob(PLUGIN, each.name, value))
    made.sound(16 * QUANTUM)


def restored(host: PluginHost, path: str) -> Restored:
    """What a plug-in is after it has taken a state over."""
    answer = host.ask(lambda serial: Restore(serial, path))
    assert isinstance(answer, Restored)
    assert answer.problem == ""
    return answer
