"""Blocks in parts, at the frames of parameter changes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from livepatch.plugins.plugin import NOTE_ON, PARAMETER, Event
from livepatch.plugins.vst2.parts import SHORTEST, Part, parts


def turn(frame: int, key: int = 0) -> Event:
    return Event(PARAMETER, frame, 0, key, 0.5)


def note(frame: int) -> Event:
    return Event(NOTE_ON, frame, 0, 69, 1.0)


def edges(found: list[Part]) -> list[tuple[int, int]]:
    return [(begin, end) for begin, end, _, _ in found]


def test_a_block_without_changes_is_one_part_with_all_its_notes() -> None:
    notes = [note(0), note(63)]
    assert list(parts(64, notes)) == [(0, 64, [], notes)]


def test_a_change_at_frame_37_begins_a_part_there() -> None:
    early, change, late = note(36), turn(37), note(37)
    assert list(parts(64, [early, change, late])) == [(0, 37, [], [early]), (37, 64, [change], [late])]


def test_changes_at_the_first_and_the_last_frame_are_exact() -> None:
    assert edges(list(parts(64, [turn(0), turn(63)]))) == [(0, 63), (63, 64)]
    assert edges(list(parts(64, [turn(3)]))) == [(0, 3), (3, 64)]


def test_changes_at_one_frame_share_a_part() -> None:
    changes = [turn(20), turn(20, 1)]
    assert list(parts(64, changes))[1] == (20, 64, changes, [])


def test_a_change_soon_after_another_waits_until_eight_frames_after_it() -> None:
    found = list(parts(64, [turn(37), turn(40), turn(41)]))
    assert edges(found) == [(0, 37), (37, 45), (45, 64)]
    assert found[2][2] == [turn(40), turn(41)]


def test_a_change_that_would_wait_beyond_the_block_comes_at_its_end() -> None:
    assert list(parts(64, [turn(60), turn(62)]))[-1] == (64, 64, [turn(62)], [])


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans())), st.integers(1, 100))
def test_parts_follow_each_other_and_lose_nothing(places: list[tuple[int, bool]], frames: int) -> None:
    events = [turn(at) if change else note(at) for at, change in sorted(places)]
    found = list(parts(frames, events))
    assert found[0][0] == 0
    assert all(first[1] == second[0] for first, second in pairwise(found))
    assert found[-1][1] == frames
    assert sorted(event for part in found for event in (*part[2], *part[3])) == sorted(events)
    assert all(end - begin >= SHORTEST for begin, end, _, _ in found[1:-1] if end < frames)
    for begin, _, changes, _ in found:
        assert all(
            begin - SHORTEST < min(change.frame, frames) <= begin for change in changes if change.frame < frames
        )
