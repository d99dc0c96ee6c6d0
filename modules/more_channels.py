"""More channels: four more for the stereo mixer at its left, and what each of its eight channels gives."""

from livepatch.module import Module, inlet, knob, light, neighbour, outlet


class MoreChannels(Module):
    """Channels 5 to 8 of the stereo mixer at its left, and an outlet for each of the eight, after its level."""

    level5 = knob(0.0, 1.0, 0.8, "Level 5", unit="dB", base=-10.0, multiplier=20.0)
    level6 = knob(0.0, 1.0, 0.8, "Level 6", unit="dB", base=-10.0, multiplier=20.0)
    level7 = knob(0.0, 1.0, 0.8, "Level 7", unit="dB", base=-10.0, multiplier=20.0)
    level8 = knob(0.0, 1.0, 0.8, "Level 8", unit="dB", base=-10.0, multiplier=20.0)
    pan5 = knob(-1.0, 1.0, 0.0, "Pan 5", unit="%", multiplier=100.0)
    pan6 = knob(-1.0, 1.0, 0.0, "Pan 6", unit="%", multiplier=100.0)
    pan7 = knob(-1.0, 1.0, 0.0, "Pan 7", unit="%", multiplier=100.0)
    pan8 = knob(-1.0, 1.0, 0.0, "Pan 8", unit="%", multiplier=100.0)
    a5 = knob(0.0, 1.0, 0.0, "Send A of 5", unit="dB", base=-10.0, multiplier=20.0)
    a6 = knob(0.0, 1.0, 0.0, "Send A of 6", unit="dB", base=-10.0, multiplier=20.0)
    a7 = knob(0.0, 1.0, 0.0, "Send A of 7", unit="dB", base=-10.0, multiplier=20.0)
    a8 = knob(0.0, 1.0, 0.0, "Send A of 8", unit="dB", base=-10.0, multiplier=20.0)
    b5 = knob(0.0, 1.0, 0.0, "Send B of 5", unit="dB", base=-10.0, multiplier=20.0)
    b6 = knob(0.0, 1.0, 0.0, "Send B of 6", unit="dB", base=-10.0, multiplier=20.0)
    b7 = knob(0.0, 1.0, 0.0, "Send B of 7", unit="dB", base=-10.0, multiplier=20.0)
    b8 = knob(0.0, 1.0, 0.0, "Send B of 8", unit="dB", base=-10.0, multiplier=20.0)
    in5 = inlet("Channel 5")
    in6 = inlet("Channel 6")
    in7 = inlet("Channel 7")
    in8 = inlet("Channel 8")
    direct1 = outlet("Channel 1 alone", description="after its level, before its pan")
    direct2 = outlet("Channel 2 alone", description="after its level, before its pan")
    direct3 = outlet("Channel 3 alone", description="after its level, before its pan")
    direct4 = outlet("Channel 4 alone", description="after its level, before its pan")
    direct5 = outlet("Channel 5 alone", description="after its level, before its pan")
    direct6 = outlet("Channel 6 alone", description="after its level, before its pan")
    direct7 = outlet("Channel 7 alone", description="after its level, before its pan")
    direct8 = outlet("Channel 8 alone", description="after its level, before its pan")
    found = light("Mixer", colour="green", description="the stereo mixer is there")
    mixer = neighbour("left", "stereo_mixer")

    def step(self) -> None:
        """One sample; the mixer does all the rest."""
        self.found = 1.0 if self.mixer.there else 0.0
