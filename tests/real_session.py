"""A real session of one's own: its folders, its compiler, its engine under the null driver."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.jack_server import wait_until

LIVEPATCH = [sys.executable, "-P", "-m", "livepatch"]
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True)
class RealSession:
    """A workspace in `workspace`, everything else in `home`; a session starts with the first command."""

    workspace: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables of every process of this session."""
        return os.environ | {"LIVEPATCH_HOME": str(self.home)}

    def livepatch(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a livepatch command in the workspace, with `typed` on its standard input."""
        return subprocess.run(
            [*LIVEPATCH, *words],
            cwd=self.workspace,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )

    def evaluate(self, code: str) -> str:
        """What `livepatch eval` prints."""
        done = self.livepatch("eval", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_for(self, code: str, value: str) -> None:
        """Return when `code` evaluates to something that contains `value`."""
        wait_until(lambda: value in self.evaluate(code), PATIENCE_SECONDS, f"{value} in {code}")


@contextmanager
def real_session(folder: Path, cache: Path | None = None) -> Iterator[RealSession]:
    """An empty workspace in `folder`, with compiled code in `cache`; its session is stopped at the end."""
    session = RealSession(folder / "workspace", folder / "home")
    for name in ("modules", "patches"):
        (session.workspace / name).mkdir(parents=True)
    (session.home / "config").mkdir(parents=True)
    (session.home / "config" / "settings.toml").write_text('driver = "null"\n')
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        (session.home / "cache").symlink_to(cache)
    try:
        yield session
    finally:
        session.livepatch("stop")
        shutil.rmtree(session.home, ignore_errors=True)
