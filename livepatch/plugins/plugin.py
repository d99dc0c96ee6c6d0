"""What every hosted plug-in can do, whichever its format."""

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from livepatch.errors import LivepatchError
from livepatch.protocol.plugin_facts import Facts

NOTE_ON: Final = 1
"""`key` 0 to 127, `value` the velocity 0 to 1, `extra` how far the note is from its key, in cents."""
NOTE_OFF: Final = 2
"""`key`, `value` the release velocity 0 to 1."""
NOTE_PRESSURE: Final = 3
"""Poly pressure: `key`, `value` 0 to 1."""
PRESSURE: Final = 4
"""Channel pressure: `value` 0 to 1."""
BEND: Final = 5
"""Pitch bend: `value` -1 to 1."""
CONTROL: Final = 6
"""A MIDI controller: `key` its number, `value` 0 to 1."""
PROGRAM: Final = 7
"""A MIDI program change: `key` its number."""
PARAMETER: Final = 8
"""`key` is the parameter's id, `value` 0 to 1."""
TUNING: Final = 9
"""One sounding note's own pitch, where the plug-in has that: `key`, `value` in semitones from it."""

EXPRESSION: Final = 10
"""Anything else of one sounding note's own, where the plug-in has that: `key`, `value` 0 to 1, `extra` its id."""


class Event(NamedTuple):
    """Something at a frame of the block; `channel` 0 to 15. `note` is the same for a note's on and off, or -1."""

    kind: int
    frame: int
    channel: int
    key: int
    value: float
    extra: float = 0.0
    note: int = -1


class Told(NamedTuple):
    """What a plug-in said by itself, for the main thread.

    `what` is one of these: turned (`id`, `value`: a knob of its own window), touched and released (`id`), latency,
    buses, values, names, programs, restart, sysex and midi (`text` is hex), dirty (its state has changed).
    """

    what: str
    id: int = 0
    value: float = 0.0
    text: str = ""


class Clock:
    """The transport at the first frame of the block: beats are quarter notes, `tempo` their number a minute.

    The control thread makes it, the audio thread writes it.
    """

    def __init__(self) -> None:
        self.frame = 0
        self.tempo = 120.0
        self.beats = 0.0
        self.bar_beats = 0.0
        self.numerator = 4
        self.denominator = 4
        self.playing = True


class PluginError(LivepatchError):
    """A plug-in that cannot be used."""


class Plugin(Protocol):
    """A plug-in in this process. One thread calls `process`, the main thread all the rest.

    It is made inactive, with `facts` complete but for what `prepare` settles (latency, tail, buses).
    """

    facts: Facts
    clock: Clock
    told: deque[Told]
    """What it said by itself; any thread appends, the main thread takes."""
    silent_outputs: int
    """Bit c is set where channel c of all outputs, counted through, was silent in the last block."""

    def prepare(
        self, sample_rate: float, most_frames: int, *, doubles: bool = False, offline: bool = False
    ) -> None:
        """Make it active for blocks of up to so many frames; while nothing is processed. May be called again.

        Raises: PluginError: if it refuses.
        """

    def connect(self, inputs: Sequence[int], outputs: Sequence[int]) -> None:
        """Read and write audio at these addresses from now on, one for each channel of all buses counted through.

        Each has room for `most_frames` floats, of 64 bits if it was prepared with `doubles`, else of 32.
        """

    def process(self, frames: int, events: Sequence[Event], silent_inputs: int = 0) -> Sequence[Event]:
        """Compute a block; the events, in the order of their frames, that it answers with. Audio thread.

        `silent_inputs`: as `silent_outputs`, of what comes in.
        """

    def value(self, id: int) -> float:
        """Where a parameter stands, 0 to 1."""

    def turn(self, id: int, value: float) -> None:
        """Set a parameter's value from the main thread."""

    def text(self, id: int, value: float | None = None) -> str:
        """What the plug-in shows for a value, with its unit; for where it stands if None. "" if it cannot say."""

    def from_text(self, id: int, text: str) -> float | None:
        """The value that the plug-in reads from a text; None if it cannot."""

    def program(self) -> int:
        """The number of the current program, -1 for none."""

    def choose(self, program: int) -> None:
        """Go to another program. Raises: PluginError: if there is none."""

    def state(self) -> bytes:
        """The whole state, as the bytes of a preset file of the format (.vstpreset, .fxb or .fxp)."""

    def preset(self) -> bytes:
        """What it is now without its other programs, as the bytes of a .vstpreset or .fxp for other hosts."""

    def restore(self, state: bytes) -> None:
        """Take over a state or preset, as the bytes of such a file. Raises: PluginError: if it does not fit."""

    def bypass(self, *, on: bool) -> bool:
        """Have the plug-in bypass itself; False if it has no bypass of its own."""

    def sysex(self, message: bytes) -> None:
        """Send a MIDI system exclusive message (from F0 to F7), at the start of the next block."""

    def midi(self, message: bytes) -> None:
        """Send any other MIDI message of up to three bytes, at the start of the next block."""

    def idle(self) -> None:
        """Give it time for what it does besides; the main thread calls this about 20 times a second."""

    def close(self) -> None:
        """Make it inactive, and let go of it; its library stays loaded, since unloading is what crashes most."""
