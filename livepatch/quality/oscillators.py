"""Oscillators: aliases, tuning and DC of every wave.

Source of the window: Hans-Helge Albrecht, A family of cosine-sum windows for high-resolution measurements, 2001.
"""

import math

import numpy as np

from livepatch import display
from livepatch.panel import Knob, Panel
from livepatch.quality.figures import Column, Row
from livepatch.quality.rig import SAMPLE_RATE, Rig, Signal
from livepatch.voltage import C4_HZ, LFO_HZ

TITLE = "Oscillators"
ABOUT = """\
Aliases: the strongest component that is no harmonic, from 20 Hz to 24 kHz, against the fundamental at about 2, 5
and 10 kHz; `to 18 kHz`: the worst of the three among what can be heard. Rest: all but the harmonics, against the
wave, at 1 kHz. Tuning: the largest error over ten octaves, 8 Hz to 8.4 kHz. DC: at 2 kHz. What counts from
2 Hz, as an LFO does, is not meant to be heard: its aliases are not measured."""
PITCHES = (2000, 5000, 10000)
COLUMNS = (
    *(Column(f"alias_{hertz}_db", f"aliases at {hertz // 1000} kHz, dB", 1, -160.0) for hertz in PITCHES),
    Column("alias_heard_db", "to 18 kHz, dB", 1, -160.0),
    Column("rest_db", "rest, dB", 1, -160.0),
    Column("tuning_cents", "tuning, cents", 4),
    Column("dc_mv", "DC, mV", 3),
)
COUNT = 1 << 16
SETTLE = 9600
WIDTH = 8
"""Bins to either side of a harmonic that belong to it, under the window."""
FAINT_VOLTS = 0.05
HEARD_HZ = 18000.0
WINDOW = (
    0.27105140069342, -0.43329793923448, 0.21812299954311, -0.06592544638803,
    0.01081174209837, -0.00077658482522, 0.00001388721735,
)  # fmt: skip
"""Seven cosines: what is 8 bins away leaks less than -180 dB."""
SETTINGS: dict[str, dict[str, dict[str, float]]] = {
    "macro": {
        "pair": {"model": 0.0, "morph": 0.0},
        "fold": {"model": 1.0},
        "fm": {"model": 2.0},
        "vowel": {"model": 3.0},
    },
    "wavetable": {
        "sine": {},
        "saw": {"position": 2.0 / 3.0},
        "square": {"position": 1.0},
        "vowels": {"waves": 1.0, "position": 0.5},
        "overtones": {"waves": 2.0, "position": 0.5},
    },
}
"""How a module is set to be one tone of harmonics, by a name for each setting; others stand as they are."""


def suits(panel: Panel) -> bool:
    """Whether it is played in pitch, and makes its own sound."""
    inlets = {inlet.name for inlet in panel.inlets}
    pitched = "voct" in inlets and _pitch(panel) is not None
    return pitched and not inlets & {"audio", "in", "left"}


def measure(rig: Rig, panel: Panel) -> list[Row]:
    """A row for each outlet that has a pitch, in each setting."""
    settings = SETTINGS.get(panel.type, {"": {}})
    return [row for name, knobs in settings.items() for row in _measure(Player(rig, panel, knobs), name)]


def _measure(player: "Player", setting: str) -> list[Row]:
    found: dict[str, Row] = {}
    for outlet, wave in player.near(1000.0).items():
        partials = Partials(wave, 1000.0)
        if partials.fundamental >= FAINT_VOLTS:
            row: Row = {"module": player.panel.type, "part": setting or outlet}
            row |= {} if player.slow else {"rest_db": partials.rest_db()}
            found[outlet] = row
    if found:
        _add_aliases(player, found)
        _add_tuning(player, found)
    return list(found.values())


def _add_aliases(player: "Player", found: dict[str, Row]) -> None:
    """Add the strongest components that are no harmonics, and DC."""
    for hertz in PITCHES:
        for outlet, wave in player.near(hertz).items():
            if outlet not in found:
                continue
            row = found[outlet]
            if hertz == PITCHES[0]:
                row["dc_mv"] = 1e3 * abs(float(np.sum(wave * _window(len(wave)))))
            if not player.slow:
                partials = Partials(wave, hertz)
                heard = partials.alias_db(HEARD_HZ)
                row[f"alias_{hertz}_db"] = partials.alias_db(SAMPLE_RATE / 2.0)
                row["alias_heard_db"] = max(heard, float(row.get("alias_heard_db", heard)))


def _add_tuning(player: "Player", found: dict[str, Row]) -> None:
    """Add the largest error in cents over ten octaves."""
    for octave in range(-5, 6):
        hertz = C4_HZ * 2.0**octave
        for outlet, wave in player.play(hertz, SETTLE + 2 * COUNT, octave).items():
            if outlet in found:
                cents = abs(1200.0 * math.log2(_frequency(wave[SETTLE:], hertz) / hertz))
                found[outlet]["tuning_cents"] = max(cents, float(found[outlet].get("tuning_cents", 0.0)))


