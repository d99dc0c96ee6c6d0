"""What README.md tells a newcomer to type works as it stands."""

import re
from pathlib import Path

import pytest

from tests.real_session import real_session

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def prompts() -> list[str]:
    """The lines after `>>> `, one text for each fenced block."""
    blocks = [text for language, text in FENCED.findall(README) if not language]
    return ["".join(re.findall(r"^>>> (.*\n)", block, re.MULTILINE)) for block in blocks]


@pytest.mark.timeout(300)
def test_the_tour_plays_and_the_module_sounds(tmp_path: Path, compiled_cache: Path) -> None:
    tour, with_fold = prompts()
    (fold,) = (text for language, text in FENCED.findall(README) if language == "python")
    with real_session(tmp_path, compiled_cache) as session:
        toured = session.livepatch("repl", typed=tour)
        assert toured.returncode == 0, toured.stdout + toured.stderr
        assert "cutoff" in toured.stdout
        assert "undid: " in toured.stdout
        assert (session.workspace / "patches" / "mine" / "patch.json").is_file()
        (session.workspace / "modules" / "fold.py").write_text(fold)
        session.wait_for("modules()", "fold")
        folded = session.livepatch("repl", typed=with_fold)
        assert folded.returncode == 0, folded.stdout + folded.stderr
        assert session.livepatch("check", "modules/fold.py").returncode == 0


def test_it_names_the_trademarks_of_others() -> None:
    assert "VST is a trademark of Steinberg Media Technologies GmbH" in README
    assert "VCV is a trademark\nof its owner" in README
