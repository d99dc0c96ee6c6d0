"""Plug-ins among what can be added, and what is completed of them."""

import pytest

from livepatch.protocol.messages import Offered
from livepatch.protocol.plugin_facts import Bus, Facts, Parameter
from livepatch.protocol.plugin_index import PluginIndex, Scanned
from livepatch.session.completion import Completer
from livepatch.session.plugin_catalogue import PluginCatalogue
from livepatch.session.plugins import Plugins
from tests.session.table import Table


def facts(name: str, format: str = "vst2", folder: str = "v", *, instrument: bool = False) -> Facts:
    return Facts(
        format=format,
        path=f"/{folder}/{name}.{format}",
        uid=f"{len(name):08X}{folder}",
        name=name,
        vendor="Maker",
        instrument=instrument,
        outputs=(Bus("Out", 2),),
        parameters=(Parameter(id=0, name="Dry Level"),),
        programs=("Init", "Deep Bass", "Init"),
    )


@pytest.fixture
def completer(table: Table) -> Completer:
    """A completer where plug-ins are installed: two of one name, and one in both formats."""
    all = [facts("Delay"), facts("Delay", folder="w"), facts("Hall"), facts("Hall", "vst3")]
    all.append(facts("Synth", instrument=True))
    PluginIndex([Scanned(path=each.path, format=each.format, plugins=(each,)) for each in all]).write()
    return Completer(table.namespace, table.commands)


@pytest.fixture
def plugins(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as it takes to know plug-ins, none of which is ever started."""
    known = Plugins.__new__(Plugins)
    monkeypatch.setattr(known, "facts", lambda _id: facts("Synth"), raising=False)
    table.commands._library.plugins = known


def texts(completer: Completer, code: str) -> list[tuple[str, str]]:
    return [(item.text, item.meta) for item in completer.complete(code, len(code))]


@pytest.mark.usefixtures("plugins")
def test_plugins_are_completed_by_name_with_kind_and_maker(completer: Completer) -> None:
    assert texts(completer, 'vst("') == [
        ("/v/Delay.vst2", "VST2 effect, Maker"),
        ("/w/Delay.vst2", "VST2 effect, Maker"),
        ("Hall", "VST3 effect, Maker"),
        ("Synth", "VST2 instrument, Maker"),
    ]
    assert texts(completer, 'vst("al') == [("Hall", "VST3 effect, Maker")]
    assert ("Synth", "VST2 instrument, Maker") in texts(completer, 'add("')
    assert texts(completer, 'vst("Synth", dr') == [("dry_level=", "")]


@pytest.mark.usefixtures("plugins")
def test_programs_are_completed_by_name_each_once(completer: Completer, table: Table) -> None:
    assert texts(completer, 'program(vco, "') == []
    table.type('synth = add("vco", "synth")')
    table.rack.patch.modules[1].type = "vst2:synth"
    assert texts(completer, 'program(synth, "') == [("Init", "0"), ("Deep Bass", "1")]
    assert texts(completer, 'program(synth, "bass') == [("Deep Bass", "1")]


@pytest.mark.usefixtures("plugins", "completer")
def test_what_vst_takes_finds_just_that_plugin(table: Table) -> None:
    for offered in table.commands.plugging.offered():
        assert PluginIndex.read().find(offered.word).name == offered.name
    assert table.commands.plugging.offered()[3] == Offered(
        "Synth", "Synth", instrument=True, about="VST2 instrument, Maker"
    )
    assert table.commands.plugging.word_of("vst3:hall") == "Hall"


def test_where_there_are_no_plugins_none_are_offered(completer: Completer) -> None:
    assert texts(completer, 'vst("') == []


@pytest.mark.usefixtures("plugins", "completer")
def test_the_list_shows_the_path_of_what_its_name_does_not_find(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = PluginCatalogue(table.sources, lambda _: None)
    monkeypatch.setattr(table.commands._library.plugins, "catalogue", catalogue, raising=False)
    assert table.type("plugins()").splitlines() == [
        "Delay  VST2 effect      Maker  /v/Delay.vst2",
        "Delay  VST2 effect      Maker  /w/Delay.vst2",
        "Hall   VST2 effect      Maker  /v/Hall.vst2",
        "Hall   VST3 effect      Maker",
        "Synth  VST2 instrument  Maker",
    ]
    assert table.type('plugins("vst3")') == "Hall  VST3 effect  Maker"
    assert "no plug-in has 'organ'" in table.refused('plugins("organ")')
