from pathlib import Path

import pytest

from livepatch.errors import LivepatchError
from livepatch.panel import Panel
from livepatch.session.sources import Code, Sources, type_of

FILE = '''"""Amplifier."""
from livepatch.module import Module, inlet, outlet


class {title}(Module):
    """Amplifier."""

    audio = inlet()
    out = outlet()

    def step(self) -> None:
        self.out = self.audio
'''


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "own", tmp_path / "theirs"]
    for folder in made:
        folder.mkdir()
    return made


def test_a_performers_file_shadows_one_that_came_along_and_gives_it_back(folders: list[Path]) -> None:
    sources = Sources(folders)
    (folders[1] / "vca.py").write_text(FILE.format(title="Vca"))
    assert [file.path.parent.name for file in sources.scan()] == ["theirs"]
    (folders[0] / "vca.py").write_text(FILE.format(title="Vca"))
    assert [file.path.parent.name for file in sources.scan()] == ["own"]
    assert sources.scan() == []
    (folders[0] / "vca.py").unlink()
    assert [file.path.parent.name for file in sources.scan()] == ["theirs"]


def test_only_module_files_are_looked_at(folders: list[Path]) -> None:
    for name in ("_private.py", "vca.py~", ".vca.py", "vca.txt", "class.py", "two words.py", "4.py"):
        (folders[0] / name).write_text("x")
        assert type_of(folders[0] / name) is None
    (folders[0] / "empty.py").write_text("")
    assert Sources(folders).scan() == []


def test_a_file_that_cannot_be_read_is_left_alone(folders: list[Path]) -> None:
    (folders[0] / "vca.py").symlink_to(folders[0] / "nowhere.py")
    assert Sources(folders).scan() == []


def test_a_wrong_declaration_is_a_fault_at_its_line(folders: list[Path]) -> None:
    (folders[0] / "vca.py").write_text(FILE.format(title="Vca").replace("inlet()", "inlet(3, 4, 5)"))
    sources = Sources(folders)
    [file] = sources.scan()
    assert sources.read_panel(file) is None
    assert sources.faults["vca"][0].line == 8
    assert "vca" not in sources.panels


def test_a_type_without_a_file_is_forgotten_unless_it_is_in_the_rack(folders: list[Path]) -> None:
    path = folders[0] / "vca.py"
    path.write_text(FILE.format(title="Vca"))
    sources = Sources(folders)
    sources.read_panel(sources.scan()[0])
    path.unlink()
    sources.scan()
    assert sources.forget({"vca"}) == []
    assert sources.forget(set()) == ["vca"]
    with pytest.raises(LivepatchError, match="there is no file"):
        sources.own_copy("vca")


def test_condemned_code_gives_way_to_the_code_before_it(folders: list[Path]) -> None:
    sources = Sources(folders)
    panel = Panel(type="vca", class_name="Vca")
    for source in ("one", "two", "three"):
        sources.built(Code("vca", source, "", panel))
        sources.play("vca", source)
    assert sources.condemn("vca", "three") == sources.codes["two"]
    sources.play("vca", "two")
    assert sources.condemn("vca", "two") == sources.codes["one"]
    assert sources.condemn("vca", "one") is None
