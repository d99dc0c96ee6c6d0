"""What is heard of a VST3 plug-in: notes, knobs and audio, each at its frame."""

from pathlib import Path

import pytest

from tests.plugins.vst3.rig import in_child


def test_a_note_begins_at_its_frame_with_its_pitch(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
made = rig.play(48000, [Event(NOTE_ON, 100, 0, 69, 1.0), Event(NOTE_OFF, 47000, 0, 69, 0.0)])
heard = np.flatnonzero(made[0])
answer(first=int(heard[0]), last=int(heard[-1]), hertz=hertz(made[0, 100:47000]), peak=float(made.max()),
    back=[(event.kind, event.frame, event.key) for event in rig.events])
""",
        either,
    )
    assert said["first"] == 101  # a sine begins at 0
    assert said["last"] == 46999
    assert said["hertz"] == pytest.approx(440.0, abs=0.1)
    assert said["peak"] == pytest.approx(0.5, abs=1e-3)
    assert said["back"] == [[1, 100, 81], [2, 47000, 81]]


def test_notes_are_tuned_when_they_begin_and_while_they_sound_and_bent_by_the_wheel(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
numbered = rig.play(24000, [Event(NOTE_ON, 0, 3, 69, 1.0, 50.0, 7)])
moved = rig.play(24000, [Event(TUNING, 0, 3, 69, 1.0, 0.0, 7)])
answered = [(event.kind, event.key, event.value) for event in rig.events]
rig.play(64, [Event(NOTE_OFF, 0, 3, 69, 0.0, 0.0, 7)])
rig.play(64, [Event(NOTE_ON, 0, 0, 57, 1.0)])
nameless = rig.play(24000, [Event(TUNING, 0, 0, 57, -12.0)])
bent = rig.play(24000, [Event(TUNING, 0, 0, 57, 0.0), Event(BEND, 0, 0, 0, 1.0)])
down = rig.play(24000, [Event(BEND, 0, 0, 0, -1.0)])
answer(hertz=[hertz(audio[0]) for audio in (numbered, moved, nameless, bent, down)], answered=answered)
""",
        either,
    )
    half = 2 ** (1 / 24)
    assert said["hertz"] == pytest.approx(
        [440 * half, 440 * half**3, 110.0, 220 * half**4, 220 / half**4], abs=0.2
    )
    assert said["answered"][1] == [9, 81, pytest.approx(1.0)]
