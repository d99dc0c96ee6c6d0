"""Audio out 8: 8 channels of the sound card."""

from librt.vecs import vec

from livepatch.module import Module, inlet, knob, outlet, signal


def play(main: vec[float], level: vec[float], cable: vec[float], start: int, stop: int) -> None:
    """Play a channel."""
    for i in range(start, stop):
        main[i] = level[i] * cable[i]


class AudioOut8(Module):
    """One inlet for each channel of the sound card, all voices of it, as many as that has.

    `from1` to `from8` are what comes in at its channels, ±10 V at full scale.
    """

    level = knob(0.0, 2.0, 1.0, "Level", unit="dB", base=-10.0, multiplier=20.0, randomize=False)
    to1 = inlet("Channel 1", summed=True)
    to2 = inlet("Channel 2", summed=True)
    to3 = inlet("Channel 3", summed=True)
    to4 = inlet("Channel 4", summed=True)
    to5 = inlet("Channel 5", summed=True)
    to6 = inlet("Channel 6", summed=True)
    to7 = inlet("Channel 7", summed=True)
    to8 = inlet("Channel 8", summed=True)
    main1 = outlet("Speaker 1")
    main2 = outlet("Speaker 2")
    main3 = outlet("Speaker 3")
    main4 = outlet("Speaker 4")
    main5 = outlet("Speaker 5")
    main6 = outlet("Speaker 6")
    main7 = outlet("Speaker 7")
    main8 = outlet("Speaker 8")
    from1 = outlet("Input 1")
    from2 = outlet("Input 2")
    from3 = outlet("Input 3")
    from4 = outlet("Input 4")
    from5 = outlet("Input 5")
    from6 = outlet("Input 6")
    from7 = outlet("Input 7")
    from8 = outlet("Input 8")
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
    captures = (
        "from1",
        "from2",
        "from3",
        "from4",
        "from5",
        "from6",
        "from7",
        "from8",
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
        play(signal(self.main1), level, signal(self.to1), start, stop)
        play(signal(self.main2), level, signal(self.to2), start, stop)
        play(signal(self.main3), level, signal(self.to3), start, stop)
        play(signal(self.main4), level, signal(self.to4), start, stop)
        play(signal(self.main5), level, signal(self.to5), start, stop)
        play(signal(self.main6), level, signal(self.to6), start, stop)
        play(signal(self.main7), level, signal(self.to7), start, stop)
        play(signal(self.main8), level, signal(self.to8), start, stop)
