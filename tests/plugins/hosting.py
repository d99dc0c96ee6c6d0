"""Plug-ins in processes of their own, as sessions have them."""

import contextlib
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from livepatch.engine.code import Code
from livepatch.protocol.messages import Message
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import PluginIndex, Scanned
from livepatch.protocol.plugin_panel import build
from livepatch.runtime import Module
from livepatch.session.plugin_host import PluginHost

DESCRIBE = """
import msgspec, sys
from pathlib import Path
from livepatch.plugins.{format}.loading import describe
Path(sys.argv[2]).write_bytes(msgspec.json.encode(describe(Path(sys.argv[1]))))
"""
SECONDS = 60.0


def facts_of(path: Path, folder: Path) -> Facts:
    """What a plug-in says of itself, asked in a process of its own."""
    told = folder / f"{path.stem}.json"
    format = "vst3" if path.suffix == ".vst3" else "vst2"
    subprocess.run(
        [sys.executable, "-c", DESCRIBE.format(format=format), str(path), str(told)],
        check=True,
        timeout=SECONDS,
        capture_output=True,
    )
    found: Facts = msgspec.json.decode(told.read_bytes(), type=list[Facts])[0]
    return found


def install(*found: Facts) -> None:
    """Have livepatch know of plug-ins, in the home that LIVEPATCH_HOME names."""
    PluginIndex([Scanned(path=facts.path, format=facts.format, plugins=(facts,)) for facts in found]).write()


def code_of(facts: Facts) -> Code:
    """What an engine plays of a plug-in."""
    made = build(facts)
    return Code(made.type, made.source, made.panel, Module, {}, plugin=made)


@contextlib.contextmanager
def hosted(
    facts: Facts,
    id: int = 1,
    *,
    offline: bool = True,
    rests: bool = True,
    sample_rate: float = 48000.0,
    tell: Callable[[PluginHost, Message], None] = lambda _host, _message: None,
) -> Iterator[PluginHost]:
    """A plug-in's process, ready to play for the module `id`; what nobody asked for goes to `tell`."""
    with tempfile.TemporaryDirectory(prefix="lp") as folder:  # a socket's path is short
        runtime = Path(folder)
        host = PluginHost(id, facts, runtime, runtime / "log", sample_rate, offline=offline, rests=rests)
        try:
            threading.Thread(target=host.listen, args=(tell,), daemon=True).start()
            assert host.ready.wait(SECONDS)
            assert host.opened is not None, host.refused or host.last_words()
            yield host
        finally:
            host.end()
