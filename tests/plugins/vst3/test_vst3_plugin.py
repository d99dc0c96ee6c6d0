"""What a VST3 plug-in tells, keeps, and says by itself."""

from pathlib import Path

import pytest

from livepatch.plugins.presets.vstpreset import VstPreset, read_vstpreset, write_vstpreset
from tests.plugins.vst3.rig import in_child
from tests.plugins.vst3.synth_bundle import FAULTS, UID, vst3_bundle


def test_a_bundle_tells_its_plug_ins_buses_parameters_and_programs(either: Path) -> None:
    said = in_child(
        """
import msgspec
facts = [msgspec.to_builtins(one) for one in describe(Path(sys.argv[1]))]
answer(facts=facts)
""",
        either,
    )
    (facts,) = said["facts"]
    assert (facts["format"], facts["uid"], facts["name"]) == ("vst3", UID, "Test Synth")
    assert (facts["vendor"], facts["version"], facts["category"]) == ("livepatch", "1.2.3", "Instrument|Synth")
    assert facts["path"] == str(either)
    assert all(facts[name] for name in ("instrument", "notes_in", "notes_out", "doubles", "state"))
    assert [(bus["name"], bus["channels"], bus["main"]) for bus in facts["inputs"]] == [
        ("Input", 2, True),
        ("Side chain", 1, False),
    ]
    assert [(bus["name"], bus["channels"], bus["main"]) for bus in facts["outputs"]] == [("Output", 2, True)]
    assert facts["programs"] == ["Init", "Loud", "Soft", "Dark"]
    by_name = {parameter["name"]: parameter for parameter in facts["parameters"]}
    assert len(by_name) == 13
    assert (by_name["Gain"]["unit"], by_name["Gain"]["default"], by_name["Gain"]["group"]) == ("x", 1.0, "")
    assert (by_name["Bend"]["group"], by_name["Press"]["group"]) == ("Voice/Pitch", "Voice")
    assert by_name["Octave"]["texts"] == ["Down", "Same", "Up"]
    assert by_name["Fault"]["texts"] == list(FAULTS)
    assert by_name["Restart"]["steps"] == 255
    assert by_name["Restart"]["texts"] == []
    for flag, names in {
        "bypass": {"Bypass"},
        "programs": {"Program"},
        "read_only": {"Level"},
        "hidden": {"Secret"},
    }.items():
        assert {name for name, parameter in by_name.items() if parameter[flag]} == names
    assert not by_name["Colour"]["automatable"]


def test_the_pictures_of_a_bundle_are_named(tmp_path: Path) -> None:
    bundle = vst3_bundle(tmp_path)
    pictures = bundle / "Contents" / "Resources" / "Snapshots"
    pictures.mkdir(parents=True)
    (pictures / f"{UID}_snapshot_2.0x.png").write_bytes(b"")
    said = in_child(
        "answer(shots=[(one.path, one.scale) for one in load(Path(sys.argv[1])).facts.snapshots])", bundle
    )
    assert said["shots"] == [[str(pictures / f"{UID}_snapshot_2.0x.png"), 2.0]]


def test_a_program_is_chosen_by_number_and_by_midi_and_what_it_sets_is_told(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
plugin = rig.plugin
first = plugin.program()
plugin.choose(2)
ones = np.ones((3, 64)) * [[1.0], [1.0], [0.0]]
soft = rig.play(ones)[0, 5]
plugin.idle()
told = [(told.id, told.value) for told in plugin.told if told.what == "turned"]
then = plugin.program(), plugin.value(0)
dark = rig.play(ones, [Event(PROGRAM, 20, 0, 3, 0.0)])[0, [19, 20]].tolist()
try:
    plugin.choose(4)
except PluginError as error:
    refused = str(error)
answer(first=first, soft=soft, told=told, then=then, dark=dark, last=plugin.program(), refused=refused)
""",
        either,
    )
    assert said["first"] == 0
    assert said["soft"] == 0.25
    assert [0, 0.25] in said["told"]
    assert said["then"] == [2, 0.25]
    assert said["dark"] == [0.25, 0.5]
    assert said["last"] == 3
    assert said["refused"] == "Test Synth has 4 programs; there is no number 4"


def test_the_state_of_both_halves_goes_into_another_instance(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
for id, value in ((0, 0.125), (1, 1.0), (10, 0.625)):
    rig.plugin.turn(id, value)
rig.play(64)
state = rig.plugin.state()
other = Rig(sys.argv[1])
other.plugin.turn(0, 0.9)
other.plugin.restore(state)
values = [other.plugin.value(id) for id in (0, 1, 10)]
gain = other.play(np.ones((3, 64)) * [[1.0], [1.0], [0.0]])[0, 7]
refused = []
for wrong in (state.replace(b"4C69", b"AAAA", 1), state[:60], b"", state.replace(b"LPSY", b"XXXX")):
    try:
        other.plugin.restore(wrong)
    except PluginError as error:
        refused.append(str(error))
answer(values=values, gain=gain, state=state.hex(), again=other.plugin.state() == state, refused=refused)
""",
        either,
    )
    assert said["values"] == [0.125, 1.0, 0.625]
    assert said["gain"] == 0.125
    assert said["again"]
    preset = read_vstpreset(bytes.fromhex(said["state"]))
    assert preset.class_id == UID
    assert preset.component.startswith(b"LPSY")
    assert preset.controller.startswith(b"LPCO")
    other, cut, nothing, damaged = said["refused"]
    assert other == f"this preset is another plug-in's (AAAA{UID[4:]}), not Test Synth's"
    assert "cut short" in cut
    assert "no .vstpreset" in nothing
    assert damaged == "Test Synth refuses this state"


