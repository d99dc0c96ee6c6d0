"""Where plug-ins are: the folders of each system in the order in which they are searched, and the search.

Source: Steinberg, VST 3 locations; for VST2, which names none, what its makers and hosts have agreed on.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath

import msgspec

from livepatch.plugins.surroundings import MACOS, WINDOWS, Surroundings

USER, GLOBAL, APPLICATION = "user", "global", "application"
PROGRAM_FILES, PROGRAM_FILES_X86 = "C:\\Program Files", "C:\\Program Files (x86)"
OTHER_BUNDLES = (".clap", ".component", ".lv2", ".vst3")
"""Folders that end so are plug-ins of another format, whose libraries are no VST2 ones."""


class Place(msgspec.Struct, frozen=True):
    """A folder with plug-ins. `scope`: for this user, for everybody, or for livepatch alone."""

    scope: str
    path: PurePath


class Candidate(msgspec.Struct, frozen=True):
    """A file or bundle that may be a plug-in. `path` is how it was found, links and all."""

    format: str
    path: Path


def vst3_places(around: Surroundings) -> list[Place]:
    """The folders of VST3 plug-ins, first what is searched first; VST3_PATH lists the performer's own."""
    own = [Place(USER, path) for path in around.folders("VST3_PATH")]
    places = {MACOS: _vst3_macos, WINDOWS: _vst3_windows}.get(around.system, _vst3_linux)(around)
    return _once([*own, *places])


def vst2_places(around: Surroundings) -> list[Place]:
    """The folders of VST2 plug-ins, first what is searched first; VST_PATH lists the performer's own."""
    own = [Place(USER, path) for path in around.folders("VST_PATH")]
    places = {MACOS: _vst2_macos, WINDOWS: _vst2_windows}.get(around.system, _vst2_linux)(around)
    return _once([*own, *places])


class Folders(msgspec.Struct, frozen=True):
    """The folders of each format, in the order in which they are searched."""

    vst3: tuple[Path, ...] = ()
    vst2: tuple[Path, ...] = ()


def folders(around: Surroundings) -> Folders:
    """The folders of plug-ins on this machine, by their whole paths."""
    vst3, vst2 = (
        [Path(place.path).expanduser().absolute() for place in find(around)] for find in (vst3_places, vst2_places)
    )
    return Folders(tuple(vst3), tuple(vst2))


def _vst3_linux(around: Surroundings) -> list[Place]:
    folders = ("/usr/lib/vst3", "/usr/lib32/vst3", "/usr/local/lib/vst3", "/usr/local/lib32/vst3")
    return [
        Place(USER, around.path(around.home, ".vst3")),
        *(Place(GLOBAL, around.path(folder)) for folder in folders),
        *_application(around, "vst3"),
    ]


def _vst3_macos(around: Surroundings) -> list[Place]:
    library = ("Library", "Audio", "Plug-Ins", "VST3")  # as the system itself spells it
    return [
        Place(USER, around.path(around.home, *library)),
        Place(GLOBAL, around.path("/", *library)),
        Place(GLOBAL, around.path("/Network", *library)),
        *_application(around, "Contents", "VST3"),
    ]


def _vst3_windows(around: Surroundings) -> list[Place]:
    local = around.variable("LOCALAPPDATA") or str(around.path(around.home, "AppData", "Local"))
    return [
        Place(USER, around.path(local, "Programs", "Common", "VST3")),
        *(Place(GLOBAL, folder / "VST3") for folder in _common_files(around)),
        *_application(around, "VST3"),
    ]


def _vst2_linux(around: Surroundings) -> list[Place]:
    return [
        *(
            place
            for kind in ("vst", "lxvst")
            for place in (
                Place(USER, around.path(around.home, f".{kind}")),
                Place(GLOBAL, around.path("/usr/lib", kind)),
                Place(GLOBAL, around.path("/usr/local/lib", kind)),
            )
        ),
        *_application(around, "vst"),
    ]


