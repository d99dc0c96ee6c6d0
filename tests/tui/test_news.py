"""What messages say to a performer."""

import pytest

from livepatch.errors import Problem
from livepatch.patch.edits import RemoveModule, SetKnob
from livepatch.protocol.messages import Edited, Message, ModuleFault, PanelChanged, Progress, Replaced
from livepatch.tui.news import News, news
from tests.tui.fake_session import PANELS


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Edited(RemoveModule(1), "remove vco"), News("note", "remove vco")),
        (Edited(SetKnob(1, "freq", 1.0), "vco.freq = 1"), None),
        (Replaced("", (), (), {}), News("note", "an empty patch is in the rack")),
        (PanelChanged(PANELS["vco"], 143.2), News("note", "vco: new code sounds, 143 ms after the save")),
        (ModuleFault("vco", (Problem("/a/vco.py", 3, 4, "no"),)), News("error", "vco.py:3:4: no", kept=True)),
        (
            ModuleFault("vco", (Problem("/a/vco.py", 3, 4, "no"), Problem("/a/vco.py", 0, 0, "nor this"))),
            News("error", "vco.py:3:4: no\nvco.py: nor this", kept=True),
        ),
        (ModuleFault("vco", ()), News("note", "vco: mended", kept=True)),
        (ModuleFault("vco", (Problem("/a/vco.py", 3, 0, "no"),)), News("error", "vco.py:3: no", kept=True)),
        (ModuleFault("vco", (Problem("/a/vco.py", 3, 0, "no"),), told=True), None),
        (Progress(1, 2, "vco"), None),
    ],
)
def test_a_message_says_what_happened_in_a_line_for_each(message: Message, said: News | None) -> None:
    assert news(message) == said
