"""What a module file is written against: the base class and the declarations of its panel.

A module is one class in one file. Its class body declares the panel (knobs, switches, inlets,
outlets, lights) and its state; `step()` computes one sample of one voice, or `process()` a block.
The file is ordinary Python: it type-checks and runs as it stands. livepatch compiles the same
text to native code; see docs/modules.md.
"""

from pathlib import Path
from typing import Any, NamedTuple

from librt.vecs import vec

from livepatch.block import Block, Buffer, buffer
from livepatch.canvas import Canvas
from livepatch.neighbour import Neighbour, check_side, neighbour
from livepatch.port import BLOCK_FRAMES, VOICES, Port
from livepatch.voices import each

__all__ = [
    "BLOCK_FRAMES",
    "VOICES",
    "Canvas",
    "Module",
    "Neighbour",
    "Port",
    "buffer",
    "button",
    "connected",
    "each",
    "inlet",
    "knob",
    "light",
    "neighbour",
    "outlet",
    "signal",
    "switch",
    "text",
    "trace",
    "transport",
]


class Module:
    """The base of every module.

    `sample_rate` in Hz, the same for the whole rack. `seed` differs from module to module and stays
    with the patch, so that noise is never the same twice and yet repeats when rendered again.

    `still` says that no knob moves in the block that `process()` computes; in plain Python it never is.

    `left_neighbour` and `right_neighbour` say whether a module is there that this one exchanges messages with.
    `menu` names switches and actions. Control side only: `storage` is the module's own folder in the patch, for
    files of any size; `settings` is what all modules of the same folder share, JSON kept for the performer.
    """

    sample_rate: float = 48000.0
    seed: int = 1
    still: bool = False
    storage: Path = Path()
    left_neighbour: bool = False
    right_neighbour: bool = False
    menu: "tuple[MenuItem | str, ...]" = ()
    settings: dict[str, Any]

    def __init__(self, sample_rate: float = 48000.0, seed: int = 1) -> None:
        self.sample_rate = sample_rate
        self.seed = seed
        self.settings = {}
        for cls in reversed(type(self).__mro__):
            for name, value in vars(cls).items():
                if isinstance(value, Port):
                    setattr(self, name, Port(value))
                elif isinstance(value, Buffer):
                    setattr(self, name, value.allocate(sample_rate))
                elif isinstance(value, Neighbour):
                    setattr(self, name, Neighbour())
                elif isinstance(value, Block):
                    setattr(self, name, value.placed(sample_rate, seed, name))

    def step(self) -> None:
        """Compute one sample of one voice from `self`'s inlets and knobs into its outlets."""

    def process(self, start: int, stop: int) -> None:
        """Compute the frames from `start` up to `stop` of every `signal(...)`; instead of `step()`."""

    def step_bypass(self) -> None:
        """As `step()`, while the module is bypassed; instead of `bypass = {...}`."""

    def process_bypass(self, start: int, stop: int) -> None:
        """As `process()`, while the module is bypassed; instead of `bypass = {...}`."""

    def on_add(self) -> None:
        """Begin: the module was added or loaded, or new code takes over, before it gets the state of the old."""

    def on_remove(self) -> None:
        """End: the module was taken out of the rack."""

    def on_reset(self) -> None:
        """Start over: knobs go to their defaults, state is at its first values."""

    def on_randomize(self) -> None:
        """Surprise: every knob and switch goes to a value by chance."""

    def on_sample_rate_change(self) -> None:
        """Follow `sample_rate`, which is another; also called before `on_add`."""

    def on_expander_change(self) -> None:
        """Look to the sides: a neighbour came or went; also called after `on_add` if one is there."""

    def draw(self, canvas: Canvas) -> None:
        """Draw the module's own picture from its knobs, switches, lights, traces and state, `picture` lines high.

        It runs as plain Python, beside the sound, whenever something that it reads has changed.
        """

    def to_json(self) -> dict[str, Any]:
        """What to keep in the patch besides knobs: numbers, text, lists and dicts. Control side."""
        return {}

    def from_json(self, data: dict[str, Any]) -> None:
        """Take back what `to_json` gave, perhaps long ago, perhaps by older code. Control side."""

    def on_save(self) -> None:
        """Write what is too large for `to_json` into files in `storage`; the patch is saved. Control side."""


class MenuItem(NamedTuple):
    """An item of a module's menu."""

    kind: str
    label: str
    method: str = ""
    asks: str = ""
    items: tuple["MenuItem | str", ...] = ()


def action(method: str, label: str = "", *, asks: str = "") -> MenuItem:
    """Declare an item of a menu that calls a method of the control side.

    With `asks` the performer is asked for that first, and the method gets the text.
    """
    return MenuItem("action", label, method, asks)


def submenu(label: str, *items: MenuItem | str) -> MenuItem:
    """Declare a menu inside a menu."""
    return MenuItem("submenu", label, items=items)


def separator(label: str = "") -> MenuItem:
    """Declare a line across a menu, with a heading if there is a label."""
    return MenuItem("separator", label)


