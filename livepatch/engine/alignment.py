"""How much later cables bring what they carry, so that it meets what comes through modules that are late.

Native code in the engine process, called by the audio callback whenever the modules were put in order.
"""

from typing import Final

from mypy_extensions import i64

from livepatch.engine.delay_line import DelayLine
from livepatch.engine.node import Node
from livepatch.engine.output import Output
from livepatch.engine.ports import CABLE_FADE_FRAMES, Feed, Inlet
from livepatch.engine.schedule import Group

MOST_DELAY: Final = 1 << 18
"""No cable is later, whatever it would have to meet."""
NEVER: Final = 1 << 62
CARD: Final = -1
"""The number of the sound card among the groups."""


class Alignment:
    """The delays of cables. With no late module there is nothing here, and nothing to do.

    What comes into a module arrives as late as the latest of it; the other cables wait for that one. Inside a
    loop they do not, and all of it arrives when the latest does from outside. A new cable is silent until its
    delay line holds enough; one whose delay has changed stays as it was until then, and goes over in a fade.
    So do those of new code that fades in.

    `latency`: by how many frames the sound card is late; `late`: how many modules are. `news` grows whenever one
    of these or a module's latency changes. `adrift` are delay lines of outlets that no module writes. At frame
    `due` the next cable can go over.
    """

    def __init__(self) -> None:
        self.latency: i64 = 0
        self.late: i64 = 0
        self.news: i64 = 0
        self.lines: list[DelayLine] = []
        self.adrift: list[DelayLine] = []
        self.due: i64 = NEVER
        self.nodes: list[Node] = []
        self.frame: i64 = 0
        self.at: i64 = 0

    def align(  # noqa: PLR0913, PLR0917 - all that sounds, and when
        self, nodes: list[Node], groups: list[Group], output: Output, frame: i64, at: i64, retired: list[object]
    ) -> None:
        """Give every cable its delay, from frame `at` of the quantum on, which begins at `frame`."""
        late: i64 = 0
        for node in nodes:
            if node.note_latency():
                self.news += 1
            if node.latency > 0:
                late += 1
        if late != self.late:
            self.late = late
            self.news += 1
        self.due = NEVER
        if late == 0 and len(self.lines) == 0 and self.latency == 0:
            return
        self.nodes = nodes
        self.frame = frame + at
        self.at = at
        for line in self.lines:
            line.reach = 0
            for each in line.lates:
                each.used = False
        for group in groups:
            self._align_group(group)
        self._align_output(output)
        self._keep(groups, retired)
        self.nodes = []

    def _align_group(self, group: Group) -> None:
        arrival: i64 = 0
        for node in group.nodes:
            for instance in node.playing():
                for inlet in instance.inlets:
                    arrival = max(arrival, self._latest(inlet, node.group))
        for node in group.nodes:
            node.arrival = arrival
            changed = False
            for instance in node.instances():
                for inlet in instance.inlets:
                    changed = self._lead(inlet, node.group, arrival, fades=node.former is not None) or changed
            if changed:
                node.touch()

    def _align_output(self, output: Output) -> None:
        arrival: i64 = 0
        for side in output.sides:
            arrival = max(arrival, self._latest(side.inlet, CARD))
        for side in output.sides:
            self._lead(side.inlet, CARD, arrival, fades=True)
        if arrival != self.latency:
            self.latency = arrival
            self.news += 1

    def _latest(self, inlet: Inlet, group: i64) -> i64:
        """How late the latest is that comes in here, from outside the group."""
        latest: i64 = 0
        for feed in inlet.feeds:
            if not feed.leaving:
                latest = max(latest, self._lateness(feed, group))
        return latest

    def _lateness(self, feed: Feed, group: i64) -> i64:
        """How late a cable's source is, -1 if it is in the group itself or nowhere."""
        place = feed.source.place
        if place < 0:
            return 0 if feed.source.captured else -1
        node = self.nodes[place]
        if node.group == group or (group != CARD and node.group > group):
            return -1  # it plays later in the quantum: a loop
        return node.arrival + node.latency

    def _lead(self, inlet: Inlet, group: i64, arrival: i64, *, fades: bool) -> bool:
        """Give the cables into an inlet their delays; whether one of them begins to move, or plays otherwise.

        `fades`: what has the inlet does not begin from silence.
        """
        changed = False
        for feed in inlet.feeds.copy():
            if feed.leaving:
                continue
            lateness = self._lateness(feed, group)
            delay = min(arrival - lateness, MOST_DELAY) if lateness >= 0 else 0
            missing: i64 = 0
            if delay > 0:
                line = self._line(feed)
                line.reach = max(line.reach, delay)
                missing = line.missing(delay, self.frame)
            if feed.awaits or delay != feed.delay():
                changed = self._go_over(inlet, feed, delay, missing, fades=fades) or changed
        for feed in inlet.feeds:
            if feed.late is not None:
                feed.late.used = True
                line = self._line(feed)
                line.reach = max(line.reach, feed.late.delay)
        if changed:
            inlet.settle(self.at)
        return changed

    def _go_over(self, inlet: Inlet, feed: Feed, delay: i64, missing: i64, *, fades: bool) -> bool:
        """Let a cable have another delay as soon as can be; whether something changes now."""
        comes = feed.age <= 1 and feed.left > 0
        if feed.awaits or (feed.age <= 1 and (comes or missing == 0 or not fades)):
            _put(feed, delay)
            if missing == 0 and feed.awaits:
                feed.awaits = False
                feed.aim(feed.full, self.at)
            elif missing > 0 and comes:
                feed.wait()
            changed = True
        else:
            missing = max(missing, feed.left - self.at - CABLE_FADE_FRAMES)
            changed = missing <= 0
            if changed:
                later = Feed(feed.route, feed.source, 0.0)
                later.age = feed.age
                _put(later, delay)
                later.aim(feed.target, self.at)
                feed.leaving = True
                feed.aim(0.0, self.at)
                inlet.attach(later)
        if missing > 0:
            self.due = min(self.due, self.frame + missing)
        return changed

    def _line(self, feed: Feed) -> DelayLine:
        line = feed.source.line
        if line is None:
            line = DelayLine(feed.source, self.frame)
            feed.source.line = line
            self.lines.append(line)
        return line

    def _keep(self, groups: list[Group], retired: list[object]) -> None:
        """Forget the delay lines that no cable needs, and let the others play with what writes their outlets."""
        kept: list[DelayLine] = []
        for line in self.lines:
            line.lates = [late for late in line.lates if late.used]
            line.placed = False
            if line.reach > 0:
                kept.append(line)
            else:
                line.source.line = None
                retired.append(line)
        self.lines = kept
        for group in groups:
            for node in group.nodes:
                for outlet in node.outlets:
                    own = outlet.line
                    if own is not None:
                        own.placed = True
                        group.lines.append(own)
        self.adrift = [line for line in kept if not line.placed]


def _put(feed: Feed, delay: i64) -> None:
    """Let a cable bring what its source gave so many frames ago."""
    line = feed.source.line
    feed.late = line.late(delay) if line is not None and delay > 0 else None
    feed.outlet = feed.late.outlet if feed.late is not None else feed.source
