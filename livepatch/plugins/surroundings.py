"""What the places of plug-ins and presets depend on: the system, its user, and the process that loads them."""

import os
import platform
import struct
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import PurePath, PurePosixPath, PureWindowsPath

import msgspec

from livepatch import locations

LINUX, MACOS, WINDOWS = "Linux", "Darwin", "Windows"
"""As platform.system() says."""
_WINDOWS_PROCESSES = {"win-amd64": "x86_64", "win-arm64": "arm64", "win32": "x86", "win-arm32": "arm"}


class Surroundings(msgspec.Struct, frozen=True):
    """A system, and a process in it.

    `machine` is the processor: on Linux as `uname -m` says, on Windows x86, x86_64, arm or arm64. `process` is
    what a process on it runs, where that is something else: on a 64-bit Linux i686 or armv7l, on Windows x86,
    x86_64 or arm64ec. `application` is the folder for what only livepatch finds. `vst2_registry` is the value
    VSTPluginsPath that Windows has of VST.
    """

    system: str
    home: str
    machine: str = "x86_64"
    process: str = ""
    environment: Mapping[str, str] = {}
    application: str = ""
    vst2_registry: str = ""

    def path(self, *parts: str) -> PurePath:
        """A path as the system writes it."""
        return PureWindowsPath(*parts) if self.system == WINDOWS else PurePosixPath(*parts)

    def variable(self, name: str) -> str:
        """A variable of the environment, "" if it is not set; on Windows however it is spelt."""
        if self.system != WINDOWS:
            return self.environment.get(name, "")
        return {key.upper(): value for key, value in self.environment.items()}.get(name.upper(), "")

    def folders(self, name: str) -> list[PurePath]:
        """The folders that a variable of the environment lists."""
        separator = ";" if self.system == WINDOWS else ":"
        return [self.path(part) for part in self.variable(name).split(separator) if part]

    @property
    def runs(self) -> str:
        """What the process runs."""
        return self.process or self.machine


def here() -> Surroundings:
    """The surroundings of this process."""
    return Surroundings(
        system=platform.system(),
        home=os.path.expanduser("~"),  # noqa: PTH111 - a home that is not there is no reason to stop
        machine=_machine(),
        process=_process(),
        environment=dict(os.environ),
        application=str(locations.application()),
        vst2_registry=_vst2_registry(),
    )


def _machine() -> str:
    machine = platform.machine()
    if platform.system() != WINDOWS:
        return machine
    return {"amd64": "x86_64", "x86": "x86", "arm64": "arm64"}.get(machine.lower(), machine.lower())


def _process() -> str:
    """What this process runs where that is not what the machine is; "" if it is the same."""
    if platform.system() == WINDOWS:
        return _WINDOWS_PROCESSES.get(sysconfig.get_platform(), "")
    if platform.system() == LINUX and struct.calcsize("P") == 4:
        return {"x86_64": "i686", "aarch64": "armv7l"}.get(platform.machine(), "")
    return ""


def _vst2_registry() -> str:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only Windows has it

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\VST") as key:
                return str(winreg.QueryValueEx(key, "VSTPluginsPath")[0])
        except OSError:
            return ""  # no installer has written one
    return ""