class Partials:
    """What a wave near a pitch is made of."""

    def __init__(self, wave: Signal, near: float) -> None:
        """Find its fundamental within a semitone of `near` Hz."""
        self.bins = _spectrum(wave)
        cycles = _frequency(wave, near) * COUNT / SAMPLE_RATE
        places = [round(number * cycles) for number in range(1, int((COUNT // 2 + WIDTH) / cycles) + 1)]
        self.fundamental = float(self.bins[max(places[0] - WIDTH, 0) : places[0] + WIDTH + 1].max())
        self._rest = self.bins.copy()
        self._rest[: max(_bin(20.0), WIDTH)] = 0.0
        for place in places:
            self._rest[place - WIDTH : place + WIDTH + 1] = 0.0

    def alias_db(self, highest_hz: float) -> float:
        """The strongest component that is no harmonic against the fundamental."""
        return _decibels(float(self._rest[: _bin(highest_hz)].max()) / self.fundamental)

    def rest_db(self) -> float:
        """The power of all that is no harmonic against the power of the wave."""
        return 0.5 * _decibels(float(np.sum(self._rest**2) / np.sum(self.bins[WIDTH:] ** 2)))


class Player:
    """Plays a module in one of its settings."""

    def __init__(self, rig: Rig, panel: Panel, knobs: dict[str, float]) -> None:
        """`knobs`: the setting."""
        knob = _pitch(panel)
        assert knob is not None
        self.panel = panel
        self.slow = knob.multiplier == LFO_HZ
        self._rig = rig
        self._knob = knob
        self._knobs = knobs

    def near(self, hertz: float) -> dict[str, Signal]:
        """Every outlet at a pitch near `hertz`, for what should be a whole number of cycles."""
        played = self.play(_cycles(hertz) * SAMPLE_RATE / COUNT, SETTLE + COUNT)
        return {outlet: wave[SETTLE:] for outlet, wave in played.items()}

    def play(self, hertz: float, frames: int, octaves: float = 0.0) -> dict[str, Signal]:
        """Every outlet at a pitch; `octaves` of it come from the inlet, the rest from the knob if it can."""
        wanted = display.undisplayed(self._knob, hertz) - octaves
        turned = display.clamped(self._knob, wanted)
        knobs = {**self._knobs, self._knob.name: turned}
        return self._rig.render(self.panel.type, frames, knobs, {"voct": wanted - turned + octaves})


def _pitch(panel: Panel) -> Knob | None:
    """The knob that sets the pitch."""
    return next((knob for knob in panel.knobs if knob.unit == "Hz" and knob.base == 2.0), None)


def _cycles(hertz: float) -> int:
    """So many cycles in COUNT samples that the pitch is near, and aliases fall between the harmonics."""
    cycles = round(hertz * COUNT / SAMPLE_RATE) | 1
    while not _apart(cycles):
        cycles += 2
    return cycles


def _apart(cycles: int) -> bool:
    last = COUNT // 2 // cycles
    for number in range(last + 1, last + 40):
        alias = abs((number * cycles + COUNT // 2) % COUNT - COUNT // 2)
        if min(alias % cycles, cycles - alias % cycles) <= 2 * WIDTH:
            return False
    return True


def _window(frames: int) -> Signal:
    turn = 2.0 * np.pi * np.arange(frames) / frames
    shape = np.sum([factor * np.cos(number * turn) for number, factor in enumerate(WINDOW)], axis=0)
    window: Signal = shape / shape.sum()
    return window


def _spectrum(wave: Signal) -> Signal:
    """Peak volts of each bin."""
    bins: Signal = 2.0 * np.abs(np.fft.rfft(wave * _window(len(wave))))
    return bins


def _frequency(wave: Signal, near: float) -> float:
    """Hz of the strongest component within a semitone of `near`.

    Its place in the spectrum gives it roughly, how far its phase turns from the first half to the second exactly.
    """
    width = SAMPLE_RATE / len(wave)
    low, high = max(int(near / 1.06 / width), 1), math.ceil(near * 1.06 / width) + 1
    rough = width * (low + int(np.argmax(_spectrum(wave)[low:high])))
    half = len(wave) // 2
    turned = wave * np.exp(-2j * np.pi * rough / SAMPLE_RATE * np.arange(len(wave)))
    first, second = (np.sum(_window(half) * part) for part in np.split(turned, 2))
    return rough + float(np.angle(second / first)) / (2.0 * math.pi) * SAMPLE_RATE / half


def _bin(hertz: float) -> int:
    return int(hertz * COUNT / SAMPLE_RATE)


def _decibels(ratio: float) -> float:
    return 20.0 * math.log10(max(ratio, 1e-15))
