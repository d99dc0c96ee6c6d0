"""The parts of livepatch that are native themselves: the base of every module, and the engine's inner loop."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from livepatch import locations
from livepatch.compiler import toolchain
from livepatch.compiler.cold import halves
from livepatch.compiler.toolchain import Toolchain, unwritable, wait_for
from livepatch.disk import replace_file
from livepatch.errors import LivepatchError
from livepatch.protocol.builds import ENDING, CoreFacts, Newest, Part, engine_sources

if TYPE_CHECKING:
    from livepatch.compiler.translation import Group

RUNTIME_GROUP = "livepatch_runtime"
ENGINE_GROUP = "livepatch_engine"
RUNTIME = ("livepatch.runtime",)
ENGINE = (
    "livepatch.engine.transport",
    "livepatch.engine.outlets",
    "livepatch.engine.delay_line",
    "livepatch.engine.ports",
    "livepatch.engine.knobs",
    "livepatch.engine.instance",
    "livepatch.engine.expression",
    "livepatch.engine.rest",
    "livepatch.engine.score",
    "livepatch.engine.plugged",
    "livepatch.engine.crossing",
    "livepatch.engine.node",
    "livepatch.engine.schedule",
    "livepatch.engine.steps",
    "livepatch.engine.output",
    "livepatch.engine.intake",
    "livepatch.engine.alignment",
    "livepatch.engine.graph",
)
_ALSO_IN_KEY = (
    *("compiler", "dsp", "block.py", "constants.py", "declarations.py"),
    *("module.py", "panel.py", "panel_parts.py", "runtime.py", "voltage.py"),
)


class Parts:
    """The native parts in `cache`: where they are, and making what is missing.

    `kit` has what every library is linked with, `work` what mypy remembers and the C headers of the runtime,
    `core` the folder that the engine loads.
    """

    def __init__(self, cache: Path) -> None:
        """Find the C compiler.

        Raises: NoCompilerError: if there is none, and never was.
        """
        self.cache = cache
        self.toolchain: Toolchain = toolchain.find(cache)
        # the folder too: what mypy remembers of a file counts for the file at that place only
        place = str(locations.PACKAGE)
        self.key = _hash(self.toolchain.key, version("mypy"), version("librt"), place, *_texts())
        engine = _hash(*(path.read_text("utf-8") for path in _engine_files()))
        self.kit = cache / "kits" / self.toolchain.key
        folder = cache / "core" / self.key
        self.work = folder / "work"
        self.core = folder / engine
        self._runtime = folder / f"runtime{ENDING}"

    def ready(self) -> bool:
        """Whether nothing is missing."""
        return (self.core / "core.json").exists()

    def make(self, progress: Callable[[str], None]) -> None:
        """Compile what is missing; `progress` is told before each step. Processes that share a cache take turns.

        Raises: NoCompilerError, CompilerFailedError. LivepatchError: if the cache cannot be written.
        """
        with exclusively(self.cache):
            if not (self.kit / "complete").exists():
                progress("runtime library")
                toolchain.prepare(self.toolchain, self.kit)
                (self.kit / "complete").touch()
            if not self._runtime.exists():
                progress("base of modules")
                self._compile(RUNTIME_GROUP, self._runtime, [runtime_group()], self.work)
            if not self.ready():
                progress("engine")
                self._make_engine()
            self.announce()

    def announce(self) -> None:
        """Make `core` the one that `builds.core_folder` finds."""
        newest = msgspec.json.encode(Newest(f"{self.key}/{self.core.name}", engine_sources()))
        record = self.cache / "core" / "newest.json"
        if not record.exists() or record.read_bytes() != newest:
            replace_file(record, newest)

    def _make_engine(self) -> None:
        from livepatch.compiler.translation import Group, part_path  # noqa: PLC0415 - imports mypy

        parts = [Part(os.path.relpath(self._runtime, self.core), RUNTIME_GROUP, RUNTIME)]
        names = tuple(name for name in ENGINE if part_path(name).exists())
        self.core.mkdir(parents=True, exist_ok=True)
        if names:
            output = self.core / f"engine{ENDING}"
            group = Group(ENGINE_GROUP, {name: part_path(name) for name in names})
            # not what mypy remembers of another engine: classes that it takes for unchanged may not be
            work = self.core / "work"
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(self.work, work)
            self._compile(ENGINE_GROUP, output, [runtime_group(), group], work)
            shutil.rmtree(work)
            parts.append(Part(output.name, ENGINE_GROUP, names))
        replace_file(self.core / "core.json", msgspec.json.encode(CoreFacts(tuple(parts))))

    def _compile(self, name: str, output: Path, groups: "list[Group]", work: Path) -> None:
        from livepatch.compiler.translation import TranslationError, translate  # noqa: PLC0415 - imports mypy

        try:
            text = translate(groups, work, work / "c")
        except TranslationError as error:
            raise LivepatchError(f"{name} does not compile, which is livepatch's own mistake: {error}") from error
        sources = [work / f"{name}{end}.c" for end in ("", "-cold")]
        runs = []
        for source, half in zip(sources, halves(text), strict=True):
            source.write_text(half, "utf-8")
            quickly = source is sources[1]
            target = source.with_suffix(".o")
            runs.append(self.toolchain.start_part(source, target, self.kit, work / "c", quickly=quickly))
        wait_for(runs)
        targets = [source.with_suffix(".o") for source in sources]
        fresh = output.with_name(f"{output.name}.new")
        self.toolchain.link(targets, fresh, self.kit)
        fresh.replace(output)
        for target in targets:
            target.unlink()


def runtime_group() -> "Group":
    """What every module is compiled against."""
    from livepatch.compiler.translation import Group, part_path  # noqa: PLC0415 - imports mypy

    return Group(RUNTIME_GROUP, {name: part_path(name) for name in RUNTIME}, closed=False)


@contextmanager
def exclusively(cache: Path) -> Iterator[None]:
    """One process at a time.

    Raises: LivepatchError: if the cache cannot be written.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise LivepatchError(unwritable(cache, error)) from error


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:20]


def _texts() -> Iterator[str]:
    for name in _ALSO_IN_KEY:
        path = locations.PACKAGE / name
        files = sorted(path.glob("*.[ph]*")) if path.is_dir() else [path]
        yield from (file.read_text("utf-8") for file in files if file.suffix in {".py", ".h"})


def _engine_files() -> list[Path]:
    files = [locations.PACKAGE.joinpath(*name.split(".")[1:]).with_suffix(".py") for name in ENGINE]
    return [file for file in files if file.exists()]
