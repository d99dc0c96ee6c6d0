from pathlib import Path

import pytest

from livepatch.errors import PatchError
from livepatch.patch import files
from livepatch.patch.edits import AddCable, AddModule, RemoveModule, apply
from livepatch.patch.listing import listing
from livepatch.patch.patch import Cable, Patch, PlacedModule


def patch() -> Patch:
    made = Patch()
    apply(made, AddModule(PlacedModule(id=1, name="vco", type="vco", position=(3, -1), knobs={"tune": 0.1})))
    apply(
        made,
        AddModule(
            PlacedModule(
                id=2, name="vcf", type="vcf", bypass=True, hard_bypass=True, data={"a": [1, {}]}, source="ab"
            )
        ),
    )
    apply(made, AddCable(Cable(source=1, outlet="saw", target=2, inlet="audio", gain=0.5, colour="red")))
    apply(made, AddModule(PlacedModule(id=3, name="gone", type="vco")))
    apply(made, RemoveModule(3))
    return made


def test_a_written_patch_reads_back_the_same(tmp_path: Path) -> None:
    files.write(patch(), tmp_path / "a")
    read = files.read(tmp_path / "a")
    assert read.modules == patch().modules
    assert read.cables == patch().cables
    assert read.next_id == 4
    assert files.encode(read) == (tmp_path / "a" / "patch.json").read_text()
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["patch.json"]


def test_what_the_author_says_of_a_patch_is_kept_and_listed(tmp_path: Path) -> None:
    made = patch()
    made.about = "Four strings."
    files.write(made, tmp_path / "harp")
    assert (
        (tmp_path / "harp" / "patch.json").read_text().startswith('{\n  "format": 1,\n  "about": "Four strings.",')
    )
    assert files.read(tmp_path / "harp").about == "Four strings."
    assert [listed.about for listed in listing([tmp_path])] == ["Four strings."]


def test_unknown_keys_survive_at_every_level() -> None:
    text = files.encode(patch())
    text = text.replace('"id": 2,', '"id": 2,\n      "mood": {"x": 1},').replace(
        '"gain": 0.5,', '"gain": 0.5, "sag": 9,'
    )
    text = text.replace('"view": {},', '"view": {}, "later": [1, 2],')
    read = files.decode(text)
    again = files.decode(files.encode(read))
    assert again.unknown == {"later": [1, 2]}
    assert again.unknown_of_modules == {2: {"mood": {"x": 1}}}
    assert list(again.unknown_of_cables.values()) == [{"sag": 9}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": 1,\n  "modules": [,]}', "p.json:2:15: not JSON"),
        ("[]", "should hold one object"),
        ("{}", 'no "format" number'),
        ('{"format": 2}', "update livepatch"),
        ('{"format": true}', 'no "format" number'),
        ('{"format": 1, "modules": 3}', "modules should be a list"),
        ('{"format": 1, "modules": [{"id": "x"}]}', "p.json:1:34: Expected `int`, got `str`"),
        ('{"format": 1, "modules": [{"id": 1, "name": "no go", "type": "vco"}]}', "'no go' is no name"),
        ('{"format": 1, "modules": [{"id": 0, "name": "a", "type": "vco"}]}', "goes from 1 to"),
        (
            '{"format": 1, "modules": [{"id": 1, "name": "a", "type": "vco", "knobs": {"x": NaN}}]}',
            "a.x takes a number, not NaN",
        ),
        ('{"format": 1, "later": [1, NaN]}', "p.json:1:28: a patch can hold no number that is none"),
        (
            '{"format": 1, "modules": [{"id": 1, "name": "a", "type": "vco", "knobs": {"x": 1e999}}]}',
            "not Infinity",
        ),
        (
            '{"format": 1, "modules":\n [{"id": 1, "name": "bass", "type": "vco", "knobs":\n {"tune": "c4"}}]}',
            'p.json:3:11: bass.tune takes a number, not "c4"',
        ),
        (
            '{"format": 1,\n "cables": [{"source": 1, "outlet": "a",\n  "target": [], "inlet": "b"}]}',
            "p.json:3:13: Expected `int`, got `array`",
        ),
        ('{"format": 1,\n "transport": {\n"tempo": null}}', "p.json:2:15: Expected `float`, got `null`"),
        (
            '{"format": 1, "cables": [{"source": 1, "outlet": "a", "target": 2, "inlet": "b"}]}',
            "p.json:1:26: there is no module with id 1",
        ),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(PatchError) as refused:
        files.decode(text, "p.json")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".hidden", "x" * 65, "nul\0", "dot."])
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(PatchError, match="cannot be called"):
        files.check_name(name)


def test_the_performers_patch_shadows_one_that_came_along(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    files.write(patch(), mine / "set")
    files.write(Patch(), theirs / "set")
    files.write(Patch(), theirs / "hello")
    assert [(entry.name, entry.modules) for entry in listing([mine, theirs])] == [("hello", 0), ("set", 2)]
    assert files.find("set", [mine, theirs]) == mine / "set"
    assert files.find(str(theirs / "set"), [mine]) == theirs / "set"
    with pytest.raises(PatchError, match="the patches are: set"):
        files.find("nope", [mine])


def test_a_full_disk_leaves_the_former_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files.write(patch(), tmp_path)
    before = (tmp_path / "patch.json").read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(PatchError, match="No space left on device"):
        files.write(Patch(), tmp_path)
    assert (tmp_path / "patch.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["patch.json"]


def test_a_patch_that_cannot_be_loaded_is_listed_with_why(tmp_path: Path) -> None:
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn" / "patch.json").write_text("{")
    (listed,) = listing([tmp_path])
    assert (listed.name, listed.size(())) == ("torn", "cannot be loaded")
    assert "torn" in listed.problem


def test_a_patch_that_is_cut_at_any_byte_is_refused_in_one_line(tmp_path: Path) -> None:
    patch = Patch()
    apply(patch, AddModule(PlacedModule(id=1, name="vco", type="vco", knobs={"tune": 1.0}, data={"é": [1]})))
    path = files.write(patch, tmp_path)
    content = path.read_bytes()
    for length in range(len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(PatchError) as refused:
            files.read(tmp_path)
        assert "\n" not in str(refused.value)


def test_a_listed_patch_tells_its_tempo_and_how_much_of_it_is_here(tmp_path: Path) -> None:
    made = patch()
    made.about = "Four strings."
    made.transport["tempo"] = 93.5
    files.write(made, tmp_path / "harp")
    (listed,) = listing([tmp_path])
    assert (listed.modules, listed.tempo, listed.types) == (2, 93.5, ("vco", "vcf"))
    assert listed.live({"vco"}) == 1
    assert listed.size({"vco"}) == "1 of 2 modules live"
    assert listed.size({"vco", "vcf", "vca"}) == "2 modules"


@pytest.mark.parametrize(("word", "names"), [("", 2), ("HARP", 1), ("strings", 1), ("vcf", 1), ("nothing", 0)])
def test_patches_are_found_by_a_word_of_their_name_their_author_or_their_modules(
    tmp_path: Path, word: str, names: int
) -> None:
    made = patch()
    made.about = "Four strings."
    files.write(made, tmp_path / "harp")
    files.write(Patch(), tmp_path / "empty")
    assert len(listing([tmp_path], word)) == names
