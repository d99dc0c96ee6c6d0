"""Compiled code that is ready to play."""

import traceback
from pathlib import Path
from typing import NamedTuple

from livepatch.panel import Panel
from livepatch.protocol import plugin_panel
from livepatch.protocol.builds import load_build, read_build
from livepatch.protocol.plugin_panel import PluginBuild
from livepatch.runtime import Module

ModuleClass = type[Module]


class Code(NamedTuple):
    """One version of a module type: its class, its panel, and where its lines come from.

    `lines` takes a line of the compiled text to the performer's own. `lanes`: voices may play side by side.
    `counts` are states of which all voices have the same. `plugin`: it is no code, but a plug-in.
    """

    type: str
    source: str
    panel: Panel
    module_class: ModuleClass
    lines: dict[int, int]
    lanes: bool = True
    counts: tuple[str, ...] = ()
    plugin: PluginBuild | None = None

    def line_of(self, error: Exception) -> int:
        """The performer's line at which playing went wrong, 0 if it cannot be told."""
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.lineno in self.lines and Path(frame.filename).stem == self.type:
                return self.lines[frame.lineno]
        return 0


def load_code(folder: Path, source: str = "") -> Code:
    """Load a build folder. `source` is what the patch calls it, if not by the build's own hash.

    Raises: BuildError: if it holds nothing that loads.
    """
    plugin = plugin_panel.read_build(folder)
    if plugin is not None:
        return Code(plugin.type, source or plugin.source, plugin.panel, Module, {}, plugin=plugin)
    facts = read_build(folder)
    played = load_build(folder)
    return Code(facts.type, source or facts.source, facts.panel, played, facts.lines, facts.lanes, facts.counts)
