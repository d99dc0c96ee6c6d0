"""The sound card's input, through PortAudio."""

import time
from typing import Any

from livepatch.engine import intake
from livepatch.engine.driver import DriverError
from livepatch.engine.ring import Ring
from livepatch.engine.sound_card import STALL_SECONDS, is_plug_in, portaudio, preferred, refusal

FEWEST_CHANNELS = 2


class SoundInput:
    """A PortAudio stream that only listens. PortAudio's thread writes into `ring` in C, without Python's lock.

    It is a stream of its own, so that the one that plays goes on when this is opened and closed; PortAudio's own
    ring, which is for those who may wait, takes two channels only where JACK is. `channels` are as many of those
    that were wanted as the device has. Control thread.
    """

    def __init__(self, sample_rate: float, channels: int, wanted: str = "", output: str = "") -> None:
        """Open a device and listen. `wanted`: part of its name; empty: what belongs to the device `output`.

        Raises: DriverError: if there is none, or it refuses.
        """
        sounddevice = portaudio()
        index = find_input(sounddevice, wanted, output)
        device = sounddevice.query_devices(index)
        self.device: str = device["name"]
        self.channels = min(max(channels, FEWEST_CHANNELS), device["max_input_channels"])
        self.ring = Ring(self.channels)
        self._stream: Any = None
        self._written = 0
        self._heard = time.monotonic()
        callback = int(intake.callback())
        if not callback:
            raise DriverError("only a compiled engine hears what comes in")
        ffi = sounddevice._ffi  # noqa: SLF001 - the documented way to give a stream a C function
        stream = type("Input", (sounddevice._StreamBase,), {})  # noqa: SLF001 - as above; its name is in messages
        try:
            self._stream = stream(
                "input",
                samplerate=sample_rate,
                blocksize=0,
                device=index,
                channels=self.channels,
                dtype="float32",
                latency="low",
                callback=ffi.cast("PaStreamCallback*", callback),
                userdata=ffi.cast("void*", self.ring.address),
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self.close()
            raise refusal(device, sample_rate, error) from error

    def alive(self) -> bool:
        """Whether the device still brings frames."""
        now, written = time.monotonic(), self.ring.written
        if written != self._written:
            self._written, self._heard = written, now
        return bool(self._stream.active and now - self._heard < STALL_SECONDS)

    def close(self) -> None:
        """Listen no more."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)


def find_input(sounddevice: Any, wanted: str, output: str) -> int:
    """The device to listen to: the first whose name contains `wanted`, or what belongs to the device `output`.

    That is the default input of the same interface, or that very device if it has inputs.

    Raises: DriverError: if there is none.
    """
    devices = sounddevice.query_devices()
    hearing: list[int] = []
    fitting: list[int] = []
    for interface in preferred(sounddevice.query_hostapis()):
        inputs = [
            index
            for index in interface["devices"]
            if devices[index]["max_input_channels"] > 0 and not is_plug_in(interface, devices[index])
        ]
        hearing += inputs
        plays = [index for index in interface["devices"] if devices[index]["name"] == output]
        if plays:
            default = interface["default_input_device"]
            fitting += [index for index in (default, *plays) if index in inputs]
    if wanted:
        for index in hearing:
            if wanted.lower() in devices[index]["name"].lower():
                return index
        raise DriverError(f"there is no sound device with an input called {wanted}")
    found = (*fitting, *hearing)
    if not found:
        raise DriverError("there is no sound device with an input")
    return found[0]
