"""Stale messages are made one."""

from livepatch.canvas import Text
from livepatch.patch.edits import SetBypass, SetKnob
from livepatch.protocol.messages import Drawn, Edited, Evaluated, Message, Notice, Printed, Progress
from livepatch.tui.inbox import LONGEST_TEXT, Inbox


def drained(*messages: Message) -> list[Message]:
    inbox = Inbox()
    for message in messages:
        inbox.put(message)
    return inbox.drain()


def test_only_the_first_message_in_an_empty_inbox_needs_telling() -> None:
    inbox = Inbox()
    assert [inbox.put(Notice("note", "a")), inbox.put(Notice("note", "b"))] == [True, False]
    inbox.drain()
    assert inbox.put(Notice("note", "c"))


def test_the_newest_turn_of_a_knob_and_the_newest_progress_count() -> None:
    turns = [Edited(SetKnob(1, "cutoff", volts), "") for volts in (1.0, 2.0, 3.0)]
    assert drained(*turns, Progress(1, 9, "a"), Progress(2, 9, "b")) == [turns[-1], Progress(2, 9, "b")]


def test_what_is_not_stale_is_kept_in_order() -> None:
    messages = [
        Edited(SetKnob(1, "cutoff", 1.0), ""),
        Edited(SetKnob(2, "cutoff", 1.0), ""),
        Edited(SetBypass(1, True), ""),
        Edited(SetKnob(1, "cutoff", 2.0), ""),
    ]
    assert drained(*messages) == messages


def test_print_out_of_one_line_is_joined_but_not_across_its_end() -> None:
    messages = [Printed(1, "a"), Printed(1, "b\n"), Evaluated(1, "", ""), Printed(2, "c")]
    assert drained(*messages) == [Printed(1, "ab\n"), Evaluated(1, "", ""), Printed(2, "c")]


def test_a_flood_of_print_out_stays_bounded_and_says_so() -> None:
    flood = [Printed(1, f"line {number}\n" * 100) for number in range(1000)]
    (message,) = drained(*flood)
    assert isinstance(message, Printed)
    assert len(message.text) <= LONGEST_TEXT + 1000
    assert message.text.startswith("[…]\nline ")
    assert message.text.endswith("line 999\n")


def words(text: str) -> Drawn:
    return Drawn(1, (Text(0.0, 0.0, text),))


def test_of_each_modules_pictures_only_the_newest_waits() -> None:
    other, said = Drawn(2, ()), Notice("note", "n")
    assert drained(words("a"), other, words("b"), said, words("c")) == [other, said, words("c")]


def test_a_picture_alone_is_replaced_by_the_next() -> None:
    inbox = Inbox()
    first, second = (Drawn(1, (Text(0.0, 0.0, text),)) for text in "ab")
    assert [inbox.put(first), inbox.put(second)] == [True, False]
    assert inbox.drain() == [second]
    assert inbox.put(first)
