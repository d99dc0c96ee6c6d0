"""What a VST2 plug-in hears from its host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.loading import load
from livepatch.plugins.vst2.master import MOST_COMPLAINTS
from livepatch.plugins.vst2.opcodes import Ask, Call
from livepatch.plugins.vst2.vst2_plugin import Vst2Plugin
from tests.plugins.vst2.synth import heard


@pytest.fixture
def synth(vst2_synth: Path) -> Iterator[Vst2Plugin]:
    plugin = load(vst2_synth)
    assert isinstance(plugin, Vst2Plugin)
    yield plugin
    plugin.close()


def call(plugin: Vst2Plugin, what: Call, index: int = 0, value: int = 0) -> int:
    """What the host answers the plug-in."""
    callback = plugin._master.callback
    return int(callback(plugin.effect.pointer, what, index, value, ffi.NULL, 0.0))


def can_do(plugin: Vst2Plugin, word: bytes) -> int:
    return plugin.effect.ask(Ask.VENDOR_SPECIFIC, 200, pointer=ffi.new("char[]", word))


def test_the_host_says_who_it_is_and_where(synth: Vst2Plugin, vst2_synth: Path) -> None:
    assert (heard(synth, 100), heard(synth, 101)) == ("livepatch", "livepatch")
    assert heard(synth, 102) == str(vst2_synth.parent)
    assert call(synth, Call.VERSION) == 2400
    assert call(synth, Call.VENDOR_VERSION) > 0
    assert call(synth, Call.LANGUAGE) == 1


def test_the_host_says_what_it_can_and_cannot(synth: Vst2Plugin) -> None:
    for word in (
        b"sendVstEvents",
        b"sendVstMidiEvent",
        b"sendVstTimeInfo",
        b"receiveVstMidiEvent",
        b"shellCategory",
    ):
        assert can_do(synth, word) == 1
    for word in (b"sizeWindow", b"openFileSelector", b"offline"):
        assert can_do(synth, word) == -1
    assert can_do(synth, b"makeCoffee") == 0
    assert can_do(synth, b"x" * 100000) == 0


def test_the_host_says_how_it_plays(synth: Vst2Plugin) -> None:
    synth.prepare(44100.0, 128)
    synth.clock.tempo = 97.5
    assert (call(synth, Call.SAMPLE_RATE), call(synth, Call.BLOCK_SIZE)) == (44100, 128)
    assert call(synth, Call.TEMPO_AT) == 975000
    assert call(synth, Call.PARAMETER_COUNT) == 8
    assert call(synth, Call.REPLACES) == 1
    assert [call(synth, Call.PIN_CONNECTED, 1, output) for output in (0, 1)] == [0, 0]
    assert [call(synth, Call.PIN_CONNECTED, 2, output) for output in (0, 1)] == [1, 1]


@pytest.mark.parametrize(
    "what",
    [
        *(
            Call.SIZE_WINDOW,
            Call.OPEN_WINDOW,
            Call.CLOSE_WINDOW,
            Call.OPEN_FILE_SELECTOR,
            Call.CLOSE_FILE_SELECTOR,
        ),
        *(Call.OFFLINE_START, Call.OFFLINE_READ, Call.OFFLINE_WRITE, Call.OFFLINE_PASS, Call.SET_ICON, Call.IDLE),
        *(Call.VENDOR_SPECIFIC, Call.PREVIOUS_PLUGIN, Call.NEXT_PLUGIN, Call.CURRENT_ID, Call.INPUT_LATENCY),
        *(Call.OUTPUT_LATENCY, Call.EDIT_FILE, Call.CHUNK_FILE, Call.SET_TIME),
    ],
)
def test_what_the_host_does_not_have_is_nothing(synth: Vst2Plugin, what: Call) -> None:
    assert call(synth, what) == 0


def test_pointers_to_nowhere_are_answered_with_nothing(synth: Vst2Plugin) -> None:
    for what in (Call.VENDOR, Call.PRODUCT, Call.CAN_DO, Call.EVENTS, 77777, -1):
        assert int(synth._master.callback(ffi.NULL, what, 0, 0, ffi.NULL, 0.0)) == 0


def test_a_call_that_goes_wrong_is_a_line_in_the_log_and_not_without_end(
    synth: Vst2Plugin, capfd: pytest.CaptureFixture[str]
) -> None:
    synth.clock.denominator = 0
    for _ in range(100):
        assert call(synth, Call.TIME) == 0
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == MOST_COMPLAINTS
    assert "ZeroDivisionError" in lines[0]


def test_what_is_told_is_bounded(synth: Vst2Plugin) -> None:
    for number in range(100000):
        call(synth, Call.BEGIN_EDIT, number)
    assert len(synth.told) == 4096
    assert synth.told[-1].id == 99999
