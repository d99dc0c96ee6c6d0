"""What calls the C of VST 2.4, and the sizes of its structures. It is `Any` to mypy: cffi has no types."""

from typing import Any, Final

from livepatch.plugins.vst2 import compiled_abi

ffi: Final[Any] = compiled_abi.ffi
NULL: Final[Any] = ffi.NULL

SIZES: Final = {
    "Effect": (144, 192),
    "MidiEvent": (32, 32),
    "SysexEvent": (32, 48),
    "TimeInfo": (88, 88),
    "Pin": (128, 128),
    "ParameterFacts": (152, 152),
    "Arrangement": (904, 904),
    "Patch": (64, 64),
}
"""The bytes of each structure in a process of 32 and of 64 bits."""


def check_sizes() -> None:
    """Raises: AssertionError: if a structure is not as long as plug-ins take it to be."""
    column = 1 if ffi.sizeof("void *") == 8 else 0
    for name, sizes in SIZES.items():
        assert ffi.sizeof(name) == sizes[column], f"{name} has {ffi.sizeof(name)} bytes"


check_sizes()
