"""The processes of plug-ins without a session: for what is rendered and for performances that are played again."""

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from livepatch import locations, settings
from livepatch.errors import LivepatchError
from livepatch.patch.patch import Patch, PlacedModule
from livepatch.protocol import plugin_messages as messages
from livepatch.protocol.messages import PlugIn
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import PluginIndex
from livepatch.protocol.plugin_panel import PluginBuild, build, is_plugin, read_build, write_build
from livepatch.session.plugin_host import HostError, PluginHost

START_SECONDS = 30.0


def builds_of(patch: Patch) -> dict[str, PluginBuild]:
    """The plug-ins of a patch that are installed, by the type of their modules, which is made to fit."""
    found: dict[str, PluginBuild] = {}
    modules = [module for module in patch.modules.values() if is_plugin(module.type)]
    index = PluginIndex.read() if modules else PluginIndex()
    for module in modules:
        facts = _plugin_of(module, index)
        if facts is not None:
            made = build(facts, index.type_of(facts))
            module.type = made.type
            found[made.type] = made
    return found


def renew(patch: Patch) -> list[str]:
    """Have modules whose plug-in is not installed be what says to take its place; a line on each."""
    modules = [module for module in patch.modules.values() if is_plugin(module.type)]
    index = PluginIndex.read() if modules else PluginIndex()
    lines: list[str] = []
    for module in modules:
        facts, former = _plugin_of(module, index), module.data.get("plugin")
        if facts is None or not isinstance(former, dict) or facts.uid.casefold() == str(former["uid"]).casefold():
            continue
        module.data["plugin"] = identity(facts)
        was = f"{former.get('name') or module.type} ({former['uid']})"
        lines.append(f"{module.name} is {facts.name} now, which says that it takes the place of {was}")
    return lines


def identity(facts: Facts) -> dict[str, str]:
    """What a module keeps of its plug-in, for whoever opens the patch."""
    return {"format": facts.format, "uid": facts.uid, "name": facts.name, "vendor": facts.vendor}


def _plugin_of(module: PlacedModule, index: PluginIndex) -> Facts | None:
    plugin = module.data.get("plugin")
    given = plugin if isinstance(plugin, dict) else {}
    return index.of_id(str(given.get("format")), str(given.get("uid")))


def installed(source: str, type: str) -> PluginBuild | None:
    """A plug-in as it was when modules had it as `source`, where it is today; None if it is not installed."""
    index = PluginIndex.read()
    then = read_build(locations.cache() / "plugins" / source)
    if then is not None and (facts := index.of_id(then.facts.format, then.facts.uid)) is not None:
        return msgspec.structs.replace(then, facts=facts)
    alike = (build(facts) for facts in index.all())
    return next((msgspec.structs.replace(made, source=source) for made in alike if made.type == type), None)


def folder_of(made: PluginBuild) -> Path:
    """Where the engine finds a plug-in's panel. Raises: LivepatchError: if the cache cannot be written."""
    try:
        return write_build(made, locations.cache())
    except OSError as error:
        raise LivepatchError(f"{locations.cache()} cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def hosted(
    modules: list[PlacedModule], builds: dict[str, PluginBuild], storage: Path, sample_rate: float
) -> Iterator[list[PlugIn]]:
    """Have the plug-ins of modules play, with what they remember, and tell where they are; they end with this.

    `storage` has a folder for each module, named by its id.

    Raises: LivepatchError: if one cannot be started, or does not take its state.
    """
    hosts: list[PluginHost] = []
    rests = settings.load().plugins_rest
    with tempfile.TemporaryDirectory(prefix="livepatch-") as runtime:
        try:
            for module in modules:
                host = PluginHost(
                    module.id,
                    builds[module.type].facts,
                    Path(runtime),
                    locations.state() / "plugins.log",
                    sample_rate,
                    offline=True,
                    rests=rests,
                )
                hosts.append(host)
                threading.Thread(target=host.listen, name="from plug-in", daemon=True).start()
            for module, host in zip(modules, hosts, strict=True):
                begin(host, module, builds[module.type], storage / str(module.id))
            yield [host.place() for host in hosts]
        finally:
            for host in hosts:
                host.end()


def begin(host: PluginHost, module: PlacedModule, made: PluginBuild, storage: Path) -> None:
    """Give a plug-in that starts what it remembers, in a file in `storage`, turn its knobs and bypass.

    Raises: LivepatchError: if it does not start, or does not take its state.
    """
    host.ready.wait(START_SECONDS)
    if host.opened is None:
        raise LivepatchError(f"{module.name}: its plug-in does not start: {host.refused or host.last_words()}")
    try:
        if state := str(module.data.get("state", "")):
            answer = host.ask(lambda serial: messages.Restore(serial, str(storage / state)))
            if isinstance(answer, messages.Restored) and answer.problem:
                raise LivepatchError(f"{module.name}: {answer.problem}")
        ids = dict(made.ports.knobs)
        turned = {ids[knob]: value for knob, value in module.knobs.items() if knob in ids}
        host.say(messages.Turn(turned))
        host.say(messages.Bypass(module.soft_bypass))
        host.ask(lambda serial: messages.AskText(serial, 0))  # all of it has arrived then
    except HostError as error:
        raise LivepatchError(f"{module.name}: {error}") from error
