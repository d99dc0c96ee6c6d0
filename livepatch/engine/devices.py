"""Lists the sound devices."""

from typing import Any

from livepatch.engine.driver import NoPortAudioError


def listing() -> list[dict[str, Any]]:
    """Name, interface, channels, inputs, sample_rate (Hz), default and default_input of each device.

    Raises: NoPortAudioError: if PortAudio is missing.
    """
    try:
        import sounddevice  # noqa: PLC0415 - it raises where PortAudio is missing
    except OSError as error:
        raise NoPortAudioError(f"{error}: install PortAudio (livepatch doctor says how)") from error
    interfaces = sounddevice.query_hostapis()
    return [
        {
            "name": device["name"],
            "interface": interfaces[device["hostapi"]]["name"],
            "channels": device["max_output_channels"],
            "inputs": device["max_input_channels"],
            "sample_rate": device["default_samplerate"],
            "default": interfaces[device["hostapi"]]["default_output_device"] == device["index"],
            "default_input": interfaces[device["hostapi"]]["default_input_device"] == device["index"],
        }
        for device in sounddevice.query_devices()
        if device["max_output_channels"] > 0 or device["max_input_channels"] > 0
    ]
