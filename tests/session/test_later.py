"""What at() holds: made at once, in the patch when it has taken effect, and one step for undo()."""

import threading

import pytest

from livepatch.patch import edits
from livepatch.patch.edits import Batch, SetKnob
from livepatch.protocol.messages import Pending
from tests.session.table import Table


@pytest.fixture
def patched(table: Table) -> Table:
    table.type('vco = add("vco"); vcf = add("vcf"); vco >> vcf')
    table.heard.clear()
    return table


def test_nothing_changes_until_it_takes_effect_and_undo_is_one_step(patched: Table) -> None:
    patched.type('at("bar", lambda: (setattr(vcf, "cutoff", 3), vcf.audio, unpatch(vcf)))')
    assert patched.type("float(vcf.cutoff)") == "1.0"
    assert patched.heard == []
    edit, when, _ = patched.held[1]
    assert isinstance(edit, Batch)
    assert (len(edit.edits), when) == (2, "bar")
    patched.lands(1, 8.0)
    assert patched.type("float(vcf.cutoff)") == "3.0"
    assert not patched.rack.patch.cables
    patched.type("undo()")
    assert patched.type("float(vcf.cutoff)") == "1.0"
    assert len(patched.rack.patch.cables) == 1


def test_what_is_done_inside_sees_what_was_done_before_it(patched: Table) -> None:
    patched.type(
        'with at(4):\n    lead = add("vco", "lead")\n    lead.tune = 2\n    lead >> vcf\n    lead.tune += 1'
    )
    assert "lead is no longer in the rack" in patched.type("lead")
    assert list(patched.rack.patch.modules) == [1, 2]
    patched.lands(1, 4.0)
    assert patched.type("float(lead.tune)") == "3.0"
    assert len(patched.rack.patch.cables) == 2


def test_ids_and_names_of_what_is_to_come_are_taken(patched: Table) -> None:
    patched.type('at("bar", lambda: add("vco", "bass"))', 'at("bar", lambda: add("vco"))')
    assert "waits for its beat" in patched.refused('add("vco", "bass")')
    patched.type('other = add("vco")')
    assert patched.rack.patch.modules[5].name == "vco3"
    patched.lands(1, 4.0)
    patched.lands(2, 4.0)
    assert {id: module.name for id, module in patched.rack.patch.modules.items()} == {
        1: "vco", 2: "vcf", 3: "bass", 4: "vco2", 5: "vco3",
    }  # fmt: skip


def test_what_does_not_fit_any_more_is_left_out_and_said(patched: Table) -> None:
    patched.type('at("bar", lambda: (setattr(vco, "tune", 1), setattr(vcf, "cutoff", 2)))')
    patched.type("remove(vco)")
    patched.lands(1, 8.0)
    assert patched.type("float(vcf.cutoff)") == "2.0"
    assert [str(told.text) for told in patched.told if hasattr(told, "text")] == [
        "bar 3: there is no module with id 1 in the rack; left out"
    ]


def test_a_knob_that_was_turned_and_not_heard_yet_stays_where_it_was_turned(patched: Table) -> None:
    patched.type('at("bar", lambda: (setattr(vco, "tune", 1), setattr(vcf, "cutoff", 2)))', "vco.tune = 3")
    patched.flying.append(SetKnob(1, "tune", 3.0))
    patched.lands(1, 4.0)
    assert patched.type("float(vco.tune)") == "3.0"
    assert patched.type("float(vcf.cutoff)") == "2.0"


def test_what_is_called_inside_comes_after_what_took_effect(patched: Table) -> None:
    done = threading.Event()
    patched.namespace["done"] = done
    patched.type(
        "def again():\n    vcf.cutoff += 1\n    at('beat', again)\n    if vcf.cutoff >= 3: done.set()\n",
        "at('bar', again)",
    )
    assert len(patched.held) == 1
    patched.lands(1, 4.0)
    assert done.wait(10.0)
    while len(patched.held) < 2:
        threading.Event().wait(0.001)
    edit, when, after = patched.held[2]
    assert edit == SetKnob(2, "cutoff", 3.0)
    assert when == "beat"
    assert after == pytest.approx(4.0, abs=1e-5)
    assert after > 4.0


