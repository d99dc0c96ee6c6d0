import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from livepatch.patch import files, mirror
from livepatch.patch.edits import ModuleEvent, SetKnob
from tests.session.table import VCO, Table


def test_a_module_is_reachable_by_its_name_in_the_rack(table: Table) -> None:
    table.type('add("vco"); add("vco"); add("vco", "bass", tune=-1, shape="saw")')
    assert (
        table.type("vco2.tune = 1", "vco2.tune, bass.tune, bass.shape == 'saw'")
        == "(1 (1.00 oct), -1 (-1.00 oct), True)"
    )
    assert [module.position for module in table.rack.patch.modules.values()] == [(0, 0), (1, 0), (2, 0)]


def test_a_name_that_means_something_is_refused(table: Table) -> None:
    table.type('add("vco")')
    for name in ("print", "load", "for", "_x", "a b", "vco", "1a"):
        assert "name" in table.refused(f'add("vco", {name!r})')
        if name != "vco":
            assert "name" in table.refused(f"rename(vco, {name!r})")


def test_a_variable_hides_a_command_until_it_is_deleted(table: Table) -> None:
    assert table.type("rack = 5", "rack") == "5"
    assert table.type("del rack", "rack()") == "none yet"


def test_functions_see_modules_that_are_added_later(table: Table) -> None:
    table.type("def wiggle():\n    vco.tune = 2\n    return vco.tune", 'add("vco")')
    assert table.type("wiggle()") == "2 (2.00 oct)"


def test_an_unknown_type_is_refused_with_the_known_ones(table: Table) -> None:
    assert table.refused('add("moog")') == "there is no module 'moog'; there are out, vcf, vco"
    assert table.refused('add("VC0")') == "there is no module 'VC0'; did you mean 'vco'?"
    assert table.rack.patch.modules == {}


def test_rename_and_bypass(table: Table) -> None:
    table.type('v = add("vco")', 'rename(v, "bass")', "bypass(bass)")
    module = table.rack.patch.modules[1]
    assert (module.name, module.bypass) == ("bass", True)
    table.type('bypass("bass", False)', "bypass(bass, False)")
    assert [about for _, about in table.heard].count("bass plays again") == 1
    assert not table.rack.patch.modules[1].bypass
    assert "rack() tells" in table.refused('remove("vco")')


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("vcf.cutof = 1", "vcf has no cutof; did you mean 'cutoff'?"),
        ("vcf.Cutoff", "vcf has no Cutoff; did you mean 'cutoff'?"),
        ("del vcf.cutof", "vcf has no knob cutof; did you mean 'cutoff'?"),
        ('add("vcf", cutof=1)', "vcf has no knob cutof; did you mean 'cutoff'?"),
        ("vcf.randomize()", "vcf has no randomize; it is typed randomize(vcf)"),
        ("vcf.programs", "vcf has no programs; it is typed program(vcf)"),
        ("vcf.stop", "vcf has no stop; it has cutoff, audio, low"),
        ('bypass("vfc")', "there is no module 'vfc' in the rack; did you mean 'vcf'?"),
    ],
)
def test_a_mistyped_name_is_told_with_the_one_that_was_meant(table: Table, line: str, meant: str) -> None:
    table.type('add("vcf")')
    assert table.refused(line).splitlines()[-1].endswith(meant)


def test_of_a_module_with_very_many_parts_not_all_are_named(table: Table) -> None:
    table.sources.panels["vco"] = msgspec.structs.replace(
        VCO, knobs=tuple(msgspec.structs.replace(VCO.knobs[0], name=f"knob{number}") for number in range(900))
    )
    table.type('add("vco")')
    assert table.refused("vco.potato").endswith("vco has no potato; vco. and Tab show the 905 that it has")
    assert table.refused("vco.knobb899").endswith("did you mean 'knob899'?")


def test_a_command_without_its_brackets_says_how_it_is_typed(table: Table) -> None:
    assert table.type("undo") == "undo() is a command, typed with its brackets. Take the last change back."


def test_a_patch_is_not_saved_under_no_name(table: Table) -> None:
    table.type('save("mine")')
    assert (
        table.refused('save("")') == 'a patch is saved under a name, save("set1"), or under the one it has, save()'
    )
    assert table.type("save()") == ""


