"""`livepatch doctor`: what is there, and what to do about the rest."""

import importlib.metadata
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.interpreter import PYTHON
from livepatch.plugins import places, surroundings
from livepatch.protocol.plugin_index import PluginIndex

MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
PATIENCE_SECONDS = 20.0
SMALLEST_TERMINAL = (80, 24)
LEAST_FREE_MEGABYTES = 200
PINNED = ("mypy", "librt")
PRIORITY_REMEDY = (
    'put "@audio - rtprio 95" and "@audio - memlock unlimited" into /etc/security/limits.d/audio.conf, '
    "then sudo usermod -aG audio $USER, then log in again"
)


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at, and what to do about it. `status`: ok; warn: it plays without; fail: it cannot."""

    name: str
    status: Literal["ok", "warn", "fail"]
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{MARKS[self.status]}  {self.name}: {self.found}" + (f"; {self.remedy}" if self.remedy else "")


def run(as_json: bool = False) -> int:  # noqa: FBT001, FBT002 - the command line's switch
    """Look at everything and print a line for each, or one JSON document.

    Returns 0, or 1 if something is missing without which livepatch cannot play.
    """
    findings: list[Finding] = []
    for finding in look():
        findings.append(finding)
        if not as_json:
            sys.stdout.write(f"{finding}\n")
            sys.stdout.flush()
    failed = any(finding.status == "fail" for finding in findings)
    if as_json:
        document = {"ok": not failed, "findings": [msgspec.structs.asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return int(failed)


def look() -> Iterator[Finding]:
    """Every finding, in the order in which things are needed."""
    looks: list[Callable[[], Iterator[Finding]]] = [
        python,
        pinned_versions,
        compiler,
        headers,
        sound,
        priority,
        processor,
        folders,
        plugin_folders,
        terminal,
    ]
    for each in looks:
        yield from each()


def python() -> Iterator[Finding]:
    """The interpreter."""
    yield Finding("Python", "ok", f"{platform.python_version()} ({sys.executable})")


def pinned_versions() -> Iterator[Finding]:
    """The packages of which the compiler needs exactly one version."""
    requirements = importlib.metadata.requires("livepatch") or []
    for name in PINNED:
        wanted = next((r.partition("==")[2] for r in requirements if r.startswith(f"{name}==")), "")
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "not installed"
        if found == wanted:
            yield Finding(name, "ok", found)
        else:
            remedy = f"the compiler needs {wanted}: {sys.executable} -m pip install {name}=={wanted}"
            yield Finding(name, "fail", found, remedy)


def compiler() -> Iterator[Finding]:
    """The C compiler, by compiling and linking with it."""
    install = {"Darwin": "xcode-select --install"}.get(platform.system(), "sudo apt-get install gcc libc6-dev")
    chosen = os.environ.get("CC", "").split()[:1]
    names = ("clang", "cc", "gcc") if platform.system() == "Darwin" else ("gcc", "clang", "cc")
    name = next((name for name in (*chosen, *names) if shutil.which(name)), None)
    if name is None or shutil.which("ar") is None:
        yield Finding("C compiler", "fail", "none (gcc, clang)" if name is None else f"{name} without ar", install)
        return
    version = _call([name, "--version"]).stdout.partition("\n")[0]
    with tempfile.TemporaryDirectory(prefix="livepatch-") as folder:
        source = Path(folder) / "trial.c"
        source.write_text("#include <math.h>\ndouble trial(double x) { return floor(x); }\n")
        trial = _call([name, "-O3", "-shared", "-fPIC", str(source), "-o", str(source.with_suffix(".so"))])
    if trial.returncode == 0:
        yield Finding("C compiler", "ok", version)
    else:
        complaint = (trial.stderr.strip() or f"exit code {trial.returncode}").splitlines()[0]
        yield Finding("C compiler", "fail", f"{version} does not compile: {complaint}", install)


def headers() -> Iterator[Finding]:
    """Python's own header files."""
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if header.is_file():
        yield Finding("Python headers", "ok", str(header.parent))
    else:
        package = f"libpython{sys.version_info.major}.{sys.version_info.minor}-dev"
        yield Finding("Python headers", "fail", f"no {header}", f"sudo apt-get install {package}")


def sound() -> Iterator[Finding]:
    """PortAudio and what it plays on, as a process of its own sees them."""
    listing = _call([*PYTHON, "-m", "livepatch", "devices", "--json"])
    if listing.returncode:
        remedy = (
            "brew install portaudio" if platform.system() == "Darwin" else "sudo apt-get install libportaudio2"
        )
        complaint = (listing.stderr.strip() or f"exit code {listing.returncode}").splitlines()[-1]
        yield Finding("PortAudio", "warn", complaint, f"patches play unheard: {remedy}")
        return
    yield Finding("PortAudio", "ok", "found")
    devices: list[dict[str, Any]] = json.loads(listing.stdout)
    if not any(device["channels"] for device in devices):
        remedy = "patches play unheard: connect one, or start a sound server (JACK, PipeWire)"
        yield Finding("sound devices", "warn", "none", remedy)
    for device in devices:
        yield Finding("sound device", "ok", f"{device['name']} ({device['interface']}, {_channels(device)})")
    jack = any("JACK" in device["interface"] for device in devices)
    yield Finding("JACK server", "ok", "running" if jack else "not running (only needed if you use JACK)")


