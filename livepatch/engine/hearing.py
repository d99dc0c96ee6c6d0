"""What the audio callback hears: frames of a ring that another clock may fill, in step with its own."""

import numpy as np

from livepatch.engine.intake import MOST_CHANNELS, ROOM, Intake
from livepatch.engine.ring import ROOM as RING_FRAMES
from livepatch.engine.ring import Ring
from livepatch.engine.states import writable
from livepatch.runtime import QUANTUM

MARGIN_FRAMES = QUANTUM
"""So many frames more than are needed are there at the worst moment; after each gap, as many again."""
MOST_MARGIN_FRAMES = 16 * QUANTUM
SLACK_FRAMES = 2 * QUANTUM
"""Of so many more than that the oldest are left out."""
FADE_FRAMES = QUANTUM
"""How long a fade takes, to silence and back or from one place of the ring to another."""
PRIME_SECONDS = 0.1
"""So long it is watched how the ring fills before anything of it is heard."""
WATCH_SECONDS = 0.5
"""How often it is seen whether the ring still fills as it did."""

FAR = 1 << 62


class Hearing:
    """Brings a ring's frames to the rack, as soon after they were written as they are sure to be there.

    The control thread calls `follow`, everything else is the audio callback's. Where both clocks count the same
    time no frame is lost and the delay stays what it was. Where they do not, frames too many or too few are made
    up for now and then: by a fade to another place of the ring (`skips`) or, if the ring has run dry, by silence
    (`gaps`).

    Since the ring was seen to be filled `_asked` frames were asked for; what is heard ends `_offset` after them.
    Of `_watched` frames, `_lead` is the smallest by which what was written was ahead of what was asked for.
    """

    def __init__(self, intake: Intake, sample_rate: float) -> None:
        self.sample_rate = sample_rate
        self.gaps = 0
        self.skips = 0
        self._intake = intake
        self._volts = writable(intake.volts).reshape(MOST_CHANNELS, ROOM)
        self._last = np.zeros((MOST_CHANNELS, 1))
        self._former = np.zeros((MOST_CHANNELS, FADE_FRAMES))
        self._rise = np.arange(1, FADE_FRAMES + 1) / FADE_FRAMES
        self._fall = np.zeros(ROOM)
        self._fall[:FADE_FRAMES] = 1.0 - self._rise
        self._wanted: Ring | None = None
        self._ring: Ring | None = None
        self._margin = MARGIN_FRAMES
        self._channels = 0
        self._sounds = False
        self._begin()

    def follow(self, ring: Ring | None) -> None:
        """Hear a ring from the next block on, or nothing. Control thread."""
        self._wanted = ring

    @property
    def slips(self) -> int:
        """How often frames were lost or made up for, here or by the device."""
        ring = self._ring
        return self.gaps + self.skips + (ring.lost if ring is not None else 0)

    @property
    def busy(self) -> bool:
        """Whether there is anything to bring."""
        return self._wanted is not None or self._ring is not None

    def _begin(self) -> None:
        """Watch how the ring fills."""
        self._primed = False
        self._asked = self._watched = self._offset = self._jump = 0
        self._lead = FAR

    def pull(self, frames: int) -> None:
        """Bring the next frames to the rack: a quantum at least, and no more than the intake has room for."""
        intake, ring = self._intake, self._wanted
        intake.quantum = 0
        if ring is not self._ring:
            if self._sounds:
                self._fade_out(frames)
                return
            self.gaps += self._ring.lost if self._ring is not None else 0
            self._ring, self._margin = ring, MARGIN_FRAMES
            self._begin()
        intake.channels = 0
        written = ring.written if ring is not None else 0
        if ring is None or not written:
            return
        self._asked += frames
        self._watched += frames
        self._lead = min(self._lead, written - self._asked)
        if not self._primed and not self._prime(written, frames):
            return
        end = self._asked + self._offset
        if end > written or end < written - RING_FRAMES // 2:
            self._run_dry(frames)
            return
        self._hear(ring, end - frames, frames)
        if self._watched >= WATCH_SECONDS * self.sample_rate:
            self._keep_up()

    def _prime(self, written: int, frames: int) -> bool:
        """Whether it is known how the ring fills, and there is enough to hear."""
        offset = self._lead - self._margin
        if self._watched < PRIME_SECONDS * self.sample_rate or self._asked + offset < frames:
            return False
        self._offset = offset
        self._primed = True
        self._watched, self._lead = 0, written - self._asked
        return True

    def _hear(self, ring: Ring, position: int, frames: int) -> None:
        channels = ring.channels
        volts = self._volts[:channels, :frames]
        beginning = volts[:, :FADE_FRAMES]
        ring.read(position + self._jump, volts)
        if not self._sounds:
            beginning *= self._rise
        elif self._jump:
            former = self._former[:channels]
            ring.read(position, former)
            beginning -= former
            beginning *= self._rise
            beginning += former
        self._offset += self._jump
        self._jump = 0
        self._last[:channels] = volts[:, -1:]
        self._sounds = True
        self._channels = self._intake.channels = channels

    def _keep_up(self) -> None:
        """Go to another place of the ring if it does not fill as it did: the clocks do not count the same time."""
        spare = self._lead - self._offset
        if spare < self._margin // 2 or spare > self._margin + SLACK_FRAMES:
            self._jump = spare - self._margin
            self.skips += 1
        self._watched, self._lead = 0, FAR

    def _run_dry(self, frames: int) -> None:
        """Nothing is there to hear, or far too much: fall silent, and begin again with a larger margin."""
        self.gaps += 1
        if self._sounds:
            self._fade_out(frames)
        self._margin = min(self._margin + MARGIN_FRAMES, MOST_MARGIN_FRAMES)
        self._begin()

    def _fade_out(self, frames: int) -> None:
        """Go from where it was to silence."""
        channels = self._channels
        np.multiply(self._last[:channels], self._fall[:frames], out=self._volts[:channels, :frames])
        self._intake.channels = channels
        self._sounds = False
