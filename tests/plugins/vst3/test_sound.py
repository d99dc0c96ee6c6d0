"""What is heard of a VST3 plug-in: notes, knobs and audio, each at its frame."""

from pathlib import Path

import pytest

from tests.plugins.vst3.rig import in_child
from tests.plugins.vst3.synth_bundle import vst3_bundle


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


def test_a_change_of_a_knob_is_heard_at_exactly_its_frame(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
ones = np.ones((3, 192)) * [[1.0], [1.0], [0.0]]
turned = [(37, 0.5), (38, 0.25), (63, 0.75), (64, 1.0), (150, 0.5), (150, 0.0)]
made = rig.play(ones, [Event(PARAMETER, frame, 0, 0, value) for frame, value in turned])
answer(gains=made[1].tolist(), standing=rig.plugin.value(0))
""",
        either,
    )
    expected = [1.0] * 37 + [0.5] + [0.25] * 25 + [0.75] + [1.0] * 86 + [0.0] * 42
    assert said["gains"] == expected
    assert said["standing"] == 0.0


def test_a_knob_turned_from_outside_is_heard_from_the_next_block_on_and_shown_at_once(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
ones = np.ones((3, 64)) * [[1.0], [1.0], [0.0]]
rig.plugin.turn(0, 0.25)
shown = rig.plugin.value(0), rig.plugin.text(0), rig.plugin.text(0, 0.5), rig.plugin.from_text(0, "0.75 x")
made = rig.play(ones, [Event(PARAMETER, 40, 0, 0, 0.5)])
rig.plugin.idle()
answer(shown=shown, gains=made[0].tolist(), swept=rig.plugin.text(0), named=rig.plugin.from_text(1, "Down"),
    nonsense=rig.plugin.from_text(0, "loud"), nothing=rig.plugin.text(77))
""",
        either,
    )
    assert said["shown"] == [0.25, "0.25 x", "0.50 x", 0.75]
    assert said["gains"] == [0.25] * 40 + [0.5] * 24
    assert said["swept"] == "0.50 x"
    assert said["named"] == 0.0
    assert said["nonsense"] is None
    assert not said["nothing"]


def test_midi_reaches_the_parameters_that_the_plug_in_maps(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
plugin = rig.plugin
rig.play(64, [Event(PRESSURE, 0, 5, 0, 0.75), Event(CONTROL, 10, 2, 7, 0.5), Event(CONTROL, 11, 0, 99, 0.9)])
moved = plugin.value(8), plugin.value(0), plugin.value(4)
for message in ("b2 07 7f", "e0 00 00", "d0 40", "90 45 7f", "a0 45 20", "80 45 00"):
    plugin.midi(bytes.fromhex(message))
rig.play(64)
plugin.idle()
answer(moved=moved, then=[plugin.value(id) for id in (0, 4, 8)], back=rig.events)
""",
        either,
    )
    assert said["moved"] == [0.75, 0.5, 0.5]
    assert said["then"] == pytest.approx([1.0, 0.0, 64 / 127])
    kinds = [(kind, key) for kind, _, _, key, *_ in said["back"]]
    assert kinds == [(1, 81), (6, 1), (2, 81)]
    assert said["back"][1][4] == pytest.approx(32 / 127)


def test_64_bits_keep_what_32_lose(synth: Path) -> None:
    said = in_child(
        """
fine = 1.0 + 2.0**-40
audio = np.full((3, 64), fine) * [[1.0], [1.0], [0.0]]
rig = Rig(sys.argv[1], doubles=True)
doubles = rig.play(audio)[0, 5]
rig.prepare(doubles=False)
floats = rig.play(audio)[0, 5]
answer(doubles=doubles - 1.0, floats=floats - 1.0)
""",
        synth,
    )
    assert said["doubles"] == 2.0**-40
    assert said["floats"] == 0.0


def test_a_late_plug_in_says_so_and_is_late_by_what_it_says(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
before = rig.plugin.facts.latency
rig.plugin.turn(5, 0.48)
rig.plugin.idle()
click = np.zeros((3, 640))
click[:2, 10] = 1.0
made = rig.play(click)
facts = rig.plugin.facts
answer(before=before, latency=facts.latency, tail=facts.tail, click=np.flatnonzero(made[1]).tolist(),
    told=[told.value for told in rig.plugin.told if told.what == "latency"], heard=rig.plugin.text(9))
""",
        either,
    )
    assert said["before"] == 0
    assert said["latency"] == 480
    assert said["tail"] == 32
    assert said["click"] == [490]
    assert said["told"] == [480]


def test_silence_is_said_both_ways(synth: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
found = []
on, off = (Event(kind, 0, 0, 60, 1.0) for kind in (NOTE_ON, NOTE_OFF))
for silent, events in ((0, []), (7, []), (3, []), (7, [on]), (7, [off])):
    rig.play(64, events, silent)
    found.append(rig.plugin.silent_outputs)
answer(found=found)
""",
        synth,
    )
    assert said["found"] == [0, 3, 0, 0, 3]


def test_a_plug_in_that_is_not_active_is_silent(synth: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
before = rig.play(noise(3, 64))
rig.plugin.close()
answer(before=float(np.abs(before).max()), after=float(np.abs(rig.play(noise(3, 64))).max()))
""",
        synth,
    )
    assert said["before"] > 0.1
    assert said["after"] == 0.0


def test_bypass_is_the_plug_ins_own(synth: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
rig.plugin.turn(0, 0.5)
audio = noise(3, 64).astype(np.float32)
has = rig.plugin.bypass(on=True)
passed = rig.play(audio)
rig.plugin.bypass(on=False)
answer(has=has, same=bool((passed == audio[:2]).all()), after=bool((rig.play(audio) == audio[:2]).any()))
""",
        synth,
    )
    assert said["has"] is True
    assert said["same"]
    assert not said["after"]


def test_a_plug_in_of_mono_keeps_to_that_when_it_refuses_stereo(tmp_path: Path) -> None:
    said = in_child(
        """
plugin = load(Path(sys.argv[1]))
before = [bus.channels for bus in plugin.facts.inputs + plugin.facts.outputs]
rig = Rig(sys.argv[1])
after = [bus.channels for bus in rig.plugin.facts.inputs + rig.plugin.facts.outputs]
try:
    rig.plugin.connect([1, 2, 3], [1, 2])
except PluginError as error:
    refused = str(error)
answer(before=before, after=after, sound=rig.play(np.ones((2, 64)))[:, 3].tolist(), refused=refused)
""",
        vst3_bundle(tmp_path, "Mono", "REFUSES"),
    )
    assert said["before"] == [2, 1, 2]
    assert said["after"] == [1, 1, 1]
    assert said["sound"] == [2.0]
    assert said["refused"] == "Test Synth has 2 inputs, not 3"
