"""When each group plays in a quantum, where some of it is computed elsewhere meanwhile.

Native code in the engine process, called by the audio callback when cables or modules came or went.
"""

from collections import deque

from livepatch.engine.node import Node
from livepatch.engine.schedule import Group, targets_of


class Step:
    """A turn of a group. `sends`: what is computed elsewhere goes off; a later turn takes what comes of it.

    `plain`: all there is to do is that one module, `node`, plays.
    """

    def __init__(self, group: Group, *, sends: bool) -> None:
        self.node = group.nodes[0]
        self.plain: bool = not (sends or group.cycle or len(group.lines) > 0)
        self.group = group
        self.sends: bool = sends


def steps(nodes: list[Node], groups: list[Group]) -> list[Step]:
    """The turns of groups, which are in playing order.

    What is computed elsewhere is sent as early as can be: before it play only those that it waits for. It is
    taken when there is nothing else to do. So several are computed side by side, and beside the others.
    """
    remote = [not group.cycle and _is_remote(group.nodes[0]) for group in groups]
    if True not in remote:
        return [Step(group, sends=False) for group in groups]
    return _Plan(nodes, groups, remote).make()


class _Plan:
    """Which groups wait for how many others, and which can go on. All are numbered as in `groups`.

    `leading` ones lead to one that is computed elsewhere. A module that hears what was played a quantum before
    waits for nobody, and is sent before those that it hears play on.
    """

    def __init__(self, nodes: list[Node], groups: list[Group], remote: list[bool]) -> None:
        self.groups = groups
        self.remote = remote
        self.followers: list[list[int]] = [[] for _ in groups]
        self.waits: list[int] = [0] * len(groups)
        for place, targets in enumerate(targets_of(nodes)):
            group = int(nodes[place].group)
            for target in targets:
                follower = int(nodes[target].group)
                if follower != group and not nodes[target].deferred:
                    self.followers[group].append(follower)
                    self.waits[follower] += 1
        self.leads: list[bool] = [False] * len(groups)
        for group in reversed(range(len(groups))):
            for follower in self.followers[group]:
                if remote[follower] or self.leads[follower]:
                    self.leads[group] = True
        self.sending: deque[int] = deque()
        self.leading: deque[int] = deque()
        self.others: deque[int] = deque()
        self.out: deque[int] = deque()
        self.out_leading: deque[int] = deque()
        self.made: list[Step] = []

    def make(self) -> list[Step]:
        """All turns, in their order."""
        for group, waits in enumerate(self.waits):
            if waits == 0:
                self._let(group)
        while True:
            if self.sending:
                self._send(self.sending.popleft())
            elif self.leading:
                self._play(self.leading.popleft())
            elif self.others:
                self._play(self.others.popleft())
            elif self.out_leading:
                self._play(self.out_leading.popleft())
            elif self.out:
                self._play(self.out.popleft())
            else:
                return self.made

    def _let(self, group: int) -> None:
        """Nothing is in the way of a group any more."""
        if self.remote[group]:
            self.sending.append(group)
        elif self.leads[group]:
            self.leading.append(group)
        else:
            self.others.append(group)

    def _send(self, group: int) -> None:
        self.made.append(Step(self.groups[group], sends=True))
        if self.leads[group]:
            self.out_leading.append(group)
        else:
            self.out.append(group)

    def _play(self, group: int) -> None:
        self.made.append(Step(self.groups[group], sends=False))
        for follower in self.followers[group]:
            self.waits[follower] -= 1
            if self.waits[follower] == 0:
                self._let(follower)


def _is_remote(node: Node) -> bool:
    return any(instance.module.whole for instance in node.playing())
