"""A module's panel: what it declares, read from its source without running it."""

from collections.abc import Iterator

import msgspec


class Knob(msgspec.Struct, frozen=True, kw_only=True):
    """A knob; shown as `base ** value * multiplier + offset` and its unit (see `module.knob`)."""

    name: str
    minimum: float
    maximum: float
    default: float
    label: str = ""
    unit: str = ""
    base: float = 0.0
    multiplier: float = 1.0
    offset: float = 0.0
    description: str = ""
    randomize: bool = True


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """A switch; its value is the index of the choice."""

    name: str
    choices: tuple[str, ...]
    default: int = 0
    label: str = ""
    description: str = ""
    randomize: bool = True


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """A momentary button; 1 while held."""

    name: str
    label: str = ""
    description: str = ""


class Inlet(msgspec.Struct, frozen=True, kw_only=True):
    """An inlet; `normal` is what it holds unpatched: volts, or the name of another inlet.

    `voices`: it is one of those whose voices count. `summed`: it hears the sum of a cable's voices.
    """

    name: str
    normal: str | float = 0.0
    label: str = ""
    description: str = ""
    voices: bool = False
    summed: bool = False


class Outlet(msgspec.Struct, frozen=True, kw_only=True):
    """An outlet."""

    name: str
    label: str = ""
    description: str = ""


class Light(msgspec.Struct, frozen=True, kw_only=True):
    """A light; a brightness below 0 shows in the colour `below`, if there is one."""

    name: str
    colour: str = "red"
    below: str = ""
    label: str = ""
    description: str = ""


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A text that the performer writes; it is in the module's data under its name."""

    name: str
    default: str = ""
    label: str = ""
    description: str = ""


VOICES = 16
HOW_MANY = "#voices"
"""Among what has a place in the meters: how many voices there are."""

BUFFERS = frozenset({"buffer", "trace"})
"""The kinds of state that are many numbers."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An attribute that survives a swap. `kind`: float, int, bool, buffer or trace.

    `default` is its first value; a buffer has `seconds` or `frames` instead. A message is a buffer with a `side`,
    left or right, where the neighbour is that it goes to (`sends`) or comes from.
    """

    name: str
    kind: str
    default: float = 0.0
    seconds: float = 0.0
    frames: int = 0
    side: str = ""
    sends: bool = False


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """What a module reads of the transport: beats, bars, place, swung, tempo or running; `normal`: at first."""

    name: str
    what: str
    normal: float = 0.0


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """The module at a `side`, left or right, if it is of one of these `types`."""

    name: str
    side: str
    types: tuple[str, ...]


BORROWED = ("inlet", "outlet", "knob", "switch", "button")
"""The kinds of what a module uses of a neighbour: it writes outlets, and reads the rest."""


class Borrowed(msgspec.Struct, frozen=True, kw_only=True):
    """What a module uses of a neighbour as its own `name`, and the neighbour's name for it."""

    name: str
    kind: str
    neighbour: str
    port: str


class RackParam(msgspec.Struct, frozen=True):
    """The knob, switch or button that a Rack param is.

    Ours is Rack's value after `law`, if there is one (livepatch.laws), times `multiplier` plus `offset`, and plus
    where our knob `above` stands, if there is one.
    """

    name: str
    multiplier: float = 1.0
    offset: float = 0.0
    law: str = ""
    above: str = ""


