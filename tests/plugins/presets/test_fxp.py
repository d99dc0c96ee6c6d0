import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.presets.fxp import Fxb, Fxp, read_fx, read_fxb, read_fxp, write_fxb, write_fxp

UID = "4C505631"
names = st.text(st.characters(min_codepoint=1, exclude_categories=["Cs"]), max_size=27).filter(
    lambda name: len(name.encode()) <= 27
)
uids = st.integers(0, 0xFFFFFFFF).map("{:08X}".format)
int32 = st.integers(-(1 << 31), (1 << 31) - 1)
counts = st.integers(0, (1 << 31) - 1)
values = st.lists(st.floats(0.0, 1.0, width=32), max_size=20).map(tuple)
by_parameters = st.builds(Fxp, uid=uids, version=int32, name=names, parameters=values)
by_chunk = st.builds(Fxp, uid=uids, version=int32, name=names, chunk=st.binary(max_size=99), count=counts)
programs = by_parameters | by_chunk
banks = st.builds(
    Fxb, uid=uids, version=int32, current=int32, programs=st.lists(programs, max_size=4).map(tuple)
) | st.builds(Fxb, uid=uids, version=int32, current=int32, chunk=st.binary(max_size=99), count=counts)

PROGRAM = Fxp(UID, 7, "Glass", parameters=(0.0, 0.5, 1.0))
PROGRAM_BYTES = (
    b"CcnK\0\0\0\x3cFxCk\0\0\0\x01LPV1\0\0\0\x07\0\0\0\x03Glass" + 23 * b"\0" + b"\0\0\0\0\x3f\0\0\0\x3f\x80\0\0"
)
CHUNK = Fxp(UID, 7, "Glass", chunk=b"secret", count=3)
CHUNK_BYTES = b"CcnK\0\0\0\x3aFPCh\0\0\0\x01LPV1\0\0\0\x07\0\0\0\x03Glass" + 23 * b"\0" + b"\0\0\0\x06secret"


def _bank(kind: bytes, version: int, current: bytes, count: int, body: bytes) -> bytes:
    after = kind + struct.pack(">i", version) + b"LPV1\0\0\0\x07" + struct.pack(">i", count)
    after += current.ljust(128, b"\0") + body
    return b"CcnK" + struct.pack(">i", len(after)) + after


BANK = Fxb(UID, 7, 1, programs=(PROGRAM, PROGRAM))
BANK_BYTES = _bank(b"FxBk", 2, b"\0\0\0\x01", 2, 2 * PROGRAM_BYTES)
CHUNK_BANK = Fxb(UID, 7, 4, chunk=b"all of it", count=128)
CHUNK_BANK_BYTES = _bank(b"FBCh", 2, b"\0\0\0\x04", 128, b"\0\0\0\x09all of it")
WHOLE = [(PROGRAM, PROGRAM_BYTES), (CHUNK, CHUNK_BYTES), (BANK, BANK_BYTES), (CHUNK_BANK, CHUNK_BANK_BYTES)]


@pytest.mark.parametrize(("what", "data"), WHOLE)
def test_each_kind_is_written_and_read_byte_for_byte(what: Fxp | Fxb, data: bytes) -> None:
    assert (write_fxp(what) if isinstance(what, Fxp) else write_fxb(what)) == data
    assert read_fx(data) == what


@pytest.mark.parametrize("bank", [BANK, CHUNK_BANK])
def test_version_1_of_a_bank_does_not_tell_which_program_is_current(bank: Fxb) -> None:
    data = write_fxb(bank, format_version=1)
    kind = b"FxBk" if bank.programs else b"FBCh"
    assert data == _bank(kind, 1, b"", bank.count or 2, data[156:])
    assert read_fxb(data) == Fxb(UID, 7, 0, bank.programs, bank.chunk, bank.count)


@given(programs)
def test_a_program_that_is_written_is_read_again(program: Fxp) -> None:
    assert read_fxp(write_fxp(program)) == program


@given(banks)
def test_a_bank_that_is_written_is_read_again(bank: Fxb) -> None:
    assert read_fxb(write_fxb(bank)) == bank


@pytest.mark.parametrize("data", [data for _, data in WHOLE])
def test_a_file_that_is_cut_anywhere_is_refused_in_one_line(data: bytes) -> None:
    for length in range(len(data)):
        with pytest.raises(PluginError) as refused:
            read_fx(data[:length])
        assert "\n" not in str(refused.value)


