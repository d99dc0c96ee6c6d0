"""What `fixtures/vst2_synth.c` has, and what it says it has seen."""

from enum import IntEnum
from typing import NamedTuple

from livepatch.plugins.vst2.abi import ffi
from livepatch.plugins.vst2.opcodes import Ask
from livepatch.plugins.vst2.vst2_plugin import Vst2Plugin

GAIN, LEVEL, LATENCY, WAVE, ECHO, FAULT, TAIL, ACT = range(8)
FAULTS = ("none", "crash", "abort", "hang", "leak", "print", "nan", "inf", "nonsense", "exit", "slow")
"""What Fault can be: its value is the place here, by 15."""
ACTS = ("rest", "turn", "display", "sysex", "outlets")
"""What Act can be: its value is the place here, by 5."""
LOAD_NOTHING, LOAD_MAGIC, LOAD_NEGATIVE, LOAD_MILLION, LOAD_OUTLETS = range(20, 25)
"""What LOAD_FAULT can be, besides a place in FAULTS."""


class Seen(IntEnum):
    """The numbers that it reports."""

    BLOCKS = 0
    RATE = 1
    BLOCK_SIZE = 2
    ACTIVE = 3
    DOUBLES = 4
    LEVEL = 5
    ARRANGED_IN = 6
    ARRANGED_OUT = 7
    BYPASS = 8
    IDLE = 9
    STARTED = 10
    PRESSURE = 11
    KEY_PRESSURE = 12
    CONTROL = 13
    PROGRAM_CHANGE = 14
    OFF_VELOCITY = 15
    SYSEX = 16
    DENORMAL = 17
    HOST_RATE = 18
    HOST_BLOCK = 19
    LOADED = 20
    REAL_TIME_BYTE = 21


class Times(NamedTuple):
    """The time info of a block."""

    frames: float
    frame: float
    sample_rate: float
    beats: float
    tempo: float
    bar: float
    numerator: float
    denominator: float
    to_clock: float
    flags: float


def seen(plugin: Vst2Plugin, what: Seen) -> float:
    number = ffi.new("double *")
    assert plugin.effect.ask(Ask.VENDOR_SPECIFIC, what, pointer=number) == 1
    return float(number[0])


def times(plugin: Vst2Plugin, block: int) -> Times:
    numbers = ffi.new("double[10]")
    assert plugin.effect.ask(Ask.VENDOR_SPECIFIC, 300 + block, pointer=numbers) == 1
    return Times(*(float(number) for number in numbers))


def heard(plugin: Vst2Plugin, what: int) -> str:
    """A text of the host: 100 its vendor, 101 its product, 102 its folder."""
    return plugin.effect.answer_text(Ask.VENDOR_SPECIFIC, what)[1]
