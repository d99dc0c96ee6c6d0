"""Compiling the plug-ins of the tests, which are C: `fixtures/*.c`."""

import shutil
import subprocess
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"
COMPILER = "cc"
OPTIONS = (
    "-std=gnu11",
    "-O2",
    "-shared",
    "-fPIC",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-main",
)


def build(source: str, folder: Path, *options: str, name: str = "") -> Path:
    """The library of a fixture, compiled into a folder: `options` as `-DLOAD_FAULT=crash`; `name` of its file.

    The test is skipped where there is no compiler.
    """
    if shutil.which(COMPILER) is None:
        pytest.skip(f"there is no C compiler here ({COMPILER}), which the plug-in of this test needs")
    made = folder / (name or f"{Path(source).stem}.so")
    made.parent.mkdir(parents=True, exist_ok=True)
    command = [COMPILER, *OPTIONS, *options, "-o", str(made), str(FIXTURES / source), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return made
