"""The classes of a plug-in's library, and the objects that are made of them."""

from typing import Any, Final

import msgspec

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.vst3.abi import AUDIO_CLASS, IDS, NULL, OK, ffi, narrow, wide
from livepatch.plugins.vst3.application import Application
from livepatch.plugins.vst3.interface import Interface
from livepatch.plugins.vst3.interfaces import text_id

MOST_CLASSES: Final = 4096


class PluginClass(msgspec.Struct, frozen=True):
    """A plug-in of a library: `uid` is 32 hex digits, `raw` the same as C has it, `kinds` as "Fx|Delay"."""

    uid: str
    raw: bytes
    name: str
    vendor: str = ""
    version: str = ""
    kinds: str = ""


class Factory:
    """The factory of a library, whose classes are told who the host is if they want to know."""

    def __init__(self, pointer: Any, application: Application, where: str) -> None:
        self._where = where
        self._factory = Interface("IPluginFactory", pointer)
        self._second = self._factory.ask("IPluginFactory2")
        self._third = self._factory.ask("IPluginFactory3")
        if self._third is not None:
            self._third.call("setHostContext", application.pointer)
        about = ffi.new("FactoryInfo*")
        self._vendor = narrow(about.vendor) if self._factory.agrees("getFactoryInfo", about) else ""
        self.classes = self._read()

    def _read(self) -> list[PluginClass]:
        count = self._factory.call("countClasses")
        if not 0 <= count <= MOST_CLASSES:
            raise PluginError(f"{self._where} answers nonsense: it says that it has {count} classes")
        found = (self._class(index) for index in range(count))
        return [one for one in found if one is not None]

    def _class(self, index: int) -> PluginClass | None:
        """An audio class; None for what is something else."""
        if self._third is not None:
            about = ffi.new("ClassInfoW*")
            if self._third.agrees("getClassInfoUnicode", index, about):
                texts = tuple(wide(field, 64) for field in (about.name, about.vendor, about.version))
                return self._made(about, texts, narrow(about.kinds))
        if self._second is not None:
            about = ffi.new("ClassInfo2*")
            if self._second.agrees("getClassInfo2", index, about):
                texts = tuple(narrow(field) for field in (about.name, about.vendor, about.version))
                return self._made(about, texts, narrow(about.kinds))
        about = ffi.new("ClassInfo*")
        if self._factory.agrees("getClassInfo", index, about):
            return self._made(about, (narrow(about.name), "", ""), "")
        return None

    def _made(self, about: Any, texts: tuple[str, ...], kinds: str) -> PluginClass | None:
        if narrow(about.category) != AUDIO_CLASS:
            return None
        raw = bytes(ffi.buffer(about.id, 16))
        name, vendor, version = texts
        return PluginClass(
            uid=text_id(raw), raw=raw, name=name, vendor=vendor or self._vendor, version=version, kinds=kinds
        )

    def create(self, raw: bytes, interface: str) -> Interface | None:
        """A new object of a class, None if there is none of that kind."""
        made = ffi.new("void**")
        if self._factory.call("createInstance", raw, IDS[interface], made) != OK or made[0] == NULL:
            return None
        return Interface(interface, made[0])
