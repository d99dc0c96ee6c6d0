"""Starts the engine and the compiler while the session itself still wakes up, which takes as long as either.

Nothing else of the session is imported here.
"""

from pathlib import Path

from livepatch import locations, settings
from livepatch.protocol import builds, children
from livepatch.protocol.client import session_log
from livepatch.protocol.messages import FromCompiler, FromEngine

COMPILER, ENGINE = "livepatch.compiler", "livepatch.engine"


def start_ahead(workspace: Path, runtime: Path, driver: str | None, sample_rate: int | None) -> None:
    """Start what the session is going to ask for; what cannot be started is told when it does.

    Raises: OSError: if the workspace cannot be made.
    """
    prepare(workspace)
    chosen, _ = settings.read()
    folders = locations.module_folders(workspace)
    log = log_of(workspace, "compiler")
    children.start_ahead(COMPILER, compiler_arguments(folders), FromCompiler, log)
    core = builds.core_folder(locations.cache())
    if core is not None:
        arguments = [*engine_arguments(chosen, runtime, driver, sample_rate), "--core", str(core)]
        children.start_ahead(ENGINE, arguments, FromEngine, log_of(workspace, "engine"))


def prepare(workspace: Path) -> None:
    """Have the folders that a workspace has."""
    for folder in ("modules", "patches"):
        (workspace / folder).mkdir(parents=True, exist_ok=True)


def log_of(workspace: Path, process: str) -> Path:
    """What a process of the session prints."""
    log = session_log(workspace)
    return log.with_name(log.name.replace("session", process))


def compiler_arguments(folders: list[Path]) -> list[str]:
    """The compiler's command line; `folders` have the module files."""
    return ["--cache", str(locations.cache()), "--folders", *map(str, folders)]


def engine_arguments(
    chosen: settings.Settings, runtime: Path, driver: str | None, sample_rate: int | None
) -> list[str]:
    """The engine's command line, but for the core library."""
    arguments = ["--runtime", str(runtime), "--driver", driver or chosen.driver]
    arguments += ["--sample-rate", str(sample_rate or chosen.sample_rate), "--block", str(chosen.block_frames)]
    arguments += ["--swap-fade-ms", str(chosen.swap_fade_ms)]
    arguments += ["--device", chosen.device] if chosen.device else []
    return arguments + (["--input-device", chosen.input_device] if chosen.input_device else [])
