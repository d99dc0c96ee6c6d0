from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livepatch.plugins.presets.meta_info import read_meta_info, write_meta_info

HOSTS = """\ufeff<?xml version="1.0" encoding="utf-8"?>\r
<MetaInfo>\r
\t<Attr id="MediaType" value="VstPreset" type="string" flags="writeProtected"/>\r
\t<Attribute type='string' value='Piano|A. Piano' id='MusicalInstrument'></Attribute>\r
\t<Other id="Name" value="no attribute"/>\r
\t<Attribute id="Name" value="Größe &amp; &#x266B;" flags=""/>\r
\t<Attribute id="Name" value="a second one"/>\r
\t<Attribute value="of nothing"/>\r
</MetaInfo>\r
"""
texts = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


def test_it_is_xml_with_an_attribute_for_each_text() -> None:
    root = ET.fromstring(write_meta_info({"PlugInName": 'A "B" & <C>', "PlugInVendor": "", "Name": "Ö"}))
    assert root.tag == "MetaInfo"
    assert [(each.tag, each.get("id"), each.get("value"), each.get("type")) for each in root] == [
        ("Attribute", "PlugInName", 'A "B" & <C>', "string"),
        ("Attribute", "Name", "Ö", "string"),
    ]


@given(st.dictionaries(texts, texts, max_size=5))
def test_what_is_written_is_read_again(attributes: dict[str, str]) -> None:
    assert read_meta_info(write_meta_info(attributes)) == attributes


def test_other_hosts_write_it_in_their_own_way() -> None:
    assert read_meta_info(HOSTS) == {
        "MediaType": "VstPreset",
        "MusicalInstrument": "Piano|A. Piano",
        "Name": "Größe & ♫",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("no XML", {}),
        ('<MetaInfo><Attribute id="Name" value="Pad"/><Attri', {"Name": "Pad"}),
        ('<MetaInfo><Attribute id="Name" value="Pad"/></MetaInfo>\0\0', {"Name": "Pad"}),
        ('<MetaInfo><Attribute id="Name" value="\x1b[31m"/></MetaInfo>', {}),
        ('<MetaInfo><Attribute id="Name" value="a&#x200b;b&#10;c"/></MetaInfo>', {"Name": "abc"}),
        ('<!DOCTYPE a [<!ENTITY b "long">]><MetaInfo><Attribute id="Name" value="&b;"/></MetaInfo>', {}),
    ],
)
def test_of_what_is_damaged_the_part_before_that_is_read(text: str, found: dict[str, str]) -> None:
    assert read_meta_info(text) == found
