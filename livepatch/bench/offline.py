"""Figures of compiled code alone: step() against C, an idle module, a voice, a loop of modules."""
# ruff: noqa: PLC0415 - the native library must be in place before what it replaces is imported

import ctypes  # what is timed against step() is C, called as it stands
import gc
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from livepatch import locations
from livepatch.bench.workloads import WORKLOADS, Workload
from livepatch.compiler import toolchain
from livepatch.compiler.primitives import HEADER
from livepatch.errors import LivepatchError
from livepatch.patch.patch import Cable, Patch, PlacedModule, Route
from livepatch.protocol.messages import Built, Rejected
from livepatch.rendering import build
from livepatch.session.sources import SourceFile, Sources

SAMPLE_RATE = 48000.0
FRAMES = 4096
ROUNDS = 60
IDLE = 200
SECONDS = 0.1
RENDERS = 50
"""Many short ones: the best of them is one that nothing else on the machine disturbed."""
KNOBS = ("tune", "fm")
FUNCTIONS = ("/* livepatch.dsp.functions */", "/* livepatch.dsp.arithmetic */")


def measure() -> dict[str, Any]:
    """The four figures; everything is compiled first, if it is not in the cache.

    Raises: LivepatchError: if something cannot be compiled.
    """
    folders = _builds()
    from livepatch.protocol.builds import core_folder, load_build, load_core

    core = core_folder(locations.cache())
    if core is None:
        raise LivepatchError(f"the core library is missing; delete {locations.cache()} and try again")
    load_core(core)
    voice = _patch(
        ["vco", "vcf", "adsr", "vca"], [(1, "saw", 2, "audio"), (2, "low", 4, "audio"), (3, "envelope", 4, "cv")]
    )
    blocks = [(1, "sine", 2, "audio"), (2, "low", 3, "audio")]
    loop = _patch(["vco", "vcf", "vca"], [*blocks, (3, "out", 1, "fm")])
    chain = _patch(["vco", "vcf", "vca"], blocks)
    empty = _patch([], [])
    cost = {
        name: _nanoseconds(patch, folders)
        for name, patch in (
            ("empty", empty),
            ("idle", _patch(["vca"] * IDLE, [])),
            ("voice", voice),
            ("loop", loop),
            ("chain", chain),
        )
    }
    return {
        **_steps(load_build(folders["step_vco"])),
        "workloads": {
            name: 1e9 / SAMPLE_RATE / _nanoseconds(_loaded(work), folders) for name, work in WORKLOADS.items()
        },
        "idle_module_us": (cost["idle"] - cost["empty"]) * 64 / IDLE / 1e3,
        "voice_ns_per_sample": cost["voice"] - cost["empty"],
        "feedback_ns_per_sample": {
            "loop": cost["loop"] - cost["empty"],
            "blockwise": cost["chain"] - cost["empty"],
        },
    }


def _builds() -> dict[str, Path]:
    folders = [locations.bundled() / "modules", locations.bundled() / "benchmarks"]
    sources = Sources(folders)
    sources.scan()
    types = {"vco", "vcf", "adsr", "vca", "step_vco"}
    types |= {type for work in WORKLOADS.values() for type in work.types}
    wanted: list[SourceFile] = [sources.files[type] for type in sorted(types)]
    found = {}
    for type, answer in build(wanted, folders).items():
        if isinstance(answer, Rejected):
            raise LivepatchError(str(answer.problems[0]))
        assert isinstance(answer, Built)
        found[type] = Path(answer.folder)
    return found


def _patch(types: list[str], cables: list[tuple[int, str, int, str]]) -> Patch:
    """A patch of modules whose ids count from 1."""
    patch = Patch()
    for id, type in enumerate(types, 1):
        patch.modules[id] = PlacedModule(id=id, name=f"{type}{id}", type=type)
    for source, outlet, target, inlet in cables:
        cable = Cable(source=source, outlet=outlet, target=target, inlet=inlet)
        patch.cables[cable.route] = cable
    return patch


def _loaded(work: Workload) -> Patch:
    patch = _patch(list(work.types), [cable[:4] for cable in work.cables])
    for id, knobs in work.knobs.items():
        patch.modules[id].knobs.update(knobs)
    for source, outlet, target, inlet, gain in work.cables:
        patch.cables[Route(source, outlet, target, inlet)].gain = gain
    return patch


