"""What `livepatch modules NAME` tells of a module."""

from livepatch import data_sheet
from livepatch.declarations import read_panel

TEXT = '''
"""Gate: lets sound through."""

from livepatch.dsp import C4_HZ
from livepatch.module import Module, action, button, inlet, knob, light, outlet, submenu, switch


class Gate(Module):
    """Lets sound through."""

    level = knob(0.0, 1.0, 0.5, "Level", unit="dB", base=-10.0, multiplier=20.0, description="while open")
    tone = knob(-5.0, 5.0, unit="Hz", base=2.0, multiplier=C4_HZ)
    kind = switch("soft", "hard", "odd", default=1, label="Kind", description="how it opens")
    push = button("Open", description="by hand")
    audio = inlet("Audio")
    side = inlet("Side chain", normal="audio")
    cv = inlet("Level", normal=10.0, description="10 V is 100 %")
    out = outlet("Sound", description="when open")
    mic = outlet("Microphone")
    glow = light("Level", colour="green", below="red")
    speakers = ("out",)
    captures = ("mic",)
    menu = ("kind", submenu("More", action("load", "Load", asks="File")))
    bypass = {"audio": "out"}
    rack = {"Some/Gate": {"params": {0: "level"}, "inputs": {0: "audio"}, "outputs": {0: "out"}}}

    def load(self, path: str) -> None:
        pass

    def process(self, start: int, stop: int) -> None:
        pass
'''
SHEET = """\
gate: Lets sound through.
/my/modules/gate.py

knobs (from, to, default; each takes cables)
  level  Level: -inf dB to 0.0 dB, -6.0 dB      while open
  tone   tone: 8.18 Hz to 8372.0 Hz, 261.63 Hz

switches (the default first)
  kind  Kind: hard, soft, odd  how it opens

buttons
  push  Open  by hand

inlets (the main one first)
  audio  Audio
  side   Side chain  without a cable what goes into audio
  cv     Level       without a cable 10 V, 10 V is 100 %

outlets (the main one first)
  out  Sound       when open
  mic  Microphone

lights
  glow  Level: green, red below 0

menu: Kind, Load (asks for File)
plays to the speakers: out
hears at the sound card: mic
bypassed: audio goes to out
stands for Some/Gate in VCV Rack patches
written in blocks, with process()
"""


def test_everything_on_the_panel_is_told_in_words() -> None:
    assert data_sheet.text(read_panel(TEXT, "gate.py"), "/my/modules/gate.py") == SHEET
