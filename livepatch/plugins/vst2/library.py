"""The library of a VST2 plug-in, opened once and never closed."""

import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst2.abi import ffi

ENTRIES: Final = ("VSTPluginMain", "main", "main_macho")
"""The names of the function that makes an effect, newest first; the last of them is looked for on macOS only."""
LOCALLY_AND_NOW: Final = 2
"""RTLD_NOW: a plug-in that lacks a symbol says so when it is opened, not while it plays."""
MACHINES: Final = {
    3: ("i386", ("i386", "i486", "i586", "i686")),
    40: ("32-bit ARM", ("arm", "armv6l", "armv7l")),
    62: ("x86_64", ("x86_64", "AMD64")),
    183: ("64-bit ARM", ("aarch64", "arm64")),
    243: ("RISC-V", ("riscv64",)),
}
"""The machine of an ELF file by its number: its name, and what such a machine calls itself."""
OTHER_SYSTEMS: Final = {
    b"MZ": ("win32", "Windows"),
    b"\xcf\xfa\xed\xfe": ("darwin", "macOS"),
    b"\xca\xfe\xba\xbe": ("darwin", "macOS"),
    b"\x7fELF": ("linux", "Linux"),
}

_KEPT: Final[list[Any]] = []
"""What stays for as long as the process: libraries, and the callbacks that their threads may still call."""


def keep(thing: Any) -> None:
    """Hold on to what a plug-in may use even after it was closed."""
    _KEPT.append(thing)


def executable(path: Path) -> Path:
    """The library itself: `path`, or what is in it if it is a bundle. Raises: PluginError: if there is none."""
    if not path.exists():
        raise PluginError(f"{path}: there is no such file")
    if not path.is_dir():
        return path
    folder = path / "Contents" / "MacOS"
    files = sorted(file for file in folder.glob("*") if file.is_file())
    named = [file for file in files if file.stem == path.stem] or files
    if not named:
        raise PluginError(f"{path} is a folder, and not a bundle with a library in Contents/MacOS")
    return named[0]


def open_library(path: Path) -> Callable[[Any], Any]:
    """Open a library; the function in it that makes an effect from the host's callback.

    Raises: PluginError: if it is no library of this machine, or has no such function.
    """
    file = executable(path)
    _check_machine(file)
    try:
        library = ffi.dlopen(str(file.resolve()), LOCALLY_AND_NOW)
    except OSError as problem:
        raise PluginError(f"{path} cannot be opened: {_reason(problem, file)}") from None
    keep(library)
    for name in ENTRIES if sys.platform == "darwin" else ENTRIES[:-1]:
        try:
            entry: Callable[[Any], Any] = getattr(library, name)
        except ffi.error:
            continue
        return entry
    raise PluginError(f"{path} is no VST2 plug-in: it has neither VSTPluginMain nor main")


def _check_machine(file: Path) -> None:
    """A library for another machine or system says so; the loader's own words would be that it does not exist."""
    try:
        with file.open("rb") as opened:
            head = opened.read(20)
    except OSError as problem:
        raise PluginError(f"{file} cannot be read: {problem.strerror}") from None
    for magic, (system, name) in OTHER_SYSTEMS.items():
        if head.startswith(magic) and not sys.platform.startswith(system):
            raise PluginError(f"{file} is a library for {name}")
    if not head.startswith(b"\x7fELF") or len(head) < 20:
        return
    order: Literal["little", "big"] = "little" if head[5] == 1 else "big"
    number = int.from_bytes(head[18:20], order)
    name, machines = MACHINES.get(number, (f"machine {number}", ()))
    if platform.machine() not in machines and (machines or platform.machine() in _known_machines()):
        raise PluginError(f"{file} is a library for {name}; this is {platform.machine()}")


def _known_machines() -> set[str]:
    return {machine for _, machines in MACHINES.values() for machine in machines}


def _reason(problem: OSError, file: Path) -> str:
    """The loader's own words in one line, without the path, which stands in front of them already."""
    words = str(problem).replace("\n", " ")
    for path in (str(file.resolve()), str(file)):
        words = words.removeprefix(f"cannot load library '{path}': ").removeprefix(f"{path}: ")
    return words.strip() or type(problem).__name__
