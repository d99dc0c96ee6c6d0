"""The offline driver: renders as fast as it goes."""

from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from livepatch.engine.code import Code, load_code
from livepatch.engine.engine import Engine
from livepatch.errors import LivepatchError
from livepatch.patch.edits import AddCable, AddModule, Batch, Edit, SetTransport
from livepatch.patch.patch import Patch
from livepatch.protocol.messages import Fault, PlugIn, PluginLost
from livepatch.protocol.pulse import Pulse
from livepatch.protocol.states import State
from livepatch.runtime import QUANTUM


def render(  # noqa: PLR0913, PLR0917 - all that there is to say
    patch: Patch,
    builds: Mapping[str, Path],
    frames: int,
    sample_rate: float = 48000.0,
    block: int = 256,
    states: Mapping[int, State] | None = None,
    plugins: Sequence[PlugIn] = (),
    pulse: Pulse | None = None,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """What a patch sounds like from the start: (frames, 2), ±1.0. `builds`: each type's folder of compiled code.

    `states` is what modules remember, `plugins` where the processes of plug-ins are. The core library must be
    loaded. The same for every `block`, which only says how much is filled at once. `pulse` shows how far it is,
    and `out` is written into, if they are there.

    Raises: BuildError: if a build does not load. LivepatchError: if a module has none, or goes wrong.
    """
    codes = {type: load_code(folder) for type, folder in builds.items()}
    missing = {module.type for module in patch.modules.values()} - codes.keys()
    if missing:
        raise LivepatchError(f"there is no compiled code of {', '.join(sorted(missing))}")
    engine = Engine(sample_rate, pulse.address if pulse is not None else 0)
    for code in codes.values():
        engine.load(code)
    engine.give_states(dict(states or {}))
    for plugin in plugins:
        engine.plug_in(plugin)
    try:
        return perform(engine, [(0, whole(patch, codes))], frames, block, pulse, out)
    finally:
        engine.rack.plugs.close()


def whole(patch: Patch, codes: Mapping[str, Code]) -> Edit:
    """The edit that puts a whole patch into an empty rack, played by `codes`."""
    modules = [
        AddModule(msgspec.structs.replace(module, source=codes[module.type].source))
        for module in patch.modules.values()
    ]
    transport = [SetTransport(name, value) for name, value in patch.transport.items()]
    return Batch((*transport, *modules, *map(AddCable, patch.cables.values())))


def perform(  # noqa: PLR0913, PLR0917 - all that there is to say
    engine: Engine,
    score: Sequence[tuple[int, Edit]],
    frames: int,
    block: int = 256,
    pulse: Pulse | None = None,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Play from where the engine is, each edit exactly at its frame, counted from there: (frames, 2), ±1.0.

    `pulse` and `out` as in `render`.

    Raises: PatchError: if an edit does not fit. LivepatchError: if a module goes wrong.
    """
    out = np.zeros((frames, 2), np.float32) if out is None else out
    flat = out.reshape(-1)
    waiting = deque(score)
    began = engine.played
    position = 0
    while position < frames:
        stop = min(position + block, frames)
        while waiting and waiting[0][0] < stop + QUANTUM:
            due, edit = waiting.popleft()
            engine.perform(0, edit, began + due)
        engine.fill(flat[2 * position : 2 * stop])
        position = stop
        if pulse is not None:
            pulse.beat(position)
        for message in engine.messages():
            if isinstance(message, Fault):
                raise LivepatchError(f"{message.type}:{message.line}: {message.text}")
            if isinstance(message, PluginLost):
                name = engine.rack.patch.modules[message.id].name
                raise LivepatchError(f"{name}: its plug-in {message.how}")
    return out
