"""`livepatch plugins` prints what there is, in rows and as JSON, and says in one line what is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from livepatch import cli, locations
from livepatch.plugins.places import Folders
from livepatch.plugins.presets.vstpreset import VstPreset, write_vstpreset
from livepatch.protocol.plugin_facts import ENDLESS, Bus, Facts, Parameter, Snapshot
from livepatch.protocol.plugin_index import PluginIndex, Scanned
from tests.plugins.building import build

UID = "84E8DE5F92554F5396FAE4133C935A18"
SYNTH = Facts(
    format="vst3",
    path="/v/Synth.vst3",
    uid=UID,
    name="Synth",
    vendor="Maker",
    version="1.2",
    category="Instrument|Synth",
    instrument=True,
    inputs=(Bus("Side", 1, main=False),),
    outputs=(Bus("Out", 2),),
    notes_in=True,
    parameters=(
        Parameter(id=1, name="Cutoff", unit="Hz", default=0.25, group="Filter"),
        Parameter(id=2, name="Wave", steps=1, texts=("Saw", "Sine")),
        Parameter(id=3, name="Bypass", steps=1, bypass=True),
        Parameter(id=4, name="Level", read_only=True),
        Parameter(id=5, name="Secret", hidden=True),
    ),
    programs=("Init", "Pad"),
    tail=ENDLESS,
    snapshots=(Snapshot("/v/picture.png", 2.0),),
)
DELAY = Facts(format="vst2", path="/v/delay.so", uid="0000000A", name="Delay", inputs=(Bus("In", 2),), latency=64)
SHEET = """\
Synth, VST3 instrument, Instrument|Synth
  by          Maker 1.2
  file        /v/Synth.vst3
  id          84E8DE5F92554F5396FAE4133C935A18
  inputs      Side (1, extra)
  outputs     Out (2)
  notes       in
  latency     0 frames
  tail        it sounds for ever
  computes    32-bit floats
  state       its own
  picture     /v/picture.png (2x)
  programs    2
    0  Init
    1  Pad
  parameters  4, and 1 hidden
    1  Filter/Cutoff  Hz  0.25
    2  Wave               0     Saw, Sine
    3  Bypass             0     2 values; bypass
    4  Level              0     only shown
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in whose folder `plugins` plug-ins are looked for."""
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    where = Folders((tmp_path / "plugins",), (tmp_path / "plugins",))
    monkeypatch.setattr("livepatch.plugins.places.folders", lambda _: where)
    (tmp_path / "plugins").mkdir()
    return tmp_path


@pytest.fixture
def scanned() -> None:
    """Two plug-ins are known, and a file that is none."""
    PluginIndex(
        [
            Scanned(path=SYNTH.path, format="vst3", plugins=(SYNTH,)),
            Scanned(path=DELAY.path, format="vst2", plugins=(DELAY,)),
            Scanned(path="/v/bad.so", format="vst2", problem="it crashed (SIGSEGV)"),
        ]
    ).write()


def printed(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> tuple[str, str]:
    """What a command line prints and complains."""
    assert cli.run(["plugins", *words]) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("words", [[], ["list"]])
def test_the_list_has_a_row_for_each_and_names_what_cannot_be_used(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    output, complaint = printed(capsys, *words)
    assert output.splitlines() == [
        "Delay         vst2  effect      2 in, 0 out  /v/delay.so",
        "Synth  Maker  vst3  instrument  1 in, 2 out  /v/Synth.vst3",
    ]
    assert complaint == "/v/bad.so: it crashed (SIGSEGV)\n"


@pytest.mark.usefixtures("scanned")
@pytest.mark.parametrize("words", [["--json"], ["list", "--json"], ["--json", "list"]])
def test_the_list_is_one_json_document(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    document = json.loads(printed(capsys, *words)[0])
    assert [plugin["name"] for plugin in document["plugins"]] == ["Delay", "Synth"]
    assert document["plugins"][1]["parameters"] == 5
    assert document["plugins"][1]["programs"] == 2
    assert document["plugins"][1]["outputs"] == [{"name": "Out", "channels": 2, "main": True}]
    assert document["broken"] == [{"path": "/v/bad.so", "problem": "it crashed (SIGSEGV)"}]


def test_before_a_scan_the_list_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys)[0] == "no plug-ins were looked for yet: livepatch plugins scan\n"
    assert json.loads(printed(capsys, "--json")[0]) == {"plugins": [], "broken": []}
    assert printed(capsys, "info", "synth", code=1)[1].count("\n") == 1


@pytest.mark.usefixtures("scanned")
def test_all_about_one_is_a_sheet_or_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "info", "synth")[0] == SHEET
    document = json.loads(printed(capsys, "info", "/v/Synth.vst3", "--json")[0])
    assert document["parameters"][0]["group"] == "Filter"
    assert document["tail"] == -1


@pytest.mark.usefixtures("scanned")
def test_what_is_not_there_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "info", "bad", code=1)[1].startswith("/v/bad.so: it crashed (SIGSEGV);")
    assert printed(capsys, "presets", "syn th", code=1)[1] == (
        "there is no plug-in 'syn th'; did you mean 'Synth'?\n"
    )
    assert printed(capsys, "scan", "--again", "/nowhere.so", code=1)[1] == "there is no file /nowhere.so\n"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ["dance"],
            "livepatch plugins takes scan, list, info or presets, not 'dance'; livepatch plugins list dance",
        ),
        (["info"], "livepatch plugins info: the following arguments are required: NAME_OR_PATH; usage: livepatch"),
        (
            ["scan", "synth"],
            "livepatch plugins scan does not take synth; usage: livepatch plugins scan [-h] [--again",
        ),
        (
            ["scan", "--seconds", "abc"],
            "livepatch plugins scan: --seconds takes a number of seconds above 0, not 'abc'",
        ),
    ],
)
def test_wrong_words_are_one_line_that_says_what_is_possible(
    capsys: pytest.CaptureFixture[str], words: list[str], line: str
) -> None:
    with pytest.raises(SystemExit) as exit:
        sys.exit(cli.run(["plugins", *words]))
    assert exit.value.code == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith(line)
    assert complaint.count("\n") == 1


@pytest.mark.usefixtures("scanned")
def test_the_list_can_be_of_those_with_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("synth", "maker", "instrument", "/v/S"):
        assert printed(capsys, "list", word) == (
            "Synth  Maker  vst3  instrument  1 in, 2 out  /v/Synth.vst3\n",
            "",
        )
    assert printed(capsys, "list", "bad") == ("", "/v/bad.so: it crashed (SIGSEGV)\n")
    assert (
        printed(capsys, "list", "organ", code=1)[1] == "no plug-in has 'organ' in its name, maker, kind or path\n"
    )


@pytest.mark.usefixtures("scanned")
def test_a_path_is_cut_to_the_terminal_or_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = msgspec.structs.replace(SYNTH, path="/usr/local/lib/vst3/Synth.vst3")
    PluginIndex([Scanned(path=long.path, format="vst3", plugins=(long,))]).write()
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    line = "Synth  Maker  vst3  instrument  1 in, 2 out"
    for columns, end in ((80, "  /usr/local/lib/vst3/Synth.vst3"), (64, "  …ib/vst3/Synth.vst3"), (60, "")):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert printed(capsys, "list")[0] == f"{line}{end}\n"


@pytest.mark.usefixtures("scanned")
def test_programs_and_preset_files_are_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home / "home" / ".vst3" / "presets" / "Maker" / "Synth"
    if sys.platform != "linux":
        pytest.skip("the folder is Linux's")
    folder.mkdir(parents=True)
    (folder / "Bass.vstpreset").write_bytes(write_vstpreset(VstPreset(UID, b"state")))
    (folder / "Torn.vstpreset").write_bytes(b"VST3")
    output, complaint = printed(capsys, "presets", "synth")
    assert output == f"0  Init\n1  Pad\nBass  user  {folder}/Bass.vstpreset\n"
    assert complaint.startswith(f"{folder}/Torn.vstpreset: this .vstpreset is cut short")
    document = json.loads(printed(capsys, "presets", "synth", "--json")[0])
    assert document["programs"] == ["Init", "Pad"]
    assert [file["name"] for file in document["files"]] == ["Bass", "Torn"]
    assert document["folder"] == str(folder)
    assert printed(capsys, "presets", "delay")[0] == (
        "Delay has no programs, and there are no preset files for it; "
        f"yours belong in {locations.application()}/vst/presets/_/Delay\n"
    )


def test_a_scan_tells_of_each_file_and_sums_up(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "plugins" / "text.so"
    path.write_text("no library")
    output, _ = printed(capsys, "scan")
    first, last = output.splitlines()
    assert first.startswith(f"1/1  {path}: ")
    assert last == (
        "0 plug-ins (0 VST3, 0 VST2), 0 of them instruments; looked at 1 file now; "
        "1 file cannot be used (livepatch plugins list)"
    )
    assert printed(capsys, "scan")[0].endswith(
        "looked at 0 files now; 1 file cannot be used (livepatch plugins list)\n"
    )
    for word in (str(path), "text", "TEXT.so", str(home / "plugins")):
        assert printed(capsys, "scan", "--again", word)[0].startswith("1/1")
    assert printed(capsys, "scan", "--again", "test", code=1)[1].startswith(
        "there is no plug-in 'test'; livepatch"
    )
    path.unlink()
    assert printed(capsys, "scan")[0] == (
        "0 plug-ins (0 VST3, 0 VST2), 0 of them instruments; looked at 0 files now\n"
    )
    assert printed(capsys)[0].startswith("there are no plug-ins in the folders of this system")


@pytest.mark.terminal
@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux's pseudo-terminals give")
def test_on_a_terminal_one_line_tells_what_the_scan_is_at(home: Path) -> None:
    text, crash = home / "plugins" / "text.so", home / "plugins" / "crash.so"
    text.write_text("no library")
    build("vst2_synth.c", home / "plugins", "-DLOAD_FAULT=1", name="crash.so")
    build("vst2_synth.c", home / "plugins", name="synth.so")
    script = f"""
