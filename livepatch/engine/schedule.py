"""The order in which modules play: sources first, and cycles together, sample by sample.

Native code in the engine process, called by the audio callback when cables or modules came or went.
The order follows from ids and cables alone, never from the order of the edits that led to them.
Source: Robert Tarjan, Depth-first search and linear graph algorithms, 1972; made iterative.
"""

from livepatch.engine.delay_line import DelayLine
from livepatch.engine.node import Link, Node


class Group:
    """Modules that play together: one for a whole quantum at a time, or a cycle, sample by sample.

    `links` are the messages between them, which go from one frame to the next, `lines` the delay lines of their
    outlets.
    """

    def __init__(self, nodes: list[Node], *, cycle: bool) -> None:
        self.nodes = nodes
        self.cycle: bool = cycle
        self.lines: list[DelayLine] = []
        self.links: list[Link] = []
        for node in nodes:
            for link in node.links:
                self.links.append(link)


class _Search:
    """A depth-first search along the cables; `finished` lists every module after all that it feeds."""

    def __init__(self, targets: list[list[int]]) -> None:
        self.targets = targets
        self.found: list[int] = [-1] * len(targets)
        self.lowest: list[int] = [0] * len(targets)
        self.component: list[int] = [-1] * len(targets)
        self.components: list[list[int]] = []
        self.finished: list[int] = []
        self.open: list[int] = []
        self.count = 0

    def visit(self, root: int) -> None:
        """Search from one module."""
        path = [root]
        next_target = [0]
        self._enter(root)
        while len(path) > 0:
            place = path[-1]
            index = next_target[-1]
            if index < len(self.targets[place]):
                next_target[-1] = index + 1
                target = self.targets[place][index]
                if self.found[target] < 0:
                    self._enter(target)
                    path.append(target)
                    next_target.append(0)
                elif self.component[target] < 0:
                    self.lowest[place] = min(self.lowest[place], self.found[target])
                continue
            path.pop()
            next_target.pop()
            self._leave(place)
            if len(path) > 0:
                above = path[-1]
                self.lowest[above] = min(self.lowest[above], self.lowest[place])

    def _enter(self, place: int) -> None:
        self.found[place] = self.count
        self.lowest[place] = self.count
        self.count += 1
        self.open.append(place)

    def _leave(self, place: int) -> None:
        self.finished.append(place)
        if self.lowest[place] != self.found[place]:
            return
        members: list[int] = []
        while True:
            member = self.open.pop()
            self.component[member] = len(self.components)
            members.append(member)
            if member == place:
                break
        self.components.append(members)


def schedule(nodes: list[Node]) -> list[Group]:
    """Put modules, which are in the order of their ids, into playing order, and number them.

    In a cycle the modules play in the order in which cables lead on from the lowest id; a cable that
    leads back is heard one sample late. A module that plays whole blocks only is no part of a cycle: it plays
    before all others, and hears what they played a quantum before.
    """
    targets = targets_of(nodes)
    search = _search(targets)
    if _defer(nodes, targets, search):
        targets = [[target for target in each if not nodes[target].deferred] for each in targets]
        search = _search(targets)
    for index, place in enumerate(search.finished):
        nodes[place].turn = len(nodes) - index
    groups: list[Group] = []
    order = list(reversed(search.components))
    first = [members for members in order if nodes[members[0]].deferred]
    rest = [members for members in order if not nodes[members[0]].deferred]
    for members in first + rest:
        if len(members) > 1:
            members.sort(key=lambda member: nodes[member].turn)
        place = members[0]
        cycle = len(members) > 1 or place in targets[place]
        for member in members:
            nodes[member].group = len(groups)
        groups.append(Group([nodes[member] for member in members], cycle=cycle))
    return groups


def _search(targets: list[list[int]]) -> _Search:
    search = _Search(targets)
    for place in range(len(targets)):
        if search.found[place] < 0:
            search.visit(place)
    return search


def _defer(nodes: list[Node], targets: list[list[int]], search: _Search) -> bool:
    """Find the modules in cycles that play whole blocks only; whether there is any."""
    found = False
    for node in nodes:
        node.deferred = False
    for members in search.components:
        if len(members) > 1 or members[0] in targets[members[0]]:
            for member in members:
                for instance in nodes[member].playing():
                    if instance.module.whole:
                        nodes[member].deferred = found = True
    return found


def targets_of(nodes: list[Node]) -> list[list[int]]:
    """For every module, the modules that its cables run to."""
    for place, node in enumerate(nodes):
        for outlet in node.outlets:
            outlet.place = place
    targets: list[list[int]] = [[] for _ in nodes]
    for place, node in enumerate(nodes):
        for instance in node.playing():
            for inlet in instance.inlets:
                for feed in inlet.feeds:
                    source = int(feed.source.place)
                    if source >= 0 and (len(targets[source]) == 0 or targets[source][-1] != place):
                        targets[source].append(place)  # the last one, if it is there: places come in order
    _add_neighbours(nodes, targets)
    return targets


def _add_neighbours(nodes: list[Node], targets: list[list[int]]) -> None:
    """Let modules that exchange messages play together, sample by sample."""
    for place, node in enumerate(nodes):
        right = node.right
        if right is not None and len(node.links) > 0:
            for other, candidate in enumerate(nodes):
                if candidate is right:
                    if other not in targets[place]:
                        targets[place].append(other)
                    if place not in targets[other]:
                        targets[other].append(place)


def mark_lags(nodes: list[Node]) -> None:
    """Mark the cables that lag; of modules whose turns and groups are known."""
    for node in nodes:
        changed = False
        for instance in node.playing():
            for inlet in instance.inlets:
                lagged = False
                for feed in inlet.feeds:
                    place = feed.source.place
                    lag = False
                    if place >= 0 and feed.late is None:
                        source = nodes[place]
                        lag = source.group == node.group and source.turn >= node.turn
                    lagged = lagged or lag != feed.lag
                    feed.lag = lag
                if lagged:
                    inlet.settle()
                    changed = True
        if changed:
            node.touch()
