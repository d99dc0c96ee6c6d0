"""The conversation between the session and the process of a plug-in."""

import msgspec

from livepatch.protocol.messages import Message, Quit
from livepatch.protocol.plugin_facts import Facts

# Session to plug-in


class Prepare(Message, frozen=True):
    """Be ready for blocks at this sample rate, in Hz. Answered by `Prepared`."""

    sample_rate: float
    offline: bool = False


class Turn(Message, frozen=True):
    """Set parameters, by id, to values from 0 to 1; while the engine does not say where they stand."""

    values: dict[int, float]


class Restore(Message, frozen=True):
    """Take over the state or preset in a file. Answered by `Restored`."""

    serial: int
    path: str


class Keep(Message, frozen=True):
    """Write the state into a new file, if it is another than was written last, or `always`. Answered by `Kept`.

    `single`: a preset for other hosts, with not all its programs, but the current one, as it is.
    """

    serial: int
    path: str
    always: bool = False
    single: bool = False


class Choose(Message, frozen=True):
    """Go to another program. Answered by `Restored`."""

    serial: int
    program: int


class Bypass(Message, frozen=True):
    """Have the plug-in bypass itself, or play again, whatever states it takes over later."""

    on: bool


class SendMidi(Message, frozen=True):
    """Send a MIDI message, system exclusive ones too."""

    content: bytes


class AskText(Message, frozen=True):
    """What does it show for a value? Or, with `text`, which value is that? Answered by `Text`."""

    serial: int
    id: int
    value: float = 0.0
    text: str | None = None


# Plug-in to session


class Opened(Message, frozen=True):
    """The plug-in is there. `values` are its parameters' by id, `texts` what it shows for them.

    `problem` is why it has not taken over the state that it was started with, if so.
    """

    facts: Facts
    values: dict[int, float]
    texts: dict[int, str]
    program: int
    problem: str = ""


class Described(Message, frozen=True):
    """The plug-in is another than it was: its names, its `buses`, or it asks for a `restart`, as `what` says."""

    facts: Facts
    what: str = ""


class Refused(Message, frozen=True):
    """The plug-in cannot be used, and its process ends."""

    text: str


class Prepared(Message, frozen=True):
    """Blocks can come; `problem` is why not, if they cannot. `latency` and `tail` are frames."""

    latency: int
    tail: int
    problem: str = ""


class Restored(Message, frozen=True):
    """The state is another; `problem` is why it is not, if so. The rest as in `Opened`."""

    serial: int
    values: dict[int, float]
    texts: dict[int, str]
    program: int
    problem: str = ""


class Kept(Message, frozen=True):
    """The state is in the file; "" if it is no other, or that failed, with `problem`."""

    serial: int
    path: str
    problem: str = ""


class Shown(Message, frozen=True):
    """Parameters that stand elsewhere, by id: their values, and what the plug-in shows for them.

    `own`: it turned them itself, and nobody told it to.
    """

    values: dict[int, float]
    texts: dict[int, str]
    own: tuple[int, ...] = ()


class Said(Message, frozen=True):
    """The plug-in said something: `what` as in `livepatch.plugins.plugin.Told`."""

    what: str
    text: str = ""
    number: int = 0


class Text(Message, frozen=True):
    """The answer to `AskText`; `value` None: it cannot read the text."""

    serial: int
    text: str
    value: float | None


ToPlugin = Prepare | Turn | Restore | Keep | Choose | Bypass | SendMidi | AskText | Quit
FromPlugin = Opened | Described | Refused | Prepared | Restored | Kept | Shown | Said | Text


class ExpressionPort(msgspec.Struct, frozen=True):
    """The inlet of a note expression, whose number in the plug-in is `id`.

    0 V is `zero` and each volt `per_volt` more, from `lowest` to `highest`; a note begins with `default`.
    """

    inlet: str
    id: int
    zero: float
    per_volt: float
    lowest: float
    highest: float
    default: float
    steps: int = 0
    once: bool = False


class PluginPorts(msgspec.Struct, frozen=True):
    """Which port of the panel is what in the plug-in: parameters by knob, channels by inlet and outlet.

    `steps` is for each knob how many values its parameter has besides the first, 0 for a continuous one.
    `inputs` and `outputs` name for each port its first channel and how many it has, all buses counted through.
    `notes`: it has voct, gate and the like; `notes_out`: it has such outlets. `expressions` are the inlets of what
    else each note has for itself.
    """

    knobs: tuple[tuple[str, int], ...] = ()
    steps: tuple[int, ...] = ()
    inputs: tuple[tuple[str, int, int], ...] = ()
    outputs: tuple[tuple[str, int, int], ...] = ()
    notes: bool = False
    notes_out: bool = False
    expressions: tuple[ExpressionPort, ...] = ()
