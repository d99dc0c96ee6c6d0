"""Every path livepatch reads or writes.

`LIVEPATCH_HOME` puts settings, state, cache and runtime folders under one folder, which is how tests
and a stick that travels keep their own.
"""

import functools
import hashlib
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs

from livepatch.errors import LivepatchError

PACKAGE = Path(__file__).resolve().parent
GIT_SECONDS = 5.0
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made in it is private to the user


def bundled() -> Path:
    """The folder whose `modules/` and `patches/` come with livepatch."""
    installed = PACKAGE / "_bundled"
    return installed if installed.is_dir() else PACKAGE.parent


def comes_along(module: Path) -> bool:
    """Whether a module file comes with livepatch; in a checkout those that git does not know are your own."""
    folder = (bundled() / "modules").resolve()
    if module.parent != folder:
        return False
    tracked = _tracked(folder)
    return tracked is None or module.name in tracked


@functools.cache
def _tracked(folder: Path) -> frozenset[str] | None:
    """The files in a folder that git knew when this was asked first; None if this is no checkout, or git fails."""
    if not (folder.parent / ".git").exists():
        return None
    command = ["git", "-C", str(folder), "ls-files", "-z", "."]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, timeout=GIT_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(os.fsdecode(listed.stdout).split("\0")) - {""}


def workspace(start: Path | None = None) -> Path:
    """The folder whose `modules/` and `patches/` are the performer's own.

    The current folder if it has both, else the user's own folder for livepatch.
    """
    here = (start or Path.cwd()).resolve()
    if (here / "modules").is_dir() and (here / "patches").is_dir():
        return here
    return application()


def module_folders(workspace: Path) -> list[Path]:
    """Folders that hold module files; a file in an earlier one shadows the same name in a later one."""
    folders = [workspace / "modules", bundled() / "modules"]
    return list(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))


def patch_folders(workspace: Path) -> list[Path]:
    """Folders that hold patches, the performer's own first; `save` writes into the first."""
    folders = [workspace / "patches", bundled() / "patches"]
    return list(dict.fromkeys(folder.resolve() for folder in folders))


def settings_file() -> Path:
    """settings.toml."""
    return _user("config", platformdirs.user_config_path("livepatch")) / "settings.toml"


def screen_file() -> Path:
    """How the performer likes the rack's screen, as chosen there."""
    return settings_file().with_name("screen.json")


def cache() -> Path:
    """Compiled code; may be deleted at any time."""
    return _user("cache", platformdirs.user_cache_path("livepatch"))


def state() -> Path:
    """Logs and REPL history."""
    return _user("state", platformdirs.user_state_path("livepatch"))


def application() -> Path:
    """The user's own folder for livepatch: what is for nobody else, such as plug-ins that only it finds."""
    return _user("data", platformdirs.user_data_path("livepatch"))


def plugin_index() -> Path:
    """What `livepatch plugins scan` found."""
    return state() / "plugins.json"


def plugin_scan_log() -> Path:
    """What plug-ins printed when they were scanned."""
    return state() / "plugin-scan.log"


def journals(workspace: Path) -> Path:
    """The journals of the performances in `workspace`, a folder each."""
    return state() / "journals" / runtime(workspace).name


def runtime(workspace: Path) -> Path:
    """The private folder of the session in `workspace`: its socket, lock and shared memory. Made if missing.

    It lies in memory where the system has such a place, and its path is short enough for a socket.

    Raises: LivepatchError: if it belongs to somebody else.
    """
    root = _runtime_root()
    folder = root / hashlib.sha256(str(workspace).encode()).hexdigest()[:12]
    for private in (root, folder):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = private.lstat()
        if status.st_uid != os.getuid() or not stat.S_ISDIR(status.st_mode):
            raise LivepatchError(
                f"{private} belongs to another user; remove it or set LIVEPATCH_HOME to a folder of yours"
            )
        private.chmod(0o700)
    return folder


def _runtime_root() -> Path:
    if home := os.environ.get("LIVEPATCH_HOME"):
        path = Path(home).expanduser().resolve() / "run"
        if len(str(path)) < 70:  # a socket's path ends at 107 bytes
            return path
        name = "livepatch-" + hashlib.sha256(str(path).encode()).hexdigest()[:8]
        return Path(tempfile.gettempdir()) / name
    if folder := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(folder) / "livepatch"
    name = f"livepatch-{os.getuid()}"
    if sys.platform == "linux" and os.access(MEMORY, os.W_OK):
        return MEMORY / name
    return Path(tempfile.gettempdir()) / name


def _user(kind: str, default: Path) -> Path:
    if home := os.environ.get("LIVEPATCH_HOME"):
        return Path(home).expanduser().resolve() / kind
    return default
