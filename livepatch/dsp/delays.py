"""Delays: lines that are read between their samples, and queues.

Source: Timo Laakso and others, Splitting the unit delay, 1996 (Lagrange and Thiran).
"""

from librt.vecs import vec

from livepatch.block import Block, buffer
from livepatch.dsp.blocks import add_part, scale_part, spans
from livepatch.dsp.functions import clamp, divide, floor
from livepatch.dsp.levels import SILENCE
from livepatch.dsp.lines import tap


class delay_line(Block):
    """What was written, some time ago: `seconds` at most, or `frames`.

    Read first, then write; what is read may go into what is written. A delay is in samples, 1.0 being the last one
    written, and held inside 1 (2 for `read_cubic`, 1.5 for `read_allpass`) and the length.
    """

    position = 0
    allpass = 0.0

    def __init__(self, seconds: float = 0.0, frames: int = 0) -> None:
        if (seconds > 0.0) == (frames > 0) or seconds < 0.0 or frames < 0 or seconds > 3600.0:
            raise ValueError("say how long it is: seconds (up to an hour), or frames=...")
        self.line = buffer(seconds + 0.001, frames=0) if seconds > 0.0 else buffer(frames=frames + 4)

    def write(self, volts: float) -> None:
        """Put in the next sample."""
        self.line[self.position] = volts + SILENCE
        self.position = self.position + 1 if self.position + 1 < len(self.line) else 0

    def tap(self, frames: int) -> float:
        """The sample `frames` writes ago, 1 being the last, exactly."""
        length = len(self.line)
        place = self.position - min(max(frames, 1), length)
        return self.line[place + length if place < 0 else place]

    def read(self, frames: float) -> float:
        """Between two samples in a straight line: exact at whole delays, at half ones -3 dB at half the band."""
        length = len(self.line)
        age = clamp(frames, 1.0, float(length - 2))
        whole = floor(age)
        place = self.position - int(whole)
        place = place + length if place < 0 else place
        near = self.line[place]
        far = self.line[place - 1 if place > 0 else length - 1]
        return near + (age - whole) * (far - near)

    def read_cubic(self, frames: float) -> float:
        """Along a curve through four samples: within 1.1 dB up to half the band, 0.02 dB up to a sixth."""
        return tap(self.line, self.position, frames)

    def read_allpass(self, frames: float) -> float:
        """Level at every frequency (Thiran); for a delay that moves slowly if at all, and one read a sample."""
        length = len(self.line)
        age = clamp(frames, 1.5, float(length - 2))
        whole = floor(age - 0.5)
        place = self.position - int(whole)
        place = place + length if place < 0 else place
        near = self.line[place]
        far = self.line[place - 1 if place > 0 else length - 1]
        rest = age - whole
        turn = divide(1.0 - rest, 1.0 + rest)
        self.allpass = far + turn * (near - self.allpass)
        return self.allpass


class ring_buffer(Block):
    """First in, first out: up to `frames` samples that wait."""

    first = 0
    size = 0

    def __init__(self, frames: int) -> None:
        if frames < 1:
            raise ValueError("a ring buffer has room for 1 sample or more")
        self.room = frames
        self.line = buffer(frames=frames)

    def push(self, volts: float) -> None:
        """Put a sample at the end; if there is no room, the first one is lost."""
        self.line[(self.first + self.size) % self.room] = volts
        if self.size < self.room:
            self.size += 1
        else:
            self.first = (self.first + 1) % self.room

    def shift(self) -> float:
        """Take the first sample out; 0 if there is none."""
        volts = self.line[self.first] if self.size > 0 else 0.0
        if self.size > 0:
            self.first = (self.first + 1) % self.room
            self.size -= 1
        return volts

    def at(self, place: int) -> float:
        """The sample at `place`, 0 being the first; 0 if there is none."""
        return self.line[(self.first + place) % self.room] if 0 <= place < self.size else 0.0

    def is_full(self) -> bool:
        """Whether a push would lose a sample."""
        return self.size >= self.room

    def clear(self) -> None:
        """Let all of them go."""
        self.size = 0


class double_ring_buffer(Block):
    """The last `frames` samples in one row, the oldest first; nothing is moved, and nothing copied to read them.

    The one at `place`, 0 being the oldest, is `samples[first + place]`: each is kept twice.
    """

    first = 0

    def __init__(self, frames: int) -> None:
        if frames < 1:
            raise ValueError("a ring buffer has room for 1 sample or more")
        self.frames = frames
        self.samples = buffer(frames=2 * frames)

    def push(self, volts: float) -> float:
        """Put in the newest sample; the oldest, which falls out."""
        oldest = self.samples[self.first]
        self.samples[self.first] = volts
        self.samples[self.first + self.frames] = volts
        self.first = self.first + 1 if self.first + 1 < self.frames else 0
        return oldest

    def at(self, place: int) -> float:
        """The sample at `place`, 0 being the oldest; 0 if there is none."""
        return self.samples[self.first + place] if 0 <= place < self.frames else 0.0

    def overlap(self, frame: vec[float]) -> None:
        """Add to each sample that of a buffer of as many, and let `push(0.0)` bring them out one by one."""
        first = self.first
        frames = self.frames
        samples = self.samples
        if spans(frame, 0, frames) and spans(samples, first, first + frames):
            add_part(samples, first, frame, 0, 1.0, frames)
            scale_part(samples, 0, samples, frames, 1.0, first)
            scale_part(samples, first + frames, samples, first, 1.0, frames - first)

    def clear(self) -> None:
        """Let all of them be 0."""
        for index in range(2 * self.frames):
            self.samples[index] = 0.0
