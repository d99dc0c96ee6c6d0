import contextlib
import os
import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from livepatch.plugins.places import Folders
from livepatch.plugins.plugin import PluginError
from livepatch.plugins.scan import Scan, candidate
from livepatch.plugins.surroundings import here
from livepatch.protocol.plugin_index import VERSION, PluginIndex
from tests.plugins.building import build
from tests.plugins.vst3.synth_bundle import vst3_bundle

UID = "84E8DE5F92554F5396FAE4133C935A18"
CRASH, ABORT, HANG, LEAVE, NOTHING = (f"-DLOAD_FAULT={fault}" for fault in (1, 2, 3, 9, 20))
LIBRARY, SHELL = "-DENTRY=helper", "-DSHELL=1"


def make(path: Path, *options: str) -> Path:
    """A VST2 plug-in at this path."""
    return build("vst2_synth.c", path.parent, "-O0", *options, name=path.name)


class Bench:
    """A folder with plug-ins, and the index of what was found in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "plugins"
        self.folder.mkdir(exist_ok=True)
        self.log = folder / "log"
        self.index = PluginIndex()

    def scan(self, *, again: Path | None = None, everything: bool = False, seconds: float = 30.0) -> list[str]:
        """Scan; the names of the files that were looked at."""
        where = Folders((self.folder,), (self.folder,))
        work = Scan(here(), where, self.index, self.log, seconds=seconds)
        if again is not None or everything:
            work.again(again)
        looked_at = [Path(scanned.path).name for scanned in work.run()]
        self.index = work.index()
        return sorted(looked_at)

    def problem(self, name: str) -> str:
        """What is wrong with a file of the folder."""
        return next(file.problem for file in self.index.files if Path(file.path).name == name)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_what_cannot_be_used_is_told_with_why(bench: Bench) -> None:
    for name, option in {
        "crash": CRASH,
        "abort": ABORT,
        "leave": LEAVE,
        "nothing": NOTHING,
        "core": LIBRARY,
    }.items():
        make(bench.folder / f"{name}.so", option)
    (bench.folder / "text.so").write_text("no library at all")
    assert len(bench.scan()) == 6
    assert bench.index.all() == []
    assert bench.problem("crash.so") == "it crashed (SIGSEGV)"
    assert bench.problem("abort.so") == "it crashed (SIGABRT)"
    assert bench.problem("leave.so") == "its process ended with code 3 and no answer"
    assert bench.problem("core.so").startswith("it is no VST2 plug-in")
    assert "crash" not in bench.problem("nothing.so")
    assert "crash" not in bench.problem("text.so")
    assert all("\n" not in problem for _, problem in bench.index.broken())


def test_a_plug_in_that_hangs_is_given_up_after_its_time(bench: Bench) -> None:
    make(bench.folder / "hang.so", HANG)
    bench.scan(seconds=2.0)
    assert bench.problem("hang.so") == "it hung: no answer within 2 s"


def test_what_has_not_changed_is_not_looked_at_again_whatever_it_was(bench: Bench) -> None:
    crash = make(bench.folder / "crash.so", CRASH)
    shell = make(bench.folder / "shell.so", SHELL)
    assert bench.scan() == ["crash.so", "shell.so"]
    before = bench.index.files
    assert bench.scan() == []
    assert bench.index.files == before
    os.utime(crash, ns=(1, 1))
    assert bench.scan() == ["crash.so"]
    assert bench.scan(again=crash) == ["crash.so"]
    assert bench.scan(again=bench.folder) == ["crash.so", "shell.so"]
    assert bench.scan(everything=True) == ["crash.so", "shell.so"]
    make(crash, SHELL)
    assert bench.scan() == ["crash.so"]
    assert bench.index.broken() == []
    shell.unlink()
    assert bench.scan() == []
    assert [Path(file.path).name for file in bench.index.files] == ["crash.so"]


def test_what_an_older_scan_found_can_be_used_and_is_looked_at_again(bench: Bench) -> None:
    make(bench.folder / "synth.so")
    bench.scan()
    bench.index = PluginIndex([msgspec.structs.replace(file, version=VERSION - 1) for file in bench.index.files])
    assert bench.index.find("test synth").name == "Test Synth"
    assert bench.scan() == ["synth.so"]
    assert bench.scan() == []


def test_a_shell_lists_its_members(bench: Bench) -> None:
    make(bench.folder / "shell.so", SHELL)
    bench.scan()
    assert bench.index.broken() == []
    assert [(facts.name, facts.uid) for facts in bench.index.all()] == [
        *(("Member 1", "4C507633"), ("Member 2", "4C507634")),
    ]


def test_a_file_that_somebody_names_is_kept_though_it_lies_elsewhere(bench: Bench, tmp_path: Path) -> None:
    own = make(tmp_path / "elsewhere" / "own.so", SHELL)
    assert bench.scan(again=own) == ["own.so"]
    assert bench.scan() == []
    assert bench.index.find("member 2").path == str(own)
    own.unlink()
    bench.scan()
    assert bench.index.all() == []


@pytest.mark.parametrize(
    ("name", "why"), [("missing.so", "there is no file"), ("notes.txt", "is no plug-in: those end")]
)
def test_what_is_no_plug_in_cannot_be_looked_at_again(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(PluginError, match=why):
        candidate(tmp_path / name)


@pytest.mark.skipif(sys.platform != "linux", reason="the bundle is for Linux")
def test_a_bundle_that_crashes_is_known_by_its_description(bench: Bench) -> None:
    path = vst3_bundle(bench.folder, "Gain", "AT_LOAD=1")
    (path / "Contents" / "moduleinfo.json").write_text(
        f"{{Classes: [{{CID: '{UID}', Category: 'Audio Module Class', Name: 'Gain'}},]}}"
    )
    bench.scan()
    assert bench.problem("Gain.vst3") == "it crashed (SIGSEGV); it is Gain"


@pytest.mark.skipif(sys.platform != "linux", reason="the bundle is for Linux")
def test_a_bundle_whose_description_names_no_plug_in_is_not_loaded(bench: Bench) -> None:
    path = vst3_bundle(bench.folder, "Gain", "AT_LOAD=1")
    description = path / "Contents" / "moduleinfo.json"
    description.write_text(f"{{Classes: [{{CID: '{UID}', Category: 'Test Class'}}]}}")
    bench.scan()
    assert bench.problem("Gain.vst3") == "its moduleinfo.json names no plug-in for audio"
    description.write_text("damaged")
    assert bench.scan() == ["Gain.vst3"]
    assert bench.problem("Gain.vst3") == "it crashed (SIGSEGV)"


def test_a_bundle_for_other_machines_is_not_loaded(bench: Bench) -> None:
    make(bench.folder / "Other.vst3" / "Contents" / "pdp11-linux" / "Other.so")
    bench.scan()
    assert bench.problem("Other.vst3").startswith("it is for pdp11-linux, not for ")
    assert not bench.log.exists()


def test_what_a_scan_had_found_when_it_was_broken_off_stays(bench: Bench) -> None:
    for name in "abc":
        make(bench.folder / f"{name}.so", SHELL)
    where = Folders(vst2=(bench.folder,))
    work = Scan(here(), where, bench.index, bench.log)
    with contextlib.closing(work.run()) as results:
        first = next(results)
    assert [file.path for file in work.index().files] == [first.path]
    bench.index = work.index()
    assert len(bench.scan()) == 2


DEBIAN = [
    "/usr/lib/vst/amsynth_vst.so",
    "/usr/lib/vst/Kars-vst.so",
    "/usr/lib/vst/Nekobi-vst.so",
    "/usr/lib/vst/ProM.vst/ProM.so",
    "/usr/lib/vst/ZynAddSubFX.so",
    "/usr/lib/vst/ZamVerb-vst.so",
    "/usr/lib/lxvst/DragonflyHallReverb-vst.so",
    "/usr/lib/vst/lsp-plugins/lsp-plugins-vst2-1.2.5.so",
    "/usr/lib/vst/iem.at/libStereoEncoder.so",
    "/usr/lib/vst3/ZamVerb.vst3",
    "/usr/lib/vst3/ZaMaximX2.vst3",
    "/usr/lib/vst3/ZamDelay.vst3",
]


def test_plug_ins_of_debian_are_found_as_they_are(bench: Bench) -> None:
    there = [Path(path) for path in DEBIAN if Path(path).exists()]
    if len(there) < len(DEBIAN):
        missing = next(path for path in DEBIAN if not Path(path).exists())
        pytest.skip(f"not all of Debian's plug-ins are installed: there is no {missing}")
    for path in there:
        (bench.folder / path.name).symlink_to(path)
    bench.scan()
    index = bench.index
    (core,) = index.broken()
    assert core == (
        str(bench.folder / "lsp-plugins-vst2-1.2.5.so"),
        "it is no VST2 plug-in: it has neither VSTPluginMain nor main",
    )
    assert len(index.all()) == 11
    assert sorted(facts.name for facts in index.all() if facts.instrument) == [
        *("Kars", "Nekobi", "ZynAddSubFX", "amsynth"),
    ]
    assert index.find("zamverb").format == "vst3"
    assert index.find("ZaMaximX2").category == "Fx|Dynamics|Stereo"
    assert len(index.find("amsynth").parameters) == 41
    assert sum(bus.channels for bus in index.find("StereoEncoder").outputs) == 64
    assert [parameter.unit for parameter in index.find("dragonfly").parameters[:4]] == ["%", "%", "%", "m"]
    assert bench.scan() == []


def test_a_folder_that_cannot_be_listed_is_told(bench: Bench) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may list every folder")
    (bench.folder / "closed").mkdir(mode=0)
    bench.scan()
    assert bench.problem("closed") == "the folder cannot be listed: Permission denied"
    shutil.rmtree(bench.folder / "closed")
    bench.scan()
    assert bench.index.files == ()
