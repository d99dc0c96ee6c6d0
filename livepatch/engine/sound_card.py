"""The sound card, through PortAudio."""

import contextlib
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from livepatch.engine import realtime
from livepatch.engine.driver import DriverError, Fill, NoPortAudioError

FEWEST_CHANNELS = 2
STALL_SECONDS = 1.0
JACK = "JACK Audio Connection Kit"
PREFERRED = (JACK, "ALSA", "Core Audio", "Windows WASAPI")
"""Host interfaces in the order they are tried. JACK is there only while a server runs."""


class SoundCard:
    """A PortAudio output stream of float32. `device` is its name, for coming back to it."""

    name = "sounddevice"

    def __init__(  # noqa: PLR0913, PLR0917 - all that there is to say
        self,
        fill: Fill,
        late: Callable[[], None],
        sample_rate: float,
        block_frames: int,
        device: str = "",
        channels: int = FEWEST_CHANNELS,
    ) -> None:
        """`device`: part of a device's name, empty for the default. Nothing is opened yet.

        `channels` are wanted; it has as many of them as the device has.

        Raises: DriverError: if PortAudio (NoPortAudioError) or the device is missing.
        """
        self.block_frames = block_frames
        self.realtime = False
        self._fill = fill
        self._late = late
        self._sample_rate = sample_rate
        self._sounddevice = portaudio()
        self._index, self.device = find_device(self._sounddevice, device)
        most = self._sounddevice.query_devices(self._index)["max_output_channels"]
        self.channels = min(max(channels, FEWEST_CHANNELS), most)
        self._stream: Any = None
        self._first = threading.Event()
        self._heard = 0.0

    def get_ready(self) -> None:
        """Open the device if it is one that several programs may open: JACK's."""
        interface = self._sounddevice.query_devices(self._index)["hostapi"]
        if self._sounddevice.query_hostapis(interface)["name"] == JACK:
            with contextlib.suppress(DriverError):  # `start` tries again, and tells
                self._open()

    def start(self) -> None:
        """Open the device and play.

        Raises: DriverError: if the device refuses.
        """
        if self._stream is None:
            self._open()
        self._heard = time.monotonic()
        try:
            self._stream.start()
        except self._sounddevice.PortAudioError as error:
            self.stop()
            raise self._refusal(error) from error
        self._first.wait(STALL_SECONDS)

    def _open(self) -> None:
        try:
            self._stream = self._sounddevice.RawOutputStream(
                samplerate=self._sample_rate,
                blocksize=self.block_frames,
                device=self._index,
                channels=self.channels,
                dtype="float32",
                latency="low",
                callback=self._call,
            )
        except self._sounddevice.PortAudioError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: Exception) -> DriverError:
        return refusal(self._sounddevice.query_devices(self._index), self._sample_rate, error)

    def stop(self) -> None:
        """Play no more and close the device."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)

    def alive(self) -> bool:
        """Whether the device still asks for blocks."""
        stream = self._stream
        return bool(stream is not None and stream.active and time.monotonic() - self._heard < STALL_SECONDS)

    def _call(self, out: Any, _frames: int, _time: Any, status: Any) -> None:
        """Fill a block, in PortAudio's thread."""
        if not self._first.is_set():
            self.realtime = realtime.ask_to_sound()
            self._first.set()
        elif status.output_underflow:
            self._late()
        self._heard = time.monotonic()
        self._fill(np.frombuffer(out, np.float32))


def refusal(device: Any, sample_rate: float, error: Exception) -> DriverError:
    """What to say of a device that PortAudio does not open."""
    own = device["default_samplerate"]
    remedy = f" (it runs at {own:.0f} Hz: set sample_rate to that)" if own != sample_rate else ""
    return DriverError(f"{device['name']}: {error}{remedy}")


def rescan() -> None:
    """Have PortAudio look again which devices there are; no stream may be open."""
    sounddevice = portaudio()
    sounddevice._terminate()  # noqa: SLF001 - the documented way to see new devices
    sounddevice._initialize()  # noqa: SLF001 - as above


def find_device(sounddevice: Any, wanted: str) -> tuple[int, str]:
    """Index and name of the device to play to: the first whose name contains `wanted`, or the default.

    Raises: DriverError: if there is none.
    """
    interfaces = preferred(sounddevice.query_hostapis())
    devices = sounddevice.query_devices()
    playable = [
        index
        for interface in interfaces
        for index in interface["devices"]
        if devices[index]["max_output_channels"] >= FEWEST_CHANNELS and not is_plug_in(interface, devices[index])
    ]
    if wanted:
        for index in playable:
            if wanted.lower() in devices[index]["name"].lower():
                return index, devices[index]["name"]
        raise DriverError(f"there is no sound device called {wanted}")
    for interface in interfaces:
        index = interface["default_output_device"]
        if index in playable:
            return index, devices[index]["name"]
    if not playable:
        raise DriverError("there is no sound device")
    return playable[0], devices[playable[0]]["name"]


def preferred(interfaces: Any) -> list[Any]:
    """Host interfaces in the order they are tried."""
    return sorted(
        interfaces,
        key=lambda found: PREFERRED.index(found["name"]) if found["name"] in PREFERRED else len(PREFERRED),
    )


def is_plug_in(interface: Any, device: Any) -> bool:
    """ALSA's plug-in for JACK passes for a sound card, but its thread is no real-time thread."""
    return bool(interface["name"] == "ALSA" and device["name"].partition(":")[0] == "jack")


def portaudio() -> Any:
    """The sounddevice module, imported only here: importing it fails where PortAudio is missing."""
    os.environ.setdefault("JACK_NO_START_SERVER", "1")
    try:
        return importlib.import_module("sounddevice")
    except OSError as error:
        remedy = "brew install portaudio" if sys.platform == "darwin" else "install libportaudio2"
        raise NoPortAudioError(f"PortAudio is missing: {remedy}, then start livepatch again") from error
