"""The declarations of VST3, and the file that is made of them."""

import struct
from typing import Any

import pytest

from livepatch.plugins.vst3.abi import ffi
from livepatch.plugins.vst3.declarations import declared
from livepatch.plugins.vst3.interfaces import INTERFACES, method_name, raw_id, text_id

SIZES = {
    "ProcessData": 80,
    "ProcessContext": 112,
    "VstEvent": 48,
    "ParameterInfo": 792,
    "BusInfo": 276,
    "NoteOn": 20,
}
"""Bytes on a 64-bit machine."""


def layout(types: Any, name: str) -> list[tuple[str, int, str]]:
    """Each field of a struct: its name, its offset, its type."""
    return [(field, at.offset, at.type.cname) for field, at in types.typeof(name).fields]


def test_the_compiled_declarations_are_those_of_the_tables() -> None:
    source = declared()
    typedefs, _, _ = ffi.list_types()
    structs = [name for name in typedefs if ffi.typeof(name).kind == "struct"]
    assert len(structs) == 21 + 1 + 2 * len(INTERFACES)
    assert sorted(typedefs) == sorted(source.list_types()[0])
    for name in structs:
        assert layout(ffi, name) == layout(source, name), "run python -m livepatch.plugins.vst3.declarations"


@pytest.mark.skipif(struct.calcsize("P") != 8, reason="the sizes are those of a 64-bit machine")
@pytest.mark.parametrize("name", SIZES)
def test_the_structs_have_the_sizes_that_plug_ins_expect(name: str) -> None:
    assert ffi.sizeof(name) == SIZES[name]


def test_an_interface_begins_with_the_methods_of_every_object_and_has_each_name_once() -> None:
    for _, methods in INTERFACES.values():
        names = [method_name(method) for method in methods]
        assert names[:3] == ["queryInterface", "addRef", "release"]
        assert len(set(names)) == len(names)
    assert len({raw_id(id) for id, _ in INTERFACES.values()}) == len(INTERFACES)


def test_an_id_has_the_same_text_on_every_system_and_other_bytes_on_windows() -> None:
    text = "E831FF31 F2D54301 928EBBEE 25697802"
    plain = raw_id(text, windows=False)
    com = raw_id(text, windows=True)
    assert plain.hex() == "e831ff31f2d54301928ebbee25697802"
    assert com.hex() == "31ff31e8d5f20143928ebbee25697802"
    assert text_id(plain, windows=False) == text_id(com, windows=True) == text.replace(" ", "")
