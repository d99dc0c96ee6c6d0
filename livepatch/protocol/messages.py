"""Every message between processes, as frozen values.

Three conversations: front end and session, session and engine, session and compiler. On the wire a
message is a length (4 bytes, little-endian) and msgpack. None to the engine is over 4 KB: a larger
batch of edits goes into a file in the runtime folder (`ApplyFile`).
"""

import msgspec

from livepatch.canvas import AnyShape
from livepatch.errors import Problem
from livepatch.panel import Panel
from livepatch.patch.edits import Edit
from livepatch.patch.patch import Cable, PlacedModule


class Message(msgspec.Struct, frozen=True, tag_field="message", tag=True):
    """What every message is."""


# Front end to session


class Hello(Message, frozen=True):
    """The first message of a front end. `front`: tui, repl, eval or run."""

    front: str
    pid: int
    version: str


class Evaluate(Message, frozen=True):
    """Run a piece of Python in the session's namespace. Answered by `Evaluated`, after any `Printed`."""

    id: int
    code: str


class Interrupt(Message, frozen=True):
    """Stop what the session is evaluating; the sound goes on."""


class Complete(Message, frozen=True):
    """Ask for what could stand at `cursor` (characters from the start of `code`). Answered by `Completions`."""

    id: int
    code: str
    cursor: int


class Perform(Message, frozen=True):
    """Apply an edit. What comes of it reaches every front end as `Edited`; a refusal comes as a `Notice`."""

    edit: Edit


class Act(Message, frozen=True):
    """Do what an action of a module's menu does; `text` is what it asked for, if it asked."""

    id: int
    method: str
    text: str | None = None


class Duplicate(Message, frozen=True):
    """Put the like of a module beside it."""

    id: int


class Browse(Message, frozen=True):
    """Ask for the plug-ins that are installed. Answered by `Browsed`."""


class Undo(Message, frozen=True):
    """Take the last edit back."""


class Redo(Message, frozen=True):
    """Do again what was taken back."""


class Stop(Message, frozen=True):
    """End the session and its sound."""


# Session to front end


class ModuleFault(Message, frozen=True):
    """What is wrong with a module type's newest source. Empty `problems`: mended.

    `plays`: its last good code plays on. `told`: a Notice has told it already.
    """

    type: str
    problems: tuple[Problem, ...]
    plays: bool = True
    told: bool = False


class Ailing(Message, frozen=True):
    """What is wrong with modules, by id: "silent", "plays older code" or "went wrong"; of all others, nothing."""

    how: dict[int, str]


class EngineState(Message, frozen=True):
    """How the engine stands. `driver`: sounddevice, null or none. `meters`: name of its shared memory, if any.

    `meter_slots`: module id to the index of its first outlet in the meters; outlets follow in panel order.
    `traces`: "id.trace" to (first index, frames) in the meters' trace area.
    `latency` and `latencies`: `frames` and `modules` of the newest `Latency`.
    """

    driver: str
    device: str
    sample_rate: float
    block_frames: int
    realtime: bool
    meters: str
    meter_slots: dict[int, int]
    traces: dict[str, tuple[int, int]]
    latency: int = 0
    latencies: dict[int, int] = {}


class Welcome(Message, frozen=True):
    """The answer to `Hello`: everything a front end shows. `untrusted` as in `Replaced`."""

    workspace: str
    patch_name: str
    modules: tuple[PlacedModule, ...]
    cables: tuple[Cable, ...]
    transport: dict[str, float]
    panels: dict[str, Panel]
    faults: tuple[ModuleFault, ...]
    engine: EngineState
    history_path: str
    notices: tuple["Notice", ...]
    pending: tuple[str, ...] = ()
    untrusted: tuple[str, ...] = ()
    ailing: dict[int, str] = {}


class Edited(Message, frozen=True):
    """An edit was applied; apply it to your copy. `about` says it in the performer's words."""

    edit: Edit
    about: str


class Replaced(Message, frozen=True):
    """Another patch was loaded in place of the whole rack; modules of the types `missing` are placeholders.

    The code of those of them that are `untrusted` came with the patch, and waits for trust().
    """

    patch_name: str
    modules: tuple[PlacedModule, ...]
    cables: tuple[Cable, ...]
    transport: dict[str, float]
    missing: tuple[str, ...] = ()
    untrusted: tuple[str, ...] = ()


class Named(Message, frozen=True):
    """The rack was saved as the patch of this name, which it has from now on."""

    patch_name: str


class PanelChanged(Message, frozen=True):
    """A module type has a new panel, and its code is sounding (`milliseconds` after it was saved).

    `stages` says what took how many of them, in order: noticing the file, the compiler's own, the swap.
    """

    panel: Panel
    milliseconds: float
    stages: dict[str, float] = {}


