"""The state of a VST3 plug-in as the bytes of a .vstpreset, and back."""

from collections.abc import Callable, Container

import msgspec

from livepatch.plugins.plugin import PluginError
from livepatch.plugins.presets import meta_info
from livepatch.plugins.presets.vstpreset import VstPreset, read_vstpreset, write_vstpreset
from livepatch.plugins.vst3.factory import PluginClass
from livepatch.plugins.vst3.halves import Halves
from livepatch.plugins.vst3.parameters import Parameters
from livepatch.plugins.vst3.program_data import ProgramData


class State:
    """What both halves keep. Main thread."""

    def __init__(self, halves: Halves, kind: PluginClass) -> None:
        self._halves = halves
        self._kind = kind

    def save(self) -> bytes:
        """The whole state."""
        return write_vstpreset(self._now())

    def save_preset(self) -> bytes:
        """The same for other hosts: it says besides whose it is."""
        kind = self._kind
        about = {
            meta_info.MEDIA_TYPE: meta_info.PRESET,
            meta_info.PLUGIN_CATEGORY: kind.kinds,
            meta_info.PLUGIN_NAME: kind.name,
            meta_info.PLUGIN_VENDOR: kind.vendor,
        }
        return write_vstpreset(msgspec.structs.replace(self._now(), info=meta_info.write_meta_info(about)))

    def _now(self) -> VstPreset:
        halves = self._halves
        return VstPreset(self._kind.uid, halves.component_state() or b"", halves.controller_state())

    def read(self, data: bytes, replaced: Container[str]) -> VstPreset:
        """The preset in such bytes. Raises: PluginError: if it is of no plug-in that this is or replaces."""
        preset = read_vstpreset(data)
        if preset.class_id != self._kind.uid and preset.class_id not in replaced:
            raise PluginError(f"this preset is another plug-in's ({preset.class_id}), not {self._kind.name}'s")
        return preset

    def load(self, preset: VstPreset, parameters: Parameters, value: Callable[[int], float]) -> None:
        """Take over a preset; one whose program does not fit leaves all as it was.

        `value` tells where a parameter stands. Raises: PluginError: if the plug-in refuses it.
        """
        if not preset.programs:
            self._halves.restore(preset.component, preset.controller)
            return
        former = self._now()
        try:
            self._halves.restore(preset.component, preset.controller)
            ProgramData(self._halves, self._kind.name).restore(preset.programs, parameters, value)
        except PluginError:
            self._halves.restore(former.component, former.controller)
            raise
