"""Does before a build what would make it slow."""

import tempfile
from pathlib import Path

from livepatch.compiler.build import Builder
from livepatch.protocol.builds import load_runtime

EXAMPLE = '''\
"""An example that is compiled to warm up."""

from livepatch.dsp import clamp, exp2
from livepatch.module import Module, buffer, inlet, knob, outlet


class Example(Module):
    """A knob, an inlet, an outlet."""

    gain = knob(0.0, 2.0, 1.0)
    audio = inlet()
    out = outlet()
    line = buffer(frames=16)
    count = 0

    def step(self) -> None:
        self.count = (self.count + 1) % 16
        self.line[self.count] = clamp(self.audio * exp2(self.gain), -10.0, 10.0)
        self.out = self.line[0] / 2.0 if self.count > 3 else 0.0
'''


def warm_up(builder: Builder) -> None:
    """Load the native base of modules, and translate an example."""
    load_runtime(builder.parts.core)
    with tempfile.TemporaryDirectory() as folder:
        builder.translate("example.py", EXAMPLE, Path(folder))
