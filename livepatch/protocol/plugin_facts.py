"""What a plug-in is and has, as frozen values that the processes share."""

import msgspec

FORMATS = ("vst2", "vst3")
ENDLESS = -1
"""The tail of a plug-in that never falls silent by itself."""
UNKNOWN = -2
"""The tail of a plug-in that does not say how long it sounds on."""


def tail_text(frames: int) -> str:
    """A tail in words."""
    return {ENDLESS: "it sounds for ever", UNKNOWN: "it does not say"}.get(frames) or f"{frames} frames"


class Bus(msgspec.Struct, frozen=True):
    """Channels of audio that belong together. `main`: not a side chain or an additional outlet."""

    name: str
    channels: int
    main: bool = True


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter, whose value goes from 0 to 1. `id` is the plug-in's own number: of a VST2 one, its index.

    `steps`: 0 for a continuous one, else how many values it has besides the first; `texts` then tells what each
    is called, if there are few. `group` is the path of its unit. `read_only`: the plug-in shows something with it.
    `bypass`: it is the plug-in's own bypass. `programs`: it chooses a program. `hidden`: not for performers.
    """

    id: int
    name: str
    short: str = ""
    unit: str = ""
    steps: int = 0
    default: float = 0.0
    group: str = ""
    texts: tuple[str, ...] = ()
    automatable: bool = True
    read_only: bool = False
    hidden: bool = False
    bypass: bool = False
    programs: bool = False


class Expression(msgspec.Struct, frozen=True, kw_only=True):
    """What each note of an instrument has for itself while it sounds, such as its volume: a VST3 note expression.

    `id` is the plug-in's own number. It goes from `lowest` to `highest`, within 0 to 1, and a note begins with
    `default`; `texts` are what the plug-in shows for these three, if it does. `steps`: as a parameter's.
    `bipolar`: it goes up and down from its middle. `once`: only where it is when a note begins counts.
    """

    id: int
    name: str
    unit: str = ""
    lowest: float = 0.0
    default: float = 0.0
    highest: float = 1.0
    texts: tuple[str, ...] = ()
    steps: int = 0
    bipolar: bool = False
    once: bool = False


class Snapshot(msgspec.Struct, frozen=True):
    """A picture of the plug-in's own window, a PNG file in its bundle."""

    path: str
    scale: float = 1.0


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A plug-in. `uid` is 8 hex digits for VST2 and 32 for VST3, `category` the plug-in's own words for its kind.

    `latency` and `tail` are frames (`tail` ENDLESS or UNKNOWN too), at the sample rate it was prepared for.
    `doubles`: it computes 64-bit floats too. `own_bypass`: it can bypass itself. `state`: it saves its state
    itself; else that is all its parameters. `replaces` are the ids of older plug-ins whose patches it opens.
    """

    format: str
    path: str
    uid: str
    name: str
    vendor: str = ""
    version: str = ""
    category: str = ""
    instrument: bool = False
    inputs: tuple[Bus, ...] = ()
    outputs: tuple[Bus, ...] = ()
    notes_in: bool = False
    notes_out: bool = False
    parameters: tuple[Parameter, ...] = ()
    programs: tuple[str, ...] = ()
    expressions: tuple[Expression, ...] = ()
    own_bypass: bool = False
    latency: int = 0
    tail: int = 0
    doubles: bool = False
    state: bool = True
    snapshots: tuple[Snapshot, ...] = ()
    replaces: tuple[str, ...] = ()
