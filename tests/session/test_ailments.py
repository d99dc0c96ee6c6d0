"""What is wrong with a module is to be seen at the prompt."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch.protocol.messages import Ailing
from tests.session.guest import Guest, guest, until, workspace_in

SOUND = '''"""Plays."""

from livepatch.module import Module, buffer, knob, outlet


class {name}(Module):
    """A number, and after {frames} frames of a push what lies beyond the end of a line."""

    push = knob(0.0, 1.0, 0.0)
    out = outlet("Audio")
    line = buffer(frames=64)
    count = 0

    def step(self) -> None:
        self.out = {value}
        self.count += 1 if self.push == 0.125 else 0
        if self.count > {frames}:
            self.out = self.line[self.count]
'''
SLIP = SOUND.format(name="Slip", value="1.0 +", frames=10**12)
GOOD = SOUND.format(name="Good", value="1.0", frames=10**12)
LATE = SOUND.format(name="Late", value="1.0", frames=4800)
REFUSED = SOUND.format(name="Refused", value="self.outt", frames=10**12)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, compiled_cache: Path) -> Iterator[Guest]:
    modules = {"good": GOOD, "late": LATE, "slip": GOOD, "gone": GOOD, "refused": REFUSED}
    with workspace_in(tmp_path_factory.mktemp("home"), compiled_cache, **modules) as folder, guest(folder) as made:
        yield made


def says(here: Guest, name: str, *texts: str) -> None:
    """Both the rack and the module itself come to say so."""
    rack = f"next(about for name, _, about in rack() if name == {name!r})"
    until(lambda: all(text in here.play(rack) for text in texts), f"rack() says {texts}")
    first = here.play(name).partition("\n")[0]
    assert all(text in first for text in texts), first


def panel_says(here: Guest, name: str, how: str) -> None:
    """What a panel shows comes to say the same."""
    id = int(here.play(f"{name}._id"))
    here.wait_for(Ailing, lambda message: message.how.get(id) == how)


def file(here: Guest, type: str) -> Path:
    return Path(here.welcome.workspace) / "modules" / f"{type}.py"


def test_a_module_that_plays_says_nothing(here: Guest) -> None:
    here.play("good = add('good')")
    until(lambda: here.play("rack()").endswith("0 cables"), "it is compiled")
    assert "(" not in here.play("good").partition("\n")[0]


def test_a_module_that_was_silenced_says_where_and_why_until_it_starts_over(here: Guest) -> None:
    here.play("late = add('late', push=0.125)")
    says(here, "late", "silent: IndexError: that is beyond the end of a buffer (line 18)")
    panel_says(here, "late", "silent")
    here.play("reset(late)")
    assert "silent" not in here.play("late").partition("\n")[0]
    panel_says(here, "late", "went wrong")
    here.play("late.push = 0.125")
    says(here, "late", "silent: IndexError")
    panel_says(here, "late", "silent")


def test_a_module_that_does_not_compile_is_silent(here: Guest) -> None:
    here.play("refused = add('refused')")
    says(here, "refused", "silent: ", "outt", "(line 15)")


def test_a_module_whose_newest_text_is_wrong_plays_older_code(here: Guest) -> None:
    here.play("slip = add('slip')")
    until(lambda: "silent" not in here.play("slip").partition("\n")[0], "it is compiled")
    file(here, "slip").write_text(SLIP)
    says(here, "slip", "plays older code: ", "(line 15)")
    panel_says(here, "slip", "plays older code")
    file(here, "slip").write_text(GOOD)
    here.wait_for(Ailing, lambda message: "plays older code" not in message.how.values())


def test_a_module_whose_file_is_gone_says_so(here: Guest) -> None:
    here.play("gone = add('gone')")
    until(lambda: "silent" not in here.play("gone").partition("\n")[0], "it is compiled")
    file(here, "gone").unlink()
    says(here, "gone", "its file is gone; it plays on")
    here.play("bypass(gone)")
    says(here, "gone", "bypassed, its file is gone")