def _vst2_macos(around: Surroundings) -> list[Place]:
    library = ("Library", "Audio", "Plug-Ins", "VST")
    return [
        Place(USER, around.path(around.home, *library)),
        Place(GLOBAL, around.path("/", *library)),
        *_application(around, "Contents", "VST"),
    ]


def _vst2_windows(around: Surroundings) -> list[Place]:
    registered = [Place(GLOBAL, around.path(around.vst2_registry))] if around.vst2_registry else []
    programs = [("VSTPlugins",), ("Steinberg", "VSTPlugins")]
    common = [("VST2",), ("Steinberg", "VST2")]
    return [
        *registered,
        *(Place(GLOBAL, root.joinpath(*parts)) for root in _program_files(around) for parts in programs),
        *(Place(GLOBAL, root.joinpath(*parts)) for root in _common_files(around) for parts in common),
        *_application(around, "VST"),
    ]


def _program_files(around: Surroundings) -> list[PurePath]:
    """Program Files, of this system's own processors and of 32-bit ones, from wherever this process sees it."""
    own = around.variable("ProgramW6432") or around.variable("ProgramFiles") or PROGRAM_FILES
    roots = [around.path(own)]
    if around.machine != "x86":
        roots.append(around.path(around.variable("ProgramFiles(x86)") or PROGRAM_FILES_X86))
    return roots


def _common_files(around: Surroundings) -> list[PurePath]:
    own = around.variable("CommonProgramW6432") or around.variable("CommonProgramFiles")
    x86 = around.variable("CommonProgramFiles(x86)")
    chosen = [own, x86]
    return [
        around.path(path) if path else root / "Common Files"
        for root, path in zip(_program_files(around), chosen, strict=False)
    ]


def _application(around: Surroundings, *parts: str) -> list[Place]:
    return [Place(APPLICATION, around.path(around.application, *parts))] if around.application else []


def _once(places: Iterable[Place]) -> list[Place]:
    """The places without those that are there already."""
    kept: dict[PurePath, Place] = {}
    for place in places:
        kept.setdefault(place.path, place)
    return list(kept.values())


def search(system: str, where: Folders, unreadable: Callable[[Path, str], None]) -> Iterator[Candidate]:
    """What may be a plug-in in these folders and those within, VST3 first.

    Links are followed; what two paths lead to is found once, under the first. `unreadable` is told of each folder
    that cannot be listed, and why; folders that are not there are no matter.
    """
    for format, roots, belongs in (("vst3", where.vst3, _is_vst3), ("vst2", where.vst2, _vst2_test(system))):
        seen: set[str] = set()
        for folder in roots:
            for path in _walk(folder, belongs, seen, unreadable):
                yield Candidate(format, path)


def _walk(
    folder: Path, belongs: Callable[[Path], bool], seen: set[str], unreadable: Callable[[Path, str], None]
) -> Iterator[Path]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        entries = [(path, belongs(path), path.is_dir()) for path in sorted(folder.iterdir())]
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        unreadable(folder, error.strerror or str(error))
        return
    for path, is_plugin, is_folder in entries:
        if is_plugin:
            if (place := os.path.realpath(path)) not in seen:
                seen.add(place)
                yield path
        elif is_folder and path.suffix.lower() not in OTHER_BUNDLES:
            yield from _walk(path, belongs, seen, unreadable)


def _is_vst3(path: Path) -> bool:
    """A bundle, or a single file of old on Windows; a link that leads nowhere is neither."""
    return path.suffix.lower() == ".vst3" and path.exists()


def _vst2_test(system: str) -> Callable[[Path], bool]:
    """What tells a VST2 plug-in by its name: a bundle on macOS, a library elsewhere."""
    if system == MACOS:
        return lambda path: path.suffix.lower() == ".vst" and path.is_dir()
    ending = re.compile(r"\.dll$" if system == WINDOWS else r"\.so$", re.IGNORECASE)
    return lambda path: ending.search(path.name) is not None and path.is_file()
