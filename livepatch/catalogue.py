"""Lists for the command line: modules, patches, sound devices; and the beginning of a new module."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.patch import files
from livepatch.session.sources import Sources, type_of

TEMPLATE = '''\
"""{title}: say here what it does."""

from livepatch.module import Module, inlet, knob, outlet


class {title}(Module):
    """Say here what it does, in one sentence."""

    level = knob(0.0, 2.0, 1.0)
    audio = inlet()
    out = outlet()

    def step(self) -> None:
        """One sample of one voice."""
        self.out = self.level * self.audio
'''


def modules(workspace: Path, *, as_json: bool) -> int:
    """Print every module that can be added; 0."""
    sources = Sources(locations.module_folders(workspace))
    for file in sources.scan():
        sources.read_panel(file)
    if as_json:
        _print_json(
            [
                {"path": str(sources.files[type].path), **msgspec.to_builtins(panel)}
                for type, panel in sorted(sources.panels.items())
            ]
        )
    else:
        _print_rows([(type, panel.summary) for type, panel in sorted(sources.panels.items())])
        sys.stderr.writelines(f"{problems[0]}\n" for problems in sources.faults.values())
    return 0


def patches(workspace: Path, *, as_json: bool) -> int:
    """Print every patch that can be loaded; 0."""
    listed = files.listing(locations.patch_folders(workspace))
    if as_json:
        _print_json(
            [
                {
                    "name": patch.name,
                    "path": str(patch.folder),
                    "modules": patch.modules,
                    "saved": patch.saved,
                    "problem": patch.problem,
                }
                for patch in listed
            ]
        )
    else:
        _print_rows(
            [
                (
                    patch.name,
                    patch.size,
                    time.strftime("%Y-%m-%d %H:%M", time.localtime(patch.saved)),
                    str(patch.folder),
                )
                for patch in listed
            ]
        )
        sys.stderr.writelines(f"{patch.problem}\n" for patch in listed if patch.problem)
    return 0


def devices(*, as_json: bool) -> int:
    """Print every sound device that can play; 1 if PortAudio is missing.

    Raises: LivepatchError: if PortAudio is missing.
    """
    from livepatch.engine.devices import listing  # noqa: PLC0415 - only this command looks for sound devices
    from livepatch.engine.driver import NoPortAudioError  # noqa: PLC0415 - as above

    try:
        found = listing()
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
                    f"{device['sample_rate']:g} Hz",
                )
                for device in found
            ]
        )
    else:
        sys.stdout.write("there is no sound device; livepatch plays on unheard (null driver)\n")
    return 0


def new_module(workspace: Path, name: str) -> int:
    """Begin a module file in the performer's own folder and print its path; 0.

    Raises: LivepatchError: if the name cannot be one, or there is such a file already.
    """
    type = type_of(Path(f"{name.removesuffix('.py')}.py"))
    if type is None or type != type.lower():
        raise LivepatchError(f"a module cannot be called {name!r}; use small letters, digits and _, as in my_vco")
    path = workspace / "modules" / f"{type}.py"
    title = "".join(word.capitalize() for word in type.split("_"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.format(title=title))
    except FileExistsError as error:
        raise LivepatchError(f"{path} is there already") from error
    except OSError as error:
        raise LivepatchError(f"{path} cannot be written: {error.strerror}") from error
    sys.stdout.write(f"{path}\n")
    return 0


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def _print_rows(rows: list[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        sys.stdout.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")