from pathlib import Path
from livepatch import cli
from livepatch.plugins import places
folder = Path({str(home / "plugins")!r})
places.folders = lambda around: places.Folders((folder,), (folder,))
raise SystemExit(cli.run(["plugins", "scan"]))
"""
    ours, theirs = os.openpty()
    with subprocess.Popen([sys.executable, "-c", script], stdout=theirs) as scanning:
        os.close(theirs)
        assert scanning.wait(60) == 0
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    lines = [line.rpartition("\x1b[K")[2] for line in shown.split("\r\n")]
    assert f"{crash}: it crashed (SIGSEGV)" in lines
    assert any(line.startswith(f"{text}: it cannot be opened") for line in lines)
    assert lines[2].startswith("1 plug-in (0 VST3, 1 VST2), 0 of them instruments") or "1 of them" in lines[2]
    assert "\x1b[K0/3  " in shown


def test_a_scan_may_give_one_json_document_and_tell_the_rest_beside_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "plugins" / "text.so").write_text("no library")
    document, told = printed(capsys, "scan", "--json")
    assert [Path(each["path"]).name for each in json.loads(document)["broken"]] == ["text.so"]
    assert told.startswith("1/1  ")


def test_a_scan_that_cannot_start_a_process_ends_in_one_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "plugins" / "a.so").touch()
    log = home / "home" / "state" / "plugin-scan.log"
    log.mkdir(parents=True)
    assert printed(capsys, "scan", code=1)[1] == f"the scan ends: Is a directory ({log})\n"


def test_a_file_that_was_not_scanned_is_looked_at_when_it_is_named(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "other.so"
    path.write_text("no library")
    complaint = printed(capsys, "info", str(path), code=1)[1]
    assert complaint.startswith(f"{path}: it cannot be opened: ")
    assert complaint.count("\n") == 1
