"""Code that travels with a patch: kept with it, shown, and run only when it is trusted."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.patch import code, files
from livepatch.protocol.messages import Replaced
from tests.real_session import real_session
from tests.session.guest import guest, peak, until, workspace_in
from tests.session.table import Table

BUILDING_SECONDS = 200.0
TAPE = '''"""Tape."""
from livepatch.module import Module, knob, outlet


class Tape(Module):
    """A buzz."""

    level = knob(0.0, 5.0, 1.0)
    out = outlet()
    speakers = ("out",)
    sign = 1.0

    def step(self) -> None:
        self.sign = -self.sign
        self.out = self.sign * self.level
'''
EVIL = TAPE.replace("from livepatch.module", 'open("/tmp/evil", "w")\nfrom livepatch.module')


def bring(folder: Path, text: str, type: str = "tape") -> Path:
    """A patch of another's, with one module whose code it brings."""
    hash = code.hash_of(text)
    (folder / "modules").mkdir(parents=True)
    (folder / "modules" / code.file_name(type, hash)).write_text(text)
    document = {
        "format": 1,
        "modules": [{"id": 1, "name": "tape", "type": type, "knobs": {"level": 2.0}}],
        "code": {type: hash},
    }
    (folder / files.FILE_NAME).write_text(json.dumps(document))
    return folder


def trusts_nobody(table: Table) -> None:
    shutil.rmtree(table.library.trust._folder, ignore_errors=True)


@pytest.fixture
def own(table: Table) -> Table:
    """A table with a module file of the performer's own, and a patch of it that was saved."""
    (table.workspace / "modules" / "tape.py").write_text(TAPE)
    table.library.trust.look()
    table.type('add("tape", level=3)', 'save("mine")')
    return table


def test_a_saved_patch_has_the_code_it_uses_and_no_other(own: Table) -> None:
    folder = own.workspace / "patches" / "mine"
    name = code.file_name("tape", code.hash_of(TAPE))
    assert [path.name for path in (folder / "modules").iterdir()] == [name]
    assert (folder / "modules" / name).read_text() == TAPE
    assert json.loads((folder / files.FILE_NAME).read_text())["code"] == {"tape": code.hash_of(TAPE)}
    own.type("remove(tape)", 'add("vco")', "save()")
    assert not (folder / "modules").exists()


