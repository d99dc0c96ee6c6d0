"""What help() says."""

import inspect
from collections.abc import Callable
from typing import Any, Protocol

from livepatch import data_sheet
from livepatch.display import at_rest
from livepatch.errors import LivepatchError, PatchError
from livepatch.panel import Knob, Panel
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.plugin_panel import PluginBuild, build, is_plugin
from livepatch.session.handles import (
    InletHandle,
    KnobValue,
    LightHandle,
    ModuleHandle,
    OutletHandle,
    SwitchValue,
    look,
)
from livepatch.session.library import Library
from livepatch.session.namespace import first_line
from livepatch.session.plugin_sheet import PluginSheet
from livepatch.session.sources import Sources
from livepatch.session.stage import Stage
from livepatch.session.wording import module_text, number_text

CABLES_HELP = """

vco.saw >> vcf.audio               patch a cable; vco >> vcf >> out patches the main ports
lfo.sine * 0.3 >> vcf.cutoff       a cable with a gain, onto a knob
vco.saw // vcf.audio               pull it
vcf.cutoff = 2.0                   turn a knob; del vcf.cutoff puts it back"""


class Performer(Stage, Protocol):
    """What there is to explain."""

    def known(self, type: str) -> Panel:
        """The panel of a module type. Raises: PatchError: if there is none."""


class Manual:
    """Explains commands, modules, plug-ins and their parts."""

    def __init__(self, performer: Performer, sources: Sources, library: Library) -> None:
        self._performer = performer
        self._sources = sources
        self._library = library

    def text(self, thing: object) -> str:
        """All about a thing; None: about everything. Raises: PatchError: if it is the name of nothing."""
        if thing is None:
            commands = self._performer.names().values()
            return "\n".join(f"{_usage(command):34} {first_line(command)}" for command in commands) + CABLES_HELP
        if isinstance(thing, str):
            return self._of_name(thing)
        if isinstance(thing, KnobValue | SwitchValue | InletHandle | OutletHandle | LightHandle):
            module, panel = look(thing.module)
            sheet = self._plugin(module)
            part = sheet.part(thing.name, self._shown(module)) if sheet is not None else ""
            return part or data_sheet.part(panel, thing.name)
        if isinstance(thing, ModuleHandle):
            module, panel = look(thing)
            if (sheet := self._plugin(module)) is not None:
                return sheet.text(self._shown(module))
            with self._performer.rack.lock:
                state, text_of = self._performer.state_of(module), self._performer.text_of
                return module_text(self._performer.rack.patch, module, panel, state, text_of)
        return inspect.getdoc(thing) or f"there is no help on {thing!r}"

    def _of_name(self, name: str) -> str:
        """About a module type, a command, a plug-in or what is in the rack."""
        with self._performer.rack.lock:
            panel = self._sources.panels.get(name)
            placed = self._performer.rack.patch.named(name)
        if panel is not None and not is_plugin(name):
            file = self._sources.files.get(name)
            return data_sheet.text(panel, str(file.path) if file else "").rstrip()
        if placed is not None:
            return self.text(ModuleHandle(self._performer, placed.id, placed.name))
        if (command := self._performer.names().get(name)) is not None:
            return self.text(command)
        made = self._installed(name)
        if made is not None:
            return PluginSheet(made).text(lambda knob: f"{knob.default:.3g}")
        self._performer.known(name)  # says what there is
        return ""

    def _installed(self, word: str) -> PluginBuild | None:
        plugins = self._library.plugins
        if plugins is None or word in self._sources.faults:
            return None
        try:
            return build(plugins.catalogue.find(word))
        except LivepatchError as error:
            if "may be" in str(error):
                raise PatchError(str(error)) from error
            return None

    def _plugin(self, module: PlacedModule) -> PluginSheet | None:
        plugins = self._library.plugins
        made = plugins.catalogue.build(module.type) if plugins is not None else None
        if plugins is None or made is None:
            return None
        program, guest = module.data.get("program", -1), plugins.guest(module.id)
        rests = guest is not None and guest.host is not None and guest.host.rests
        return PluginSheet(made, module.name, program if isinstance(program, int) else -1, rests=rests)

    def _shown(self, module: PlacedModule) -> Callable[[Knob], str]:
        def shown(knob: Knob) -> str:
            value = module.knobs.get(knob.name, at_rest(knob))
            return number_text(knob, value, self._performer.text_of(module.id, knob.name, value))

        return shown


def _usage(command: Callable[..., Any]) -> str:
    words = []
    for name, parameter in inspect.signature(command).parameters.items():
        star = "*" * (parameter.kind is parameter.VAR_POSITIONAL) + "**" * (
            parameter.kind is parameter.VAR_KEYWORD
        )
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        words.append(f"{star}{name}{default}")
    return f"{command.__name__.rstrip('_')}({', '.join(words)})"
