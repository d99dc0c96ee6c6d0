from pathlib import Path

import msgspec
import pytest

from livepatch.patch import edits
from livepatch.patch.edits import Edit, ReplacePatch, apply
from livepatch.patch.patch import Patch
from livepatch.protocol.messages import Apply, ApplyFile, LoadCode, Message
from livepatch.session.feed import Feed
from livepatch.session.rack import Kind
from livepatch.session.sources import Code
from tests.session.table import VCF, Table


class Posted(list[Message]):
    """An outbox that keeps what is posted."""

    def post(self, *messages: Message) -> None:
        self.extend(messages)

    def heard(self) -> Patch:
        """What an engine would play."""
        patch = Patch()
        for message in self:
            if isinstance(message, ApplyFile):
                apply(patch, msgspec.msgpack.decode(Path(message.path).read_bytes(), type=Edit))
            elif isinstance(message, Apply):
                apply(patch, message.edit)
        return patch


class Listening:
    """Passes what the rack says on to a feed."""

    def __init__(self, table: Table, feed: Feed) -> None:
        self._table = table
        self._feed = feed

    def edited(self, edit: Edit, _about: str, _kind: Kind) -> None:
        if isinstance(edit, ReplacePatch):
            self._feed.replaced(self._table.rack.patch)
        else:
            self._feed.edited(edit)


@pytest.fixture
def posted() -> Posted:
    return Posted()


@pytest.fixture
def feed(table: Table, posted: Posted, tmp_path: Path) -> Feed:
    made = Feed(posted, table.sources, tmp_path)  # type: ignore[arg-type]  # stands in for an outbox
    table.rack.listener = Listening(table, made)
    return made


def test_a_new_engine_is_told_the_whole_patch_and_its_code_first(table: Table, posted: Posted, feed: Feed) -> None:
    table.rack.listener = None
    table.type('vco = add("vco", tune=1); vcf = add("vcf"); vco * 0.5 >> vcf; tempo(90)')
    feed.begin(table.rack.patch)
    assert [type(message) for message in posted] == [LoadCode, LoadCode, Apply]
    heard = posted.heard()
    assert heard.cables == table.rack.patch.cables
    assert [(module.knobs, module.source) for module in heard.modules.values()] == [
        ({"tune": 1.0}, "vco-1"),
        ({}, "vcf-1"),
    ]
    assert heard.transport["tempo"] == 90.0


@pytest.mark.usefixtures("feed")
def test_edits_are_passed_on_and_code_is_loaded_once(table: Table, posted: Posted) -> None:
    table.type(
        'vco = add("vco"); vco2 = add("vco"); vcf = add("vcf")', "vco >> vcf; vco2 >> vcf", "remove(vco)", "undo()"
    )
    assert sum(isinstance(message, LoadCode) for message in posted) == 2
    heard = posted.heard()
    assert heard.modules.keys() == table.rack.patch.modules.keys()
    assert heard.cables == table.rack.patch.cables


def test_a_module_without_code_comes_in_with_its_cables_when_the_code_does(
    table: Table, posted: Posted, feed: Feed
) -> None:
    table.sources.panels["late"] = msgspec.structs.replace(VCF, type="late")
    table.type('vco = add("vco"); late = add("late"); vco >> late; late.cutoff = 3; late >> late.cutoff')
    assert len(posted.heard().modules) == 1
    table.sources.built(Code("late", "late-1", "", table.sources.panels["late"]))
    table.sources.play("late", "late-1")
    assert feed.arrived(table.rack.patch) > 0
    heard = posted.heard()
    assert heard.modules[2].knobs == {"cutoff": 3.0}
    assert heard.cables == table.rack.patch.cables
    assert feed.arrived(table.rack.patch) == 0


def test_no_message_is_over_four_kilobytes(table: Table, posted: Posted, feed: Feed) -> None:
    table.rack.listener = None
    table.type("for i in range(200): add('vco', tune=1)")
    feed.begin(table.rack.patch)
    assert all(len(msgspec.msgpack.encode(message)) <= 4096 for message in posted)
    assert len(posted.heard().modules) == 200


def test_what_an_engine_cannot_hear_is_not_sent(table: Table, posted: Posted, feed: Feed) -> None:
    table.type('vco = add("vco")')
    posted.clear()
    table.type('rename(vco, "bass")')
    assert feed.edited(edits.SetData(1, {"a": 1})) == 0
    assert posted == []
    assert feed.edited(edits.Move(1, (3, 3))) > 0


@pytest.mark.usefixtures("feed")
def test_another_patch_takes_the_place_of_the_first(table: Table, posted: Posted) -> None:
    table.type(
        'vco = add("vco"); vcf = add("vcf"); vco >> vcf', 'save("one")', "clear()", 'add("out")', 'load("one")'
    )
    assert posted.heard().modules.keys() == {1, 2}
    assert posted.heard().cables == table.rack.patch.cables
    table.type("undo()")
    assert {module.type for module in posted.heard().modules.values()} == {"out"}


def test_an_engine_that_waits_loads_code_only(table: Table, posted: Posted, feed: Feed) -> None:
    table.rack.listener = None
    table.type('add("vco"); add("vco"); add("vcf")')
    feed.preload(table.rack.patch)
    feed.preload(table.rack.patch)
    assert [type(message) for message in posted] == [LoadCode, LoadCode]
