"""What an outlet gave before, for the cables that are to bring it later.

Native code in the engine process; all of it belongs to the audio callback.
"""

from librt.vecs import vec
from mypy_extensions import i64

from livepatch.dsp.blocks import copy, fill, peek, poke, put_voice, scale_part
from livepatch.engine.outlets import Outlet, silence, wide_silence
from livepatch.runtime import QUANTUM, VOICES


class Past:
    """A quantum of an outlet as it was: `block` where that had one voice, `wide` where it had more."""

    def __init__(self) -> None:
        self.block: vec[float] = silence()
        self.wide: vec[float] = vec[float]()
        self.channels: i64 = 1

    def begin(self, channels: i64) -> None:
        """Hold another quantum, of so many voices."""
        self.channels = channels
        if channels > 1 and len(self.wide) == 0:
            self.wide = wide_silence()

    def write(self, outlet: Outlet, start: i64, stop: i64) -> None:
        """Keep the frames from `start` to `stop`; voices that come later were silent before."""
        if outlet.channels > self.channels:
            alone = self.channels == 1
            self.begin(outlet.channels)
            if alone:
                fill(self.wide, 0.0, 0, start * VOICES)
                put_voice(self.wide, self.block, 0, 0, start)
        if self.channels == 1:
            copy(self.block, outlet.block, start, stop)
        elif outlet.channels > 1:
            copy(self.wide, outlet.wide, start * VOICES, stop * VOICES)
        else:
            fill(self.wide, 0.0, start * VOICES, stop * VOICES)
            put_voice(self.wide, outlet.block, 0, start, stop)

    def give(self, target: Outlet, at: i64, since: i64, count: i64) -> None:
        """Copy `count` frames from `since` on to `target` from `at` on; one voice to the first of many."""
        if target.channels > 1 and self.channels > 1:
            scale_part(target.wide, at * VOICES, self.wide, since * VOICES, 1.0, count * VOICES)
        elif target.channels > 1:
            fill(target.wide, 0.0, at * VOICES, (at + count) * VOICES)
            for index in range(count):
                poke(target.wide, (at + index) * VOICES, peek(self.block, since + index))
        elif self.channels > 1:
            for index in range(count):
                poke(target.block, at + index, peek(self.wide, (since + index) * VOICES))
        else:
            scale_part(target.block, at, self.block, since, 1.0, count)


class Late:
    """What cables read in place of an outlet that they bring `delay` frames late. `used`: there is one."""

    def __init__(self, name: str, delay: i64) -> None:
        self.outlet = Outlet(name)
        self.delay: i64 = delay
        self.used: bool = True


class DelayLine:
    """The quanta that `source` gave until now, and all that is read late of it.

    `pasts` is a ring with the newest at `newest` and the oldest after it. It grows by a quantum at a time until it
    holds `reach` frames, so that nothing large is ever allocated. It knows what there was from frame `since` on.
    `placed`: a module writes `source`.
    """

    def __init__(self, source: Outlet, since: i64) -> None:
        self.source = source
        self.since: i64 = since
        self.reach: i64 = 0
        self.pasts: list[Past] = [Past()]
        self.newest: i64 = 0
        self.lates: list[Late] = []
        self.placed: bool = False

    def late(self, delay: i64) -> Late:
        """What is read so many frames late, at least 1."""
        for known in self.lates:
            if known.delay == delay:
                return known
        late = Late(self.source.name, delay)
        self.lates.append(late)
        late.outlet.carry(self._voices(delay))
        return late

    def missing(self, delay: i64, frame: i64) -> i64:
        """How many frames after `frame` the line will hold what was so long ago; 0: it does."""
        held: i64 = (len(self.pasts) - 1) * QUANTUM
        missing = max(self.since + delay - frame, delay - held)
        return max(missing, 0)  # of three at once, max() is not native

    def clear(self, frame: i64) -> list[Past]:
        """Forget what there was before `frame`; that is for the control thread to free."""
        forgotten = self.pasts
        self.pasts = [Past()]
        self.newest = 0
        self.since = frame
        return forgotten

    def turn(self) -> None:
        """A quantum begins."""
        place = self.newest + 1
        count: i64 = len(self.pasts)
        if (count - 1) * QUANTUM < self.reach:
            self.pasts.insert(place, Past())
        elif place == count:
            place = 0
        self.newest = place
        self.pasts[place].begin(self.source.channels)

    def count_voices(self, at: i64) -> bool:
        """Have from frame `at` on as many voices as what is read in this quantum; whether that is news."""
        news = False
        for late in self.lates:
            news = late.outlet.carry(self._voices(late.delay), at) or news
        return news

    def _voices(self, delay: i64) -> i64:
        back: i64 = (delay + QUANTUM - 1) // QUANTUM
        voices = self._voices_of(back)
        return voices if delay % QUANTUM == 0 else max(voices, self._voices_of(back - 1))

    def _voices_of(self, back: i64) -> i64:
        return 1 if back >= len(self.pasts) else self._past(back).channels

    def _past(self, back: i64) -> Past:
        place = self.newest - back
        return self.pasts[place if place >= 0 else place + len(self.pasts)]

    def write(self, start: i64, stop: i64) -> None:
        """The source has the frames from `start` to `stop`."""
        self._past(0).write(self.source, start, stop)

    def read(self, start: i64, stop: i64) -> None:
        """Give those frames to all that is late. What is a frame late or more needs no more than those before."""
        for late in self.lates:
            first = start - late.delay
            back: i64 = (QUANTUM - 1 - first) // QUANTUM
            since = first + back * QUANTUM
            at = start
            while at < stop:
                count = min(QUANTUM - since, stop - at)
                if back < len(self.pasts):
                    self._past(back).give(late.outlet, at, since, count)
                else:
                    late.outlet.silence(at, at + count)
                at += count
                since = 0
                back -= 1
