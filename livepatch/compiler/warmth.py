"""Does before a build what would make it slow."""

import tempfile
from pathlib import Path

from livepatch.compiler.library import Library
from livepatch.compiler.parts import Parts, runtime_group
from livepatch.compiler.primitives import NATIVE
from livepatch.compiler.rewrite import rewrite
from livepatch.declarations import read_panel
from livepatch.protocol.builds import load_runtime, module_name

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


def warm_up(parts: Parts) -> None:
    """Import mypy, load the native base of modules, and translate an example."""
    from livepatch.compiler.translation import Group, translate  # noqa: PLC0415 - this is what takes long

    load_runtime(parts.core)
    text = rewrite(EXAMPLE, "example.py", read_panel(EXAMPLE, "example.py"), Library(NATIVE)).text
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.py"
        path.write_text(text, "utf-8")
        group = Group(module_name("example"), {module_name("example"): path})
        translate([runtime_group(), group], parts.work, path.parent)