def test_what_is_done_before_at_can_hold_it_is_told(table: Table) -> None:
    table.type('vco = add("vco")')
    told = table.refused('at("bar", bypass(vco))')
    assert told == 'what stands there was done at once; to hold it, type at("bar", lambda: ...)'


def test_a_command_without_what_it_needs_says_how_it_is_typed(table: Table) -> None:
    for line, said in (
        ("vst()", "vst(): missing a required argument: 'plugin'; Put a VST plug-in into the rack: vst("),
        (
            "bypass()",
            "bypass(): missing a required argument: 'module'; Bypass a module, or bring it back: bypass(vcf)",
        ),
        ("undo(2)", "undo(): nothing can be in its brackets; Take the last change back."),
    ):
        assert table.refused(line).startswith(said)
    table.type('add("vcf", "filter_one")')
    assert table.refused("filter_onw.cutoff").endswith("is not defined; did you mean 'filter_one'?")


def test_what_has_a_bypass_of_its_own_is_bypassed_so_or_hard(table: Table) -> None:
    def stands() -> tuple[bool, bool]:
        module = table.rack.patch.modules[1]
        return module.bypass, module.hard_bypass

    table.type('add("vco")', "bypass(vco, hard=True)")
    assert stands() == (True, False), "there is only one"
    table.sources.panels["vco"] = msgspec.structs.replace(VCO, own_bypass=True)
    table.type("bypass(vco)", "bypass(vco, hard=True)")
    assert stands() == (True, True)
    assert table.type("rack()").endswith("0 cables bypassed hard")
    assert table.type("vco").startswith("vco: Oscillator. (bypassed hard)")
    table.type("undo()")
    assert stands() == (True, False)
    table.type("redo()", 'duplicate(vco, "other")', "bypass(vco, False)")
    assert stands() == (False, False)
    assert table.rack.patch.modules[2].hard_bypass


def test_unpatch_pulls_one_cable_or_all_of_a_port_or_a_module(table: Table) -> None:
    table.type('vco = add("vco"); vcf = add("vcf"); out = add("out")')
    everything = ("vco >> vcf >> out", "vco.sine >> vcf.cutoff", "vco.saw >> out.right")
    for line, left in (
        ("unpatch(vco.saw, vcf.audio)", 3),
        ("unpatch(vco.saw)", 2),
        ("unpatch(vcf.cutoff)", 3),
        ("unpatch(vcf)", 1),
        ("unpatch(vco.saw, vco.sine)", 1),
    ):
        table.type(*everything, line)
        assert len(table.rack.patch.cables) == left, line
        table.type("undo()")
        assert len(table.rack.patch.cables) == 4


def test_turning_one_knob_for_long_is_one_step(table: Table) -> None:
    table.type('vco = add("vco")', "for i in range(30): vco.tune = i / 10", "undo()")
    assert table.rack.patch.modules[1].knobs == {}
    table.type("redo()")
    assert table.rack.patch.modules[1].knobs == {"tune": 2.9}
    table.type("undo()", "undo()")
    assert table.rack.patch.modules == {}
    assert table.refused("undo()") == "there is nothing to undo"
    table.type("redo()", "vco.tune = 1")
    assert table.refused("redo()") == "there is nothing to redo"


def test_a_patch_is_saved_and_loaded_and_loading_can_be_undone(table: Table) -> None:
    table.type('vco = add("vco", tune=1); add("out"); vco >> out', 'save("one")')
    assert (table.workspace / "patches" / "one" / "patch.json").exists()
    table.type("clear()")
    assert table.rack.patch.modules == {}
    table.type('load("one")')
    assert table.type("vco.tune") == "1 (1.00 oct)"
    assert table.rack.name == "one"
    assert not table.rack.unsaved
    table.type("undo()", "undo()")
    assert len(table.rack.patch.modules) == 2
    assert "one" in table.type("patches()")


def test_what_was_never_saved_comes_back_as_last(table: Table) -> None:
    table.type('add("vco")')
    kept = table.library.keep_last()
    assert kept is not None
    table.type("clear()", 'load("last")')
    assert [module.name for module in table.rack.patch.modules.values()] == ["vco"]
    assert not table.rack.name
    assert table.refused("save()") == 'the patch has no name yet: save("name")'


