"""Opening VST2 plug-ins, and those that cannot be opened."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst2.library import executable
from livepatch.plugins.vst2.loading import describe, load
from tests.plugins.building import build
from tests.plugins.vst2.synth import LOAD_MAGIC, LOAD_MILLION, LOAD_NEGATIVE, LOAD_NOTHING, LOAD_OUTLETS

ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 3, 62, 1) + bytes(40)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what the loader says is looked up on Linux")


def refused(path: Path, uid: str = "") -> str:
    with pytest.raises(PluginError) as problem:
        load(path, uid)
    line = str(problem.value)
    assert "\n" not in line
    assert line.startswith(str(path)) or uid
    return line.removeprefix(str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.so") == ": there is no such file"


@LINUX
def test_a_file_that_is_no_library(tmp_path: Path) -> None:
    path = tmp_path / "text.so"
    path.write_text("no library\n")
    assert refused(path) == " cannot be opened: file too short"
    path.write_text("no library\n" * 100)
    assert refused(path) == " cannot be opened: invalid ELF header"
    path.write_bytes(ELF)
    assert refused(path).startswith(" cannot be opened: ")


@LINUX
@pytest.mark.parametrize(
    ("machine", "name"), [(3, "i386"), (40, "32-bit ARM"), (243, "RISC-V"), (21, "machine 21")]
)
def test_a_library_of_another_machine(tmp_path: Path, machine: int, name: str) -> None:
    path = tmp_path / "other.so"
    path.write_bytes(ELF[:18] + struct.pack("<H", machine) + ELF[20:])
    assert refused(path).startswith(f" is a library for {name}; this is ")


@LINUX
@pytest.mark.parametrize(("magic", "name"), [(b"MZ\x90\0", "Windows"), (b"\xcf\xfa\xed\xfe", "macOS")])
def test_a_library_of_another_system(tmp_path: Path, magic: bytes, name: str) -> None:
    path = tmp_path / "other.vst"
    path.write_bytes(magic + bytes(60))
    assert refused(path) == f" is a library for {name}"


def test_a_library_that_is_no_plug_in(tmp_path: Path) -> None:
    path = build("vst2_synth.c", tmp_path, "-DENTRY=start")
    assert refused(path) == " is no VST2 plug-in: it has neither VSTPluginMain nor main"


def test_a_plug_in_that_only_has_main(tmp_path: Path) -> None:
    plugin = load(build("vst2_synth.c", tmp_path, "-DENTRY=main"))
    assert plugin.facts.name == "Test Synth"
    plugin.close()


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (LOAD_NOTHING, " made no plug-in: it gave back nothing"),
        (LOAD_MAGIC, " is no VST2 plug-in: it begins with 12345678"),
        (LOAD_NEGATIVE, " says it has -3 parameters, which cannot be"),
        (LOAD_MILLION, " says it has 1000000 parameters, which cannot be"),
        (LOAD_OUTLETS, " says it has 100000 outlets, which cannot be"),
    ],
)
def test_a_plug_in_that_makes_no_sense(tmp_path: Path, fault: int, line: str) -> None:
    assert refused(build("vst2_synth.c", tmp_path, f"-DLOAD_FAULT={fault}")) == line


def test_the_id_must_be_that_of_the_plug_in(vst2_synth: Path) -> None:
    load(vst2_synth, "4c507632").close()
    assert "has the plug-in 4C507632, not 12345678" in refused(vst2_synth, "12345678")
    assert "is no id of a VST2 plug-in" in refused(vst2_synth, "violin")


def test_a_library_has_one_plug_in(vst2_synth: Path) -> None:
    (facts,) = describe(vst2_synth)
    assert (facts.name, facts.uid, len(facts.parameters)) == ("Test Synth", "4C507632", 8)


def test_a_shell_has_its_members(tmp_path: Path) -> None:
    path = build("vst2_synth.c", tmp_path, "-DSHELL=1")
    assert [(facts.name, facts.uid) for facts in describe(path)] == [
        *(("Member 1", "4C507633"), ("Member 2", "4C507634"))
    ]
    plugin = load(path, "4C507634")
    assert (plugin.facts.name, plugin.facts.category) == ("Member 2", "Instrument")
    plugin.close()
    assert refused(path, "4C507700") == " made no plug-in: it gave back nothing"


def test_ids_of_the_upper_half_are_ids_too(tmp_path: Path) -> None:
    path = build("vst2_synth.c", tmp_path, "-DSHELL=1", "-DUID=((int32_t)0xfedcba90)")
    assert [facts.uid for facts in describe(path)] == ["FEDCBA91", "FEDCBA92"]
    load(path, "FEDCBA92").close()


def test_a_bundle_is_the_library_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "Organ.vst" / "Contents" / "MacOS"
    folder.mkdir(parents=True)
    with pytest.raises(PluginError, match="is a folder"):
        executable(tmp_path / "Organ.vst")
    for name in ("Another", "Organ"):
        (folder / name).touch()
    assert executable(tmp_path / "Organ.vst") == folder / "Organ"


def test_a_plug_in_that_crashes_while_it_loads_takes_only_its_process_down(tmp_path: Path) -> None:
    path = build("vst2_synth.c", tmp_path, "-DLOAD_FAULT=1")
    code = "import sys, pathlib; from livepatch.plugins.vst2.loading import load; load(pathlib.Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, timeout=60, check=False)
    assert done.returncode == -11