def test_a_preset_without_the_controllers_half_is_taken_too(synth: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    said = in_child("rig = Rig(sys.argv[1])\nanswer(state=rig.plugin.state().hex())", synth)
    component = read_vstpreset(bytes.fromhex(said["state"])).component
    state.write_bytes(write_vstpreset(VstPreset(UID, component)))
    said = in_child(
        "rig = Rig(sys.argv[1])\nrig.plugin.turn(0, 0.5)\nrig.plugin.restore(Path(sys.argv[2]).read_bytes())\n"
        "answer(value=rig.plugin.value(0))",
        synth,
        state,
    )
    assert said["value"] == 1.0


def test_exclusive_messages_go_in_and_come_out_and_the_plug_in_sees_the_transport(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1], rate=44100.0)
plugin, clock = rig.plugin, rig.plugin.clock
rig.play(64)
clock.frame, clock.tempo, clock.beats, clock.bar_beats = 4242, 93.5, 9.25, 9.0
clock.numerator, clock.denominator, clock.playing = 3, 8, False
plugin.sysex(bytes.fromhex("f04201f7"))
plugin.sysex(bytes.fromhex("f07d01f7"))
rig.play(50)
messages = [bytes.fromhex(told.text) for told in plugin.told if told.what == "sysex"]
rig.prepare(offline=True, doubles=True)
plugin.sysex(bytes.fromhex("f07d01f7"))
clock.playing = True
rig.play(10)
last = [bytes.fromhex(told.text) for told in plugin.told if told.what == "sysex"][-1]
answer(first=messages[0].hex(), seen=messages[1].decode("latin-1"), last=last.decode("latin-1"))
""",
        either,
    )
    assert said["first"] == "f04201f7"
    seen = dict(
        part.split("=", 1) for part in said["seen"].strip("\xf0\xf7").replace("seen=livepatch 1 0", "").split()
    )
    numbers = {name: seen[name] for name in ("rate", "frame", "continuous", "beats", "bar", "tempo", "signature")}
    assert numbers == {
        "rate": "44100",
        "frame": "4242",
        "continuous": "4242",
        "beats": "9.25",
        "bar": "9",
        "tempo": "93.5",
        "signature": "3/8",
    }
    assert int(seen["state"], 16) == 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 13 | 1 << 17
    assert (seen["mode"], seen["floats"], seen["most"], seen["frames"]) == ("0", "0", "64", "50")
    assert "mode=2 floats=1" in said["last"]
    assert f"state={1 << 1 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 13 | 1 << 17:x}" in said["last"]


def test_the_halves_send_each_other_messages_that_the_host_makes(synth: Path) -> None:
    said = in_child(
        """
plugin = load(Path(sys.argv[1]))
before = plugin.text(9)
rig = Rig(sys.argv[1])
rig.plugin.turn(5, 0.1)
rig.plugin.sysex(bytes.fromhex("f07d01f7"))
rig.play(64)
answer(before=before, after=rig.plugin.text(9), told=[bytes.fromhex(told.text).decode("latin-1")
    for told in rig.plugin.told if told.what == "sysex"])