def _channels(device: dict[str, Any]) -> str:
    """How many a device plays and hears."""
    plays = f"{device['channels']} channels{', its default' if device['default'] else ''}"
    hears = f"{device['inputs']} inputs{', its default' if device['default_input'] else ''}"
    return ", ".join(text for text, count in ((plays, device["channels"]), (hears, device["inputs"])) if count)


def priority() -> Iterator[Finding]:
    """Whether the engine may run before everything else, and keep its memory from being swapped out."""
    if platform.system() != "Linux":
        yield Finding("real-time priority", "ok", "given by the system's sound service")
        return
    trial = "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(60))"
    granted = _call([*PYTHON, "-c", trial]).returncode == 0
    soft = resource.getrlimit(resource.RLIMIT_RTPRIO)[0]
    limit = "unlimited" if soft == resource.RLIM_INFINITY else str(soft)
    if granted:
        privileged = soft == 0  # by a capability, whatever the limit
        yield Finding("real-time priority", "ok", "granted" if privileged else f"granted (rtprio {limit})")
    else:
        yield Finding("real-time priority", "warn", f"refused (rtprio {limit})", PRIORITY_REMEDY)
    memory = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
    enough = memory == resource.RLIM_INFINITY or memory >= 1 << 29 or os.geteuid() == 0
    found = "unlimited" if memory == resource.RLIM_INFINITY else f"{memory >> 20} MB"
    yield Finding("locked memory", "ok" if enough else "warn", found, "" if enough else PRIORITY_REMEDY)


def processor() -> Iterator[Finding]:
    """How many cores, and the instructions that compiled code can use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    described = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"^model name\s*: (.*)$", described, re.MULTILINE)
    flags = re.search(r"^(?:flags|Features)\s*: (.*)$", described, re.MULTILINE)
    has = set(flags[1].split()) if flags else set()
    known = [name for name in ("sse4_2", "avx", "fma", "avx2", "avx512f", "asimd", "sve") if name in has]
    name = model[1] if model else platform.machine()
    yield Finding("processor", "ok", f"{name}, {cores} cores" + (f", {' '.join(known)}" if known else ""))
    governor = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    if governor.exists() and (chosen := governor.read_text().strip()) == "powersave":
        remedy = "for a steady clock: sudo cpupower frequency-set -g performance"
        yield Finding("processor clock", "warn", chosen, remedy)


def folders() -> Iterator[Finding]:
    """Where livepatch keeps things, and whether it can."""
    workspace = locations.workspace()
    yield Finding("workspace", "ok", str(workspace))
    elsewhere = "make room or rights there, or set LIVEPATCH_HOME to a folder of yours"
    for name, folder in (("cache folder", locations.cache()), ("state folder", locations.state())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"0" * 4096)
        except OSError as error:
            yield Finding(name, "fail", f"{folder}: {error.strerror}", elsewhere)
            continue
        used = sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) >> 20
        free = shutil.disk_usage(folder).free >> 20
        enough = free >= LEAST_FREE_MEGABYTES
        found = f"{folder}, {used} MB used, {free} MB free"
        yield Finding(name, "ok" if enough else "warn", found, "" if enough else elsewhere)
    try:
        yield Finding("runtime folder", "ok", f"{locations.runtime(workspace)}, private")
    except (LivepatchError, OSError) as error:
        yield Finding("runtime folder", "fail", str(error), elsewhere)


def plugin_folders() -> Iterator[Finding]:
    """Which of the folders of plug-ins exist."""
    around = surroundings.here()
    folders = [str(place.path) for place in (*places.vst3_places(around), *places.vst2_places(around))]
    there = [folder for folder in folders if Path(folder).is_dir()]
    yield Finding("plug-in folders", "ok", ", ".join(there) or "none (only needed for VST plug-ins)")
    index = PluginIndex.read()
    if index.files:
        broken = len(index.broken())
        remedy = "livepatch plugins names them, and why" if broken else ""
        found = f"{len(index.all())} found" + (f", {broken} cannot be used" if broken else "")
        yield Finding("plug-ins", "ok", found, remedy)
    elif there:
        yield Finding("plug-ins", "ok", "not looked for yet", "livepatch plugins scan")


def terminal() -> Iterator[Finding]:
    """What front ends have to draw on."""
    if not sys.stdout.isatty():
        yield Finding("terminal", "ok", "not a terminal: livepatch run, eval and render work without")
        return
    columns, lines = shutil.get_terminal_size()
    kind = os.environ.get("TERM", "dumb")
    if os.environ.get("NO_COLOR"):
        colours = "no colours (NO_COLOR)"
    elif os.environ.get("COLORTERM") in {"truecolor", "24bit"}:
        colours = "16 million colours"
    else:
        colours = "256 colours" if "256" in kind else "few colours"
    encoding = sys.stdout.encoding.lower()
    remedies = []
    if columns < SMALLEST_TERMINAL[0] or lines < SMALLEST_TERMINAL[1]:
        remedies.append("make it 80 by 24 or larger for the rack")
    if "utf" not in encoding:
        remedies.append("set LANG to a UTF-8 locale, such as C.UTF-8")
    if kind == "dumb":
        remedies.append("TERM=dumb cannot show the rack; livepatch repl works")
    found = f"{kind}, {columns} by {lines}, {colours}, {encoding}"
    yield Finding("terminal", "warn" if remedies else "ok", found, "; ".join(remedies))


def _call(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"no answer within {PATIENCE_SECONDS:g} s")
