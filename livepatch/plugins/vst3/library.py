"""The shared library of a plug-in: opened, entered, and never closed, since that is what crashes most."""

import os
import sys
from pathlib import Path
from typing import Any, Final

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst3.abi import NULL, ffi

_ALTERED_SEARCH_PATH: Final = 8
"""The folder of the library is searched for what it needs itself."""
ENTRIES: Final = {"linux": "ModuleEntry", "darwin": "bundleEntry", "win32": "InitDll"}
"""What a system's plug-ins want to have called first; only Windows's may lack it."""


class Library:
    """An opened library. Raises: PluginError: if the system refuses, with its reason."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary
        # By hand: what cffi opens it closes again, and it keeps the handle, which ModuleEntry wants, to itself.
        self._system: Any = ffi.dlopen("kernel32.dll" if sys.platform == "win32" else None)
        self._handle = self._open()

    def _open(self) -> Any:
        if sys.platform == "win32":
            handle = self._system.LoadLibraryExW(str(self.binary), NULL, _ALTERED_SEARCH_PATH)
            reason = "" if handle else f"Windows says {self._system.GetLastError()}"
        else:
            handle = self._system.dlopen(os.fsencode(self.binary), os.RTLD_NOW | os.RTLD_LOCAL)
            reason = "" if handle else self._dlerror()
        if not handle:
            raise PluginError(f"{self.binary} cannot be loaded: {reason}")
        return handle

    def _dlerror(self) -> str:
        said = self._system.dlerror()
        return ffi.string(said).decode("utf-8", "replace") if said else "it does not say why"

    def symbol(self, name: str) -> Any:
        """The address of what the library exports as `name`, NULL if it does not."""
        find = self._system.GetProcAddress if sys.platform == "win32" else self._system.dlsym
        return find(self._handle, name.encode())

    def enter(self, bundle: Path) -> None:
        """Tell the library that it is loaded, as its system has it. Raises: PluginError: if it fails."""
        name = ENTRIES[sys.platform if sys.platform in ENTRIES else "linux"]
        entry = self.symbol(name)
        if entry == NULL:
            if sys.platform == "win32":
                return
            raise PluginError(f"{self.binary} is no VST3 plug-in: it exports no {name}")
        if sys.platform == "win32":
            entered = ffi.cast("InitDll", entry)()
        else:
            about = self._bundle(bundle) if sys.platform == "darwin" else self._handle
            entered = ffi.cast("ModuleEntry", entry)(about)
        if not entered:
            raise PluginError(f"{self.binary} does not start: its {name} answers no")

    def _bundle(self, bundle: Path) -> Any:
        """A CFBundleRef, which plug-ins of macOS find their resources with."""
        core = ffi.dlopen("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation")
        path = os.fsencode(bundle)
        url = core.CFURLCreateFromFileSystemRepresentation(NULL, path, len(path), 1)
        return core.CFBundleCreate(NULL, url)

    def factory(self) -> Any:
        """What its GetPluginFactory returns. Raises: PluginError: if it has none."""
        entry = self.symbol("GetPluginFactory")
        if entry == NULL:
            raise PluginError(f"{self.binary} is no VST3 plug-in: it exports no GetPluginFactory")
        made = ffi.cast("FactoryEntry", entry)()
        if made == NULL:
            raise PluginError(f"{self.binary} does not start: its GetPluginFactory returns nothing")
        return made
