"""What host and plug-in ask of each other in VST 2.4: the numbers, and the words of the can-do questions."""

from enum import IntEnum, IntFlag
from typing import Final

MAGIC: Final = 0x56737450
"""`VstP`: the first word of an effect."""
VST_VERSION: Final = 2400
LONGEST_NAME: Final = 64
"""Bytes that a plug-in keeps for a name of the host, with the zero at the end."""


class Ask(IntEnum):
    """What the host asks a plug-in, by its dispatcher: (index, value, pointer, opt) as noted."""

    OPEN = 0
    CLOSE = 1
    SET_PROGRAM = 2  # value
    GET_PROGRAM = 3
    SET_PROGRAM_NAME = 4  # pointer
    GET_PROGRAM_NAME = 5  # pointer
    PARAMETER_UNIT = 6  # index, pointer
    PARAMETER_TEXT = 7  # index, pointer
    PARAMETER_NAME = 8  # index, pointer
    SET_SAMPLE_RATE = 10  # opt
    SET_BLOCK_SIZE = 11  # value: the most frames
    SET_ACTIVE = 12  # value
    GET_CHUNK = 23  # index 0 bank, 1 program; pointer to a pointer; answers the bytes
    SET_CHUNK = 24  # index as above, value: the bytes, pointer
    EVENTS = 25  # pointer
    CAN_BE_AUTOMATED = 26  # index
    TEXT_TO_PARAMETER = 27  # index, pointer
    NAME_OF_PROGRAM = 29  # index, value -1, pointer
    INPUT_PIN = 33  # index, pointer
    OUTPUT_PIN = 34  # index, pointer
    CATEGORY = 35
    SET_ARRANGEMENT = 42  # value: pointer to that of the inputs, pointer: of the outputs
    SET_BYPASS = 44  # value
    EFFECT_NAME = 45  # pointer
    VENDOR = 47  # pointer
    PRODUCT = 48  # pointer
    VENDOR_VERSION = 49
    VENDOR_SPECIFIC = 50
    CAN_DO = 51  # pointer; answers 1 yes, 0 does not know, -1 no
    TAIL = 52  # answers 0 does not know, 1 none, else frames
    IDLE = 53
    PARAMETER_FACTS = 56  # index, pointer
    VST_VERSION = 58
    BEGIN_SET_PROGRAM = 67
    END_SET_PROGRAM = 68
    GET_ARRANGEMENT = 69  # value and pointer: to pointers
    NEXT_OF_SHELL = 70  # pointer: its name; answers its uid, 0 at the end
    START = 71
    STOP = 72
    BEGIN_LOAD_BANK = 75  # pointer; answers -1 if it refuses
    BEGIN_LOAD_PROGRAM = 76  # pointer
    SET_PRECISION = 77  # value 0: floats of 32 bits, 1: of 64


class Call(IntEnum):
    """What a plug-in calls its host for."""

    AUTOMATE = 0  # index, opt
    VERSION = 1
    CURRENT_ID = 2
    IDLE = 3
    PIN_CONNECTED = 4  # index, value 0 input, 1 output; answers 0 if it is
    WANT_MIDI = 6
    TIME = 7
    EVENTS = 8  # pointer
    SET_TIME = 9
    TEMPO_AT = 10  # value: frame; answers 10000 times the tempo
    PARAMETER_COUNT = 11
    PARAMETER_QUANTIZATION = 12
    IO_CHANGED = 13
    NEED_IDLE = 14
    SIZE_WINDOW = 15
    SAMPLE_RATE = 16
    BLOCK_SIZE = 17
    INPUT_LATENCY = 18
    OUTPUT_LATENCY = 19
    PREVIOUS_PLUGIN = 20
    NEXT_PLUGIN = 21
    REPLACES = 22  # answers 1: process replaces
    PROCESS_LEVEL = 23
    AUTOMATION_STATE = 24
    OFFLINE_START = 25
    OFFLINE_READ = 26
    OFFLINE_WRITE = 27
    OFFLINE_PASS = 28
    OFFLINE_META_PASS = 29
    SET_OUTPUT_RATE = 30
    OUTPUT_ARRANGEMENT = 31
    VENDOR = 32  # pointer
    PRODUCT = 33  # pointer
    VENDOR_VERSION = 34
    VENDOR_SPECIFIC = 35
    SET_ICON = 36
    CAN_DO = 37  # pointer
    LANGUAGE = 38
    OPEN_WINDOW = 39
    CLOSE_WINDOW = 40
    DIRECTORY = 41
    UPDATE_DISPLAY = 42
    BEGIN_EDIT = 43  # index
    END_EDIT = 44  # index
    OPEN_FILE_SELECTOR = 45
    CLOSE_FILE_SELECTOR = 46
    EDIT_FILE = 47
    CHUNK_FILE = 48
    INPUT_ARRANGEMENT = 49


class Flag(IntFlag):
    """What an effect says of itself."""

    EDITOR = 1
    REPLACING = 1 << 4
    CHUNKS = 1 << 5
    SYNTH = 1 << 8
    SILENT_WHEN_STOPPED = 1 << 9
    DOUBLES = 1 << 12


class TimeFlag(IntFlag):
    """What of a time info is valid or the case."""

    CHANGED = 1
    PLAYING = 1 << 1
    NANOSECONDS = 1 << 8
    BEATS = 1 << 9
    TEMPO = 1 << 10
    BAR = 1 << 11
    METER = 1 << 13
    CLOCK = 1 << 15


class PinFlag(IntFlag):
    """What an audio channel is."""

    ACTIVE = 1
    STEREO = 1 << 1
    ARRANGED = 1 << 2


class ParameterFlag(IntFlag):
    """Which of the facts of a parameter are valid."""

    SWITCH = 1
    WHOLE_RANGE = 1 << 1
    STEP = 1 << 2
    WHOLE_STEP = 1 << 3
    POSITION = 1 << 4
    CATEGORY = 1 << 5


class Level(IntEnum):
    """Where a plug-in's call comes from."""

    MAIN = 1
    AUDIO = 2
    OFFLINE = 4


MIDI_EVENT: Final = 1
SYSEX_EVENT: Final = 6
ENGLISH: Final = 1
AUTOMATION_OFF: Final = 1
SHELL: Final = 10

CATEGORIES: Final = (
    "",
    "Effect",
    "Instrument",
    "Analysis",
    "Mastering",
    "Spatial",
    "Room",
    "Surround",
    "Restoration",
    "Offline",
    "Shell",
    "Generator",
)
"""The kinds of plug-ins, by their number."""

HOST_CAN: Final = {
    b"sendVstEvents": 1,
    b"sendVstMidiEvent": 1,
    b"sendVstTimeInfo": 1,
    b"receiveVstEvents": 1,
    b"receiveVstMidiEvent": 1,
    b"receiveVstTimeInfo": -1,
    b"reportConnectionChanges": -1,
    b"acceptIOChanges": 1,
    b"sizeWindow": -1,
    b"offline": -1,
    b"openFileSelector": -1,
    b"closeFileSelector": -1,
    b"editFile": -1,
    b"startStopProcess": 1,
    b"shellCategory": 1,
    b"supplyIdle": 1,
    b"sendVstMidiEventFlagIsRealtime": -1,
}
"""What this host answers where a plug-in asks if it can: 1 yes, -1 no; 0 to all other words."""

TAKES_NOTES: Final = (b"receiveVstMidiEvent", b"receiveVstEvents")
GIVES_NOTES: Final = (b"sendVstMidiEvent", b"sendVstEvents")
HAS_BYPASS: Final = b"bypass"