def test_a_wrong_patch_leaves_the_rack_as_it_is(table: Table) -> None:
    table.type('add("vco")')
    folder = table.workspace / "patches" / "bad"
    folder.mkdir()
    file = folder / files.FILE_NAME
    for text, said in (
        ("{", "not JSON"),
        ('{"format": 99}', "update livepatch"),
    ):
        file.write_text(text)
        assert said in table.refused('load("bad")')
        assert len(table.rack.patch.modules) == 1
    assert "no patch.json" in table.refused('load("../bad")')


def test_a_loaded_knob_out_of_range_is_clamped_and_said(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    table.type('add("vco", tune=1)', 'save("one")')
    file = table.workspace / "patches" / "one" / files.FILE_NAME
    file.write_text(file.read_text().replace('"tune": 1.0', '"tune": 1000.0, "gone": 5.0'))
    capsys.readouterr()
    table.type('load("one")')
    assert "set to 4, not 1000" in capsys.readouterr().out
    assert table.rack.patch.modules[1].knobs == {"gone": 5.0, "tune": 4.0}


def test_editing_a_module_that_came_along_makes_a_copy(table: Table, tmp_path: Path) -> None:
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    (bundled / "vco.py").write_text("# theirs\n")
    table.sources.folders.append(bundled)
    table.sources.scan()
    table.type('edit("vco")')
    own = table.workspace / "modules" / "vco.py"
    assert table.opened == [own]
    assert own.read_text() == "# theirs\n"
    own.write_text("# mine\n")
    table.sources.scan()
    table.type('add("vco"); edit(vco)')
    assert own.read_text() == "# mine\n"
    assert (bundled / "vco.py").read_text() == "# theirs\n"


def test_the_tempo_is_told_set_and_clamped(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    assert table.type("tempo()") == "120.0"
    table.type("tempo(128)")
    assert table.type("tempo()") == "128.0"
    table.type("tempo(1e9)")
    assert "goes from 1 to 999" in capsys.readouterr().out


def test_help_tells_every_command(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    table.type("help()")
    said = capsys.readouterr().out
    assert all(f"\n{name}(" in f"\n{said}" for name in table.namespace.commands)
    table.type('vco = add("vco"); help(vco); help(add)')
    assert "Oscillator." in capsys.readouterr().out


def test_help_tells_of_each_part_of_a_panel_and_of_a_type_in_the_library(
    table: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    table.type('vco = add("vco"); vcf = add("vcf")')
    for part, said in (
        ("vcf.cutoff", "cutoff: a knob. cutoff: 8.18 Hz to 8372.0 Hz, 523.25 Hz"),
        ("vco.shape", "shape: a switch. shape: sine, saw, square"),
        ("vco.restart", "restart: a button"),
        ("vcf.audio", "audio: an inlet"),
        ("vco.saw", "saw: an outlet. the bright one"),
    ):
        table.type(f"help({part})")
        assert capsys.readouterr().out == f"{said}\n"
    table.type('help("vcf")')
    assert capsys.readouterr().out.startswith("vcf: Filter.\n")
    assert "there is no module 'moog'" in table.refused('help("moog")')


def test_panic_safe_and_stop_reach_the_session(table: Table) -> None:
    table.type("panic()", "safe(False)", "stop()")
    assert (table.panics, table.heard[-1], table.ended) == (1, False, True)


def test_a_reset_is_one_change_that_can_be_taken_back(table: Table) -> None:
    table.type('vco = add("vco", tune=1, shape="saw")', "reset(vco)")
    assert table.rack.patch.modules[1].knobs == {}
    edit, about = table.heard[-1]
    assert about == "reset vco"
    assert edit.edits[-1] == ModuleEvent(1, "on_reset")
    table.type("undo()")
    assert table.rack.patch.modules[1].knobs == {"tune": 1.0, "shape": 1.0}
    assert table.heard[-1][0].edits[0] == ModuleEvent(1, "on_reset", undone=True)
    table.type("redo()")
    assert table.heard[-1][0].edits[-1] == ModuleEvent(1, "on_reset")


def test_chance_turns_every_knob_and_switch_that_allows_it(table: Table) -> None:
    table.type('add("vco"); add("vco")', "randomize(vco, vco2)")
    seen = [module.knobs for module in table.rack.patch.modules.values()]
    assert [set(knobs) for knobs in seen] == [{"tune", "shape"}, {"tune", "shape"}]
    assert all(-4.0 <= knobs["tune"] <= 4.0 and knobs["shape"] in {0.0, 1.0, 2.0} for knobs in seen)
    assert seen[0]["tune"] != seen[1]["tune"]
    table.type("undo()")
    assert all(not module.knobs for module in table.rack.patch.modules.values())
    panel = table.sources.panels["vco"]
    fixed = tuple(msgspec.structs.replace(knob, randomize=False) for knob in panel.knobs)
    table.sources.panels["vco"] = msgspec.structs.replace(panel, knobs=fixed)
    table.type("randomize(vco)")
    assert set(table.rack.patch.modules[1].knobs) == {"shape"}


def test_a_duplicate_has_the_knobs_and_the_cables_into_it(table: Table) -> None:
    table.type('vco = add("vco", tune=2); vcf = add("vcf", "low", cutoff=3); vco >> low; vco >> low.cutoff')
    table.type('low2 = duplicate("low")', "out = add('out'); low >> out")
    first, second = table.rack.patch.modules[2], table.rack.patch.modules[3]
    assert (second.name, second.type, second.knobs) == ("low2", "vcf", first.knobs)
    assert second.position == (2, 0)
    ends = {(cable.outlet, cable.inlet) for cable in table.rack.patch.cables_of(3)}
    assert ends == {("saw", "audio"), ("saw", "cutoff")}
    table.type("low2.cutoff = 1", "undo()", "undo()", "undo()", "undo()")
    assert 3 not in table.rack.patch.modules


def test_nobody_waits_while_the_files_of_a_module_are_copied(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.type('vco = add("vco")')
    storage, patch, bring = table.library.storage, table.rack.patch, mirror.bring
    (storage.folder(patch, 1) / "take.wav").write_text("sound")

    def bring_while_others_play(source: Path, target: Path) -> None:
        other = threading.Thread(target=table.rack.perform, args=(SetKnob(1, "tune", 2.0),), daemon=True)
        other.start()
        other.join(60.0)
        assert not other.is_alive()
        bring(source, target)

    monkeypatch.setattr(mirror, "bring", bring_while_others_play)
    table.type('duplicate("vco")')
    assert [module.knobs for module in patch.modules.values()] == [{"tune": 2.0}, {"tune": 2.0}]
    assert (storage.folder(patch, 2) / "take.wav").read_text() == "sound"


def test_a_module_is_put_beside_another_in_one_step(table: Table) -> None:
    table.type('for name in "abcd": add("vco", name)', 'beside("d", "a")')

    def order() -> str:
        return "".join(
            module.name for module in sorted(table.rack.patch.modules.values(), key=lambda m: m.position)
        )

    assert order() == "adbc"
    table.type("beside(a, c, left=True)")
    assert order() == "dbac"
    assert [module.position[0] for module in table.rack.patch.modules.values()] == [2, 1, 3, 0]
    table.type("undo()", "undo()")
    assert order() == "abcd"
    assert "cannot stand beside itself" in table.refused("beside(a, a)")


def test_a_button_is_no_step_that_can_be_taken_back(table: Table) -> None:
    table.type('vco = add("vco")', "vco.restart = True", "vco.restart = False", "undo()")
    assert table.rack.patch.modules == {}


def test_the_sample_rate_is_told_and_set(table: Table) -> None:
    assert table.type("sample_rate()") == "48000.0"
    table.type("sample_rate(44100)")
    assert table.heard[-1] == 44100
    assert "goes from 8000 to 384000 Hz" in table.refused("sample_rate(44)")


def test_knobs_turn_while_large_files_are_saved(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table.type('vco = add("vco")')
    (table.library.storage.folder(table.rack.patch, 1) / "take").write_bytes(b"x")
    copying, go_on = threading.Event(), threading.Event()
    bring = mirror.bring

    def slowly(source: Path, target: Path, **options: Any) -> None:
        copying.set()
        assert go_on.wait(20)
        bring(source, target, **options)

    monkeypatch.setattr(mirror, "bring", slowly)
    saving = threading.Thread(target=table.library.save, args=("large",))
    saving.start()
    assert copying.wait(20)
    table.type("vco.tune = 1")
    go_on.set()
    saving.join(20)
    saved = files.read(table.workspace / "patches" / "large")
    assert saved.modules[1].knobs == {}
    assert table.rack.unsaved
    assert (table.workspace / "patches" / "large" / "storage" / "1" / "take").is_file()
