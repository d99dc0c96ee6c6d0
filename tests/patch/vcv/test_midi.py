"""Rack's modules for MIDI: not here yet, named as on their panels, and nothing of them is lost."""

import json

from livepatch.patch import files
from livepatch.patch.edits import AddModule, RemoveModule, SetKnob, apply
from livepatch.patch.patch import PlacedModule
from tests.patch.vcv.racks import cables, decoded, module, text, written


def test_what_midi_does_in_rack_is_told() -> None:
    read = decoded("midi")
    assert read.coverage == (
        "midi.vcv: 2 of 8 modules live; placeholders for Core/CV-CC, Core/CV-Gate, Core/CV-MIDI, Core/MIDI-CC "
        "and 2 more; livepatch neither hears nor sends MIDI yet"
    )
    names = [module.name for module in read.patch.modules.values()]
    assert names == ["midi_cv", "midi_cc", "midi_gate", "midi_map", "cv_midi", "cv_cc", "cv_gate", "vco"]
    assert module(read.patch, "Core/MIDITriggerToCVInterface").name == "midi_gate"
    assert ("Core/MIDICCToCVInterface", "out15", "vco", "pwm", "#f3374b") in cables(read.patch)
    assert ("Core/MIDITriggerToCVInterface", "out3", "Core/CV-MIDI", "in1", "#f3374b") in cables(read.patch)


def test_mappings_and_devices_are_written_as_they_were() -> None:
    patch = decoded("midi").patch
    assert written(patch) == json.loads(text("midi"))
    assert written(files.decode(files.encode(patch))) == json.loads(text("midi"))
    apply(patch, SetKnob(module(patch, "vco").id, "width", 0.25))
    assert written(patch)["modules"][:7] == json.loads(text("midi"))["modules"][:7]


def test_a_new_module_is_not_turned_by_a_mapping_of_one_that_is_gone() -> None:
    patch = decoded("midi").patch
    mapped = module(patch, "vco").id
    apply(patch, RemoveModule(mapped))
    for id in range(50, 53):
        apply(patch, AddModule(PlacedModule(id=id, name=f"lfo{id}", type="lfo", position=(id, 0))))
    ids = [entry["id"] for entry in written(patch)["modules"]]
    assert ids == [11, 12, 13, 14, 15, 16, 17, 3, 4, 5]
