"""The C compiler: found, tried out once and remembered, then called for each build."""

import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path

import msgspec

from livepatch import locations
from livepatch.compiler.primitives import HEADER, LANES, OUT_OF_LINE
from livepatch.errors import LivepatchError

CANDIDATES = ("clang", "cc", "gcc") if sys.platform == "darwin" else ("gcc", "clang", "cc")
FLAGS = (
    "-O3",
    "-g0",
    "-w",
    "-pipe",
    "-fPIC",
    "-fwrapv",
    "-fcommon",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-plt",
    "-fvisibility=hidden",
    "-DNDEBUG",
)
FLAGS_OF_GCC = (
    "-fno-semantic-interposition",
    "--param=vect-max-version-for-alias-checks=100",
    "-fira-loop-pressure",
)
"""With so many checks a loop over a dozen blocks, which might overlap, is still vectorised. What is the same in
every turn of a loop has a register only where those that change leave one."""
FLAGS_OF_LANES = ("-fschedule-insns", "-fsched-pressure")
"""Besides, where voices are side by side and registers run short: what is needed together is computed together."""
OPTIMISING = frozenset({"-O3", "-fno-math-errno", "-fno-trapping-math", "-fno-semantic-interposition"})
RUNTIME_FLAGS = ("-O3", "-g0", "-w", "-fPIC", "-fwrapv", "-fvisibility=hidden", "-ffunction-sections", "-DNDEBUG")
ASIDE = 5
"""How much nicer than the rest of the compiler a step is that nobody waits for."""
INSTALL = (
    "install one (xcode-select --install)"
    if sys.platform == "darwin"
    else "install one (Debian, Ubuntu: apt install gcc python3-dev)"
)


class NoCompilerError(LivepatchError):
    """There is no C compiler that works; modules that were compiled before still play."""


class CompilerFailedError(LivepatchError):
    """The C compiler refused generated code; the message says where its own words are."""


class Toolchain(msgspec.Struct, frozen=True):
    """A C compiler and how to call it. `linker`: an ELF linker to call directly, if one works; it is faster.

    `stamp` tells whether the compiler at `path` is still the one that was tried.
    """

    path: str
    stamp: str
    version: str
    clang: bool
    flags: tuple[str, ...]
    linker: str
    libraries: tuple[str, ...]
    key: str

    def compile(self, source: Path, output: Path, kit: Path, *folders: Path) -> None:
        """Compile generated C, which needs no #include of its own.

        Raises: CompilerFailedError, NoCompilerError.
        """
        self.start(source, output, kit, *folders).wait()

    def start_part(self, source: Path, output: Path, kit: Path, *folders: Path, quickly: bool = False) -> "Run":
        """As `start`, of a part of livepatch, whose boilerplate uses more than that of modules does.

        Raises: NoCompilerError.
        """
        if not quickly:
            return self.start(source, output, kit, *folders)
        header = str(_header(kit, quickly=False))
        own = ["-DLIVEPATCH_PART", "-include", header, *_includes(*folders)]
        return Run([self.path, *self.quick_flags, *own, "-c", str(source), "-o", str(output)])

    def start(
        self, source: Path, output: Path, kit: Path, *folders: Path, quickly: bool = False, lanes: bool = False
    ) -> "Run":
        """Begin to compile generated C; `quickly` is for what need not be fast, `lanes` for voices side by side.

        Raises: NoCompilerError.
        """
        header = _header(kit, quickly=quickly)
        first = ["-include-pch", f"{header}.pch"] if self.clang else ["-include", str(header)]
        flags = self.quick_flags if quickly else self.flags
        if lanes and not self.clang:
            flags = (*flags, *FLAGS_OF_LANES)
        return Run([self.path, *flags, *first, *_includes(*folders), "-c", str(source), "-o", str(output)])

    @property
    def quick_flags(self) -> tuple[str, ...]:
        """The flags without optimisation."""
        return (*(flag for flag in self.flags if flag not in OPTIMISING), "-O0")

    def link(self, objects: list[Path], output: Path, kit: Path) -> None:
        """Make a library that Python can load.

        Raises: CompilerFailedError, NoCompilerError.
        """
        inputs = [*map(str, objects), str(kit / "runtime.a")]
        if self.linker:
            command = [self.linker, "-shared", "--gc-sections", "--exclude-libs", "ALL", "-s"]
            try:
                run([*command, *inputs, *self.libraries, "-o", str(output)])
            except (CompilerFailedError, NoCompilerError):
                output.unlink(missing_ok=True)
            else:
                return
        run([self.path, *_link_flags(), *inputs, "-lm", "-o", str(output)])


