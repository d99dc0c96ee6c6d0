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

from livepatch.plugins.plugin import PARAMETER, Event, Plugin
from livepatch.plugins.small_numbers import forget_small_numbers
from livepatch.protocol.plugin_block import EVENT_FIELDS, MOST_EVENTS, SLOT, PluginBlock

PRIORITY = 60
"""Below the engine's own, which waits for it."""
_FRAMES, _EVENTS, _ANSWERS = SLOT["frames"], SLOT["events"], SLOT["answers"]
_SILENT_INPUTS, _SILENT_OUTPUTS = SLOT["silent_inputs"], SLOT["silent_outputs"]
_ASKED, _DONE, _FAILURES = SLOT["asked"], SLOT["done"], SLOT["failures"]
_WORK, _WORST = SLOT["work"], SLOT["worst"]
_FRAME = SLOT["frame"]


class Player:
    """Computes blocks for whichever engine came in last.

    Threads: one computes (`_play`), one lets engines in; the main thread takes `turned` and holds `steady` while
    it does what must not happen beside a block. A block that is asked for meanwhile is not computed, and counts as
    a failure, which the engine plays as a bypass; unless it `waits`, as it does offline.
    """

    def __init__(self, plugin: Plugin, block: PluginBlock, door: Path, *, waits: bool = False) -> None:
        """Open the door, a socket at a path in the private runtime folder. Raises: OSError: if that fails."""
        self.steady = threading.Lock()
        self.turned: dict[int, float] = {}
        self.stirred = False
        self._plugin = plugin
        self._block = block
        self._guests: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()
        self._guest: socket.socket | None = None
        self._waits = waits
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
            self._guests.put(guest)
            former, self._guest = self._guest, guest
            if former is not None:
                with contextlib.suppress(OSError):  # it went by itself
                    former.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        forget_small_numbers()
        if sys.platform == "linux" and not self._waits:
            policy = (
                os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
            )  # the plug-in's own threads get no such priority with it
            with contextlib.suppress(OSError):  # not everybody may have it, and it plays on without
                os.sched_setscheduler(0, policy, os.sched_param(PRIORITY))
        while True:
            with self._guests.get() as guest, contextlib.suppress(OSError):  # it is gone: the next, please
                self._play(guest)

    def _play(self, guest: socket.socket) -> None:
        receive, send, compute = guest.recv, guest.send, self._compute
        while receive(1):
            compute()
            send(b"x")

    def _compute(self) -> None:
        header = self._block.header
        began = time.perf_counter()
        if not self.steady.acquire(blocking=self._waits):
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
            count = int(header[_EVENTS])
            events = self._read(count) if count else ()
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
        header[_DONE] = header[_ASKED]
        work = time.perf_counter() - began
        header[_WORK] = work
        header[_WORST] = max(header[_WORST], work)

    def _read(self, count: int) -> list[Event]:
        rows = self._block.events
        events = []
        for place in range(0, EVENT_FIELDS * min(count, MOST_EVENTS), EVENT_FIELDS):
            kind, frame, channel, key, value, extra, note = rows[place : place + EVENT_FIELDS]
            event = Event(int(kind), int(frame), int(channel), int(key), value, extra, int(note))
            if event.kind == PARAMETER:
                self.turned[event.key] = value
            events.append(event)
        self.stirred = True
        return events

    def _write(self, answers: Sequence[Event]) -> None:
        rows, place = self._block.answers, 0
        for event in answers[:MOST_EVENTS]:
            for field in event:
                rows[place] = float(field)
                place += 1
        self._block.header[_ANSWERS] = float(place // EVENT_FIELDS)
