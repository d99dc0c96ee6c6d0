"""What a knob shows: its value in the unit of its panel, and that text read back."""

import math
import re

from livepatch.panel import Button, Knob, Switch
from livepatch.voltage import C4_HZ

Control = Knob | Switch | Button

_NUMBER = re.compile(r"\s*([-+]?(?:inf|\d+/0*[1-9]\d*|\d+\.?\d*(?:e[-+]?\d+)?|\.\d+))\s*(.*)$", re.IGNORECASE)
_PRINTED = re.compile(r"[-+]?\d+\.\d{5,}")
"""A number that nobody gave a thought to how it reads: 25.000000."""
PLUGIN_DIGITS = 4
_NOTE = re.compile(r"\s*([a-g])(#|♯|b|♭)?(-?\d+)\s*$", re.IGNORECASE)
_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_CENTS = {"ct": 1.0, "cent": 1.0, "cents": 1.0, "st": 100.0, "semitone": 100.0, "semitones": 100.0}
_CENTS |= dict.fromkeys(("oct", "octave", "octaves"), 1200.0)
_TYPED = {"deg": "°", "degrees": "°"}
"""Units that no key types."""
_ACCIDENTALS = {None: 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_PREFIXES = {"k": 1e3, "m": 1e-3, "µ": 1e-6, "u": 1e-6}


def displayed(knob: Knob, value: float) -> float:
    """The number a knob shows at `value`: `base ** value * multiplier + offset` (see `module.knob`)."""
    if knob.base > 0.0:
        curved = float(knob.base**value)
    elif knob.base < 0.0:
        curved = math.log(value) / math.log(-knob.base) if value > 0.0 else -math.inf
    else:
        curved = value
    return curved * knob.multiplier + knob.offset


def undisplayed(knob: Knob, number: float) -> float:
    """The value at which a knob shows `number`, which may lie outside its range.

    Raises: ValueError: if it shows that number nowhere.
    """
    curved = (number - knob.offset) / knob.multiplier if knob.multiplier else math.nan
    if knob.base > 0.0:
        if not curved > 0.0:
            raise ValueError(f"{knob.name} never shows {number:g}")
        return math.log(curved) / math.log(knob.base)
    return float((-knob.base) ** curved) if knob.base < 0.0 else curved


def value_text(control: Control, value: float) -> str:
    """A control's value as its panel shows it: `261.63 Hz`, `-6.0 dB`, a choice by name, `on` or `off`."""
    if isinstance(control, Button):
        return "on" if value >= 0.5 else "off"
    if isinstance(control, Switch):
        return control.choices[_choice(control, value)] if control.choices else str(round(value))
    number = displayed(control, value)
    return quantity(number, control.unit)


def quantity(number: float, unit: str) -> str:
    """A number with its unit, as many decimals as are worth reading; long Hz in kHz, short s in ms."""
    if not math.isfinite(number):
        digits = "-inf" if number < 0 else "inf" if number > 0 else "nan"
    elif unit in {"dB", "%"}:
        digits = _fixed(number, 1)
    elif unit == "Hz" and abs(number) >= 10_000:
        digits, unit = _fixed(number / 1000, 2), "kHz"
    elif unit == "s" and abs(number) < 0.9995:
        digits, unit = _fixed(number * 1000, 1 if abs(number) >= 0.01 else 2), "ms"
    else:
        digits = _fixed(number, 2 if abs(number) < 1000 else 1)
    return f"{digits} {unit}".rstrip()


def readable(text: str) -> str:
    """What a plug-in shows, with as many digits as are worth reading: of 25.000000 dB it is 25 dB."""
    return _PRINTED.sub(lambda match: _few_digits(match[0]), text)


def _few_digits(number: str) -> str:
    whole = number.partition(".")[0].lstrip("+-0")
    short = f"{float(number):.{max(PLUGIN_DIGITS - len(whole), 0)}f}"
    return short.rstrip("0").rstrip(".") if "." in short else short


def read_value(control: Control, text: str) -> float:
    """The value that shows as `text`, as `read_number` reads it; beyond the range the nearest end is taken.

    Raises: ValueError: if the text says no value.
    """
    return clamped(control, read_number(control, text))


def read_number(control: Control, text: str) -> float:
    """The value that shows as `text`: a number or a fraction, with or without its unit, or the name of a choice.

    What is in Hz, volts or octaves is also set to a note: `c4`, `f#3`, `bb2`. It may be beyond the range.

    Raises: ValueError: if the text says no value.
    """
    if isinstance(control, Button):
        return _read_button(control, text)
    if isinstance(control, Switch):
        return _read_choice(control, text)
    if control.unit in {"Hz", "V", "oct"} and (note := _NOTE.match(text)) is not None:
        octaves = _octaves_above_c4(note)
        return undisplayed(control, C4_HZ * 2.0**octaves) if control.unit == "Hz" else octaves
    match = _NUMBER.match(text)
    if match is None:
        raise ValueError(
            f"{control.name} takes a number, not {text.strip()!r}; "
            f"for example {value_text(control, control.default)}"
        )
    number, suffix = _quotient(match[1]), match[2].strip()
    suffix = _TYPED.get(suffix.lower(), suffix)
    if suffix.lower() in _CENTS and control.unit in _CENTS:
        number *= _CENTS[suffix.lower()] / _CENTS[control.unit]
    elif suffix and suffix.lower() != control.unit.lower():
        number *= _scale(control, suffix)
    return undisplayed(control, number)


def _scale(control: Knob, suffix: str) -> float:
    """How many of a control's unit another with the same base is: k for Hz, s for ms."""
    unit = control.unit.lower()
    prefix = _PREFIXES.get(suffix[0])
    if prefix is not None and unit and suffix[1:].lower() in {"", unit}:
        return prefix
    own = _PREFIXES.get(control.unit[:1])
    if own is not None and len(unit) > 1:
        if suffix.lower() == unit[1:]:
            return 1.0 / own
        if prefix is not None and suffix[1:].lower() == unit[1:]:
            return prefix / own
    raise ValueError(f"{control.name} is in {control.unit or 'no unit'}, not {suffix}")


def _quotient(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / float(below or 1.0)


def _octaves_above_c4(note: re.Match[str]) -> float:
    semitones = _SEMITONES[note[1].lower()] + _ACCIDENTALS[note[2] and note[2].lower()]
    return int(note[3]) - 4 + semitones / 12.0


def clamped(control: Control, value: float) -> float:
    """The nearest value the control can stand at."""
    lowest, highest = limits(control)
    return min(max(value, lowest), highest)


def limits(control: Control) -> tuple[float, float]:
    """The lowest and highest value of a control."""
    if isinstance(control, Knob):
        return control.minimum, control.maximum
    if isinstance(control, Switch):
        return 0.0, float(max(len(control.choices) - 1, 0))
    return 0.0, 1.0


def at_rest(control: Control) -> float:
    """Where a control stands that was never touched."""
    return 0.0 if isinstance(control, Button) else float(control.default)


def position(control: Control, value: float) -> float:
    """Where in its range a control stands, 0 at the lowest end, 1 at the highest."""
    lowest, highest = limits(control)
    return (clamped(control, value) - lowest) / (highest - lowest) if highest > lowest else 0.0


def turned(control: Control, value: float, amount: float) -> float:
    """The value after turning by `amount` of the range; a switch goes on by one choice, whatever the amount."""
    if not isinstance(control, Knob):
        return clamped(control, round(value) + math.copysign(1.0, amount))
    span = control.maximum - control.minimum
    # a knob that is turned back must arrive where it was, not a rounding error beside it
    places = 6 - math.floor(math.log10(span)) if span > 0.0 else 6
    return clamped(control, round(value + amount * span, places))


def _choice(switch: Switch, value: float) -> int:
    return round(clamped(switch, value))


def _read_button(button: Button, text: str) -> float:
    wanted = text.strip().lower()
    if wanted in {"on", "1", "true", "yes"}:
        return 1.0
    if wanted in {"off", "0", "false", "no"}:
        return 0.0
    raise ValueError(f"{button.name} is a button: it is on or off, not {text.strip()!r}")


def _read_choice(switch: Switch, text: str) -> float:
    wanted = text.strip().lower()
    if text.strip() in switch.choices:
        return float(switch.choices.index(text.strip()))
    if wanted.isdecimal():
        return float(wanted)
    for index, choice in enumerate(switch.choices):
        if wanted and choice.lower().startswith(wanted):
            return float(index)
    raise ValueError(f"{switch.name} has no choice {text.strip()!r}; it has {', '.join(switch.choices)}")


def _fixed(number: float, decimals: int) -> str:
    text = f"{number:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text
