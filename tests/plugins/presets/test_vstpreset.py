import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.presets.vstpreset import VstPreset, read_vstpreset, write_vstpreset

ID = "84E8DE5F92554F5396FAE4133C935A18"
WHOLE = VstPreset(ID, b"component", b"controller", b"\1\0\0\0program", "<?xml version='1.0'?><MetaInfo/>")
presets = st.builds(
    VstPreset,
    class_id=st.text("0123456789ABCDEF", min_size=32, max_size=32),
    component=st.binary(max_size=200),
    controller=st.binary(max_size=50),
    programs=st.binary(min_size=5, max_size=50) | st.just(b""),
    info=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)


def test_a_preset_is_written_byte_for_byte_as_the_format_says() -> None:
    entries = {b"Comp": (48, 3), b"Cont": (51, 2), b"Info": (53, 4)}
    assert write_vstpreset(VstPreset(ID, b"abc", b"de", info="<i/>")) == (
        b"VST3\x01\0\0\0" + ID.encode() + struct.pack("<q", 57) + b"abcde<i/>"
        b"List\x03\0\0\0" + b"".join(kind + struct.pack("<qq", *where) for kind, where in entries.items())
    )


def test_a_state_of_the_component_alone_is_a_preset_even_when_it_is_empty() -> None:
    data = write_vstpreset(VstPreset(ID, b""))
    assert len(data) == 48 + 8 + 20
    assert read_vstpreset(data) == VstPreset(ID, b"")


def test_a_program_alone_is_a_preset() -> None:
    data = write_vstpreset(VstPreset(ID, b"", programs=b"\7\0\0\0program"))
    assert (data[59:67], data[67:71]) == (b"List\1\0\0\0", b"Prog")
    assert read_vstpreset(data) == VstPreset(ID, b"", programs=b"\7\0\0\0program")


@pytest.mark.parametrize("programs", [b"\7", b"\7\0\0\0"])
def test_a_program_without_an_id_or_data_is_refused(programs: bytes) -> None:
    with pytest.raises(PluginError, match="Prog is too short"):
        read_vstpreset(write_vstpreset(VstPreset(ID, b"state", programs=programs)))


@given(presets)
def test_what_is_written_is_read_again(preset: VstPreset) -> None:
    assert read_vstpreset(write_vstpreset(preset)) == preset


def test_the_list_may_come_before_the_pieces_and_name_what_nobody_knows() -> None:
    header = b"VST3\x01\0\0\0" + ID.lower().encode() + struct.pack("<q", 48)
    listing = b"List\x03\0\0\0" + b"".join(
        kind + struct.pack("<qq", offset, 2) for kind, offset in ((b"Whim", 116), (b"Cont", 118), (b"Comp", 116))
    )
    assert read_vstpreset(header + listing + b"abcd") == VstPreset(ID, b"ab", b"cd")


def test_a_preset_that_is_cut_anywhere_is_refused_in_one_line() -> None:
    data = write_vstpreset(WHOLE)
    for length in range(len(data)):
        with pytest.raises(PluginError) as refused:
            read_vstpreset(data[:length])
        assert "\n" not in str(refused.value)


@given(presets, st.data())
def test_a_damaged_preset_is_read_or_refused_and_nothing_else(preset: VstPreset, draw: st.DataObject) -> None:
    data = bytearray(write_vstpreset(preset))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    with contextlib.suppress(PluginError):
        assert len(read_vstpreset(bytes(data)).component) <= len(data)


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(PluginError):
        read_vstpreset(data)


@pytest.mark.parametrize(
    ("place", "form", "value", "why"),
    [
        (4, "<i", 2, "version 2"),
        (8, "<c", b"Z", "no class id"),
        (40, "<q", -1, "beyond its end"),
        (40, "<q", 1 << 62, "beyond its end"),
        (61, "<i", 1 << 30, "something else"),
        (61, "<i", 100, "not whole"),
        (69, "<q", -5, "Comp lies beyond"),
        (77, "<q", 1 << 62, "Comp lies beyond"),
        (65, "<c", b"X", r"no state of a plug-in \(Comp\)"),
    ],
)
def test_a_number_that_cannot_be_is_named(place: int, form: str, value: object, why: str) -> None:
    data = bytearray(write_vstpreset(VstPreset(ID, b"component")))
    struct.pack_into(form, data, place, value)
    with pytest.raises(PluginError, match=why):
        read_vstpreset(bytes(data))


def test_a_preset_of_no_class_is_not_written() -> None:
    with pytest.raises(PluginError, match="no class id"):
        write_vstpreset(VstPreset("84E8", b""))
