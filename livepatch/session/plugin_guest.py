"""A plug-in in the rack, as the session knows it."""

import math
import time
from collections import deque
from dataclasses import dataclass, field

from livepatch.protocol.plugin_panel import PluginBuild
from livepatch.session.plugin_host import PluginHost
from livepatch.session.plugin_worker import PluginWorker

MOST_DEATHS = 5
DEATHS_SECONDS = 300.0
FIRST_WAIT_SECONDS = 0.2
MOST_SAID = 256


@dataclass
class Guest:
    """A module that is a plug-in; its process is `host`, None while there is none.

    `state` names the file with what it remembers, `changed` is when it turned from that (never: infinity).
    `again` is when its process is started again, `why` what ended it, if we did; `afresh`: why it is ended to
    start again at once. `gone`: the module is in the rack no more. `given_up`: it died too often. `unkept`: its
    newest state could not be kept. `bypassed`: it was told that its process has ended, and not yet that another
    plays. `said` is the MIDI that it sent lately, in hex. `worker` does all that waits
    for it. `renewals` is when it was started again since it is another now, `wished` the channels of its buses
    that it wished for then, `insists` its process that asked for that in vain. Times are those of
    time.monotonic(). Needs the rack's lock.
    """

    id: int
    build: PluginBuild
    worker: PluginWorker
    host: PluginHost | None = None
    state: str = ""
    changed: float = math.inf
    deaths: list[float] = field(default_factory=list)
    again: float = math.inf
    given_up: bool = False
    gone: bool = False
    why: str = ""
    afresh: str = ""
    renewals: list[float] = field(default_factory=list)
    wished: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    insists: PluginHost | None = None
    unkept: bool = False
    bypassed: bool = False
    said: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_SAID))

    @property
    def playing(self) -> PluginHost | None:
        """Its process, if the plug-in is there."""
        host = self.host
        return host if host is not None and host.ready.is_set() and host.opened is not None else None

    @property
    def hopeless(self) -> bool:
        """Whether no process is there or is about to be."""
        return self.host is None and self.again == math.inf and (self.given_up or bool(self.deaths))

    def touch(self) -> None:
        """It has changed."""
        self.changed = min(self.changed, time.monotonic())

    def died(self) -> float | None:
        """Its process is no more: after how many seconds another is started, None if that happened too often."""
        now = time.monotonic()
        self.host = None
        self.deaths = [death for death in self.deaths if now - death < DEATHS_SECONDS] + [now]
        if len(self.deaths) > MOST_DEATHS:
            self.given_up = True
            return None
        wait = FIRST_WAIT_SECONDS * 2.0 ** (len(self.deaths) - 1)
        self.again = now + wait
        return wait
