"""Lists for the command line: modules, patches, sound devices."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from livepatch import data_sheet, locations
from livepatch.errors import LivepatchError
from livepatch.patch.listing import listing
from livepatch.session.sources import Sources
from livepatch.session.trust import Trust


def modules(workspace: Path, type: str | None = None, *, as_json: bool) -> int:
    """Print every module that can be added, or all about the one of this type; 0.

    Raises: LivepatchError: if there is none of this type, or its file is wrong.
    """
    sources = Sources(locations.module_folders(workspace))
    for file in sources.scan():
        sources.read_panel(file)
    if type is not None:
        _print_module(sources, type, as_json=as_json)
    elif as_json:
        _print_json([_module(sources, type) for type in sorted(sources.panels)])
    else:
        _print_rows([(type, panel.summary) for type, panel in sorted(sources.panels.items())])
        sys.stderr.writelines(f"{problems[0]}\n" for problems in sources.faults.values())
    return 0


def patches(workspace: Path, word: str = "", *, as_json: bool) -> int:
    """Print every patch that can be loaded and has the word in it; 0."""
    listed = listing(locations.patch_folders(workspace), word)
    sources = Sources(locations.module_folders(workspace))
    sources.scan()
    trust = Trust(locations.state() / "code", sources)
    known = {patch.name: sources.files.keys() | trust.among(patch.code) for patch in listed}
    if as_json:
        _print_json(
            [
                {
                    "name": patch.name,
                    "path": str(patch.folder),
                    "modules": patch.modules,
                    "live": patch.live(known[patch.name]),
                    "types": sorted(set(patch.types)),
                    "tempo": patch.tempo,
                    "saved": patch.saved,
                    "about": patch.about,
                    "problem": patch.problem,
                }
                for patch in listed
            ]
        )
    elif not listed:
        sys.stdout.write(f"no patch has {word!r} in it\n" if word else "none yet\n")
    else:
        _print_rows(
            [
                (
                    patch.name,
                    patch.size(known[patch.name]),
                    f"{patch.tempo:g} bpm",
                    time.strftime("%Y-%m-%d %H:%M", time.localtime(patch.saved)),
                    patch.about or str(patch.folder),
                )
                for patch in listed
            ]
        )
        sys.stderr.writelines(f"{patch.problem}\n" for patch in listed if patch.problem)
    return 0


def devices(*, as_json: bool) -> int:
    """Print every sound device; 1 if PortAudio is missing.

    Raises: LivepatchError: if PortAudio is missing.
    """
    from livepatch.engine.devices import listing as found_devices  # noqa: PLC0415 - only this command looks for sound devices
    from livepatch.engine.driver import NoPortAudioError  # noqa: PLC0415 - as above

    try:
        found = found_devices()
    except NoPortAudioError as error:
        raise LivepatchError(str(error)) from error
    if as_json:
        _print_json(found)
    elif found:
        _print_rows(
            [
                (
                    str(device["name"]),
                    str(device["interface"]),
                    f"{device['channels']} channels",
                    f"{device['inputs']} inputs",
                    f"{device['sample_rate']:g} Hz",
                )
                for device in found
            ]
        )
    else:
        sys.stdout.write("there is no sound device; livepatch plays on unheard (null driver)\n")
    return 0


def _print_module(sources: Sources, type: str, *, as_json: bool) -> None:
    if type in sources.faults:
        raise LivepatchError(str(sources.faults[type][0]))
    if type not in sources.panels:
        raise LivepatchError(f"there is no module {type!r}; livepatch modules lists what there is")
    if as_json:
        _print_json(_module(sources, type))
    else:
        sys.stdout.write(data_sheet.text(sources.panels[type], str(sources.files[type].path)))


def _module(sources: Sources, type: str) -> dict[str, Any]:
    """Everything on a panel, for programs."""
    return {"path": str(sources.files[type].path), **msgspec.to_builtins(sources.panels[type], str_keys=True)}


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def _print_rows(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        sys.stdout.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")
