"""New code that waits for the beat, in a real session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.protocol.messages import Applied, Edited, PanelChanged
from tests.session.guest import Guest, guest, workspace_in

TONE = '''"""Tone: holds its level."""

from livepatch.module import Module, knob, outlet


class Tone(Module):
    level = knob(0.0, 5.0, 2.0)
    out = outlet()

    def step(self) -> None:
        """Hold the level."""
        self.out = self.level
'''

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def here(tmp_path: Path, compiled_cache: Path) -> Iterator[Guest]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('swap_at = "beat"\n')
    with workspace_in(tmp_path, compiled_cache, tone=TONE) as workspace, guest(workspace) as attached:
        yield attached


def test_saved_code_takes_over_on_the_beat(here: Guest, tmp_path: Path) -> None:
    here.play("tempo(60)", 'tone = add("tone")')
    for _ in ("tempo", "add", "first code"):
        before = here.wait_for(Applied)
    here.play("rewind()")
    rewound = here.wait_for(Applied)
    assert rewound.serial == before.serial + 1
    file = tmp_path / "ws" / "modules" / "tone.py"
    file.with_suffix(".new").write_text(TONE.replace("2.0)", "4.0)"))
    file.with_suffix(".new").replace(file)
    edited = here.wait_for(Edited, lambda edited: edited.about.startswith("new code in tone"))
    assert "(bar " in edited.about
    applied = here.wait_for(Applied)
    assert applied.frame > rewound.frame
    assert (applied.frame - rewound.frame) % 48000 == 0
    changed = here.wait_for(PanelChanged, lambda changed: changed.panel.type == "tone")
    assert changed.panel.knobs[0].default == 4.0
    assert changed.milliseconds > 0.0
    here.play("undo()")
    assert here.play("float(tone.level)") == "2.0"