def _nanoseconds(patch: Patch, folders: dict[str, Path]) -> float:
    """What a patch costs the engine for each sample; the best of several renders."""
    import numpy as np

    from livepatch.engine.code import load_code
    from livepatch.engine.engine import Engine
    from livepatch.engine.offline import whole

    codes = {type: load_code(folders[type]) for type in {module.type for module in patch.modules.values()}}
    engine = Engine(SAMPLE_RATE)
    for code in codes.values():
        engine.load(code)
    engine.perform(0, whole(patch, codes))
    for _ in range(4):  # until every cable has as many voices as it carries
        engine.fill(np.zeros(2 * 4096, np.float32))
        engine.messages()
    frames = int(SECONDS * SAMPLE_RATE) // 64 * 64
    out = np.zeros(2 * frames, np.float32)
    gc.disable()  # as the engine's process does
    try:
        return _best(lambda: engine.fill(out), RENDERS) / frames
    finally:
        gc.enable()


def _steps(module_class: Any) -> dict[str, Any]:
    """The compiled step() against the same loop in C, over the same volts: one voice, and several.

    `step_vs_c` is how many times as long one voice takes; `voice_sample_ns` what a sample of a voice takes with
    1, 4 and 16 of them, and in C, where each takes the same.
    """
    import numpy as np
    from librt.vecs import vec

    blocks = {name: np.random.default_rng(1).uniform(-1.0, 1.0, FRAMES) for name in ("voct", "modulation")}
    module = module_class()
    module.sample_rate = SAMPLE_RATE
    module.still = True
    module.prepare()

    def bind(voices: int) -> None:
        for name in ("tune", "fm", "voct", "modulation", "saw", "sine"):
            block = np.repeat(blocks.get(name, np.full(FRAMES, 0.25)), voices if name not in KNOBS else 1)
            setattr(module, name, vec[float](block.tolist()))
            if name in blocks:
                setattr(module, f"wide_{name}", voices > 1)

    bind(1)
    with tempfile.TemporaryDirectory(prefix="livepatch-bench-") as folder:
        process, vco, keep = _c_loop(Path(folder), blocks)
        pairs = [
            (_best(lambda: module.process(0, FRAMES), ROUNDS), _best(lambda: process(vco, 0, FRAMES), ROUNDS))
            for _ in range(7)
        ]
        difference = float(np.max(np.abs(np.frombuffer(module.saw) - keep["saw"])))
    if difference > 1e-6:
        raise LivepatchError(f"step() and its C differ by {difference:g} V: they are not the same loop")
    bind(16)
    together = min(_best(lambda: module.process_lanes(0, FRAMES), ROUNDS) for _ in range(7)) / FRAMES
    one, c = (min(times) / FRAMES for times in zip(*pairs, strict=True))
    return {
        "step_vs_c": sorted(step / c for step, c in pairs)[len(pairs) // 2],
        "voice_sample_ns": {"1": one, "4": together / 4, "16": together / 16, "c": c},
    }


def _c_loop(folder: Path, blocks: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """The C loop compiled with gcc -O3 -march=native, and the struct it works on."""
    import numpy as np

    class Vco(ctypes.Structure):
        _fields_ = [(name, ctypes.c_double) for name in ("sample_rate", "tune", "fm", "phase")] + [
            (name, ctypes.c_void_p) for name in ("voct", "modulation", "saw", "sine")
        ]

    header = HEADER.read_text("utf-8").split(FUNCTIONS[0])[1].split(FUNCTIONS[1])[0]
    loop = (locations.bundled() / "benchmarks" / "step_vco.c").read_text("utf-8")
    text = folder / "step_vco.c"
    text.write_text(f"#include <math.h>\n#include <stdint.h>\n#include <string.h>\n{header}\n{loop}", "utf-8")
    library = folder / "step_vco.so"
    compiler = toolchain.find(locations.cache()).path
    command = [compiler, "-O3", "-march=native", "-shared", "-fPIC", str(text), "-o", str(library), "-lm"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise LivepatchError(f"the C to compare with does not compile: {made.stderr.splitlines()[0]}")
    keep = blocks | {name: np.zeros(FRAMES) for name in ("saw", "sine")}
    vco = Vco(
        SAMPLE_RATE, 0.25, 0.25, 0.0, *(keep[name].ctypes.data for name in ("voct", "modulation", "saw", "sine"))
    )
    process = ctypes.CDLL(str(library)).process
    process.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64]
    return process, ctypes.addressof(vco), keep | {"struct": vco}


def _best(call: Callable[[], object], rounds: int) -> float:
    """Nanoseconds of the quickest of several calls."""
    quickest = float("inf")
    for _ in range(rounds):
        began = time.perf_counter_ns()
        call()
        quickest = min(quickest, time.perf_counter_ns() - began)
    return quickest
