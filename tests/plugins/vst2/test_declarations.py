"""The structures of VST2, and the file that is made of them."""

from typing import Any

from livepatch.plugins.vst2.abi import SIZES, check_sizes, ffi
from livepatch.plugins.vst2.declarations import declared


def layout(types: Any, name: str) -> list[tuple[str, int, str]]:
    """Each field of a structure: its name, its offset, its type."""
    return [(field, at.offset, at.type.cname.replace("struct ", "")) for field, at in types.typeof(name).fields]


def test_the_compiled_declarations_are_those_of_the_source() -> None:
    source = declared()
    typedefs, _, _ = ffi.list_types()
    assert sorted(typedefs) == sorted(source.list_types()[0])
    for name in typedefs:
        if ffi.typeof(name).kind == "struct":
            assert layout(ffi, name) == layout(source, name), "run python -m livepatch.plugins.vst2.declarations"


def test_the_structures_have_the_sizes_that_plug_ins_expect() -> None:
    check_sizes()
    assert {"Effect", "MidiEvent", "TimeInfo"} <= set(SIZES)
    assert [SIZES[name][1] for name in ("Effect", "MidiEvent", "TimeInfo")] == [192, 32, 88]
