"""What plays: the base of every compiled module, itself compiled to native code."""

from typing import Final

from mypy_extensions import i64, mypyc_attr

QUANTUM: Final = 64
"""Frames in the block of every port; edits take effect between quanta."""


@mypyc_attr(allow_interpreted_subclasses=False)
class Module:
    """The base of every compiled module; the engine owns each instance and calls it from one thread.

    `still` is true while no knob moves and no cable is on one: every knob's block is then constant.
    """

    sample_rate: float = 48000.0
    seed: i64 = 1
    still: bool = False

    def prepare(self) -> None:
        """Allocate the buffers for `sample_rate` and set every state to its first value."""

    def process(self, start: i64, stop: i64) -> None:
        """Compute the frames from `start` up to `stop` of every outlet's block."""

    def process_bypass(self, start: i64, stop: i64) -> None:
        """As `process`, while the module is bypassed."""

    def on_add(self) -> None:
        """The module begins."""

    def on_remove(self) -> None:
        """The module leaves the rack."""

    def on_reset(self) -> None:
        """The module starts over."""

    def on_randomize(self) -> None:
        """The knobs were turned by chance."""

    def on_sample_rate_change(self) -> None:
        """`sample_rate` is another; also called before `on_add`."""

    def on_expander_change(self) -> None:
        """A neighbour came or went."""
