"""What follows when a plug-in turns out to be another than it was: in its names, or in what goes in and out."""

import time
from collections.abc import Callable, Iterable
from functools import partial

import msgspec

from livepatch.panel import Panel
from livepatch.patch import edits
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import Message, Notice
from livepatch.protocol.plugin_facts import Bus, Facts
from livepatch.protocol.plugin_panel import PluginBuild, build
from livepatch.session.plugin_catalogue import PluginCatalogue
from livepatch.session.plugin_guest import Guest
from livepatch.session.plugin_host import PluginHost
from livepatch.session.plugin_memory import PluginMemory
from livepatch.session.rack import Rack

MOST_AGAIN = 5
AGAIN_SECONDS = 60.0
RELOAD_SECONDS = 10.0
"""One that wants to be reloaded so soon after it was does so because of what it is told at each start."""

Shape = tuple[tuple[int, ...], tuple[int, ...]]


class PluginChanges:
    """Adapts modules to plug-ins, and has those start again that have other inlets and outlets or ask for it.

    The panel belongs to all modules of a type: where several have other buses, it has the most of each, and the
    processes of the others have channels that are silent.
    """

    def __init__(
        self,
        rack: Rack,
        catalogue: PluginCatalogue,
        memory: PluginMemory,
        guests: Callable[[], Iterable[Guest]],
        tell: Callable[[Message], None],
    ) -> None:
        """`guests` are those in the rack."""
        self._rack = rack
        self._catalogue = catalogue
        self._memory = memory
        self._guests = guests
        self._tell = tell

    def channels(self, guest: Guest) -> tuple[int, int]:
        """How many channels in and out a process has to have at least, for all that are like it. Locked."""
        others = [_opened(host) for _, host in self._alike(guest)]
        inputs = max((_total(own.inputs) for own in others), default=0)
        return inputs, max((_total(own.outputs) for own in others), default=0)

    def opened(self, guest: Guest, host: PluginHost, facts: Facts) -> bool:
        """A plug-in is there: whether it can be played, or is about to start again with other channels. Locked."""
        if shape(facts) == guest.wished:
            guest.wished = None
        alike = [(guest, host, facts), *((each, other, _opened(other)) for each, other in self._alike(guest))]
        inputs = max((own.inputs for _, _, own in alike), key=_total)
        outputs = max((own.outputs for _, _, own in alike), key=_total)
        self._adapt(guest, msgspec.structs.replace(facts, inputs=inputs, outputs=outputs))
        wanted = _total(inputs), _total(outputs)
        for each, other, _ in alike:
            if other.channels != wanted:
                text = f"with the inlets and outlets of its panel, {wanted[0]} channels in and {wanted[1]} out"
                each.worker.do(partial(self._again, each, other, text))
        return host.channels == wanted

    def described(self, guest: Guest, host: PluginHost, message: messages.Described) -> None:
        """A plug-in says that it is another now. In its own thread, without the rack's lock."""
        with self._rack.lock:
            if guest.gone or guest.host is not host or host.opened is None:
                return
            other = message.what == "buses" and shape(message.facts) != shape(host.opened.facts)
            again = (other or message.what == "restart") and self._may(guest, host, message)
            if not again:
                panel = self._known(guest).facts
                self._adapt(
                    guest, msgspec.structs.replace(message.facts, inputs=panel.inputs, outputs=panel.outputs)
                )
                return
        self._again(guest, host, "with other inlets and outlets" if other else "as it asked for")

    def _may(self, guest: Guest, host: PluginHost, message: messages.Described) -> bool:
        """Whether a plug-in may start again, or asks for it again and again. Locked."""
        now = time.monotonic()
        wish = shape(message.facts) if message.what == "buses" else None
        guest.renewals = [each for each in guest.renewals if now - each < AGAIN_SECONDS]
        lately = bool(guest.renewals) and now - guest.renewals[-1] < RELOAD_SECONDS
        in_vain = lately if wish is None else wish == guest.wished
        if in_vain or len(guest.renewals) >= MOST_AGAIN:
            if guest.insists is not host:
                guest.insists = host
                name = self._name(guest)
                text = f"{name}: its plug-in asks again and again to be started again; it plays on as it is"
                self._tell(Notice("warning", text))
            return False
        guest.renewals.append(now)
        guest.wished = wish
        return True

    def _again(self, guest: Guest, host: PluginHost, how: str) -> None:
        """Keep what a plug-in remembers, and start its process again."""
        self._memory.keep(guest, always=True)
        with self._rack.lock:
            if guest.gone or guest.host is not host or host.gone:
                return
            guest.afresh = how
        host.kill()

    def _adapt(self, guest: Guest, facts: Facts) -> None:
        """Go over to other inlets, outlets and names, if the plug-in has others than were known. Locked.

        What is typed for a knob stays, whatever the plug-in calls it now.
        """
        former = self._known(guest)
        made = build(facts, former.type, {id: knob for knob, id in former.ports.knobs})
        guest.build = made
        if (made.ports, made.panel) == (former.ports, former.panel):
            return
        self._catalogue.learn(made)
        self._rack.perform(edits.SwapCode(made.type, made.source), undoable=False)
        if text := _ports_text(former.panel, made.panel):
            self._tell(Notice("note", f"{self._name(guest)} {text}"))

    def _known(self, guest: Guest) -> PluginBuild:
        """The panel that modules of this type have, and what it is in the plug-in."""
        return self._catalogue.build(guest.build.type) or guest.build

    def _alike(self, guest: Guest) -> list[tuple[Guest, PluginHost]]:
        """The other modules of a plug-in's type that play, with their processes."""
        return [
            (each, host)
            for each in self._guests()
            if each is not guest and each.build.type == guest.build.type and (host := each.playing) is not None
        ]

    def _name(self, guest: Guest) -> str:
        module = self._rack.patch.modules.get(guest.id)
        return module.name if module is not None else guest.build.facts.name


def shape(facts: Facts) -> Shape:
    """How many channels each bus has."""
    return tuple(bus.channels for bus in facts.inputs), tuple(bus.channels for bus in facts.outputs)


def _opened(host: PluginHost) -> Facts:
    return host.opened.facts if host.opened is not None else host.facts


def _total(buses: tuple[Bus, ...]) -> int:
    return sum(bus.channels for bus in buses)


def _ports_text(former: Panel, panel: Panel) -> str:
    """Which inlets and outlets came and went; "" if none."""
    before, after = (
        [*(inlet.name for inlet in each.inlets), *(outlet.name for outlet in each.outlets)]
        for each in (former, panel)
    )
    came, went = [name for name in after if name not in before], [name for name in before if name not in after]
    parts = [f"has {', '.join(came)} now"] if came else []
    parts += [f"has {', '.join(went)} no more"] if went else []
    return " and ".join(parts)
