"""moduleinfo.json: what a VST3 bundle says of its plug-ins before any of its code runs."""

from pathlib import PurePosixPath
from typing import Annotated

import msgspec

from livepatch.plugins import json5
from livepatch.plugins.bundle import LARGEST_SCALE, Bundle
from livepatch.plugins.plugin import PluginError
from livepatch.protocol.plugin_facts import Facts, Snapshot

LARGEST_BYTES = 4 << 20
PLUGIN_CATEGORY = "Audio Module Class"
"""The category of the classes that are plug-ins; others are their controllers."""

Uid = Annotated[str, msgspec.Meta(pattern="^[0-9A-Fa-f]{32}$")]


class SnapshotInfo(msgspec.Struct, frozen=True, rename={"scale": "Scale Factor", "path": "Path"}):
    """A picture, at a path in the bundle."""

    path: str = ""
    scale: float = 1.0


class ClassInfo(
    msgspec.Struct,
    frozen=True,
    rename={
        "uid": "CID",
        "category": "Category",
        "name": "Name",
        "vendor": "Vendor",
        "version": "Version",
        "sdk_version": "SDKVersion",
        "sub_categories": "Sub Categories",
        "flags": "Class Flags",
        "cardinality": "Cardinality",
        "snapshots": "Snapshots",
    },
):
    """A class of the bundle: a plug-in, the controller of one, or something else."""

    uid: Uid
    category: str = ""
    name: str = ""
    vendor: str = ""
    version: str = ""
    sdk_version: str = ""
    sub_categories: tuple[str, ...] = ()
    flags: int = 0
    cardinality: int = 0
    snapshots: tuple[SnapshotInfo, ...] = ()


class FactoryInfo(msgspec.Struct, frozen=True, rename={"vendor": "Vendor", "url": "URL", "email": "E-Mail"}):
    """Who made it."""

    vendor: str = ""
    url: str = ""
    email: str = ""


class Replacement(msgspec.Struct, frozen=True, rename={"new": "New", "old": "Old"}):
    """The class that takes the place of older ones."""

    new: Uid
    old: tuple[Uid, ...] = ()


class ModuleInfo(
    msgspec.Struct,
    frozen=True,
    rename={
        "name": "Name",
        "version": "Version",
        "factory": "Factory Info",
        "classes": "Classes",
        "replacements": "Compatibility",
    },
):
    """All that a moduleinfo.json says."""

    name: str = ""
    version: str = ""
    factory: FactoryInfo = FactoryInfo()
    classes: tuple[ClassInfo, ...] = ()
    replacements: tuple[Replacement, ...] = ()


def parse(text: str) -> ModuleInfo:
    """What the text of a moduleinfo.json says. Raises: PluginError: if it is damaged."""
    try:
        return msgspec.convert(json5.loads(text), ModuleInfo)
    except (json5.Json5Error, msgspec.ValidationError) as error:
        raise PluginError(f"moduleinfo.json is damaged: {error}") from error


def read(bundle: Bundle) -> ModuleInfo | None:
    """What a bundle's moduleinfo.json says, None if it has none. Raises: PluginError: if it is damaged."""
    path = bundle.module_info()
    if path is None:
        return None
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise PluginError(f"{path} is larger than a moduleinfo.json is")
        return parse(path.read_text("utf-8-sig", "replace"))
    except OSError as error:
        raise PluginError(f"{path} cannot be read: {error.strerror or error}") from error


def replaced(bundle: Bundle, uid: str) -> tuple[str, ...]:
    """The ids of the older plug-ins that one of a bundle says to take the place of; none if it is damaged."""
    try:
        info = read(bundle)
    except PluginError:
        return ()
    return _replaced(info, uid) if info is not None else ()


def _replaced(info: ModuleInfo, uid: str) -> tuple[str, ...]:
    named = [old.upper() for each in info.replacements if each.new.upper() == uid.upper() for old in each.old]
    return tuple(dict.fromkeys(old for old in named if old != uid.upper()))


def facts(info: ModuleInfo, bundle: Bundle) -> list[Facts]:
    """What is known of each plug-in of a bundle without loading it."""
    return [
        Facts(
            format="vst3",
            path=str(bundle.path),
            uid=each.uid.upper(),
            name=each.name,
            vendor=each.vendor or info.factory.vendor,
            version=each.version or info.version,
            category="|".join(each.sub_categories),
            instrument="Instrument" in each.sub_categories,
            snapshots=_snapshots(each, bundle),
            replaces=_replaced(info, each.uid),
        )
        for each in info.classes
        if each.category == PLUGIN_CATEGORY
    ]


def _snapshots(each: ClassInfo, bundle: Bundle) -> tuple[Snapshot, ...]:
    """The pictures that it names, or those that are found by their names; none from anywhere else."""
    pictures = {path.name: str(path) for path in bundle.pictures()}
    named = [(pictures.get(PurePosixPath(snapshot.path).name), snapshot.scale) for snapshot in each.snapshots]
    found = [Snapshot(path, scale) for path, scale in named if path and 0.0 < scale <= LARGEST_SCALE]
    return tuple(found) or bundle.snapshots(each.uid)
