"""Everything that happens is told in words."""

from msgspec.structs import replace

from livepatch.errors import Problem
from livepatch.panel import Panel
from livepatch.patch.edits import AddModule, Batch, SetKnob
from livepatch.patch.patch import PlacedModule
from livepatch.protocol.messages import (
    Bye,
    Completions,
    Edited,
    ModuleFault,
    Notice,
    PanelChanged,
    Progress,
    Replaced,
)
from livepatch.repl.words import describe, greeting
from tests.repl.scripted_session import ENGINE, welcome

VCO = PlacedModule(id=1, name="vco", type="vco")


def test_a_notice_says_its_level_unless_it_is_only_a_note() -> None:
    assert describe(Notice("note", "saved set1")) == ["saved set1"]
    assert describe(Notice("warning", "clamped to 5.0")) == ["warning: clamped to 5.0"]
    assert describe(Notice("error", "disk full")) == ["error: disk full"]


def test_a_broken_module_names_file_line_and_column_and_what_plays_on() -> None:
    fault = ModuleFault("vco", (Problem("/set/modules/vco.py", 12, 9, "name 'phse' is not defined"),))
    assert describe(fault) == [
        "error in vco: /set/modules/vco.py:12:9: name 'phse' is not defined",
        "vco: its last good code plays on",
    ]
    assert describe(ModuleFault("vco", ())) == ["vco: mended"]
    never = ModuleFault("vco", (Problem("/set/modules/vco.py", 12, 0, "no"),), plays=False)
    assert describe(never) == ["error in vco: /set/modules/vco.py:12: no"]
    assert describe(ModuleFault("vco", never.problems, told=True)) == []


def test_a_swap_says_how_long_it_took() -> None:
    panel = Panel(type="vco", class_name="Vco")
    assert describe(PanelChanged(panel, 163.4)) == ["vco: new code sounds, 163 ms after it was saved"]


def test_every_state_of_the_engine_has_words() -> None:
    assert describe(ENGINE) == ["sound: Speakers, 48000 Hz, blocks of 256 frames, real-time priority"]
    assert "ordinary priority" in describe(replace(ENGINE, realtime=False))[0]
    assert "unheard, without a device" in describe(replace(ENGINE, driver="null"))[0]
    assert "none yet" in describe(replace(ENGINE, driver="none"))[0]


def test_loading_building_and_ending_are_told() -> None:
    assert describe(Replaced("drone", (VCO,), (), {})) == ["now playing patch drone, 1 module, 0 cables"]
    assert describe(Progress(3, 12, "vcf")) == ["building vcf, 3 of 12"]
    assert describe(Bye("stopped")) == ["the session has ended: stopped"]
    assert describe(Bye("")) == ["the session has ended"]


def test_edits_are_told_but_not_the_turning_of_knobs() -> None:
    turn = SetKnob(1, "tune", 1.0)
    assert describe(Edited(AddModule(VCO), "add vco")) == ["add vco"]
    assert describe(Edited(turn, "vco.tune = 1.0")) == []
    assert describe(Edited(Batch((turn, turn)), "two turns")) == []
    assert describe(Edited(Batch((turn, AddModule(VCO))), "add vco")) == ["add vco"]


def test_what_is_not_for_the_performer_is_not_told() -> None:
    assert describe(Completions(1, ())) == []


def test_the_greeting_tells_the_patch_the_sound_the_keys_and_what_is_wrong() -> None:
    fault = ModuleFault("vcf", (Problem("vcf.py", 3, 1, "invalid syntax"),))
    lines = greeting(welcome(modules=(VCO,), faults=(fault,), notices=(Notice("note", "restored"),)), "1.2.3")
    assert lines[0] == "livepatch 1.2.3: patch hello, 1 module, 0 cables"
    assert lines[1].startswith("sound: Speakers")
    assert "Ctrl-D leaves while the sound plays on" in lines[3]
    assert max(map(len, lines[:4])) < 80
    assert lines[4:] == [
        "error in vcf: vcf.py:3:1: invalid syntax",
        "vcf: its last good code plays on",
        "restored",
    ]
    assert greeting(welcome(patch_name=""), "1")[0].startswith("livepatch 1: a patch without a name")
