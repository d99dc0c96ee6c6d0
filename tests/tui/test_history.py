"""The shared history file."""

from pathlib import Path

from prompt_toolkit.history import FileHistory

from livepatch.tui.history import History


def test_entries_written_by_the_line_mode_repl_are_read(tmp_path: Path) -> None:
    theirs = FileHistory(str(tmp_path / "history"))
    for entry in ("vco = add('vco')", "for i in range(3):\n    print(i)", "größer"):
        theirs.store_string(entry)
    assert list(History(tmp_path / "history").entries) == [
        "vco = add('vco')",
        "for i in range(3):\n    print(i)",
        "größer",
    ]


def test_entries_written_here_are_read_by_the_line_mode_repl(tmp_path: Path) -> None:
    ours = History(tmp_path / "history")
    ours.add("tempo(120)")
    ours.add("if x:\n    undo()")
    theirs = FileHistory(str(tmp_path / "history"))
    assert list(theirs.load_history_strings()) == ["if x:\n    undo()", "tempo(120)"]


def test_leafing_finds_entries_that_begin_as_the_draft_does(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    for entry in ("tempo(1)", "undo()", "tempo(2)"):
        history.add(entry)
    assert [history.earlier("te"), history.earlier("tempo(2)"), history.earlier("tempo(1)")] == [
        "tempo(2)",
        "tempo(1)",
        None,
    ]
    assert [history.later(), history.later(), history.later()] == ["tempo(2)", "te", None]


def test_the_same_entry_twice_running_is_kept_once(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    for _ in range(3):
        history.add("undo()")
    assert list(history.entries) == ["undo()"]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    assert "the history is not kept" in History(tmp_path / "no folder" / "history").add("x")