def find(cache: Path) -> Toolchain:
    """The C compiler: $CC, or the first that is there. What was found out about it stays in `cache`.

    Without one, the last that was there is returned, so that what it compiled is still found.

    Raises: NoCompilerError: if there is none, and never was. LivepatchError: if the cache cannot be written.
    """
    record = cache / "toolchain.json"
    known = _recall(record)
    path = next((found for name in _names() if (found := shutil.which(name))), None)
    if path is None:
        if known is None:
            raise NoCompilerError(f"no C compiler was found; {INSTALL}, or name one in $CC")
        return known
    stamp = _stamp(path)
    if known is not None and (known.path, known.stamp) == (path, stamp):
        return known
    toolchain = _try_out(path, stamp)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        record.write_bytes(msgspec.json.encode(toolchain))
    except OSError as error:
        raise LivepatchError(unwritable(cache, error)) from error
    return toolchain


def unwritable(cache: Path, error: OSError) -> str:
    """What to tell a performer whose cache cannot be written."""
    reason = error.strerror or str(error)
    return f"compiled code cannot be kept in {cache}: {reason}; free it, or set LIVEPATCH_HOME to another folder"


def prepare(toolchain: Toolchain, kit: Path) -> None:
    """Compile what every library needs into the folder `kit`: mypyc's runtime, and the header once for all.

    Raises: CompilerFailedError, NoCompilerError.
    """
    from mypyc.common import RUNTIME_C_FILES  # noqa: PLC0415 - slow to import, and needed once

    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        raise NoCompilerError(f"Python's C headers are missing; {INSTALL}")
    kit.mkdir(parents=True, exist_ok=True)
    ending = "pch" if toolchain.clang else "gch"
    runs = []
    for quickly in (False, True):
        header = _header(kit, quickly=quickly)
        header.parent.mkdir(exist_ok=True)
        header.write_text(HEADER.read_text("utf-8") + LANES.read_text("utf-8"), "utf-8")
        flags = toolchain.quick_flags if quickly else toolchain.flags
        first = [toolchain.path, *flags, *_includes(), "-x", "c-header", str(header)]
        runs.append(Run([*first, "-o", f"{header}.{ending}"]))
    objects = [kit / "edges.o"]
    for name in (*RUNTIME_C_FILES, "vecs/librt_vecs_api.c", "vecs_extra_ops.c"):
        target = kit / (Path(name).stem + ".o")
        first = [toolchain.path, *RUNTIME_FLAGS, *_includes(), "-c", str(_mypyc_folder() / name)]
        runs.append(Run([*first, "-o", str(target)]))
        objects.append(target)
    wait_for(runs)
    toolchain.compile(OUT_OF_LINE, objects[0], kit)
    archive = kit / "runtime.a"
    archive.unlink(missing_ok=True)
    run(["ar", "rcs", str(archive), *map(str, objects)])
    for target in objects:
        target.unlink()


def _header(kit: Path, *, quickly: bool) -> Path:
    """The header, which lies compiled beside itself."""
    return kit / ("quick" if quickly else "optimised") / HEADER.name


def run(command: list[str]) -> None:
    """Run a step of the compiler to its end; its own words go to a log.

    Raises: CompilerFailedError: if it refuses. NoCompilerError: if it is gone.
    """
    Run(command).wait()


def wait_for(runs: list["Run"]) -> None:
    """Wait until all have ended.

    Raises: CompilerFailedError: if one refused; the others are stopped. NoCompilerError: if the compiler is gone.
    """
    try:
        for each in runs:
            each.wait()
    finally:
        for each in runs:
            each.end()


class Run:
    """A step of the compiler, under way."""

    def __init__(self, command: list[str]) -> None:
        """Begin.

        Raises: NoCompilerError: if the compiler is gone.
        """
        self._command = command
        quiet = subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=subprocess.PIPE, text=True)
        except FileNotFoundError as error:
            raise NoCompilerError(f"{command[0]} is gone; {INSTALL}, or name a C compiler in $CC") from error

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def step_aside(self) -> None:
        """Let the rest of the machine go first."""
        with contextlib.suppress(OSError):  # it has ended by itself
            os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + ASIDE)

    def end(self) -> None:
        """Stop it, if it still runs."""
        assert self._process.stderr is not None
        if not self._process.stderr.closed:
            self._process.kill()
            self._process.communicate()

    def wait(self) -> None:
        """Wait until it has ended.

        Raises: CompilerFailedError: if it refused. NoCompilerError: if the compiler is gone.
        """
        _, words = self._process.communicate()
        if not self._process.returncode:
            return
        if not any(shutil.which(name) for name in _names()):
            raise NoCompilerError(f"no C compiler was found; {INSTALL}, or name one in $CC")
        if "No space left on device" in words:
            raise LivepatchError(f"the disk is full; free some space (compiled code is in {locations.cache()})")
        log = locations.state() / "c-compiler.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(" ".join(self._command) + "\n" + words, "utf-8")
        raise CompilerFailedError(
            f"{Path(self._command[0]).name} failed on generated code; its own words are in {log}"
        )


