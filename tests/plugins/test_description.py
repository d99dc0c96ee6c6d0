import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from livepatch.plugins import description
from livepatch.plugins.description import Answer, describe, encode
from livepatch.plugins.plugin import PluginError
from livepatch.protocol.plugin_facts import Facts, Parameter


def raising(error: Exception) -> object:
    """A loader that fails so."""

    def load(_format: str, _path: Path) -> None:
        raise error

    return load


def test_a_plug_in_that_cannot_be_used_is_an_answer_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "_plugins", raising(PluginError("it says\nno")))
    assert describe("vst2", Path("/a.so")) == Answer(problem="it says no")


def test_a_mistake_of_ours_is_an_answer_too_and_its_traceback_goes_to_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(description, "_plugins", raising(ValueError("odd")))
    assert describe("vst2", Path("/a.so")) == Answer(problem="livepatch cannot tell what it is (ValueError: odd)")
    assert "Traceback" in capsys.readouterr().err


def test_a_file_without_plug_ins_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description, "_plugins", lambda _format, _path: [])
    assert describe("vst3", Path("/a.vst3")).problem == "/a.vst3 has no plug-in"


@pytest.mark.parametrize(("default", "name"), [(float("nan"), "Mix"), (0.0, "\ud800")])
def test_what_no_document_can_say_is_a_problem(default: float, name: str) -> None:
    parameter = Parameter(id=1, name=name, default=default)
    facts = Facts(format="vst2", path="/a.so", uid="00000001", name="A", parameters=(parameter,))
    problem = msgspec.json.decode(encode(Answer((facts,))), type=Answer).problem
    assert problem.startswith("it says something of itself that cannot be")
    assert "\n" not in problem


def test_a_process_of_another_kind_is_wrong_usage() -> None:
    command = [sys.executable, "-m", "livepatch.plugins", "dance"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")
