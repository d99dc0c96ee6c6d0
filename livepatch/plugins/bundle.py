"""A VST3 bundle: a folder with the libraries for several systems and processors, pictures, and a description.

Source: Steinberg, VST 3 plug-in format structure.
"""

import configparser
import plistlib
import re
from pathlib import Path
from xml.parsers.expat import ExpatError

from livepatch.plugins import architecture
from livepatch.plugins.plugin import PluginError
from livepatch.plugins.surroundings import WINDOWS, Surroundings
from livepatch.protocol.plugin_facts import Snapshot

ENDINGS = {"-linux": ".so", "-win": ".vst3"}
"""How a library ends, by how its folder does."""
SNAPSHOT = re.compile(r"([0-9A-F]{32})_snapshot(?:_(\d+(?:\.\d+)?)x)?\.png", re.IGNORECASE)
LARGEST_SCALE = 16.0
MODULE_INFO = ("Contents/Resources/moduleinfo.json", "Contents/moduleinfo.json")
"""Where it is, and where it was at first."""
PACKAGE_TYPE_BYTES = 4


class Bundle:
    """What is in a bundle; nothing of it is loaded. A single file, as plug-ins on Windows were, is one too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.contents = path / "Contents"
        self.resources = self.contents / "Resources"

    def is_single_file(self) -> bool:
        """Whether the whole plug-in is one library."""
        return self.path.is_file()

    def libraries(self) -> dict[str, Path]:
        """The library of each processor, by the name of its folder in Contents/; a single file has none."""
        found: dict[str, Path] = {}
        for folder in _listed(self.contents):
            ending = next((ending for end, ending in ENDINGS.items() if folder.name.endswith(end)), None)
            if ending is not None:
                library = _named(folder, self.path.stem + ending, ending)
            elif folder.name == architecture.MACOS_FOLDER:
                library = _named(folder, self.executable(), "")
            else:
                continue
            if library is not None:
                found[folder.name] = library
        return found

    def library(self, around: Surroundings) -> Path:
        """The library that a process loads. Raises: PluginError: if none is for this system and processor."""
        if self.is_single_file():
            if around.system != WINDOWS:
                raise PluginError(f"{self.path} is a single file, as only Windows has them, and no bundle")
            return self.path
        libraries = self.libraries()
        for folder in architecture.folders(around):
            if folder in libraries:
                return libraries[folder]
        if not libraries:
            raise PluginError(f"{self.path} is no plug-in: it has no library in a folder of Contents")
        has = ", ".join(sorted(libraries))
        raise PluginError(f"{self.path} is for {has}, not for {architecture.folders(around)[0]}")

    def module_info(self) -> Path | None:
        """Its moduleinfo.json."""
        return next((self.path / name for name in MODULE_INFO if (self.path / name).is_file()), None)

    def pictures(self) -> list[Path]:
        """All pictures of its plug-ins, and what else lies among them."""
        return _listed(self.resources / "Snapshots")

    def snapshots(self, uid: str) -> tuple[Snapshot, ...]:
        """The pictures of the plug-in with this id (32 hex digits), the smallest scale first."""
        found: list[Snapshot] = []
        for path in self.pictures():
            match = SNAPSHOT.fullmatch(path.name)
            if match is None or match[1].upper() != uid.upper():
                continue
            scale = float(match[2] or 1.0)
            if 0.0 < scale <= LARGEST_SCALE:
                found.append(Snapshot(str(path), scale))
        return tuple(sorted(found, key=lambda snapshot: snapshot.scale))

    def property_list(self) -> dict[str, object]:
        """Its Info.plist, which macOS needs; empty if there is none, or it is damaged."""
        try:
            with (self.contents / "Info.plist").open("rb") as file:
                read = plistlib.load(file)
        except (OSError, ValueError, AttributeError, ExpatError):
            return {}  # only a name is taken from it, and the bundle has one
        return read if isinstance(read, dict) else {}

    def executable(self) -> str:
        """The name of its library on macOS."""
        name = self.property_list().get("CFBundleExecutable")
        return name if isinstance(name, str) and name and "/" not in name else self.path.stem

    def package_type(self) -> str:
        """The type that its PkgInfo tells, BNDL for plug-ins; "" if there is none."""
        try:
            with (self.contents / "PkgInfo").open("rb") as file:
                return file.read(PACKAGE_TYPE_BYTES).decode("ascii", "replace")
        except OSError:
            return ""  # it is optional

    def icon(self) -> Path | None:
        """The icon that Windows shows: what desktop.ini names, else Plugin.ico."""
        ini = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            ini.read_string((self.path / "desktop.ini").read_text("utf-8-sig", "replace"))
            named = ini.get(".ShellClassInfo", "IconResource", fallback="").partition(",")[0].strip()
        except (OSError, configparser.Error):
            named = ""
        for name in (named, "Plugin.ico"):
            if name and not re.search(r"[\\/:]", name) and (self.path / name).is_file():
                return self.path / name
        return None


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []  # a bundle may be without it


def _named(folder: Path, name: str, ending: str) -> Path | None:
    """The file of this name, or if somebody has renamed the bundle the only one that ends as it does."""
    if (folder / name).is_file():
        return folder / name
    others = [path for path in _listed(folder) if path.is_file() and path.name.endswith(ending)]
    return others[0] if len(others) == 1 else None
