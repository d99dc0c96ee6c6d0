"""Which file opens, in which editor, at which line."""

from pathlib import Path

import pytest

from livepatch.editor import editor_command, run_editor, source_file

FILE = Path("/set/modules/vco.py")


@pytest.mark.parametrize(
    ("editor", "line", "command"),
    [
        ("vim -u NONE", 12, ["vim", "-u", "NONE", "+12", str(FILE)]),
        ("/usr/bin/nano", 0, ["/usr/bin/nano", str(FILE)]),
        ("hx", 3, ["hx", f"{FILE}:3"]),
        ("code --wait", 12, ["code", "--wait", str(FILE)]),
        ("", 12, None),
    ],
)
def test_the_editor_opens_at_the_wrong_line_if_it_can(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, editor: str, line: int, command: list[str] | None
) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    assert editor_command(FILE, line) == command


def test_the_performer_s_own_file_comes_first(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    (workspace / "modules").mkdir(parents=True)
    own = workspace / "modules" / "vco.py"
    assert source_file(workspace, "vco") != own
    own.write_text("")
    assert source_file(workspace, "vco") == own.resolve()
    assert source_file(workspace, "no_such_module") is None


def test_an_editor_that_is_not_there_is_said() -> None:
    assert run_editor(["no-such-editor", str(FILE)]) == "no-such-editor does not start: No such file or directory"
    assert not run_editor(["true"])


def test_the_setting_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIVEPATCH_HOME", str(tmp_path))
    monkeypatch.setenv("EDITOR", "vi")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('editor = "nano -w"\n')
    assert editor_command(FILE, 2) == ["nano", "-w", "+2", str(FILE)]
