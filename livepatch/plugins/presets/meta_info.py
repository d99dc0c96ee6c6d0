"""What a .vstpreset says of itself: the XML of its Info piece, attributes with an id and a value.

Source: Steinberg, VST 3 preset attributes.
"""

import contextlib
from collections.abc import Mapping
from html import escape
from xml.parsers import expat

ELEMENTS = ("Attribute", "Attr")
"""What an attribute is called: the first as most hosts and livepatch have it, the other as some do."""
MEDIA_TYPE, PRESET = "MediaType", "VstPreset"
PLUGIN_NAME, PLUGIN_CATEGORY, PLUGIN_VENDOR = "PlugInName", "PlugInCategory", "PlugInVendor"
NAME = "Name"
CATEGORIES = ("MusicalInstrument", "MusicalCategory")
"""The kind of sound that it is, as Piano|A. Piano."""


def write_meta_info(attributes: Mapping[str, str]) -> str:
    """The XML of texts by their ids; empty ones are left out."""
    lines = [
        f'  <{ELEMENTS[0]} id="{escape(id)}" value="{escape(text)}" type="string" flags="writeProtected"/>\n'
        for id, text in attributes.items()
        if text
    ]
    return f'<?xml version="1.0" encoding="utf-8"?>\n<MetaInfo>\n{"".join(lines)}</MetaInfo>\n'


def read_meta_info(text: str) -> dict[str, str]:
    """The texts by their ids, as far as the XML can be read: what is damaged there makes no preset useless."""
    found: dict[str, str] = {}

    def begin(element: str, attributes: dict[str, str]) -> None:
        if element in ELEMENTS and "id" in attributes:
            found.setdefault(attributes["id"], _shown(attributes.get("value", "")))

    def refuse(*_: object) -> None:
        raise expat.ExpatError("no preset has a document type, with which a little text becomes a lot")

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(text, True)
    return found


def _shown(text: str) -> str:
    """A text without what would upset a terminal."""
    return "".join(letter for letter in text if letter.isprintable()).strip()
