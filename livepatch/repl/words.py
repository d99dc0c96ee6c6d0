"""What the session tells, in words: one line for each thing that happens while you play."""

from livepatch.patch.edits import Batch, Edit, Move, SetData, SetGain, SetKnob, SetTransport
from livepatch.protocol.messages import (
    Bye,
    Edited,
    EngineState,
    Message,
    ModuleFault,
    Notice,
    PanelChanged,
    Progress,
    Replaced,
    Welcome,
)

TURNS = SetKnob | SetGain | SetTransport | SetData | Move


def count(number: int, noun: str) -> str:
    """A number and what it counts: 1 module, 2 modules."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def greeting(welcome: Welcome, version: str) -> list[str]:
    """What is said first: what plays, on what, and what is wrong with it."""
    name = f"patch {welcome.patch_name}" if welcome.patch_name else "a patch without a name"
    lines = [
        f"livepatch {version}: {name}, {contents(welcome)}",
        engine(welcome.engine),
        "Tab completes, help() explains, Ctrl-C interrupts a line.",
        "Ctrl-D leaves while the sound plays on.",
    ]
    for said in (*welcome.faults, *welcome.notices):
        lines += describe(said)
    return lines


def contents(rack: Welcome | Replaced) -> str:
    """How much is in the rack."""
    return f"{count(len(rack.modules), 'module')}, {count(len(rack.cables), 'cable')}"


def engine(state: EngineState) -> str:
    """Where the sound goes."""
    if state.driver == "none":
        return "sound: none yet; if it stays so, livepatch doctor says what is missing"
    pace = f"{state.sample_rate:g} Hz, blocks of {state.block_frames} frames"
    if state.driver == "null":
        return f"sound: unheard, without a device (null driver), {pace}"
    priority = "real-time priority" if state.realtime else "ordinary priority"
    return f"sound: {state.device or state.driver}, {pace}, {priority}"


def describe(message: Message) -> list[str]:
    """The lines that tell of `message`; none if it is nothing to speak of."""
    lines: list[str] = []
    match message:
        case Notice(level=level, text=text):
            lines = [text if level == "note" else f"{level}: {text}"]
        case ModuleFault(type=type, problems=()):
            lines = [f"{type}: mended"]
        case ModuleFault(type=type, problems=problems, plays=plays, told=False):
            lines = [f"error in {type}: {problem}" for problem in problems]
            lines += [f"{type}: its last good code plays on"] * plays
        case PanelChanged(panel=panel, milliseconds=milliseconds) if milliseconds > 0.0:
            lines = [f"{panel.type}: new code sounds, {milliseconds:.0f} ms after it was saved"]
        case EngineState():
            lines = [engine(message)]
        case Replaced(patch_name=name):
            patch = f"patch {name}" if name else "a patch without a name"
            lines = [f"now playing {patch}, {contents(message)}"]
        case Progress(done=done, total=total, name=name):
            lines = [f"building {name}, {done} of {total}"]
        case Edited(edit=edit, about=about) if about and not is_turn(edit):
            lines = [about]
        case Bye(reason=reason):
            lines = [f"the session has ended: {reason}" if reason else "the session has ended"]
    return lines


def is_turn(edit: Edit) -> bool:
    """Whether an edit only turns or moves something, as happens many times a second."""
    if isinstance(edit, Batch):
        return all(is_turn(part) for part in edit.edits)
    return isinstance(edit, TURNS)
