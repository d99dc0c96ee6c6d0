"""Note expressions: what each note of a plug-in has for itself, told and heard."""

from pathlib import Path

from tests.plugins.vst3.rig import in_child


def test_a_plug_in_tells_what_each_note_has_for_itself(either: Path) -> None:
    said = in_child(
        "import msgspec\nanswer(all=msgspec.to_builtins(describe(Path(sys.argv[1]))[0].expressions))",
        either,
    )
    found = {each.pop("name"): each for each in said["all"]}
    assert list(found) == ["Volume", "Pan", "Gain", "Accent", "Shape"]  # not what tunes, nor what is a text
    plain = {"unit": "", "lowest": 0.0, "default": 0.0, "highest": 1.0, "texts": [], "steps": 0}
    plain |= {"bipolar": False, "once": False}
    volume = {"id": 0, "unit": "dB", "default": 0.25, "texts": ["-inf", "0.0", "12.0"]}
    assert found["Volume"] == plain | volume
    assert found["Pan"] == plain | {"id": 1, "default": 0.5, "texts": ["left", "middle", "right"], "bipolar": True}
    assert found["Gain"] == plain | {"id": 100000, "lowest": 0.2, "default": 0.2}
    assert found["Accent"] == plain | {"id": 100001, "unit": "x", "once": True}
    assert found["Shape"] == plain | {"id": 100002, "steps": 2}


def test_what_a_note_has_for_itself_is_heard_of_that_note_at_its_frame(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
def on(frame, key, note=-1): return Event(NOTE_ON, frame, 0, key, 0.0, 0.0, note)
def express(frame, key, id, value, note=-1): return Event(EXPRESSION, frame, 0, key, value, float(id), note)
made = rig.play(256, [
    on(0, 60, 5), on(0, 60, 6), on(0, 64),
    express(37, 60, 100000, 0.45, 6), express(70, 60, 1, 1.0, 6), express(101, 64, 100000, 0.7),
    express(130, 60, 4711, 0.7, 5), express(131, 60, 6, 0.7, 5),
    Event(NOTE_OFF, 200, 0, 60, 0.0, 0.0, 6),
])
answer(left=made[0].tolist(), right=made[1].tolist())
""",
        either,
    )
    left, right = (([round(value, 6) for value in said[side]]) for side in ("left", "right"))
    assert left == [0.0] * 37 + [0.25] * 33 + [0.0] * 31 + [0.5] * 155
    assert right == [0.0] * 37 + [0.25] * 64 + [0.75] * 99 + [0.5] * 56
