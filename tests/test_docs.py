"""The pages name everything that there is to type and to set, and nothing else."""

import re
from pathlib import Path

from livepatch import cli
from livepatch.session.commands import COMMANDS
from livepatch.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "commands.md").read_text()
PROMPT, SHELL, SETTINGS, _ = PAGE.split("\n## ")[1:]


def test_every_command_of_the_prompt_is_on_the_page() -> None:
    called = set(re.findall(r"(?<![.a-z_])([a-z_]+)\(", PROMPT))
    assert called == set(COMMANDS)


def test_every_command_of_the_shell_is_on_the_page() -> None:
    row = re.compile(r"^\| (.*?) \|", re.MULTILINE)
    words = {word for cell in row.findall(SHELL) for word in re.findall(r"`(?:livepatch )?([a-z]+)", cell)}
    assert words - {"livepatch"} == set(cli._COMMANDS)


def test_every_setting_is_on_the_page() -> None:
    assert re.findall(r"^    (\w+) =", SETTINGS, re.MULTILINE) == list(Settings.__struct_fields__)


def test_every_link_between_the_pages_leads_somewhere() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for place in re.findall(r"\]\(([^)#:\"]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / place).exists(), f"{page.name}: {place}"
