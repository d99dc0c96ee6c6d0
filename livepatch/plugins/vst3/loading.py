"""VST3 plug-ins from their files."""

from pathlib import Path

from livepatch.plugins.bundle import Bundle
from livepatch.plugins.plugin import PluginError
from livepatch.plugins.surroundings import here
from livepatch.plugins.vst3.application import Application
from livepatch.plugins.vst3.factory import Factory
from livepatch.plugins.vst3.library import Library
from livepatch.plugins.vst3.vst3_plugin import Vst3Plugin
from livepatch.protocol.plugin_facts import Facts


def describe(path: Path) -> list[Facts]:
    """What every plug-in of a bundle or file is and has.

    Raises: PluginError: if there is none, or one of them cannot be used; in one line.
    """
    factory, application = _open(path)
    found: list[Facts] = []
    for kind in factory.classes:
        plugin = Vst3Plugin(factory, kind, application, path)
        found.append(plugin.facts)
        plugin.close()
    return found


def load(path: Path, uid: str = "") -> Vst3Plugin:
    """The plug-in of a bundle or file, inactive; the first, or the one with the class id `uid` (32 hex digits).

    Raises: PluginError: if there is none, or it cannot be used; in one line.
    """
    factory, application = _open(path)
    kinds = [kind for kind in factory.classes if uid in {"", kind.uid} or uid.upper() == kind.uid]
    if not kinds:
        raise PluginError(f"{path} has no plug-in {uid}; it has {', '.join(kind.uid for kind in factory.classes)}")
    return Vst3Plugin(factory, kinds[0], application, path)


def _open(path: Path) -> tuple[Factory, Application]:
    if not path.exists():
        raise PluginError(f"there is no plug-in at {path}")
    library = Library(Bundle(path).library(here()))
    library.enter(path)
    application = Application()
    factory = Factory(library.factory(), application, str(path))
    if not factory.classes:
        raise PluginError(f"{path} has no plug-in for audio")
    return factory, application
