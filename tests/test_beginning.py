"""What `livepatch new` writes works as it stands."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.beginning import new_module
from livepatch.errors import LivepatchError
from tests.real_session import RealSession, real_session

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def session(tmp_path: Path, compiled_cache: Path) -> Iterator[RealSession]:
    with real_session(tmp_path, compiled_cache) as made:
        yield made


def test_a_begun_module_passes_its_check_and_its_test_as_written(session: RealSession) -> None:
    done = session.livepatch("new", "slow_fade")
    assert done.stdout.split() == [
        str(session.workspace / "modules" / "slow_fade.py"),
        str(session.workspace / "tests" / "test_slow_fade.py"),
    ]
    checked = session.livepatch("check", "modules/slow_fade.py")
    assert checked.returncode == 0, checked.stderr
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=session.workspace,
        env=session.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in tested.stdout, tested.stdout


def test_in_a_checkout_the_test_goes_where_the_others_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tests" / "modules").mkdir(parents=True)
    (tmp_path / "run").touch()
    new_module(tmp_path, "slow_fade.py")
    test = tmp_path / "tests" / "modules" / "test_slow_fade.py"
    assert str(test) in capsys.readouterr().out
    assert "parents[2]" in test.read_text()
    assert "`./run test tests/modules/test_slow_fade.py`" in test.read_text()


@pytest.mark.parametrize("name", ["Fade", "slow-fade", "2fast", "class", "_fade", "", "a b", "../fade", "fäde"])
def test_a_name_that_cannot_be_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(LivepatchError, match="cannot be called") as refusal:
        new_module(tmp_path, name)
    assert "\n" not in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_a_word_of_python_is_refused_as_one(tmp_path: Path) -> None:
    with pytest.raises(LivepatchError, match=r"'class', a word of Python's own; class_1 would do"):
        new_module(tmp_path, "class")


@pytest.mark.parametrize("there", ["modules/fade.py", "tests/test_fade.py"])
def test_what_is_there_already_is_left_alone(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir()
    (tmp_path / there).write_text("mine")
    with pytest.raises(LivepatchError, match="is there already"):
        new_module(tmp_path, "fade")
    assert [path.read_text() for path in tmp_path.rglob("*.py")] == ["mine"]


def test_a_built_in_module_is_copied_rather_than_begun(tmp_path: Path) -> None:
    with pytest.raises(LivepatchError, match="vco comes with livepatch"):
        new_module(tmp_path, "vco")
