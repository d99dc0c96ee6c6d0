"""The module beside a module, whose ports and knobs it uses as if they were its own."""

from livepatch.port import Port


class Neighbour:
    """The module at a side, if it is of a type that was asked for: `there` says whether it is.

    While it is not, what is read of it is 0, and what is written to it goes nowhere. In plain Python, where nobody
    is beside anybody, set `there` and the values: `mixer.more.there = True`, `mixer.level5 = 0.5`.
    """

    def __init__(self) -> None:
        self.there: bool = False

    def inlet(self, port: str) -> float:
        """Declare that this module reads the volts at an inlet or outlet of the neighbour."""
        return Port(0.0)

    def outlet(self, port: str) -> float:
        """Declare that this module writes an outlet of the neighbour."""
        return Port(0.0)

    def knob(self, knob: str) -> float:
        """Declare that this module reads a knob of the neighbour, with what its cables add."""
        return Port(0.0)

    def switch(self, switch: str) -> int:
        """Declare that this module reads a switch of the neighbour."""
        return 0

    def button(self, button: str) -> bool:
        """Declare that this module reads a button of the neighbour."""
        return False


def neighbour(side: str, *types: str) -> Neighbour:
    """Declare the module at a `side`, "left" or "right", where it is of one of these `types`, by file name.

    Its ports and knobs are declared of it: `level5 = more.knob("level5")`.
    """
    check_side(side)
    if not types or not all(types):
        raise ValueError('say which module it is, by its file\'s name: neighbour("right", "mixer_more")')
    return Neighbour()


def check_side(side: str) -> None:
    """Raises: ValueError: if that is not a side."""
    if side not in {"left", "right"}:
        raise ValueError(f'a neighbour is at the "left" or the "right", not {side!r}')