class Drawn(Message, frozen=True):
    """What a module's own picture shows from now on. `failed`: its draw() went wrong, and it is left out."""

    id: int
    shapes: tuple[AnyShape, ...]
    failed: bool = False


class Pending(Message, frozen=True):
    """What waits for its bar or beat, soonest first, each in a line."""

    lines: tuple[str, ...]


class PluginShown(Message, frozen=True):
    """What a plug-in shows for its parameters as they stand, with its own units, by knob."""

    id: int
    texts: dict[str, str]


class PluginState(Message, frozen=True):
    """How a module's plug-in stands; told anew when that is another, and once a second while it plays.

    `state`: starting, playing, waiting (it died, and is started again in a moment), silent (it does not start) or
    given up (it died too often). `why` is what ended it last, `restarts` how often that was within a minute.
    `kind` and `made` say what it is and who made it, `picture` is the PNG file of its own window, if it has one.
    `rests`: it is sent no blocks, since all has been silent for long. `latency` is frames. Of a
    block's time it takes `load` on average and took `worst` at most. So many blocks were `late`, and so many
    `lately`, in the last few seconds.
    """

    id: int
    state: str
    why: str = ""
    restarts: int = 0
    kind: str = ""
    made: str = ""
    picture: str = ""
    latency: int = 0
    load: float = 0.0
    worst: float = 0.0
    late: int = 0
    lately: int = 0
    rests: bool = False


class Running(Message, frozen=True):
    """A line of the front end `front` has been running for a while; empty: none is running any more."""

    front: str


class Printed(Message, frozen=True):
    """Something the session's Python printed. `id` is that of the `Evaluate`, 0 for background work."""

    id: int
    text: str


class Evaluated(Message, frozen=True):
    """A piece of Python has run. `value` is its repr, empty for None; `error` what it raised, empty if nothing."""

    id: int
    value: str
    error: str


class Completion(msgspec.Struct, frozen=True):
    """One thing that could be typed: `text` replaces from `start` (characters from the code's start)."""

    text: str
    start: int
    meta: str = ""


class Completions(Message, frozen=True):
    """The answer to `Complete`."""

    id: int
    items: tuple[Completion, ...]


class Offered(msgspec.Struct, frozen=True):
    """A plug-in that can be added: `word` is what vst() takes."""

    word: str
    name: str
    instrument: bool
    about: str


class Browsed(Message, frozen=True):
    """The answer to `Browse`: the plug-ins by name. None: `livepatch plugins scan` has not been run."""

    plugins: tuple[Offered, ...]


class OpenFile(Message, frozen=True):
    """The performer wants to edit a file; a front end that can opens it in an editor."""

    path: str


class Notice(Message, frozen=True):
    """One line for the performer. `level`: note, warning or error."""

    level: str
    text: str


class Progress(Message, frozen=True):
    """Long work, such as building the cache; `done` of `total`, now at `name`."""

    done: int
    total: int
    name: str


class Bye(Message, frozen=True):
    """The session ends; nothing comes after this."""

    reason: str


# Session to engine


class LoadCode(Message, frozen=True):
    """Make compiled code ready to play. `folder` is its place in the cache. Answered by `Loaded` or `Fault`."""

    type: str
    source: str
    folder: str


class Apply(Message, frozen=True):
    """Apply an edit at the next quantum. Answered by `Applied`, in the order sent.

    With `when`, at the next "bar", "beat" or multiple of so many beats after the beat `after`, 0.0: at that
    itself. Answered by `Waits` first; by `Cancelled` if it never comes to `Applied`.
    """

    serial: int
    edit: Edit
    when: str | float | None = None
    after: float = 0.0


class ApplyFile(Message, frozen=True):
    """As `Apply`; the edit is in a msgpack file that the engine deletes after reading."""

    serial: int
    path: str
    when: str | float | None = None
    after: float = 0.0


class Cancel(Message, frozen=True):
    """Forget an edit that waits. Answered by `Cancelled`; by nothing if it is too late."""

    serial: int


class Panic(Message, frozen=True):
    """Silence at once: every module back to its first state, every delay line cleared. Answered by `Applied`."""

    serial: int = 0


class SafeOutput(Message, frozen=True):
    """Switch the output's DC block and limiter on or off. Answered by `Applied`."""

    enabled: bool
    serial: int = 0


class SampleRate(Message, frozen=True):
    """Play at another sample rate, in Hz. Answered by `Ready`, and by `Applied`."""

    hertz: float
    serial: int = 0


class TakeStates(Message, frozen=True):
    """Copy what modules remember, between two quanta. Answered by `StatesTaken`."""

    serial: int
    ids: tuple[int, ...]


class GiveStates(Message, frozen=True):
    """Give modules the states in a file (protocol/states.py), which the engine deletes; the rest of them stays.

    One that is not there yet gets them when it comes. Answered by `Applied`.
    """

    path: str
    serial: int = 0


