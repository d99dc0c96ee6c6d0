"""Where the preset files of a plug-in are, in the order of their types, and the files that are there.

Source: Steinberg, VST 3 preset locations. VST2 has no such folders: its files lie beside the plug-in, or in ours.
"""

import re
from collections.abc import Iterable
from pathlib import Path, PurePath

import msgspec

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.presets import meta_info
from livepatch.plugins.presets.fxp import read_fx
from livepatch.plugins.presets.vstpreset import read_vstpreset
from livepatch.plugins.surroundings import MACOS, WINDOWS, Surroundings
from livepatch.protocol.plugin_facts import Facts

USER, USER_FACTORY, SHARED_FACTORY, APP_FACTORY = "user", "user factory", "shared factory", "app factory"
FORBIDDEN = re.compile(r'[\\*?/:<>|"]')
ENDINGS = {"vst3": (".vstpreset",), "vst2": (".fxp", ".fxb")}
LARGEST_BYTES = 256 << 20


class PresetPlace(msgspec.Struct, frozen=True):
    """A folder with presets of one plug-in. `type`: who made them, and for whom."""

    type: str
    path: PurePath


class PresetFile(msgspec.Struct, frozen=True):
    """A preset that can be loaded, or a file that cannot, and then why.

    `title` is its name if the file's is another, `category` the kind of sound that it is, as the file says.
    """

    name: str
    path: str
    type: str
    problem: str = ""
    title: str = ""
    category: str = ""

    @property
    def kind(self) -> str:
        """Whose it is, and what it says of itself."""
        return ", ".join(filter(None, (self.type, self.title, self.category)))


def preset_places(around: Surroundings, vendor: str, name: str) -> list[PresetPlace]:
    """The folders of the presets of a VST3 plug-in, in the order of their types; the first is written to.

    Characters that a file's name cannot have become `_`.
    """
    places = {MACOS: _macos, WINDOWS: _windows}.get(around.system, _linux)(around)
    if around.application:
        parts = ("vst3", "presets") if around.system not in {MACOS, WINDOWS} else ("VST3 Presets",)
        places.append((APP_FACTORY, around.path(around.application, *parts)))
    return [PresetPlace(type, path / folder_name(vendor) / folder_name(name)) for type, path in places]


def folder_name(name: str) -> str:
    """A company's or plug-in's name as the name of a folder."""
    cleaned = FORBIDDEN.sub("_", name.replace("\0", "_"))
    return re.sub(r"^\.*$", lambda dots: "_" * max(1, len(dots[0])), cleaned)


def _linux(around: Surroundings) -> list[tuple[str, PurePath]]:
    return [
        (USER, around.path(around.home, ".vst3", "presets")),
        (SHARED_FACTORY, around.path("/usr/share/vst3/presets")),
        (SHARED_FACTORY, around.path("/usr/local/share/vst3/presets")),
    ]


def _macos(around: Surroundings) -> list[tuple[str, PurePath]]:
    library = ("Library", "Audio", "Presets")
    return [
        (USER, around.path(around.home, *library)),
        (SHARED_FACTORY, around.path("/", *library)),
        (SHARED_FACTORY, around.path("/Network", *library)),
    ]


def _windows(around: Surroundings) -> list[tuple[str, PurePath]]:
    roaming = around.variable("APPDATA") or str(around.path(around.home, "AppData", "Roaming"))
    everybody = around.variable("PROGRAMDATA") or "C:\\ProgramData"
    return [
        (USER, around.path(around.home, "Documents", "VST3 Presets")),
        (USER_FACTORY, around.path(roaming, "VST3 Presets")),
        (SHARED_FACTORY, around.path(everybody, "VST3 Presets")),
    ]


def own_folder(around: Surroundings, facts: Facts) -> Path:
    """Where a performer's own presets of a plug-in belong."""
    if facts.format == "vst3":
        return Path(preset_places(around, facts.vendor, facts.name)[0].path)
    return Path(around.application, "vst", "presets", folder_name(facts.vendor), folder_name(facts.name))


def preset_files(around: Surroundings, facts: Facts) -> list[PresetFile]:
    """The preset files of a plug-in. A VST3 one has its folders; what is for another plug-in there is left out.

    Those of a VST2 one are named as its file and lie beside it, or have any name in livepatch's own `vst/presets`.
    """
    if facts.format == "vst3":
        places = [(p.type, Path(p.path)) for p in preset_places(around, facts.vendor, facts.name)]
        return _readable(((type, path) for type, folder in places for path in _files(folder, "vst3")), facts)
    plugin = Path(facts.path)
    beside = [(SHARED_FACTORY, path) for path in _files(plugin.parent, "vst2", deep=False)]
    named = [(type, path) for type, path in beside if path.stem == plugin.stem]
    own = own_folder(around, facts)
    return _readable([*((USER, path) for path in _files(own, "vst2")), *named], facts)


def _files(folder: Path, format: str, *, deep: bool = True) -> list[Path]:
    """The files in a folder, and the folders within, that end as presets of the format do."""
    if not folder.is_dir():
        return []
    paths = folder.rglob("*") if deep else folder.iterdir()
    return sorted(path for path in paths if path.suffix.lower() in ENDINGS[format] and path.is_file())


def _readable(found: Iterable[tuple[str, Path]], facts: Facts) -> list[PresetFile]:
    presets: list[PresetFile] = []
    for type, path in found:
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise PluginError("this is larger than a preset can be")  # noqa: TRY301 - as all that is wrong
            uid, info = _looked_at(path.read_bytes(), facts.format)
        except OSError as error:
            presets.append(PresetFile(path.stem, str(path), type, f"it cannot be read: {error.strerror or error}"))
        except PluginError as error:
            presets.append(PresetFile(path.stem, str(path), type, str(error)))
        else:
            if uid.upper() in {facts.uid.upper(), *facts.replaces}:
                presets.append(_described(path, type, info))
    return presets


def _looked_at(data: bytes, format: str) -> tuple[str, str]:
    """Whose it is, and the XML about it."""
    if format == "vst2":
        return read_fx(data).uid, ""
    preset = read_vstpreset(data)
    return preset.class_id, preset.info


def _described(path: Path, type: str, info: str) -> PresetFile:
    about = meta_info.read_meta_info(info) if info else {}
    title = about.get(meta_info.NAME, "")
    category = next((about[id] for id in meta_info.CATEGORIES if about.get(id)), "")
    return PresetFile(path.stem, str(path), type, title=title if title != path.stem else "", category=category)
