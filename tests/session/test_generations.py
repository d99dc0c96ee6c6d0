"""What is kept by itself: the last rack, and ten states of it."""

import threading

from livepatch.protocol.messages import Message, Notice
from livepatch.session.keeper import Keeper
from tests.jack_server import wait_until
from tests.session.table import Table


def tunes(table: Table) -> list[str]:
    """What the knob stands at in each of ten generations, the newest first."""
    found = []
    for number in range(1, 11):
        table.type(f'load("last-{number}")')
        found.append(table.type("vco.tune"))
    return found


def test_the_ten_newest_states_are_kept_and_can_be_loaded(table: Table) -> None:
    table.type('vco = add("vco")')
    for number in range(13):
        table.type(f"vco.tune = {number / 10}")
        table.library.keep_last()
        assert table.library.keep_generation() is not None
        assert table.library.keep_generation() is None
    assert tunes(table) == [f"{number / 10:g} ({number / 10:.2f} oct)" for number in range(12, 2, -1)]
    assert table.rack.name == ""
    assert "there are 10 autosaves" in table.refused('load("last-11")')


def test_files_that_did_not_change_are_on_the_disk_once(table: Table) -> None:
    table.type('vco = add("vco")')
    own = table.library.storage.folder(table.rack.patch, 1) / "take.wav"
    own.write_bytes(b"a long take")
    for tune in ("1", "2"):
        table.type(f"vco.tune = {tune}")
        table.library.keep_last()
        table.library.keep_generation()
    first, second = (folder / "storage" / "1" / "take.wav" for folder in table.library._generations.listing())
    assert first.samefile(second)
    assert first.read_bytes() == b"a long take"
    own.write_bytes(b"another take")
    table.library.keep_last()
    assert second.read_bytes() == b"a long take"


def test_a_disk_that_refuses_is_told_once_and_so_is_the_end_of_it(table: Table) -> None:
    told: list[Message] = []
    ended = threading.Event()
    blocked = table.library._last
    blocked.parent.mkdir(parents=True)
    blocked.write_text("in the way")
    table.type('add("vco")')
    keeper = Keeper(table.library, told.append, ended, lambda: None)
    keeper.changed.set()
    keeper.start()
    wait_until(lambda: len(told) == 1, 60.0, "it is told")
    wait_until(keeper.changed.is_set, 60.0, "it tries again")
    blocked.unlink()
    wait_until(lambda: (blocked / "patch.json").exists() and len(told) == 2, 60.0, "it is kept")
    ended.set()
    first, second = told
    assert isinstance(first, Notice)
    assert "cannot be written" in first.text
    assert second == Notice("note", "the rack is kept on disk again")
