from pathlib import Path

import pytest

from livepatch.plugins import module_info
from livepatch.plugins.bundle import Bundle
from livepatch.plugins.module_info import ClassInfo, Replacement
from livepatch.plugins.plugin import PluginError
from livepatch.protocol.plugin_facts import Facts, Snapshot

UID, CONTROLLER, OLD = "84E8DE5F92554F5396FAE4133C935A18", "D39D5B65D7AF42FA843F4AC841EB04F0", "A" * 32
TEXT = """
// made by a tool
{
  "Name": "AGain",
  "Version": "1.3.0.1",
  "Factory Info": {
    "Vendor": "Steinberg", "URL": "http://www.steinberg.net", "E-Mail": "mailto:info@steinberg.de",
    "Flags": { "Unicode": true, "Classes Discardable": false, },
  },
  "Compatibility": [
    { "New": "84E8DE5F92554F5396FAE4133C935A18", "Old": ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",], },
  ],
  "Classes": [
    {
      "CID": "84E8DE5F92554F5396FAE4133C935A18",
      "Category": "Audio Module Class",
      "Name": "AGain VST3",
      "Vendor": "Steinberg Media",
      "Version": "1.3.0",
      "SDKVersion": "VST 3.7.5",
      "Sub Categories": [ "Fx", "Instrument", ],
      "Class Flags": 1,
      "Cardinality": 2147483647,
      "Snapshots": [ { "Scale Factor": 2, "Path": "Resources/Snapshots/two.png", }, ],
    },
    { "CID": "D39D5B65D7AF42FA843F4AC841EB04F0", "Category": "Component Controller Class", "Name": "AGain", },
  ],
}
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    bundle = Bundle(tmp_path / "AGain.vst3")
    (bundle.resources / "Snapshots").mkdir(parents=True)
    return bundle


def test_it_says_what_the_bundle_holds() -> None:
    info = module_info.parse(TEXT)
    assert (info.name, info.version, info.factory.vendor) == ("AGain", "1.3.0.1", "Steinberg")
    assert info.classes[1] == ClassInfo(CONTROLLER, "Component Controller Class", "AGain")
    assert info.classes[0].cardinality == 2147483647
    assert info.classes[0].sdk_version == "VST 3.7.5"
    assert info.replacements == (Replacement(UID, (OLD,)),)


@pytest.mark.parametrize("place", ["Resources", ""])
def test_a_plug_in_is_listed_without_its_library(bundle: Bundle, place: str) -> None:
    (bundle.contents / place / "moduleinfo.json").write_text(TEXT)
    picture = bundle.resources / "Snapshots" / "two.png"
    picture.touch()
    info = module_info.read(bundle)
    assert info is not None
    assert module_info.facts(info, bundle) == [
        Facts(
            format="vst3",
            path=str(bundle.path),
            uid=UID,
            name="AGain VST3",
            vendor="Steinberg Media",
            version="1.3.0",
            category="Fx|Instrument",
            instrument=True,
            snapshots=(Snapshot(str(picture), 2.0),),
            replaces=(OLD,),
        )
    ]


def test_pictures_that_it_does_not_name_are_found_by_their_own_names(bundle: Bundle) -> None:
    picture = bundle.resources / "Snapshots" / f"{UID}_snapshot.png"
    picture.touch()
    (facts,) = module_info.facts(module_info.parse(TEXT), bundle)
    assert facts.snapshots == (Snapshot(str(picture), 1.0),)


def test_no_picture_comes_from_outside_of_the_bundle(bundle: Bundle) -> None:
    (bundle.path.parent / "secret.png").touch()
    info = module_info.parse(TEXT.replace("Resources/Snapshots/two.png", "../secret.png"))
    assert module_info.facts(info, bundle)[0].snapshots == ()


@pytest.mark.parametrize("path", ["a\\0b", "/", "", "x" * 5000])
def test_a_picture_that_cannot_be_is_none(bundle: Bundle, path: str) -> None:
    info = module_info.parse(TEXT.replace("Resources/Snapshots/two.png", path))
    assert module_info.facts(info, bundle)[0].snapshots == ()


def test_a_class_without_vendor_and_version_has_those_of_the_bundle(bundle: Bundle) -> None:
    text = TEXT.replace('"Vendor": "Steinberg Media",', "").replace('"Version": "1.3.0",', "")
    (facts,) = module_info.facts(module_info.parse(text), bundle)
    assert (facts.vendor, facts.version) == ("Steinberg", "1.3.0.1")


def test_a_bundle_need_not_have_one(bundle: Bundle) -> None:
    assert module_info.read(bundle) is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "{Classes: 5}", "{Classes: [{}]}", "{Classes: [{CID: 'short'}]}", "{Name: 1e400}"],
)
def test_a_damaged_one_is_refused_in_one_line(bundle: Bundle, text: str) -> None:
    (bundle.contents / "moduleinfo.json").write_text(text)
    with pytest.raises(PluginError, match=r"^moduleinfo\.json is damaged: [^\n]*$"):
        module_info.read(bundle)


def test_one_that_is_far_too_large_is_not_read(bundle: Bundle) -> None:
    with (bundle.contents / "moduleinfo.json").open("wb") as file:
        file.truncate(module_info.LARGEST_BYTES + 1)
    with pytest.raises(PluginError, match="larger"):
        module_info.read(bundle)


def test_a_plug_in_says_which_older_ones_it_replaces(bundle: Bundle) -> None:
    (bundle.resources / "moduleinfo.json").write_text(TEXT)
    assert module_info.replaced(bundle, UID.lower()) == (OLD,)
    assert module_info.replaced(bundle, CONTROLLER) == ()
    assert module_info.facts(module_info.parse(TEXT), bundle)[0].replaces == (OLD,)
    (bundle.resources / "moduleinfo.json").write_text("{")
    assert module_info.replaced(bundle, UID) == ()
