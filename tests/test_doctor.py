"""The doctor finds what is there, and says what to do about what is not."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from livepatch import doctor
from livepatch.protocol.plugin_facts import Facts
from livepatch.protocol.plugin_index import PluginIndex, Scanned
from tests.jack_server import JackServer


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path / "home"))


def listing(monkeypatch: pytest.MonkeyPatch, code: int, output: str, errors: str = "") -> list[str]:
    answer = subprocess.CompletedProcess([], code, output, errors)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: answer)
    return list(map(str, doctor.sound()))


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_a_machine_that_runs_these_tests_can_play(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("ok    ", "warn  ")) for line in lines)
    for name in ("Python", "mypy", "librt", "C compiler", "Python headers", "cache folder", "runtime folder"):
        assert any(line.startswith(f"ok    {name}: ") for line in lines), name


def test_json_is_one_document_with_every_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.run(as_json=True) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is True
    assert {"name", "status", "found", "remedy"} == set(document["findings"][0])
    assert {finding["status"] for finding in document["findings"]} <= {"ok", "warn"}


def test_a_missing_compiler_fails_and_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert doctor.run() == 1
    assert "FAIL  C compiler: none (gcc, clang); sudo apt-get install gcc libc6-dev\n" in capsys.readouterr().out


def test_a_compiler_that_does_not_link_fails_with_its_own_first_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "gcc", '[ "$1" = --version ] && echo "gcc 99" && exit\necho "no crti.o" >&2\nexit 1')
    program(tmp_path / "bin", "ar", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (finding,) = doctor.compiler()
    assert (finding.status, finding.found) == ("fail", "gcc 99 does not compile: no crti.o")


def test_a_compiler_named_in_cc_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "mycc", '[ "$1" = --version ] && echo "mine 1"; exit 0')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("CC", "mycc -m64")
    assert [(finding.status, finding.found) for finding in doctor.compiler()] == [("ok", "mine 1")]


def test_missing_headers_fail_and_name_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    (finding,) = doctor.headers()
    assert finding.status == "fail"
    assert f"libpython3.{sys.version_info.minor}-dev" in finding.remedy


def test_another_mypy_than_the_pinned_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.1")
    assert {(finding.name, finding.status, finding.found) for finding in doctor.pinned_versions()} == {
        ("mypy", "fail", "0.1"),
        ("librt", "fail", "0.1"),
    }


def test_missing_portaudio_is_a_warning_since_patches_play_unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = listing(monkeypatch, 1, "", "PortAudio library not found\n")
    assert line.startswith("warn  PortAudio: PortAudio library not found; patches play unheard: ")


def test_a_listing_that_hangs_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PATIENCE_SECONDS", 0.001)
    assert [(finding.status, finding.found) for finding in doctor.sound()] == [
        ("warn", "no answer within 0.001 s")
    ]


def test_devices_are_listed_with_their_host_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    jack = {"name": "system", "interface": "JACK Audio Connection Kit", "channels": 2, "default": True}
    jack |= {"inputs": 4, "default_input": False}
    microphone = {"name": "Mic", "interface": "ALSA", "channels": 0, "default": False}
    microphone |= {"inputs": 1, "default_input": True}
    assert listing(monkeypatch, 0, json.dumps([jack, microphone])) == [
        "ok    PortAudio: found",
        "ok    sound device: system (JACK Audio Connection Kit, 2 channels, its default, 4 inputs)",
        "ok    sound device: Mic (ALSA, 1 inputs, its default)",
        "ok    JACK server: running",
    ]
    assert listing(monkeypatch, 0, "[]") == [
        "ok    PortAudio: found",
        "warn  sound devices: none; patches play unheard: connect one, or start a sound server (JACK, PipeWire)",
        "ok    JACK server: not running (only needed if you use JACK)",
    ]


@pytest.mark.xdist_group("jack")
def test_a_real_jack_server_is_found(jack_server: JackServer) -> None:
    assert jack_server.answers()
    assert "ok    JACK server: running" in map(str, doctor.sound())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the sound service gives it")
def test_refused_priority_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "", "")

    monkeypatch.setattr("subprocess.run", refuse)
    monkeypatch.setattr("resource.getrlimit", lambda kind: (0 if kind == resource.RLIMIT_RTPRIO else 8 << 20, 0))
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert [(finding.status, finding.found) for finding in doctor.priority()] == [
        ("warn", "refused (rtprio 0)"),
        ("warn", "8 MB"),
    ]
    assert all("limits.d/audio.conf" in finding.remedy for finding in doctor.priority())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the sound service gives it")
@pytest.mark.parametrize(("limit", "found"), [(0, "granted"), (95, "granted (rtprio 95)")])
def test_granted_priority_names_the_limit_that_grants_it(
    monkeypatch: pytest.MonkeyPatch, limit: int, found: str
) -> None:
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess([], 0, "", ""))
    monkeypatch.setattr("resource.getrlimit", lambda _: (limit, limit))
    assert next(iter(doctor.priority())).found == found


def test_a_cache_folder_that_cannot_be_written_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("livepatch.locations.cache", lambda: tmp_path / "file" / "cache")
    finding = next(finding for finding in doctor.folders() if finding.name == "cache folder")
    assert finding.status == "fail"
    assert "LIVEPATCH_HOME" in finding.remedy


def test_a_nearly_full_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_MEGABYTES", 1 << 40)
    finding = next(finding for finding in doctor.folders() if finding.name == "cache folder")
    assert finding.status == "warn"


def test_the_plugin_folders_that_are_there_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VST3_PATH", f"{tmp_path}:{tmp_path / 'missing'}")
    folders, plug_ins = doctor.plugin_folders()
    assert str(tmp_path) in folders.found.split(", ")
    assert "missing" not in folders.found
    assert str(plug_ins).endswith("not looked for yet; livepatch plugins scan")


def test_the_plug_ins_that_were_found_are_counted() -> None:
    synth = Facts(format="vst3", path="/a.vst3", uid="A" * 32, name="Synth")
    files = [Scanned(path="/a.vst3", format="vst3", plugins=(synth,)), Scanned(path="/b", format="", problem="no")]
    PluginIndex(files).write()
    *_, plug_ins = doctor.plugin_folders()
    assert plug_ins.found == "1 found, 1 cannot be used"


def test_a_small_or_dumb_terminal_is_told_what_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for name, value in {"TERM": "dumb", "COLUMNS": "60", "LINES": "20"}.items():
        monkeypatch.setenv(name, value)
    (finding,) = doctor.terminal()
    assert finding.status == "warn"
    assert "80 by 24" in finding.remedy
    assert "livepatch repl works" in finding.remedy
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}.items():
        monkeypatch.setenv(name, value)
    assert [finding.status for finding in doctor.terminal()] == ["ok"]
