"""Audio out: what the speakers play."""

from livepatch.module import Module, inlet, knob, outlet, signal


class AudioOut(Module):
    """Left and right to the sound card, all voices of them; one cable in `left` plays on both. See audio_out8 too.

    `in_left` and `in_right` are what comes in at the sound card, ±10 V at full scale.
    """

    level = knob(0.0, 2.0, 1.0, "Level", unit="dB", base=-10.0, multiplier=20.0, randomize=False)
    left = inlet("Left", summed=True)
    right = inlet("Right", normal="left", summed=True)
    main_left = outlet("Left speaker")
    main_right = outlet("Right speaker")
    in_left = outlet("Left input")
    in_right = outlet("Right input")
    speakers = ("main_left", "main_right")
    captures = ("in_left", "in_right")
    # Rack's level is the square of its param.
    rack = {
        "Core/AudioInterface2": {
            "params": {0: ("level", 1.0, 0.0, "square")},
            "inputs": {0: "left", 1: "right"},
            "outputs": {0: "in_left", 1: "in_right"},
        },
        "Cardinal/HostAudio2": {
            "params": {0: ("level", 1.0, 0.0, "square")},
            "inputs": {0: "left", 1: "right"},
            "outputs": {0: "in_left", 1: "in_right"},
        },
    }

    def process(self, start: int, stop: int) -> None:
        level = signal(self.level)
        left = signal(self.left)
        right = signal(self.right)
        main_left = signal(self.main_left)
        main_right = signal(self.main_right)
        for i in range(start, stop):
            main_left[i] = level[i] * left[i]
            main_right[i] = level[i] * right[i]
