"""Audio out 8: 8 channels of the sound card."""

from librt.vecs import vec

from livepatch.dsp import VOICES
from livepatch.module import Module, channels, inlet, knob, outlet, poly, signal


def play(main: vec[float], level: vec[float], block: vec[float], voices: int, start: int, stop: int) -> None:  # noqa: PLR0913, PLR0917  # a channel
    """Play the sum of a cable's voices to a channel."""
    for i in range(start, stop):
        total = 0.0
        for voice in range(voices):
            total += block[i * VOICES + voice]
        main[i] = level[i] * total


class AudioOut8(Module):
    """One inlet for each channel of the sound card, all voices of it, as many as that has.

    What comes in at the sound card is not captured yet: `from1` to `from8` are silent.
    """

    level = knob(0.0, 2.0, 1.0, "Level", unit="dB", base=-10.0, multiplier=20.0, randomize=False)
    to1 = inlet("Channel 1")
    to2 = inlet("Channel 2")
    to3 = inlet("Channel 3")
    to4 = inlet("Channel 4")
    to5 = inlet("Channel 5")
    to6 = inlet("Channel 6")
    to7 = inlet("Channel 7")
    to8 = inlet("Channel 8")
    main1 = outlet("Speaker 1")
    main2 = outlet("Speaker 2")
    main3 = outlet("Speaker 3")
    main4 = outlet("Speaker 4")
    main5 = outlet("Speaker 5")
    main6 = outlet("Speaker 6")
    main7 = outlet("Speaker 7")
    main8 = outlet("Speaker 8")
    from1 = outlet("Input 1", description="silent: nothing is captured yet")
    from2 = outlet("Input 2", description="silent: nothing is captured yet")
    from3 = outlet("Input 3", description="silent: nothing is captured yet")
    from4 = outlet("Input 4", description="silent: nothing is captured yet")
    from5 = outlet("Input 5", description="silent: nothing is captured yet")
    from6 = outlet("Input 6", description="silent: nothing is captured yet")
    from7 = outlet("Input 7", description="silent: nothing is captured yet")
    from8 = outlet("Input 8", description="silent: nothing is captured yet")
    speakers = (
        "main1",
        "main2",
        "main3",
        "main4",
        "main5",
        "main6",
        "main7",
        "main8",
    )
    rack = {
        "Core/AudioInterface": {
            "inputs": {
                0: "to1",
                1: "to2",
                2: "to3",
                3: "to4",
                4: "to5",
                5: "to6",
                6: "to7",
                7: "to8",
            },
            "outputs": {
                0: "from1",
                1: "from2",
                2: "from3",
                3: "from4",
                4: "from5",
                5: "from6",
                6: "from7",
                7: "from8",
            },
        }
    }

    def process(self, start: int, stop: int) -> None:
        level = signal(self.level)
        play(signal(self.main1), level, poly(self.to1), channels(self.to1), start, stop)
        play(signal(self.main2), level, poly(self.to2), channels(self.to2), start, stop)
        play(signal(self.main3), level, poly(self.to3), channels(self.to3), start, stop)
        play(signal(self.main4), level, poly(self.to4), channels(self.to4), start, stop)
        play(signal(self.main5), level, poly(self.to5), channels(self.to5), start, stop)
        play(signal(self.main6), level, poly(self.to6), channels(self.to6), start, stop)
        play(signal(self.main7), level, poly(self.to7), channels(self.to7), start, stop)
        play(signal(self.main8), level, poly(self.to8), channels(self.to8), start, stop)
