"""What tests of compiled code share.

`compiled_cache`: a folder with the compiled parts of livepatch, made once and kept between runs
(`LIVEPATCH_TEST_CACHE`, else `.pytest-cache-livepatch/`); give it to a compiler as `--cache`.
`build`: `build(text_or_path, type="test")` compiles a module file as the compiler process would, dry run
included, and returns the folder of the build; it raises ModuleError if the file is wrong.
`native`: `native(text_or_path, type="test")` is such a build loaded, ready to play: a `Playable`.
`interpreted`: the same text rewritten but run as plain Python, as a `Playable`.
A plain module file is imported as it stands; see tests/rendering.py.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIG_IGN, SIGINT, default_int_handler, getsignal
from signal import signal as handle
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from librt.vecs import vec
from numpy.typing import NDArray

import livepatch
from livepatch.compiler import interpreted as plain
from livepatch.compiler.attempt import Attempts
from livepatch.compiler.build import Builder
from livepatch.compiler.cache import Cache
from livepatch.compiler.library import Library
from livepatch.compiler.parts import Parts
from livepatch.compiler.primitives import NATIVE
from livepatch.compiler.rewrite import rewrite
from livepatch.declarations import read_panel
from livepatch.errors import ModuleError
from livepatch.module import VOICES
from livepatch.panel import Panel
from livepatch.protocol.builds import load_build, load_runtime
from livepatch.protocol.messages import Build, Rejected
from tests.rendering import narrow, widen

REPOSITORY = Path(__file__).parents[1]
RUNTIME = "livepatch.runtime"
QUANTUM = 64
Build_ = Callable[..., Path]


class Playable:
    """One instance of generated code, native or interpreted, with its blocks bound. `module` is the instance."""

    def __init__(self, cls: type[Any], panel: Panel, sample_rate: float = 48000.0, seed: int = 1) -> None:
        self.panel = panel.whole()
        self.module = cls()
        self.module.sample_rate = sample_rate
        self.module.seed = seed
        self.module.prepare()

    def render(
        self, frames: int, given: Mapping[str, Any] | None = None, *, block: int = QUANTUM
    ) -> dict[str, NDArray[np.float64]]:
        """Volts of each outlet, with `given` on knobs, switches, buttons, inlets: numbers, or arrays of `frames`.

        An array of `(frames, voices)` is a cable of voices, for ports whose code hears them all; such outlets
        come back so where they carry more than one. Played in blocks of `block` frames; state goes on from one
        call to the next.
        """
        given = given or {}
        signals = {name: self._signal(given.get(name, value), frames) for name, value in self._defaults().items()}
        for switch in self.panel.switches:
            setattr(self.module, switch.name, int(given.get(switch.name, switch.default)))
        for button in self.panel.buttons:
            setattr(self.module, button.name, bool(given.get(button.name, False)))
        knobs = [signals[knob.name] for knob in self.panel.knobs]
        self.module.still = all(np.ptp(knob) == 0.0 for knob in knobs)
        self._connect(given)
        width = {port.name: VOICES if self._counted(port.name) else 1 for port in self.panel.outlets}
        rendered = {name: np.empty((frames, voices)) for name, voices in width.items()}
        for begin in range(0, frames, block):
            count = min(block, frames - begin)
            for name, signal in signals.items():
                self._bind(name, signal[begin : begin + count])
            blocks = {name: vec[float]([0.0] * (count * voices)) for name, voices in width.items()}
            for name, found in blocks.items():
                setattr(self.module, name, found)
            self.module.process(0, count)
            for name, found in blocks.items():
                rendered[name][begin : begin + count] = np.reshape(list(found), (count, width[name]))
        return {name: narrow(volts, self._channels(name)) for name, volts in rendered.items()}

    def _bind(self, name: str, signal: NDArray[np.float64]) -> None:
        if self._counted(name):
            setattr(self.module, f"channels_{name}", 1 if signal.ndim == 1 else signal.shape[1])
            block = widen(signal).ravel()
        else:
            block = signal if signal.ndim == 1 else signal[:, 0]
        setattr(self.module, name, vec[float](block.tolist()))

    def _counted(self, name: str) -> bool:
        return hasattr(self.module, f"channels_{name}")

    def _channels(self, name: str) -> int:
        return getattr(self.module, f"channels_{name}") if self._counted(name) else 1

    def render_voices(
        self, frames: int, given: Mapping[str, Any], *, block: int = QUANTUM
    ) -> dict[str, NDArray[np.float64]]:
        """As `render`, all sixteen voices side by side: signals and results are of (frames, 16), or one number."""
        signals = {
            name: np.broadcast_to(np.asarray(given.get(name, value), float), (frames, 16))
            for name, value in self._defaults().items()
        }
        for switch in self.panel.switches:
            setattr(self.module, switch.name, int(given.get(switch.name, switch.default)))
        self.module.still = all(np.ptp(signals[knob.name]) == 0.0 for knob in self.panel.knobs)
        self._connect(given)
        rendered = {outlet.name: np.empty((frames, 16)) for outlet in self.panel.outlets}
        for begin in range(0, frames, block):
            count = min(block, frames - begin)
            for name, signal in signals.items():
                setattr(self.module, name, vec[float](signal[begin : begin + count].ravel().tolist()))
                setattr(self.module, f"wide_{name}", True)
            blocks = {name: vec[float]([0.0] * (16 * count)) for name in rendered}
            for name, found in blocks.items():
                setattr(self.module, name, found)
            self.module.process_lanes(0, count)
            for name, found in blocks.items():
                rendered[name][begin : begin + count] = np.reshape(list(found), (count, 16))
        return rendered

    def _connect(self, given: Mapping[str, Any]) -> None:
        for name in given:
            if hasattr(self.module, f"connected_{name}"):
                setattr(self.module, f"connected_{name}", True)

    def _defaults(self) -> dict[str, float]:
        knobs = {knob.name: knob.default for knob in self.panel.knobs}
        normals = {inlet.name: inlet.normal for inlet in self.panel.inlets}
        return knobs | {name: 0.0 if isinstance(normal, str) else normal for name, normal in normals.items()}

    @staticmethod
    def _signal(value: Any, frames: int) -> NDArray[np.float64]:
        signal = np.asarray(value, float)
        return signal if signal.ndim == 2 else np.broadcast_to(signal, (frames,))


_NATIVE_RUNTIME: list[ModuleType] = []


@contextmanager
def native_runtime(core: Path) -> Iterator[None]:
    """The native base of modules in the place of the Python one, which other tests may have imported."""
    before = sys.modules.pop(RUNTIME, None)
    if _NATIVE_RUNTIME:
        sys.modules[RUNTIME] = _NATIVE_RUNTIME[0]
    else:
        load_runtime(core)
        _NATIVE_RUNTIME.append(sys.modules[RUNTIME])
    try:
        yield
    finally:
        del sys.modules[RUNTIME]
        vars(livepatch).pop("runtime", None)
        if before is not None:
            sys.modules[RUNTIME] = before
            vars(livepatch)["runtime"] = before


@pytest.fixture(scope="session", autouse=True)
def _temporary_files() -> Iterator[None]:
    """A folder for the temporary files of the tests and of all that they start, gone when they end.

    Its name is short: sockets lie in it.
    """
    # a process that is just ending may write its log yet
    temporary = tempfile.TemporaryDirectory(prefix="livepatch-tests-", ignore_cleanup_errors=True)
    with temporary as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c() -> None:
    """What the tests start hears Ctrl-C, though a shell has it ignored by what runs in the background."""
    if getsignal(SIGINT) is SIG_IGN:
        handle(SIGINT, default_int_handler)


@pytest.fixture(scope="session")
def compiled_cache() -> Path:
    """The cache that all tests share."""
    cache = Path(os.environ.get("LIVEPATCH_TEST_CACHE") or REPOSITORY / ".pytest-cache-livepatch").resolve()
    Parts(cache).make(lambda _: None)
    return cache


@pytest.fixture(scope="session")
def attempts(compiled_cache: Path) -> Attempts:
    """What builds modules; its forks start from this process."""
    parts = Parts(compiled_cache)
    return Attempts(Builder(parts), Cache(compiled_cache, parts.key), slowest_ns=20000.0)


@pytest.fixture(scope="session")
def build(attempts: Attempts) -> Build_:
    """Compiles a module file; the folder of its build."""

    def compile_file(file: str | Path, type: str = "test") -> Path:
        path, text = _file(file, type)
        source = attempts.cache.source(path.stem, text)
        if attempts.cache.find(source) is None:
            with native_runtime(attempts.builder.parts.core):
                answer = attempts.build(Build(1, str(path), text), None, lambda: True)
            if isinstance(answer, Rejected):
                raise ModuleError(list(answer.problems))
        return attempts.cache.folder(source)

    return compile_file


@pytest.fixture(scope="session")
def native(build: Build_, attempts: Attempts) -> Callable[..., Playable]:
    """Compiles and loads a module file; keyword arguments are those of Playable."""

    def load(file: str | Path, type: str = "test", **keywords: Any) -> Playable:
        path, text = _file(file, type)
        folder = build(file, type)
        with native_runtime(attempts.builder.parts.core):
            return Playable(load_build(folder), read_panel(text, str(path)), **keywords)

    return load


@pytest.fixture(scope="session")
def interpreted() -> Callable[..., Playable]:
    """Rewrites a module file and runs that as plain Python; keyword arguments are those of Playable."""

    def load(file: str | Path, type: str = "test", **keywords: Any) -> Playable:
        path, text = _file(file, type)
        panel = read_panel(text, str(path))
        generated = rewrite(text, str(path), panel, Library(NATIVE)).text
        return Playable(plain.load(generated, f"{path.stem}-generated", panel.class_name), panel, **keywords)

    return load


def _file(file: str | Path, type: str) -> tuple[Path, str]:
    if isinstance(file, Path):
        return file, file.read_text("utf-8")
    return Path(f"{type}.py"), file
