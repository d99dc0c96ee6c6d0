"""Which libraries of a bundle a process may load, by the names of the folders that they lie in.

Source: Steinberg, VST 3 plug-in format structure.
"""

from livepatch.plugins.surroundings import MACOS, WINDOWS, Surroundings

MACOS_FOLDER = "MacOS"
WINDOWS_SUFFIX, LINUX_SUFFIX = "-win", "-linux"
WINDOWS_ON_ARM = {
    "arm64": ("arm64", "arm_64", "arm64x"),
    "arm64ec": ("arm64ec", "arm64x", "x86_64"),
    "x86_64": ("arm64ec", "arm64x", "x86_64"),
    "x86": ("x86",),
    "arm": ("arm",),
}
"""By what the process runs, the best first; arm_64 is what arm64 was called at first."""
WINDOWS_ON_INTEL = {"x86_64": ("x86_64",), "x86": ("x86",)}
LINUX_PROCESSES = {
    "i686": ("i686", "i586", "i486", "i386"),
    "i586": ("i586", "i486", "i386"),
    "i486": ("i486", "i386"),
    "armv8l": ("armv8l", "armv7l"),
}
"""Processors that run what was made for others too; every other one runs its own alone."""


def folders(around: Surroundings) -> tuple[str, ...]:
    """The folders in Contents/ whose libraries the process may load, the best first."""
    if around.system == MACOS:
        return (MACOS_FOLDER,)  # a universal binary: the system takes out what the process runs
    if around.system == WINDOWS:
        on_arm = around.machine.startswith("arm")
        table = WINDOWS_ON_ARM if on_arm else WINDOWS_ON_INTEL
        return tuple(name + WINDOWS_SUFFIX for name in table.get(around.runs, (around.runs,)))
    return tuple(name + LINUX_SUFFIX for name in LINUX_PROCESSES.get(around.runs, (around.runs,)))
