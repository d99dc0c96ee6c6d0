"""`python -m livepatch.compiler`: the process that compiles modules for a session."""

import argparse
import contextlib
import os
import socket
from pathlib import Path

from livepatch import settings
from livepatch.compiler.service import SAMPLE_NS, Service
from livepatch.protocol.channel import Channel
from livepatch.protocol.children import follow_parent
from livepatch.protocol.messages import ToCompiler


def main() -> None:
    """Serve the session at the other end of the socket until it goes."""
    parser = argparse.ArgumentParser(prog="python -m livepatch.compiler", description="compiles modules")
    parser.add_argument("--socket-fd", type=int, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--folders", type=Path, nargs="*", default=[], help="module files to compile in idle time")
    options = parser.parse_args()
    os.nice(5)  # the sound comes first
    follow_parent()
    _leave_folder_for(options.cache)
    slowest_ns = settings.load().module_share * SAMPLE_NS
    with socket.socket(fileno=options.socket_fd) as connection:
        Service(Channel(connection, ToCompiler), options.cache, options.folders, slowest_ns).run()


def _leave_folder_for(cache: Path) -> None:
    """Be where nobody's files are: mypy looks in the current folder and $MYPYPATH for what is imported."""
    os.environ.pop("MYPYPATH", None)
    with contextlib.suppress(OSError):  # who needs the cache tells
        cache.mkdir(parents=True, exist_ok=True)
        os.chdir(cache)


if __name__ == "__main__":
    main()
