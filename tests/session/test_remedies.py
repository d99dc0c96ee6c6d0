import pytest

from livepatch.protocol.messages import Fault, Message, ModuleFault, Notice
from livepatch.session.remedies import Remedies
from livepatch.session.sources import Code
from tests.session.table import VCO, Table


@pytest.fixture
def told() -> list[Message]:
    return []


@pytest.fixture
def remedies(table: Table, told: list[Message]) -> Remedies:
    table.type('vco = add("vco")')
    return Remedies(table.rack, table.sources, told.append)


def newer(table: Table, source: str) -> None:
    table.sources.built(Code("vco", source, "", VCO))
    table.sources.play("vco", source)


def test_code_that_raises_gives_way_to_the_code_before_it(
    table: Table, told: list[Message], remedies: Remedies
) -> None:
    newer(table, "vco-2")
    remedies.fault(Fault(1, "vco", "vco-2", 12, "ZeroDivisionError: float division by zero"))
    assert table.rack.patch.modules[1].source == "vco-1"
    assert isinstance(told[0], ModuleFault)
    assert (told[0].problems[0].line, told[0].type) == (12, "vco")
    assert told[0].told
    text = "vco plays its last good code again, vco.py:12: ZeroDivisionError: float division by zero"
    assert told[1:] == [Notice("error", text)]
    assert table.refused("redo()") == "there is nothing to redo"


def test_a_fault_of_code_that_plays_no_more_changes_nothing(table: Table, remedies: Remedies) -> None:
    newer(table, "vco-2")
    table.heard.clear()
    remedies.fault(Fault(1, "vco", "vco-0", 12, "ValueError"))
    assert table.heard == []


def test_two_modules_with_the_same_fault_are_told_in_one_line(
    table: Table, told: list[Message], remedies: Remedies
) -> None:
    table.type('add("vco")')
    newer(table, "vco-2")
    for id in (1, 2):
        remedies.fault(Fault(id, "vco", "vco-2", 12, "ValueError: no"))
    assert len([message for message in told if isinstance(message, Notice)]) == 1
    assert all(message.told for message in told if isinstance(message, ModuleFault))


def test_code_with_nothing_before_it_stays_silent_and_says_so(told: list[Message], remedies: Remedies) -> None:
    remedies.fault(Fault(1, "vco", "vco-1", 3, "ValueError: no"))
    assert isinstance(told[-1], Notice)
    assert told[-1].text == "vco is silent, vco.py:3: ValueError: no; save it mended to hear it again"


def test_what_brings_the_engine_down_loses_its_code_then_its_place(
    table: Table, told: list[Message], remedies: Remedies
) -> None:
    newer(table, "vco-2")
    remedies.death(1, "hung")
    assert table.rack.patch.modules[1].source == "vco-1"
    remedies.death(1, "hung")
    assert table.rack.patch.modules[1].bypass
    assert isinstance(told[-1], Notice)
    assert "vco is bypassed" in told[-1].text


def test_a_death_that_no_module_caused_changes_nothing(
    table: Table, told: list[Message], remedies: Remedies
) -> None:
    table.heard.clear()
    remedies.death(0, "was ended by SIGSEGV")
    assert table.heard == []
    assert told == []


def test_falling_back_twice_in_a_row_is_not_tried(table: Table, remedies: Remedies) -> None:
    for source in ("vco-2", "vco-3"):
        newer(table, source)
    remedies.death(1, "hung")
    assert table.rack.patch.modules[1].source == "vco-2"
    remedies.death(1, "hung")
    assert table.rack.patch.modules[1].source == "vco-2"
    assert table.rack.patch.modules[1].bypass


def test_code_that_was_mended_and_broken_again_falls_back_each_time(table: Table, remedies: Remedies) -> None:
    newer(table, "vco-2")
    remedies.fault(Fault(1, "vco", "vco-2", 12, "ValueError: first"))
    newer(table, "vco-3")
    newer(table, "vco-4")
    table.rack.patch.modules[1].source = "vco-4"
    remedies.fault(Fault(1, "vco", "vco-4", 12, "ValueError: second"))
    assert table.rack.patch.modules[1].source == "vco-3"


def test_a_plugin_has_no_code_to_mend(table: Table, told: list[Message], remedies: Remedies) -> None:
    table.rack.patch.modules[1].type = "vst2:amsynth"
    remedies.fault(Fault(1, "vst2:amsynth", "", 0, "ValueError: no"))
    remedies.death(1, "hung")
    assert table.rack.patch.modules[1].bypass
    assert [notice.text for notice in told if isinstance(notice, Notice)] == [
        "vco is silent: ValueError: no; bypass(vco), bypass(vco, False) starts it over",
        "vco is bypassed: the engine hung while it was processed; bypass(vco, False) plays it again",
    ]
    assert not any(isinstance(message, ModuleFault) for message in told)