def test_in_a_checkout_what_git_does_not_know_is_the_performer_s_own(
    own: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livepatch.locations.bundled", lambda: own.workspace)
    folder = own.workspace / "patches" / "theirs"
    own.type('save("theirs")')
    assert not (folder / "modules").exists()
    locations._tracked.cache_clear()
    subprocess.run(["git", "init", "-q", str(own.workspace)], check=True)
    own.type('save("theirs")')
    assert [path.name.partition(".")[0] for path in (folder / "modules").iterdir()] == ["tape"]
    locations._tracked.cache_clear()
    subprocess.run(["git", "-C", str(own.workspace), "add", "modules"], check=True)
    own.type('save("theirs")')
    assert not (folder / "modules").exists()
    locations._tracked.cache_clear()


def test_other_code_replaces_the_former_beside_the_patch(own: Table) -> None:
    (own.workspace / "modules" / "tape.py").write_text(TAPE + "# newer\n")
    own.library.trust.look()
    own.type("save()")
    kept = (own.workspace / "patches" / "mine" / "modules").iterdir()
    assert [path.read_text() for path in kept] == [TAPE + "# newer\n"]


def test_code_nobody_knows_is_a_placeholder_until_it_is_trusted(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = bring(table.workspace / "patches" / "theirs", TAPE)
    table.type('load("theirs")')
    assert capsys.readouterr().out.splitlines() == [
        'tape came with the patch and is not trusted: trust() shows it, trust("tape") lets it play'
    ]
    assert "tape" not in table.sources.panels
    assert "tape" not in table.sources.files
    assert "not trusted: a placeholder until then" in table.type("trust()")
    assert capsys.readouterr().out.splitlines() == [
        "tape, 15 lines:",
        *(f"  {line}" for line in TAPE.splitlines()),
    ]
    assert "silent until trust" in table.type("tape")
    assert 'trust("tape")' in table.refused("write(tape)")
    table.type('save("again")')
    again = table.workspace / "patches" / "again"
    assert (again / files.FILE_NAME).read_text() == files.encode(files.read(folder))
    assert [path.read_text() for path in (again / "modules").iterdir()] == [TAPE]
    table.type('trust("tape")')
    assert table.sources.files["tape"].text == TAPE
    assert table.type("tape.level") == "2"
    assert table.type("trust()").split() == ["tape", code.hash_of(TAPE)[:12], "plays"]


def test_what_was_trusted_once_is_trusted_in_every_patch(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    bring(table.workspace / "patches" / "theirs", TAPE)
    bring(table.workspace / "patches" / "more", TAPE)
    bring(table.workspace / "patches" / "other", TAPE + "# other\n")
    table.type('load("theirs")', "trust(all)")
    capsys.readouterr()
    table.type('load("more")')
    assert capsys.readouterr().out == ""
    assert table.sources.files["tape"].text == TAPE
    table.type('load("other")')
    assert "not trusted" in capsys.readouterr().out
    assert "tape" not in table.sources.panels


def test_the_performer_s_own_file_plays_where_it_differs_and_the_other_is_asked_for(
    own: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = TAPE.replace("1.0)", "4.0)")
    bring(own.workspace / "patches" / "theirs", theirs)
    capsys.readouterr()
    own.type('load("theirs")')
    said = capsys.readouterr().out
    assert "tape is not as the patch brings it" in said
    assert own.sources.files["tape"].text == TAPE
    own.type("trust()")
    shown = capsys.readouterr().out
    assert "-    level = knob(0.0, 5.0, 1.0)" in shown
    assert "+    level = knob(0.0, 5.0, 4.0)" in shown
    own.type('trust("tape")')
    assert own.sources.files["tape"].text == theirs
    assert "yours" in own.refused('edit("tape")')
    own.type('trust("tape", False)')
    assert own.sources.files["tape"].text == TAPE
    assert (own.workspace / "modules" / "tape.py").read_text() == TAPE
    own.type('trust("tape")', 'load("mine")')
    assert own.sources.files["tape"].text == TAPE


def test_code_of_the_performer_s_own_that_was_deleted_comes_back_with_its_patch(own: Table) -> None:
    (own.workspace / "modules" / "tape.py").unlink()
    own.library.trust.look()
    own.type("clear()", 'load("mine")')
    assert own.sources.files["tape"].text == TAPE
    own.type('edit("tape")')
    assert (own.workspace / "modules" / "tape.py").read_text() == TAPE


def test_code_that_is_not_what_the_patch_says_is_none(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    folder = bring(table.workspace / "patches" / "theirs", TAPE)
    (file,) = (folder / "modules").iterdir()
    file.write_text(EVIL)
    table.type('load("theirs")')
    assert "write(tape)" in capsys.readouterr().out
    assert "no code of tape came" in table.refused('trust("tape")')


def test_code_is_shown_with_all_that_it_says_and_no_more_than_a_screenful_or_two(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(table.workspace / "patches" / "theirs", "x = 1 # \x1b[2K\u202e\n" + "y = 2\n" * 200)
    table.type('load("theirs")')
    capsys.readouterr()
    table.type("trust()")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  x = 1 #  [2K "
    assert len(lines) == 61
    assert "142 lines more" in lines[-1]


@pytest.mark.parametrize("type", ["../../evil", "class", "x" * 99, "a/b"])
def test_a_name_that_no_file_should_have_brings_nothing(table: Table, type: str) -> None:
    document = {"format": 1, "modules": [], "code": {type: code.hash_of(TAPE)}}
    folder = table.workspace / "patches" / "theirs"
    folder.mkdir()
    (folder / files.FILE_NAME).write_text(json.dumps(document))
    table.type('load("theirs")')
    assert table.type("trust()") == "none yet"


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache) as folder:
        yield folder


def sounds(workspace: Path) -> bool:
    """Whether anything comes out."""
    with guest(workspace) as other:
        engine = other.welcome.engine
    return bool(engine.meters) and peak(Path(engine.meters)) > 0.01


@pytest.mark.timeout(300)
def test_trusted_code_comes_alive_and_goes_with_its_patch(workspace: Path) -> None:
    bring(workspace / "patches" / "theirs", TAPE)
    bring(workspace / "patches" / "other", TAPE + "# other\n")
    with guest(workspace, "run") as here:
        here.play('load("theirs")')
        assert "placeholder" in here.play("rack()")
        here.play('trust("tape")')
        until(lambda: sounds(workspace), "the code that is trusted", BUILDING_SECONDS)
        here.play('load("other")')
        assert "placeholder" in here.play("rack()")
        replaced = here.wait_for(Replaced, lambda told: told.patch_name == "other")
        assert (replaced.missing, replaced.untrusted) == (("tape",), ("tape",))
        with guest(workspace) as another:
            assert another.welcome.untrusted == ("tape",)
        until(lambda: not sounds(workspace), "silence of other code")
        here.play("undo()")
        assert (
            here.wait_for(Replaced, lambda told: told.patch_name == "theirs" and not told.missing).untrusted == ()
        )
        assert "placeholder" not in here.play("rack()")
        until(lambda: sounds(workspace), "the code that is trusted, again", BUILDING_SECONDS)


@pytest.mark.timeout(300)
def test_code_that_is_not_trusted_is_not_rendered(tmp_path: Path, compiled_cache: Path) -> None:
    with real_session(tmp_path, compiled_cache) as session:
        bring(session.workspace / "patches" / "theirs", TAPE)
        words = ("render", "theirs", "-o", "out.wav", "--seconds", "0.1")
        done = session.livepatch(*words)
        assert done.returncode == 0, done.stderr
        assert "not trusted" in done.stderr
        assert set((session.workspace / "out.wav").read_bytes()[58:]) == {0}
        session.evaluate('load("theirs"); trust("tape")')
        assert session.livepatch(*words).returncode == 0
        assert set((session.workspace / "out.wav").read_bytes()[58:]) != {0}
