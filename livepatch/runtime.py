"""What plays: the base of every compiled module, itself compiled to native code."""

from typing import Final

from mypy_extensions import i64, mypyc_attr

QUANTUM: Final = 64
"""Frames in the block of every port; edits take effect between quanta."""
VOICES: Final = 16
"""Voices in a wide block, the most that a cable carries: voice `c` of frame `i` is at `i * VOICES + c`."""


@mypyc_attr(allow_interpreted_subclasses=False)
class Module:
    """The base of every compiled module; the engine owns each instance and calls it from one thread.

    `still` is true while no knob moves and no cable is on one: every knob's block is then constant.
    `left_neighbour` and `right_neighbour`: a module is there that messages go to or come from.
    What an outlet alone needs is left out where the flags `is__heard_<outlet>` and `listening` are false.
    `lanes` says that `process_lanes` computes all voices side by side. It reads a block of either width, wide
    where the flag `wide_<port>` is set, and writes wide ones. The state of its voices is apart from that of
    `process`, which is one voice's: `load_voice` and `keep_voice` copy from one to the other. The first
    `voices_heard` of them sound, and show in the lights.
    Every outlet is `latency` frames late, 0 or more: cables that meet wait for the latest. `news`: what plays
    without names of its own has given an outlet another number of voices. `whole`: it plays blocks, however many
    frames they have, and never sample by sample.
    """

    sample_rate: float = 48000.0
    seed: i64 = 1
    still: bool = False
    lanes: bool = False
    voices_heard: i64 = VOICES
    left_neighbour: bool = False
    right_neighbour: bool = False
    latency: i64 = 0
    news: bool = False
    whole: bool = False

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
        """A neighbour came or went; also called after `on_add` if one is there."""

    def process_lanes(self, start: i64, stop: i64) -> None:
        """Compute the frames from `start` up to `stop` of every outlet's wide block, all voices at once."""

    def refresh(self) -> None:
        """Set the state of `process` to its first values; nothing is allocated."""

    def load_voice(self, voice: i64) -> None:
        """Take one voice's state over into that of `process`."""

    def keep_voice(self, voice: i64) -> None:
        """Take the state of `process` over into one voice's."""