@given(programs | banks, st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(what: Fxp | Fxb, draw: st.DataObject) -> None:
    data = bytearray(write_fxp(what) if isinstance(what, Fxp) else write_fxb(what))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    with contextlib.suppress(PluginError):
        read_fx(bytes(data))


@pytest.mark.parametrize("count", [0x7FFFFFFF, -1])
@pytest.mark.parametrize("data", [PROGRAM_BYTES, BANK_BYTES])
def test_a_count_that_cannot_be_is_refused_at_once(data: bytes, count: int) -> None:
    with pytest.raises(PluginError, match=r"cut short|damaged"):
        read_fx(data[:24] + struct.pack(">i", count) + data[28:])


@pytest.mark.parametrize("size", [0x7FFFFFFF, -1])
def test_a_size_of_a_chunk_that_cannot_be_is_refused_at_once(size: int) -> None:
    with pytest.raises(PluginError, match="cut short or damaged"):
        read_fx(CHUNK_BYTES[:56] + struct.pack(">i", size) + CHUNK_BYTES[60:])


def test_a_version_of_the_format_that_is_not_known_is_named() -> None:
    with pytest.raises(PluginError, match=r"\.fxp is of version 2; livepatch reads 1"):
        read_fx(PROGRAM_BYTES[:15] + b"\2" + PROGRAM_BYTES[16:])
    with pytest.raises(PluginError, match=r"\.fxb is of version 3; livepatch reads 1 and 2"):
        read_fx(BANK_BYTES[:15] + b"\3" + BANK_BYTES[16:])


def test_a_parameter_that_is_no_number_is_damage() -> None:
    with pytest.raises(PluginError, match="no number"):
        read_fx(PROGRAM_BYTES[:-4] + struct.pack(">f", float("nan")))


def test_a_wrong_size_in_the_head_and_bytes_after_the_end_do_no_harm() -> None:
    assert read_fx(PROGRAM_BYTES[:4] + b"\0\0\0\0" + PROGRAM_BYTES[8:] + b"more") == PROGRAM


def test_a_bank_is_no_program_and_a_program_no_bank() -> None:
    with pytest.raises(PluginError, match="bank of programs"):
        read_fxp(BANK_BYTES)
    with pytest.raises(PluginError, match="single program"):
        read_fxb(PROGRAM_BYTES)
    with pytest.raises(PluginError, match="there is a bank"):
        read_fx(_bank(b"FxBk", 2, b"", 1, BANK_BYTES))


def test_a_name_is_cut_between_two_characters_and_read_from_older_encodings_too() -> None:
    assert read_fxp(write_fxp(Fxp(UID, 1, "ü" * 20, parameters=()))).name == "ü" * 13
    assert read_fxp(PROGRAM_BYTES[:28] + b"Fl\xf6te".ljust(28, b"\0") + PROGRAM_BYTES[56:]).name == "Flöte"
    assert read_fxp(PROGRAM_BYTES[:28] + b"x" * 28 + PROGRAM_BYTES[56:]).name == "x" * 28


@pytest.mark.parametrize(
    "wrong",
    [
        Fxp(UID, 1, "neither"),
        Fxp(UID, 1, "both", parameters=(), chunk=b""),
        Fxp("xyz", 1, "id", parameters=()),
        Fxp("123456789", 1, "long id", parameters=()),
        Fxp(UID, 1 << 40, "version", parameters=()),
        Fxp(UID, 1, "value", parameters=(1e300,)),
    ],
)
def test_a_program_that_does_not_fit_is_refused(wrong: Fxp) -> None:
    with pytest.raises(PluginError):
        write_fxp(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        Fxb(UID, 1),
        Fxb(UID, 1, programs=(), chunk=b""),
        Fxb(UID, 1, 1 << 40, programs=()),
        Fxb(UID, 1 << 40, programs=()),
    ],
)
def test_a_bank_that_does_not_fit_is_refused(wrong: Fxb) -> None:
    with pytest.raises(PluginError):
        write_fxb(wrong)


def test_there_are_two_versions_of_a_bank() -> None:
    with pytest.raises(PluginError, match="no version 3"):
        write_fxb(BANK, format_version=3)