def test_what_goes_wrong_inside_holds_nothing(patched: Table) -> None:
    assert "vcf has no nothing" in patched.refused('at("bar", lambda: vcf.nothing)')
    assert patched.held == {}
    patched.refused('with at("bar"):\n    vcf.cutoff = 3\n    1 / 0')
    assert patched.held == {}
    patched.type("vcf.cutoff = 2")
    assert patched.rack.patch.modules[2].knobs == {"cutoff": 2.0}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('at("Bar", print)', '"now", "beat", "bar" or a number of beats'),
        ("at(0, print)", "a number of beats"),
        ('at("bar", lambda: undo())', "undo() cannot wait"),
        ('at("bar", lambda: clear())', "another patch cannot wait"),
        ('with at("bar"):\n    with at("beat"):\n        pass', "cannot stand inside another"),
    ],
)
def test_what_cannot_wait_is_said(patched: Table, line: str, said: str) -> None:
    assert said in patched.refused(line)
    assert patched.held == {}


def test_now_is_at_once(patched: Table) -> None:
    patched.type('at("now", lambda: setattr(vcf, "cutoff", 2))', 'with at("now"):\n    vco.tune = 1')
    assert [edit for edit, _ in patched.heard] == [SetKnob(2, "cutoff", 2.0), SetKnob(1, "tune", 1.0)]


def test_what_waits_is_listed_and_cancelled(patched: Table) -> None:
    patched.type(
        'first = at("bar", lambda: setattr(vcf, "cutoff", 2))', 'at(2.5, lambda: setattr(vco, "tune", 1))'
    )
    assert patched.type("pending()") == "next bar        vcf.cutoff = 2\nnext 2.5 beats  vco.tune = 1"
    patched.type("cancel(first)")
    assert patched.type("first") == "next bar: vcf.cutoff = 2 (cancelled)"
    assert patched.told[-1] == Pending(("next 2.5 beats: vco.tune = 1",))
    patched.type("cancel()")
    assert patched.told[-1] == Pending(())
    assert patched.type("pending()") == "none yet"


def test_another_engine_is_told_what_waits(patched: Table) -> None:
    patched.later.holder = None
    patched.type('at("bar", lambda: setattr(vcf, "cutoff", 2))')
    assert patched.held == {}
    patched.later.holder = patched
    patched.later.began()
    assert patched.held[1][0] == SetKnob(2, "cutoff", 2.0)
    patched.later.began()
    assert list(patched.held) == [1, 2]
    patched.lands(2, 4.0)
    assert patched.type("pending()") == "none yet"


def test_a_button_is_let_go_after_it_was_pressed(patched: Table) -> None:
    patched.type('at("beat", lambda: vco.restart())')
    assert patched.held[1][0] == SetKnob(1, "restart", 1.0)
    patched.lands(1, 1.0)
    deadline = threading.Event()
    pressed = [edits.SetKnob(1, "restart", 1.0), edits.SetKnob(1, "restart", None)]
    for _ in range(5000):
        if len([edit for edit, _ in patched.heard if isinstance(edit, SetKnob)]) == 2:
            break
        deadline.wait(0.001)
    assert [edit for edit, _ in patched.heard if isinstance(edit, SetKnob)] == pressed


def test_what_goes_on_for_ever_is_one_step_while_nothing_else_is_done(patched: Table) -> None:
    again = [SetKnob(2, "cutoff", volts) for volts in (2.0, 3.0, 4.0)]
    for edit in again:
        patched.rack.land(edit, "again", [], undoable=True, follows=True)
    patched.type("vco.tune = 1")
    patched.rack.land(again[0], "again", [], undoable=True, follows=True)
    patched.type("undo()", "undo()")
    assert patched.rack.patch.modules[2].knobs == {"cutoff": 4.0}
    patched.type("undo()")
    assert patched.rack.patch.modules[2].knobs == {}


def test_with_another_patch_nothing_waits_and_nothing_comes(patched: Table) -> None:
    held = patched.later.at("bar", lambda: patched.type("vcf.cutoff = 2"))
    patched.type("clear()", 'vco = add("vco"); vcf = add("vcf")')
    with patched.rack.lock:
        patched.later.forget()
    patched.lands(held.serial, 4.0)
    assert patched.type("pending()") == "none yet"
    assert all(not module.knobs for module in patched.rack.patch.modules.values())
