"""The rest of a plug-in: after a long silence nothing is sent to it until something comes.

Native code in the engine process, used by the audio callback.
"""

from mypy_extensions import i64

from livepatch.dsp.arithmetic import to_float
from livepatch.engine.transport import Transport


class Rest:
    """`on`: the plug-in rests. `fed`: something goes in with this part of a quantum, or the transport is moved.

    `quiet` is for how many frames nothing has gone in and what comes out has not moved, `said` for how many of
    the last ones the plug-in itself says that it is silent. `lies`: it has said that while it sounded.
    """

    def __init__(self) -> None:
        self.on: bool = False
        self.fed: bool = True
        self.quiet: i64 = 0
        self.said: i64 = 0
        self.lies: bool = False
        self.running: bool = False
        self.bpm: float = 0.0
        self.jumps: i64 = -1

    def end(self) -> None:
        """It plays, and the silence begins anew."""
        self.on = False
        self.quiet = 0
        self.said = 0

    def count(self, frames: i64, *, says: bool) -> None:
        """So many more frames were silent; whether the plug-in says so."""
        self.quiet += frames
        self.said = self.said + frames if says and not self.lies else 0

    def due(self, after: float, said: float) -> bool:
        """Whether so many frames were silent, or so many of which it says that; less than 0: that never counts."""
        return 0.0 <= after <= to_float(self.quiet) or 0.0 <= said <= to_float(self.said)

    def follow(self, transport: Transport) -> bool:
        """Whether the transport was started, stopped or moved, or has another tempo."""
        moved = transport.running != self.running or transport.bpm != self.bpm or transport.jumps != self.jumps
        self.running = transport.running
        self.bpm = transport.bpm
        self.jumps = transport.jumps
        return moved
