"""What each process loads: nobody waits for, or crashes with, what only another one needs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"cffi", "hypothesis", "mypy", "mypyc", "numpy", "prompt_toolkit", "pygments", "pytest", "rich"} | {
    *("setuptools", "sounddevice", "soundfile", "textual", "watchfiles"),
}


def loaded_by(statement: str) -> set[str]:
    """Heavy packages that are loaded after running `statement` in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return HEAVY & set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("livepatch.cli", set()),
        ("livepatch.module", set()),
        ("livepatch.doctor", set()),
        ("livepatch.protocol.client", set()),
        ("livepatch.engine.__main__", set()),
        ("livepatch.session.__main__", {"watchfiles"}),
        ("livepatch.compiler.__main__", set()),
        ("livepatch.repl.prompt", {"prompt_toolkit", "pygments"}),
    ],
)
def test_importing_it_loads_no_more_than_it_needs(module: str, allowed: set[str]) -> None:
    assert loaded_by(f"import {module}") <= allowed


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