class PlugIn(Message, frozen=True):
    """The process of a module's plug-in can be reached: its memory and its door, both in the runtime folder.

    `inputs` and `outputs` are channels; `doubles`: it computes 64-bit floats. It takes the place of the former.
    """

    id: int
    block: str
    door: str
    inputs: int
    outputs: int
    doubles: bool


class PluginStands(Message, frozen=True):
    """A plug-in has turned its own parameters, by knob; the knobs follow, and it need not be told."""

    id: int
    knobs: dict[str, float]


class Start(Message, frozen=True):
    """Open the driver and play: said once to every engine, to a standby when it takes over."""


class Quit(Message, frozen=True):
    """Fade out, close the device and end."""


# Engine to session


class Ready(Message, frozen=True):
    """The driver is open (or, for a standby, could be). Fields as in `EngineState`."""

    driver: str
    device: str
    sample_rate: float
    block_frames: int
    realtime: bool
    meters: str


class Loaded(Message, frozen=True):
    """The code of `LoadCode` can be used."""

    type: str
    source: str


class StatesTaken(Message, frozen=True):
    """The answer to `TakeStates`: a file (protocol/states.py), which the session deletes; "" if that failed."""

    serial: int
    path: str


class Applied(Message, frozen=True):
    """An edit took effect at `frame`, at `at` on the clock of time.perf_counter(). Front ends hear of it too.

    `runs` is how many runs of its code each module got then, by id, for voices that are computed in turn; `again`
    are modules that began anew with what plays the same. Serial 0 is nothing but these.
    """

    serial: int
    frame: int
    at: float
    runs: dict[int, int] = {}
    again: tuple[int, ...] = ()


class Waits(Message, frozen=True):
    """An edit waits for a beat (and bars), counted from 0, `seconds` away; -1: the transport stands."""

    serial: int
    beat: float
    bars: float
    seconds: float


class Cancelled(Message, frozen=True):
    """An edit that waited waits no more, and never took effect."""

    serial: int


class Placed(Message, frozen=True):
    """Where a module's meters and traces are in shared memory (see `EngineState`)."""

    id: int
    meter_slot: int
    traces: dict[str, tuple[int, int]]


class Fault(Message, frozen=True):
    """A module went wrong while playing, and is silenced (`id` 0: the whole type, or the engine itself).

    `line` is the performer's own, 0 if there is none.
    """

    id: int
    type: str
    source: str
    line: int
    text: str


class Latency(Message, frozen=True):
    """How late the rack plays now: what leaves for the sound card, in `frames` beside the driver's own.

    `modules`: how late each one is of what comes into it, by id; those that are not are left out.
    """

    frames: int
    modules: dict[int, int] = {}


class PluginLost(Message, frozen=True):
    """A module's plug-in plays no more, and is bypassed: it `how`, such as "ended"."""

    id: int
    how: str


# Session to compiler


class Build(Message, frozen=True):
    """Compile a module file. Answered by `Built` or `Rejected`.

    `text` is its content when the request was made, so that path and text never disagree. `hurried`: it is to
    sound as soon as one voice can, even if voices side by side need longer.
    """

    id: int
    path: str
    text: str
    hurried: bool = False


# Compiler to session


class Built(Message, frozen=True):
    """Compiled code is in `folder`; `source` is its hash. `cached`: nothing had to be built.

    `voices` says how it plays many of them. `more`: the same is built with voices side by side, and a second
    answer follows.
    """

    id: int
    type: str
    source: str
    folder: str
    panel: Panel
    cached: bool
    nanoseconds: float
    stages: dict[str, float]
    voices: str = ""
    more: bool = False


class Rejected(Message, frozen=True):
    """The file cannot play; `problems` says where and why."""

    id: int
    type: str
    problems: tuple[Problem, ...]


ToSession = Hello | Evaluate | Interrupt | Complete | Perform | Act | Duplicate | Browse | Undo | Redo | Stop
ToFrontEnd = (
    Welcome
    | Edited
    | Applied
    | Replaced
    | Named
    | PanelChanged
    | ModuleFault
    | Ailing
    | EngineState
    | Drawn
    | PluginShown
    | PluginState
    | Running
    | Pending
    | Printed
    | Evaluated
    | Completions
    | Browsed
    | OpenFile
    | Notice
    | Progress
    | Bye
)
ToEngine = (
    LoadCode
    | Apply
    | ApplyFile
    | Cancel
    | SampleRate
    | TakeStates
    | GiveStates
    | Panic
    | PlugIn
    | PluginStands
    | SafeOutput
    | Start
    | Quit
)
FromEngine = (
    Ready | Loaded | Applied | Waits | Cancelled | StatesTaken | Placed | PluginLost | Fault | Latency | Notice
)
ToCompiler = Build | Quit
FromCompiler = Built | Rejected | Progress | Notice
