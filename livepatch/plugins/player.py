"""The thread of a plug-in's process that computes its sound, one block whenever the engine asks."""

import contextlib
import os
import queue
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from livepatch.plugins.held import Held
from livepatch.plugins.midi import message
from livepatch.plugins.plugin import CONTROL, PARAMETER, PROGRAM, Event, Plugin, Told
from livepatch.plugins.small_numbers import forget_small_numbers
from livepatch.protocol.plugin_block import ASK, EVENT_FIELDS, LEAVE, MOST_EVENTS, SLOT, PluginBlock

PRIORITY = 60
"""Below the engine's own, which waits for it."""
MOST_TOLD = 256
"""Messages that wait to be told, at most."""
_FRAMES, _EVENTS, _ANSWERS = SLOT["frames"], SLOT["events"], SLOT["answers"]
_SILENT_INPUTS, _SILENT_OUTPUTS = SLOT["silent_inputs"], SLOT["silent_outputs"]
_ASKED, _DONE, _FAILURES = SLOT["asked"], SLOT["done"], SLOT["failures"]
_WORK, _WORST = SLOT["work"], SLOT["worst"]
_FRAME = SLOT["frame"]


class Player:
    """Computes blocks for whichever engine came in last.

    Threads: one computes (`_play`), one lets engines in; the main thread takes `turned` and holds `steady` while
    it does what must not happen beside a block. A block that is asked for meanwhile is not computed, and counts as
    a failure, which the engine plays as a bypass; unless it `waits`, as it does offline. What should have happened
    in it happens in the next. What an engine that went left sounding, bent or pressed is ended. The main thread
    says if the plug-in has `forgotten` its notes, while it holds `steady`: those that are held begin anew.
    """

    def __init__(self, plugin: Plugin, block: PluginBlock, door: Path, *, waits: bool = False) -> None:
        """Open the door, a socket at a path in the private runtime folder. Raises: OSError: if that fails."""
        self.steady = threading.Lock()
        self.turned: dict[int, float] = {}
        self.stirred = False
        self.forgotten = False
        self._plugin = plugin
        self._block = block
        self._guests: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        self._knock: int | None = None
        self._waits = waits
        self._held = Held()
        self._missed: list[Event] = []
        self._missed_turns: dict[int, Event] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        door.unlink(missing_ok=True)
        self._listener.bind(str(door))
        door.chmod(0o600)
        self._listener.listen(2)

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="audio", daemon=True).start()
        threading.Thread(target=self._let_in, name="door", daemon=True).start()

    def _let_in(self) -> None:
        """An engine that comes takes the place of the one that was there, which may be dead."""
        while True:
            guest, _ = self._listener.accept()
            asked, knock = os.pipe()
            come, answer = os.pipe()
            with guest, contextlib.suppress(OSError):  # it went by itself, and nobody asks here
                socket.send_fds(guest, [ASK], [knock, come])
            os.close(come)
            self._guests.put((asked, answer))
            former, self._knock = self._knock, knock
            if former is not None:
                os.write(former, LEAVE)
                os.close(former)

    def _run(self) -> None:
        forget_small_numbers()
        if sys.platform == "linux" and not self._waits:
            # the plug-in's own threads get no such priority with it
            policy = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
            with contextlib.suppress(OSError):  # not everybody may have it, and it plays on without
                os.sched_setscheduler(0, policy, os.sched_param(PRIORITY))
        while True:
            asked, answer = self._guests.get()
            self._begin()
            with contextlib.suppress(OSError):  # it is gone: the next, please
                self._play(asked, answer)
            os.close(asked)
            os.close(answer)

    def _play(self, asked: int, answer: int) -> None:
        read, write, compute = os.read, os.write, self._compute
        while read(asked, 1) == ASK:
            compute()
            write(answer, ASK)

    def _compute(self) -> None:
        header = self._block.header
        began = time.perf_counter()
        if not self.steady.acquire(blocking=self._waits):
            self._miss(self._read(int(header[_EVENTS])))
            header[_FAILURES] += 1.0
            header[_ANSWERS] = 0.0
            return
        try:
            frames, clock = int(header[_FRAMES]), self._plugin.clock
            clock.frame = int(header[_FRAME])
            clock.tempo = header[_FRAME + 1]
            clock.beats = header[_FRAME + 2]
            clock.bar_beats = header[_FRAME + 3]
            clock.numerator = int(header[_FRAME + 4])
            clock.denominator = int(header[_FRAME + 5])
            clock.playing = header[_FRAME + 6] != 0.0
            if self.forgotten:
                self._bring_back()
            count = int(header[_EVENTS])
            events: Sequence[Event] = self._read(count) if count else ()
            if self._missed or self._missed_turns:
                events = self._with_missed(events)
            answers = self._plugin.process(frames, events, int(header[_SILENT_INPUTS]))
            header[_SILENT_OUTPUTS] = float(self._plugin.silent_outputs)
            self._write(answers)
        except Exception as error:  # noqa: BLE001 - the engine waits for an answer, whatever went wrong
            header[_FAILURES] += 1.0
            header[_ANSWERS] = 0.0
            if header[_FAILURES] < 10.0:
                sys.stderr.write(f"a block was not computed: {type(error).__name__}: {error}\n")
        finally:
            self.steady.release()
        work = time.perf_counter() - began
        header[_WORK] = work
        header[_WORST] = max(header[_WORST], work)
        header[_DONE] = header[_ASKED]

    def _read(self, count: int) -> list[Event]:
        rows = self._block.events
        events = []
        for place in range(0, EVENT_FIELDS * min(count, MOST_EVENTS), EVENT_FIELDS):
            kind, frame, channel, key, value, extra, note = rows[place : place + EVENT_FIELDS]
            event = Event(int(kind), int(frame), int(channel), int(key), value, extra, int(note))
            if event.kind == PARAMETER:
                self.turned[event.key] = value
            else:
                self._held.follow(event)
            events.append(event)
        self.stirred = True
        return events

    def _begin(self) -> None:
        """Another engine asks, which knows nothing of what the one before it left."""
        self._miss(self._held.end())

    def _bring_back(self) -> None:
        """The notes that are held begin anew, before what was missed happens."""
        self.forgotten = False
        missed, self._missed = self._missed, []
        self._miss(self._held.again(missed))
        self._miss(missed)

    def _miss(self, events: Sequence[Event]) -> None:
        """Have events happen at the beginning of the next block, of each parameter the last one."""
        self._missed_turns |= {event.key: event._replace(frame=0) for event in events if event.kind == PARAMETER}
        others = [event._replace(frame=0) for event in events if event.kind != PARAMETER]
        self._missed = [*self._missed, *others][-MOST_EVENTS:]

    def _with_missed(self, events: Sequence[Event]) -> list[Event]:
        found = [*self._missed, *self._missed_turns.values(), *events]
        self._missed.clear()
        self._missed_turns.clear()
        return found

    def _write(self, answers: Sequence[Event]) -> None:
        rows, place = self._block.answers, 0
        for event in answers[:MOST_EVENTS]:
            if event.kind in {CONTROL, PROGRAM}:
                self._tell(event)
            for field in event:
                rows[place] = float(field)
                place += 1
        self._block.header[_ANSWERS] = float(place // EVENT_FIELDS)

    def _tell(self, event: Event) -> None:
        """Have the session know of a message that no outlet carries."""
        content, told = message(event), self._plugin.told
        if content is not None and len(told) < MOST_TOLD:
            told.append(Told("midi", text=bytes(content[: 2 if event.kind == PROGRAM else 3]).hex()))
