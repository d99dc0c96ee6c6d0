"""`python -m livepatch.compiler`: the process that compiles modules for a session, or once by hand."""

import argparse
import json
import os
import socket
import sys
from pathlib import Path

import msgspec

from livepatch import locations, settings
from livepatch.compiler.attempt import Attempts
from livepatch.compiler.build import Builder
from livepatch.compiler.cache import Cache
from livepatch.compiler.parts import Parts
from livepatch.compiler.service import SAMPLE_NS, Service
from livepatch.compiler.warmth import warm_up
from livepatch.errors import LivepatchError
from livepatch.protocol.channel import Channel
from livepatch.protocol.children import follow_parent
from livepatch.protocol.messages import Build, Built, Rejected, ToCompiler


def main() -> int:
    """Run the process."""
    parser = argparse.ArgumentParser(prog="python -m livepatch.compiler")
    parser.add_argument("--cache", type=Path, default=locations.cache())
    parser.add_argument("--folders", type=Path, nargs="*", default=[], help="module files to compile in idle time")
    task = parser.add_mutually_exclusive_group(required=True)
    task.add_argument("--socket-fd", type=int, help="serve a session at the other end")
    task.add_argument("--check", type=Path, metavar="FILE", help="compile and try out one module file")
    task.add_argument("--build-all", action="store_true", help="compile everything in --folders")
    parser.add_argument("--json", action="store_true", help="with --check: one JSON document")
    options = parser.parse_args()
    os.nice(5)  # the sound comes first
    slowest_ns = settings.load().module_share * SAMPLE_NS
    if options.socket_fd is not None:
        follow_parent()
        with socket.socket(fileno=options.socket_fd) as connection:
            Service(Channel(connection, ToCompiler), options.cache, options.folders, slowest_ns).run()
        return 0
    try:
        if options.check:
            return _check(options.cache, options.check, slowest_ns, as_json=options.json)
        return _build_all(options.cache, options.folders or [locations.bundled() / "modules"], slowest_ns)
    except LivepatchError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command line's answer
        return 1


def _attempts(cache: Path, slowest_ns: float) -> Attempts:
    parts = Parts(cache)
    parts.make(lambda name: print(f"compiling the {name}", file=sys.stderr))  # noqa: T201 - as above
    warm_up(parts)
    return Attempts(Builder(parts), Cache(cache, parts.key), slowest_ns)


def _check(cache: Path, path: Path, slowest_ns: float, *, as_json: bool) -> int:
    answer = _build(_attempts(cache, slowest_ns), path)
    if as_json:
        print(json.dumps(msgspec.to_builtins(answer), indent=2))  # noqa: T201 - as above
    elif isinstance(answer, Rejected):
        for problem in answer.problems:
            print(problem, file=sys.stderr)  # noqa: T201 - as above
    return isinstance(answer, Rejected)


def _build_all(cache: Path, folders: list[Path], slowest_ns: float) -> int:
    attempts = _attempts(cache, slowest_ns)
    wrong = 0
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
        answer = _build(attempts, path)
        told = "\n".join(map(str, answer.problems)) if isinstance(answer, Rejected) else _summary(answer)
        print(told)  # noqa: T201 - as above
        wrong += isinstance(answer, Rejected)
    return min(wrong, 1)


def _summary(built: Built) -> str:
    total = sum(built.stages.values())
    stages = ", ".join(f"{name} {milliseconds:.0f}" for name, milliseconds in built.stages.items())
    return f"{built.type}: {built.nanoseconds:.1f} ns a sample, {total:.0f} ms ({stages})"


def _build(attempts: Attempts, path: Path) -> Built | Rejected:
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise LivepatchError(f"{path} cannot be read: {error.strerror}") from error
    return attempts.build(Build(1, str(path), text), None, lambda: True)


if __name__ == "__main__":
    sys.exit(main())
