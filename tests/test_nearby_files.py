"""Livepatch played in a folder of Python files that are named like those it is made of: none of them runs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.plugins.examination import examine
from livepatch.plugins.places import Candidate
from tests.jack_server import wait_until
from tests.real_session import PATIENCE_SECONDS, RealSession, real_session

pytestmark = pytest.mark.timeout(300)
FREE = ("string", "queue", "signal", "enum", "wave", "math", "json", "numpy", "typing")
"""Names that modules have in the workspace."""
OTHERS = ("cffi", "msgspec", "mypy", "numpy", "soundfile", "textual", "watchfiles")
NEARBY = """open({proof!r}, "a").write({name!r} + " ")
raise ImportError({name!r})
"""
MODULE = '''"""Keeps a number."""

from typing import Any

from livepatch.module import Module, action, outlet


class Kept(Module):
    """Puts out what it keeps."""

    out = outlet("Audio")
    menu = (action("more", "More"),)
    kept = 1.0

    def step(self) -> None:
        self.out = self.kept

    def more(self) -> None:
        import json
        import wave

        self.kept += 1.0 if json.dumps and wave.open else 0.0

    def to_json(self) -> dict[str, Any]:
        return {"kept": self.kept}

    def from_json(self, data: dict[str, Any]) -> None:
        self.kept = data["kept"]
'''


@pytest.fixture
def session(tmp_path: Path, compiled_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RealSession]:
    """Its workspace has a file of each name, which leaves `proof` if it is run."""
    with real_session(tmp_path, compiled_cache) as made:
        monkeypatch.setenv("MYPYPATH", str(made.workspace))
        for name in (*sys.stdlib_module_names, *OTHERS):
            text = NEARBY.format(name=name, proof=str(tmp_path / "proof"))
            (made.workspace / f"{name}.py").write_text(text)
        for name in FREE:
            (made.workspace / "modules" / f"{name}.py").write_text(MODULE)
        yield made


def test_no_process_of_a_session_runs_a_file_of_the_current_folder(session: RealSession) -> None:
    checked = session.livepatch("check", "modules/queue.py")
    assert "fine" in checked.stdout, checked.stderr
    session.evaluate("; ".join(f"{name}_ = add({name!r})" for name in FREE))
    every = ", ".join(f"{name}_" for name in FREE)
    session.evaluate(f"def more():\n    for kept in ({every}): kept.menu['More']()")
    wait_until(lambda: session.livepatch("eval", "more()").returncode == 0, PATIENCE_SECONDS, "all play")
    session.evaluate("save('kept')")
    saved = (session.workspace / "patches" / "kept" / "patch.json").read_text()
    assert saved.count('"kept":') == len(FREE)
    rendered = session.livepatch("render", "kept", "-o", "kept.wav", "--seconds", "0.1")
    assert rendered.returncode == 0, rendered.stderr
    assert not (session.workspace.parent / "proof").exists()


def test_no_command_runs_a_file_of_the_current_folder(session: RealSession) -> None:
    for words in (["modules"], ["patches"], ["devices"], ["new", "mine"], ["plugins", "list"]):
        done = session.livepatch(*words)
        assert done.returncode == 0, done.stderr
    assert "PortAudio" in session.livepatch("doctor").stdout
    assert not (session.workspace.parent / "proof").exists()


def test_a_plug_in_is_looked_at_without_running_a_file_of_the_current_folder(
    session: RealSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.so").write_bytes(b"none")
    monkeypatch.chdir(session.workspace)
    ((_, answer),) = examine([Candidate("vst2", tmp_path / "broken.so")], tmp_path / "log")
    assert "cannot be opened" in answer.problem
    assert not (tmp_path / "proof").exists()


def test_nor_does_the_package_run_as_a_module(session: RealSession) -> None:
    for file in session.workspace.glob("*.py"):
        if file.stem not in FREE:
            file.unlink()  # Python itself imports some of these before it runs anything
    done = subprocess.run(
        [sys.executable, "-m", "livepatch", "modules"],
        cwd=session.workspace,
        env=session.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "queue" in done.stdout, done.stderr
    assert not (session.workspace.parent / "proof").exists()