def _names() -> list[str]:
    chosen = os.environ.get("CC", "").split()
    return [*chosen[:1], *CANDIDATES]


def _stamp(path: str) -> str:
    status = Path(path).resolve().stat()
    header = hashlib.sha256(
        b"".join(map(Path.read_bytes, (HEADER, LANES, OUT_OF_LINE, Path(__file__))))
    ).hexdigest()
    return f"{status.st_size} {status.st_mtime_ns} {sys.version} {version('mypy')} {_processor()} {header}"


def _recall(record: Path) -> Toolchain | None:
    try:
        return msgspec.json.decode(record.read_bytes(), type=Toolchain)
    except (OSError, msgspec.DecodeError):
        return None


def _try_out(path: str, stamp: str) -> Toolchain:
    said = subprocess.run(
        [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if said.returncode:
        raise NoCompilerError(f"{path} does not work; {INSTALL}, or name another in $CC")
    words = said.stdout.partition("\n")[0]
    clang = "clang" in words
    flags = FLAGS if clang else (*FLAGS, *FLAGS_OF_GCC)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, output = folder / "try.c", folder / "try.o"
        source.write_text("double twice(double x) { return 2.0 * x; }\n")
        if not _works([path, *flags, "-c", str(source), "-o", str(output)]):
            raise NoCompilerError(f"{path} cannot compile; {INSTALL}, or name another in $CC")
        if _works([path, *flags, "-march=native", "-c", str(source), "-o", str(folder / "native.o")]):
            flags = (*flags, "-march=native")
        libraries = _libraries(path)
        linker = next((found for found in _linkers() if _links(found, output, libraries)), "")
    facts = (
        path,
        words,
        flags,
        sys.version,
        version("mypy"),
        version("librt"),
        _processor(),
        HEADER.read_text("utf-8"),
        LANES.read_text("utf-8"),
        OUT_OF_LINE.read_text("utf-8"),
        Path(__file__).read_text("utf-8"),
    )
    key = hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
    return Toolchain(path, stamp, words, clang, flags, linker, libraries, key)


def _works(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _linkers() -> list[str]:
    if sys.platform != "linux":
        return []
    return [found for name in ("ld.gold", "ld.bfd", "ld") if (found := shutil.which(name))]


def _links(linker: str, example: Path, libraries: tuple[str, ...]) -> bool:
    output = str(example.with_suffix(".so"))
    return _works([linker, "-shared", "--gc-sections", "-s", str(example), *libraries, "-o", output])


def _libraries(path: str) -> tuple[str, ...]:
    """Files that a library is linked with when the compiler is not there to say so.

    The C library is not among them: it is in every process, and a third of the time would go into reading it.
    """
    found = []
    for name in ("libm.so.6", "libgcc.a"):
        asked = [path, f"-print-file-name={name}"]
        said = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        found.append(said.stdout.strip())
    return tuple(found)


def _link_flags() -> list[str]:
    if sys.platform == "darwin":
        return ["-bundle", "-undefined", "dynamic_lookup", "-Wl,-dead_strip"]
    return ["-shared", "-Wl,--gc-sections", "-Wl,--exclude-libs,ALL", "-s"]


def _mypyc_folder() -> Path:
    import mypyc.build  # noqa: PLC0415 - slow to import, and needed once

    return Path(mypyc.build.__file__).with_name("lib-rt")


def _includes(*folders: Path) -> list[str]:
    runtime = _mypyc_folder()
    found = (*folders, runtime, runtime / "vecs", Path(sysconfig.get_path("include")))
    return [f"-I{folder}" for folder in found]


def _processor() -> str:
    """What code compiled with -march=native is for; another processor gets code of its own."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.machine() + platform.processor()
    wanted = ("model name", "flags", "Features", "CPU part")
    facts = dict.fromkeys(line for line in lines if line.startswith(wanted))
    return platform.machine() + hashlib.sha256("\n".join(facts).encode()).hexdigest()[:12]
