"""`python -m livepatch.session`: the session of one workspace, until it is stopped."""

import argparse
import fcntl
import os
import sys
from pathlib import Path
from typing import IO

from livepatch import locations
from livepatch.errors import LivepatchError
from livepatch.journal.recovery import CHOICES
from livepatch.session.launch import start_ahead


def main() -> int:
    """Run the session; 0 at once if the workspace already has one."""
    parser = argparse.ArgumentParser(prog="python -m livepatch.session")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--patch")
    parser.add_argument("--driver")
    parser.add_argument("--recover", choices=tuple(CHOICES))
    parser.add_argument("--sample-rate", type=int)
    options = parser.parse_args()
    try:
        runtime = locations.runtime(options.workspace)
        lock = _lock(runtime / "session.lock")
        if lock is None:
            return 0
        with lock:
            start_ahead(options.workspace, runtime, options.driver, options.sample_rate)
            # only now: the engine and the compiler wake up while this is imported
            from livepatch.session.session import Session  # noqa: PLC0415

            session = Session(options.workspace, runtime, options.driver, options.sample_rate)
            os.chdir(options.workspace)
            session.run(options.patch, options.recover)
    except (LivepatchError, OSError) as error:
        sys.__stderr__.write(f"{error}\n")  # type: ignore[union-attr]  # a session is started with a log
        return 1
    return 0


def _lock(path: Path) -> IO[bytes] | None:
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(str(os.getpid()).encode())
    file.flush()
    return file


if __name__ == "__main__":
    sys.exit(main())
