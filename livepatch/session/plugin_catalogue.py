"""The plug-ins that a session knows: what is installed, and the panels of those that were ever in its rack."""

from collections.abc import Callable
from typing import Any

from livepatch import locations
from livepatch.patch.patch import Patch
from livepatch.protocol.messages import Message, PanelChanged
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import PluginIndex
from livepatch.protocol.plugin_panel import PluginBuild, build
from livepatch.session.hosting import builds_of, folder_of, identity, renew
from livepatch.session.sources import Code, Sources


class PluginCatalogue:
    """Knows plug-ins by the types of their modules. What changes it needs the rack's lock."""

    def __init__(self, sources: Sources, tell: Callable[[Message], None]) -> None:
        self._sources = sources
        self._tell = tell
        self._builds: dict[str, PluginBuild] = {}

    def build(self, type: str) -> PluginBuild | None:
        """The panel of a module type and what it is in the plug-in; None if it is no plug-in's that is known."""
        return self._builds.get(type)

    def know(self, facts: Facts) -> str:
        """Have the panel of a plug-in; its module type.

        Raises: LivepatchError: if the cache cannot be written.
        """
        made = build(facts, PluginIndex.read().type_of(facts))
        self.learn(made)
        return made.type

    def learn(self, made: PluginBuild) -> None:
        """Let modules of a plug-in's type have this panel from now on."""
        known = self._builds.get(made.type)
        if known is None or known.source != made.source:
            folder = folder_of(made)
            self._builds[made.type] = made
            self._sources.plug(Code(made.type, made.source, str(folder), made.panel, made.facts.path, ""))
            self._tell(PanelChanged(made.panel, 0.0))

    def meet(self, patch: Patch) -> list[str]:
        """Have the panels of the plug-ins of a patch that is about to play, as far as they are installed.

        Those that have taken the place of others are told, in a line each.
        """
        lines = renew(patch)
        for made in builds_of(patch).values():
            self.learn(made)
        return lines

    def stamp(self) -> tuple[int, int]:
        """What is another after every scan."""
        try:
            found = locations.plugin_index().stat()
        except OSError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns

    def find(self, word: str) -> Facts:
        """An installed plug-in. Raises: LivepatchError: if there is none of this name."""
        return PluginIndex.read().find(word)

    def installed(self) -> list[Facts]:
        """All that are installed, by name."""
        return sorted(PluginIndex.read().all(), key=lambda facts: (facts.name.lower(), facts.format))

    def data(self, type: str) -> dict[str, Any]:
        """What a module of this type keeps of its plug-in, for whoever opens the patch."""
        return {"plugin": identity(self._builds[type].facts)}
