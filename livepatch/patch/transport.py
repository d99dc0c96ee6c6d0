"""What a patch says of the transport: names, ranges, and what holds where it says nothing."""

from typing import NamedTuple


class Setting(NamedTuple):
    """A value of the transport: where it stands at first, and its ends. `kept`: in the patch, and undone."""

    default: float
    lowest: float
    highest: float
    what: str
    kept: bool = True


TRANSPORT = {
    "tempo": Setting(120.0, 1.0, 999.0, "the tempo"),
    "beats_per_bar": Setting(4.0, 0.25, 64.0, "a bar's number of beats"),
    "swing": Setting(0.5, 0.5, 0.75, "the swing"),
    "swing_beats": Setting(0.5, 0.125, 4.0, "a swung pair's number of beats"),
    "running": Setting(1.0, 0.0, 1.0, "the transport"),
    "position": Setting(0.0, 0.0, 1e5, "the position", kept=False),
}
"""`swing` is where in the time of a pair its second half begins; `position` is in beats from the beginning."""


def setting(transport: dict[str, float], name: str) -> float:
    """A value as a patch has it."""
    return transport.get(name, TRANSPORT[name].default)
