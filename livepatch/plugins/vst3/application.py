"""What a plug-in knows as its host: a name, messages for its two halves, and which interfaces livepatch uses."""

from typing import Any, ClassVar, Final

from livepatch.plugins.vst3.abi import IDS, INVALID, NO_INTERFACE, NULL, OK, REFUSED, ffi, put_wide
from livepatch.plugins.vst3.host_object import HostObject
from livepatch.plugins.vst3.message import Attributes, Message

NAME: Final = "livepatch"
USED: Final = frozenset(
    IDS[name]
    for name in (
        "IComponent",
        "IAudioProcessor",
        "IProcessContextRequirements",
        "IEditController",
        "IMidiMapping",
        "INoteExpressionController",
        "IUnitInfo",
        "IProgramListData",
        "IUnitData",
        "IConnectionPoint",
    )
)
"""Interfaces of plug-ins that are asked for."""
_MADE: Final[dict[bytes, type[HostObject]]] = {IDS["IMessage"]: Message, IDS["IAttributeList"]: Attributes}


class Application(HostObject):
    """The host's side of a plug-in's `initialize`."""

    interfaces: ClassVar[tuple[str, ...]] = ("IHostApplication", "IPlugInterfaceSupport")

    def get_name(self, _this: Any, name: Any) -> int:
        """Say who is there."""
        put_wide(name, NAME)
        return OK

    def create_instance(self, _this: Any, kind: Any, id: Any, made: Any) -> int:
        """Make a message or a list of attributes, which is the plug-in's from then on."""
        if made == NULL:
            return INVALID
        made[0] = NULL
        wanted = _MADE.get(bytes(ffi.buffer(kind, 16)))
        if wanted is None:
            return REFUSED
        new = wanted()
        found = new.query_interface(NULL, id, made)
        new.drop()
        return OK if found == OK else NO_INTERFACE

    def is_plug_interface_supported(self, _this: Any, id: Any) -> int:
        """Whether livepatch uses an interface, if the plug-in has it."""
        return OK if bytes(ffi.buffer(id, 16)) in USED else REFUSED