def knob(
    minimum: float,
    maximum: float,
    default: float = 0.0,
    label: str = "",
    *,
    unit: str = "",
    base: float = 0.0,
    multiplier: float = 1.0,
    offset: float = 0.0,
    description: str = "",
    randomize: bool = True,
) -> float:
    """Declare a knob from `minimum` to `maximum`; it is smoothed, and takes cables in its own unit.

    It is shown as `base ** value * multiplier + offset` (`base` 0: the value itself; `base` below 0:
    the logarithm to `-base`), followed by `unit`. Cables add to it; the sum stays inside the range.
    `randomize` false: `randomize(module)` leaves it where it is.
    """
    return Port(default)


def switch(*choices: str, default: int = 0, label: str = "", description: str = "", randomize: bool = True) -> int:
    """Declare a switch with named choices; its value is the index of the choice, and never smoothed.

    `randomize` false: `randomize(module)` leaves it where it is.
    """
    return default


def button(label: str = "", *, description: str = "") -> bool:
    """Declare a momentary button: true while it is held."""
    return False


def inlet(
    label: str = "",
    *,
    normal: str | float = 0.0,
    description: str = "",
    voices: bool = False,
    summed: bool = False,
) -> float:
    """Declare an inlet. Unpatched it holds `normal`: volts, or the name of another inlet to follow.

    A `step()` plays the most voices that come into any inlet with `voices`; if none has it, those of the first.
    With `summed` a `process()` hears all voices of a cable as one, their sum.
    """
    return Port(0.0 if isinstance(normal, str) else normal)


def outlet(label: str = "", *, description: str = "") -> float:
    """Declare an outlet, in volts."""
    return Port(0.0)


def light(label: str = "", *, colour: str = "red", below: str = "", description: str = "") -> float:
    """Declare a light; its brightness goes from 0 to 1. `colour`: a name (see docs/modules.md) or #rrggbb.

    With a colour `below` it goes from -1 to 1, and is of that colour below 0. It comes on at once and
    fades in a tenth of a second, so that a trigger is seen.
    """
    return 0.0


def text(default: str = "", label: str = "", *, description: str = "") -> str:
    """Declare a text that the performer writes, as in `notes.text = "..."`; `draw()` reads it, the sound cannot.

    It is kept in the patch.
    """
    return default


def trace(frames: int = 256) -> vec[float]:
    """Declare a buffer that the panel draws as a curve, oldest sample first; ±1.0 fills its height."""
    return buffer(frames=frames)


def send(side: str, frames: int = 1) -> vec[float]:
    """Declare a message to the neighbour at a `side`, "left" or "right", that receives it under the same name.

    What is written to it at one frame is there at the next. It has a sample for each of `frames`.
    """
    check_side(side)
    return buffer(frames=frames)


def receive(side: str, frames: int = 1) -> vec[float]:
    """Declare a message from the neighbour at a `side`, "left" or "right", that sends it under the same name.

    While nobody sends it, it is all 0.
    """
    check_side(side)
    return buffer(frames=frames)


TRANSPORT = {"beats": 0.0, "bars": 0.0, "place": 0.0, "swung": 0.0, "tempo": 120.0, "running": 1.0}
"""What a module can read of the transport, and what that is in plain Python until it is set."""


def transport(what: str) -> float:
    """Declare a value of the transport, which has a number at every sample, and no cable.

    "beats" and "bars" since the beginning, with what has passed of them; "place", beats since the bar began;
    "swung", beats in swung time; "tempo" in beats a minute; "running", 1 or 0.
    """
    if what not in TRANSPORT:
        raise ValueError(f"the transport has {', '.join(TRANSPORT)}, not {what!r}")
    return Port(TRANSPORT[what])


def signal(port: float) -> vec[float]:
    """The block of volts of a port or knob, for use in `process()`.

    As in `saw = signal(self.saw)`; `saw[i]` is then frame `i`.
    """
    if not isinstance(port, Port):
        raise TypeError("signal() takes a declared port or knob: signal(self.saw)")
    return port.block


def poly(port: float) -> vec[float]:
    """The block of all voices of a port or knob, for use in `process()`: voice `c` of frame `i` at `i * 16 + c`.

    A cable of one voice is in each of them. An outlet named so carries as many as `set_channels` says.
    """
    if not isinstance(port, Port):
        raise TypeError("poly() takes a declared port or knob: poly(self.audio)")
    return port.wide


def channels(port: float) -> int:
    """How many voices come into a port that `process()` reads with `poly`, 1 to 16."""
    if not isinstance(port, Port):
        raise TypeError("channels() takes a declared port or knob: channels(self.audio)")
    return port.channels


def set_channels(port: float, count: int) -> None:
    """Have an outlet that `process()` writes with `poly` carry so many voices, 1 to 16."""
    if not isinstance(port, Port):
        raise TypeError("set_channels() takes a declared outlet: set_channels(self.out, 4)")
    port.channels = min(max(count, 1), VOICES)


def connected(port: float) -> bool:
    """Whether a cable is patched into this inlet or out of this outlet.

    In plain Python, where nothing is patched, set it: `vco.saw.connected = True`.
    """
    return isinstance(port, Port) and port.connected