class RackModel(msgspec.Struct, frozen=True, kw_only=True):
    """A module of VCV Rack that this one stands for: our name for each of its params, inputs and outputs by id.

    `data`: our switches, knobs and texts for what it keeps besides, by key; several for a list. `gains`: by our
    ports the gain that cables get: how many times as loud its output is, or what its volt is in our knob's unit.
    """

    params: dict[int, RackParam] = {}
    inputs: dict[int, str] = {}
    outputs: dict[int, str] = {}
    data: dict[str, tuple[RackParam, ...]] = {}
    gains: dict[str, float] = {}


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that the module draws itself, `rows` lines high; `reads` is all that it depends on.

    Of `each` it reads what every voice has.
    """

    rows: int
    reads: tuple[str, ...] = ()
    each: tuple[str, ...] = ()


class MenuItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a module's menu. `kind`: switch, action, submenu or separator.

    `name` is a switch's or a method's. `asks`: what the action asks for before it is done, if anything.
    """

    kind: str
    label: str = ""
    name: str = ""
    asks: str = ""
    items: tuple["MenuItem", ...] = ()

    def is_program(self, number: object) -> bool:
        """Whether it goes to the program of this number of a plug-in."""
        return self.kind == "action" and self.name == f"program:{number}"

    def all(self) -> Iterator["MenuItem"]:
        """The item and those inside it."""
        yield self
        for item in self.items:
            yield from item.all()


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """All that a module file declares, in the order it is written."""

    type: str
    class_name: str
    summary: str = ""
    knobs: tuple[Knob, ...] = ()
    switches: tuple[Switch, ...] = ()
    buttons: tuple[Button, ...] = ()
    inlets: tuple[Inlet, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    lights: tuple[Light, ...] = ()
    texts: tuple[Text, ...] = ()
    states: tuple[State, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    borrowed: tuple[Borrowed, ...] = ()
    followed: tuple[Followed, ...] = ()
    bypass: dict[str, str] = {}
    rack: dict[str, RackModel] = {}
    """Rack's modules that this one stands for, by plugin and model: "Fundamental/VCO"."""
    speakers: tuple[str, ...] = ()
    """Outlets that go to the sound card, left first."""
    captures: tuple[str, ...] = ()
    """Outlets that the engine fills with what comes in at the sound card, its first channel first."""
    form: str = "step"
    """step or process: the method the author wrote."""
    polyphonic: bool = True
    """Whether every voice that the main inlet brings has a state of its own, as those of step() have."""
    own_bypass: bool = False
    """Whether the author wrote what plays while it is bypassed: step_bypass() or process_bypass()."""
    bypass_outlets: tuple[str, ...] = ()
    """The outlets that it writes then; the others are silent."""
    picture: Picture | None = None
    control: tuple[str, ...] = ()
    """The methods of the control side that it has: to_json, from_json, on_save."""
    menu: tuple[MenuItem, ...] = ()

    def whole(self) -> "Panel":
        """The panel as the code sees it: with what is borrowed, and a button for each neighbour: is it there.

        What is read of the transport is inlets.
        """
        if not self.neighbours and not self.followed:
            return self
        names: dict[str, list[str]] = {kind: [] for kind in BORROWED}
        for part in self.borrowed:
            names[part.kind].append(part.name)
        buttons = (*names["button"], *(neighbour.name for neighbour in self.neighbours))
        return msgspec.structs.replace(
            self,
            inlets=(
                *self.inlets,
                *(Inlet(name=name) for name in names["inlet"]),
                *(Inlet(name=each.name, normal=each.normal) for each in self.followed),
            ),
            outlets=(*self.outlets, *(Outlet(name=name) for name in names["outlet"])),
            knobs=(
                *self.knobs,
                *(Knob(name=name, minimum=-10.0, maximum=10.0, default=0.0) for name in names["knob"]),
            ),
            switches=(*self.switches, *(Switch(name=name, choices=("0", "1")) for name in names["switch"])),
            buttons=(*self.buttons, *(Button(name=name) for name in buttons)),
        )

    def counting(self) -> tuple[Inlet, ...]:
        """The inlets that say how many voices a step() plays: the most that come into any of them."""
        return tuple(inlet for inlet in self.inlets if inlet.voices) or self.inlets[:1]

    def knob(self, name: str) -> Knob | Switch | Button | None:
        """What is turned, switched or pressed under this name, if anything is."""
        return next((control for control in self.controls() if control.name == name), None)

    def in_menu(self, kind: str) -> frozenset[str]:
        """The names of the menu's items of a kind: switches (the panel does not show them), or actions."""
        return frozenset(each.name for item in self.menu for each in item.all() if each.kind == kind)

    def controls(self) -> list[Knob | Switch | Button]:
        """Everything that can be turned, switched or pressed."""
        return [*self.knobs, *self.switches, *self.buttons]

    def has_inlet(self, name: str) -> bool:
        """Whether a cable can go in here: an inlet, or a knob."""
        return name in {inlet.name for inlet in self.inlets} | {knob.name for knob in self.knobs}

    def has_outlet(self, name: str) -> bool:
        """Whether a cable can come out of here."""
        return any(port.name == name for port in self.outlets)

    def text(self, name: str) -> Text | None:
        """The text of this name, if there is one."""
        return next((text for text in self.texts if text.name == name), None)

    def metered(self) -> tuple[str, ...]:
        """All that has a place in the meters, in order: outlets, lights, and numbers that the picture reads.

        Of a number that it reads of each voice the other voices' follow, as in level#1; and how many there are.
        """
        drawn = self.picture.reads if self.picture else ()
        each = self.picture.each if self.picture else ()
        numbers = [state.name for state in self.states if state.kind not in BUFFERS and state.name in drawn]
        numbers += [f"{name}#{voice}" for name in numbers if name in each for voice in range(1, VOICES)]
        numbers += [HOW_MANY] if each else []
        return (*(port.name for port in self.outlets), *(light.name for light in self.lights), *numbers)

    def traced(self) -> tuple[State, ...]:
        """The buffers that are shown: traces, and what its picture reads."""
        drawn = self.picture.reads if self.picture else ()
        return tuple(
            state
            for state in self.states
            if state.kind == "trace" or (state.kind == "buffer" and state.name in drawn)
        )