""",
        synth,
    )
    # The host's name, whether it uses MIDI mappings, and the plug-in's own id; then how many messages were whole.
    assert said["before"] == "livepatch 1 0 0"
    assert said["after"] == "livepatch 1 0 1"
    assert "heard=1" in said["told"][0]


def test_what_its_window_turns_is_told_and_reaches_the_sound(either: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
rig.plugin.idle()
rig.plugin.told.clear()
rig.plugin.turn(11, 1.0)
told = [(told.what, told.id, told.value) for told in rig.plugin.told]
gain = rig.play(np.ones((3, 64)) * [[1.0], [1.0], [0.0]])[0, 0]
answer(told=told, gain=gain)
""",
        either,
    )
    assert said["told"] == [["touched", 0, 0.0], ["turned", 0, 0.25], ["released", 0, 0.0], ["dirty", 0, 0.0]]
    assert said["gain"] == 0.25


@pytest.mark.parametrize(
    ("flags", "told"),
    [(1, ["restart"]), (2, ["buses"]), (4, ["values"]), (8, ["latency"]), (16, ["names"]), (32 + 64, [])],
)
def test_a_change_is_told_when_the_plug_in_asks_for_a_restart(synth: Path, flags: int, told: list[str]) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
made = [told.what for told in rig.plugin.told]
rig.plugin.idle()
rig.plugin.told.clear()
rig.plugin.turn(12, int(sys.argv[2]) / 255)
at_once = len(rig.plugin.told)
rig.plugin.idle()
answer(made=made, at_once=at_once, told=[told.what for told in rig.plugin.told])
""",
        synth,
        str(flags),
    )
    assert said["made"] == []
    assert said["at_once"] == 0
    assert said["told"] == told


def test_parameters_that_are_only_there_to_hear_midi_are_hidden(tmp_path: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
rig.play(64, [Event(BEND, 3, 2, 0, 1.0)])
rig.plugin.idle()
facts = rig.plugin.facts
answer(count=len(facts.parameters), shown=[one.name for one in facts.parameters if not one.hidden],
    bent=rig.plugin.value(1000 + 2 * 130 + 129))
""",
        vst3_bundle(tmp_path, "Midi", "MIDI_PARAMETERS"),
    )
    assert said["count"] == 2093
    assert len(said["shown"]) == 12
    assert said["bent"] == 1.0


def test_a_plug_in_with_the_oldest_factory_and_nothing_optional_plays(tmp_path: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
made = rig.play(4800, [Event(NOTE_ON, 0, 0, 69, 1.0), Event(TUNING, 9, 0, 69, 1.0), Event(BEND, 9, 0, 0, 1.0)])
facts = rig.plugin.facts
answer(name=facts.name, kind=facts.category, group=facts.parameters[4].group, hertz=hertz(made[0]),
    programs=facts.programs)
""",
        vst3_bundle(tmp_path, "Bare", "BARE"),
    )
    assert (said["name"], said["kind"], said["group"]) == ("Test Synth", "", "")
    assert said["hertz"] == pytest.approx(440.0, abs=2.0)
    assert said["programs"] == ["Init", "Loud", "Soft", "Dark"]  # as its program parameter says


def test_messages_and_states_are_freed_while_no_garbage_is_collected(synth: Path) -> None:
    said = in_child(
        """
import gc
rig = Rig(sys.argv[1])
gc.collect()
gc.disable()
counts = []
for _ in range(3):
    for turn in range(50):
        rig.plugin.turn(5, turn / 50)
        rig.plugin.state()
        rig.play(64)
        rig.plugin.idle()
    rig.plugin.told.clear()
    counts.append(len(gc.get_objects()))
answer(counts=counts)
""",
        synth,
    )
    assert abs(said["counts"][2] - said["counts"][1]) < 20


def test_an_unchanged_latency_is_told_once(synth: Path) -> None:
    said = in_child(
        """
rig = Rig(sys.argv[1])
rig.plugin.idle()
rig.plugin.told.clear()
for _ in range(5):
    rig.plugin.turn(12, 8 / 255)
    rig.plugin.idle()
    rig.prepare()
rig.plugin.turn(5, 0.1)
rig.plugin.idle()
answer(told=[told.value for told in rig.plugin.told if told.what == "latency"])
""",
        synth,
    )
    assert said["told"] == [0.0, 100.0]


def test_nothing_of_ours_stays_behind_a_plug_in_that_is_closed(either: Path) -> None:
    said = in_child(
        """
from livepatch.plugins.vst3 import host_object
for _ in range(3):
    rig = Rig(sys.argv[1])
    rig.plugin.turn(5, 0.1)
    rig.play(640, [Event(PARAMETER, frame, 0, id, 0.5) for frame in range(9) for id in range(2)])
    rig.plugin.state()
    rig.plugin.idle()
    rig.plugin.close()
answer(alive=sorted(type(one).__name__ for one in host_object._alive))
""",
        either,
    )
    assert said["alive"] == ["Application"] * 3
