from pathlib import Path

import msgspec
import pytest

from livepatch.errors import LivepatchError
from livepatch.protocol.plugin_facts import Bus, Facts, Parameter
from livepatch.protocol.plugin_index import PluginIndex, Scanned

A, B, C = "A" * 32, "B" * 32, "C" * 32


def plugin(format: str, path: str, uid: str, name: str) -> Facts:
    return Facts(format=format, path=path, uid=uid, name=name)


def scanned(*plugins: Facts, problem: str = "", path: str = "") -> Scanned:
    return Scanned(path=path or plugins[0].path, format="vst3", plugins=plugins, problem=problem)


HALL3 = plugin("vst3", "/3/Hall.vst3", A, "Hall Reverb")
HALL2 = plugin("vst2", "/2/hall.so", "0000000a", "Hall Reverb")
PLATE2 = plugin("vst2", "/2/plate.so", "0000000B", "Plate Reverb")
SHELL_A = plugin("vst2", "/2/shell.so", "00000001", "Piano")
SHELL_B = plugin("vst2", "/2/shell.so", "00000002", "Organ")
BROKEN = Scanned(path="/2/Broken.so", format="vst2", problem="it crashed (SIGSEGV)")
INDEX = PluginIndex([scanned(HALL3), scanned(HALL2), scanned(PLATE2), scanned(SHELL_A, SHELL_B), BROKEN])


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Hall Reverb", HALL3),
        ("hall reverb", HALL3),
        ("HALL", HALL3),
        ("plate", PLATE2),
        ("/2/hall.so", HALL2),
        ("0000000A", HALL2),
        (A.lower(), HALL3),
        ("organ", SHELL_B),
        ("00000001", SHELL_A),
    ],
)
def test_a_plug_in_is_found_by_its_path_id_name_or_a_part_of_it(word: str, found: Facts) -> None:
    assert INDEX.find(word) == found


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("reverb", "'reverb' may be Hall Reverb, Plate Reverb: say which"),
        ("/2/shell.so", "'/2/shell.so' may be Piano, Organ: say which"),
        ("Hal Reverb", "there is no plug-in 'Hal Reverb'; did you mean 'Hall Reverb'?"),
        ("xyz", "there is no plug-in 'xyz'; livepatch plugins lists what there is"),
        ("", "there is no plug-in ''; livepatch plugins lists what there is"),
        (
            "broken",
            "/2/Broken.so: it crashed (SIGSEGV); livepatch plugins scan --again tries once more",
        ),
    ],
)
def test_what_is_not_found_is_told_in_one_line(word: str, message: str) -> None:
    with pytest.raises(LivepatchError) as refused:
        INDEX.find(word)
    assert str(refused.value) == message


def test_an_exact_name_comes_before_longer_ones_that_it_begins() -> None:
    longer = plugin("vst3", "/3/HallPro.vst3", B, "Hall Reverb Pro")
    assert PluginIndex([scanned(longer), scanned(HALL3)]).find("hall reverb") == HALL3


def test_two_plug_ins_of_one_name_are_told_by_their_ids_and_paths() -> None:
    other = plugin("vst3", "/x/Hall.vst3", B, "Hall Reverb")
    with pytest.raises(LivepatchError) as refused:
        PluginIndex([scanned(HALL3), scanned(other)]).find("hall")
    assert str(refused.value) == (
        f"'hall' may be Hall Reverb ({A}, /3/Hall.vst3), Hall Reverb ({B}, /x/Hall.vst3): say which"
    )


def test_of_many_candidates_only_some_are_named() -> None:
    many = [scanned(plugin("vst3", f"/{n}.vst3", f"{n:032X}", f"Synth {n}")) for n in range(9)]
    with pytest.raises(LivepatchError, match=r"Synth 0, .*Synth 5 and 3 more: say which"):
        PluginIndex(many).find("synth")


def test_the_first_of_an_id_wins() -> None:
    again = plugin("vst3", "/later/Hall.vst3", A.lower(), "Hall Reverb")
    index = PluginIndex([scanned(HALL3), scanned(again), scanned(plugin("vst3", "/c", C, "C"))])
    assert [facts.path for facts in index.all()] == ["/3/Hall.vst3", "/c"]


def test_two_plug_ins_of_vst2_may_have_one_id() -> None:
    other = plugin("vst2", "/2/other.so", "0000000a", "Other")
    assert PluginIndex([scanned(HALL2), scanned(other)]).all() == [HALL2, other]


def test_before_a_scan_there_is_nothing_and_the_message_says_what_to_do() -> None:
    with pytest.raises(LivepatchError, match=r"none were looked for yet \(livepatch plugins scan\)"):
        PluginIndex().find("hall")


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    facts = Facts(
        format="vst3",
        path="/a",
        uid=A,
        name="Ä",
        inputs=(Bus("In", 2), Bus("Side", 1, main=False)),
        parameters=(Parameter(id=7, name="Mix", texts=("a", "b"), steps=1),),
    )
    index = PluginIndex([Scanned(path="/a", format="vst3", size=5, changed=1 << 60, plugins=(facts,)), BROKEN])
    index.write(tmp_path / "deep" / "plugins.json")
    read = PluginIndex.read(tmp_path / "deep" / "plugins.json")
    assert read.files == index.files
    assert read.all() == [facts]
    assert read.broken() == [("/2/Broken.so", "it crashed (SIGSEGV)")]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["plugins.json"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"files": 3}'])
def test_a_file_that_is_damaged_or_missing_holds_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "plugins.json").write_bytes(data)
    assert PluginIndex.read(tmp_path / "plugins.json").files == ()
    assert PluginIndex.read(tmp_path / "missing.json").files == ()


def test_a_plug_in_is_found_by_the_ids_that_it_replaces_where_no_other_has_them() -> None:
    newer = msgspec.structs.replace(HALL3, uid=B, replaces=(A, C))
    index = PluginIndex([scanned(newer), scanned(PLATE2)])
    assert index.of_id("vst3", A.lower()) == index.find(C.lower()) == index.of_id("vst3", B) == newer
    assert index.of_id("vst2", A) is None
    both = PluginIndex([scanned(newer), scanned(msgspec.structs.replace(HALL3, name="Older"))])
    assert both.find(A).name == "Older"
    found = both.of_id("vst3", A)
    assert found is not None
    assert found.name == "Older"
