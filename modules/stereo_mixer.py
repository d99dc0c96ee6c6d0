"""Stereo mixer: four channels with level, pan and two sends."""

from librt.vecs import vec

from livepatch.dsp import VOICES, cos1, sin1
from livepatch.module import Module, channels, inlet, knob, outlet, poly, signal


def voices_sum(block: vec[float], frame: int, voices: int) -> float:
    """All voices of a frame in one."""
    total = 0.0
    for voice in range(voices):
        total += block[frame * VOICES + voice]
    return total


class StereoMixer(Module):
    """Four channels into one mono and one stereo mix; panning keeps the loudness. A channel sums its voices.

    The sends take each channel after its level, and leave to an effect, which comes back at left_in and right_in;
    so does another mixer.
    """

    level1 = knob(0.0, 1.0, 0.8, "Level 1", unit="dB", base=-10.0, multiplier=20.0)
    level2 = knob(0.0, 1.0, 0.8, "Level 2", unit="dB", base=-10.0, multiplier=20.0)
    level3 = knob(0.0, 1.0, 0.8, "Level 3", unit="dB", base=-10.0, multiplier=20.0)
    level4 = knob(0.0, 1.0, 0.8, "Level 4", unit="dB", base=-10.0, multiplier=20.0)
    pan1 = knob(-1.0, 1.0, 0.0, "Pan 1", unit="%", multiplier=100.0)
    pan2 = knob(-1.0, 1.0, 0.0, "Pan 2", unit="%", multiplier=100.0)
    pan3 = knob(-1.0, 1.0, 0.0, "Pan 3", unit="%", multiplier=100.0)
    pan4 = knob(-1.0, 1.0, 0.0, "Pan 4", unit="%", multiplier=100.0)
    a1 = knob(0.0, 1.0, 0.0, "Send A of 1", unit="dB", base=-10.0, multiplier=20.0)
    a2 = knob(0.0, 1.0, 0.0, "Send A of 2", unit="dB", base=-10.0, multiplier=20.0)
    a3 = knob(0.0, 1.0, 0.0, "Send A of 3", unit="dB", base=-10.0, multiplier=20.0)
    a4 = knob(0.0, 1.0, 0.0, "Send A of 4", unit="dB", base=-10.0, multiplier=20.0)
    b1 = knob(0.0, 1.0, 0.0, "Send B of 1", unit="dB", base=-10.0, multiplier=20.0)
    b2 = knob(0.0, 1.0, 0.0, "Send B of 2", unit="dB", base=-10.0, multiplier=20.0)
    b3 = knob(0.0, 1.0, 0.0, "Send B of 3", unit="dB", base=-10.0, multiplier=20.0)
    b4 = knob(0.0, 1.0, 0.0, "Send B of 4", unit="dB", base=-10.0, multiplier=20.0)
    level = knob(0.0, 2.0, 1.0, "Level of all", unit="dB", base=-10.0, multiplier=20.0)
    in1 = inlet("Channel 1")
    in2 = inlet("Channel 2")
    in3 = inlet("Channel 3")
    in4 = inlet("Channel 4")
    left_in = inlet("Left return", description="added to the left, at the level of all")
    right_in = inlet("Right return", normal="left_in", description="added to the right, at the level of all")
    mix = outlet("Mono mix", description="without the pans and the returns")
    left = outlet("Left")
    right = outlet("Right")
    send_a = outlet("Send A")
    send_b = outlet("Send B")

    turned1 = 0.0
    turned2 = 0.0
    turned3 = 0.0
    turned4 = 0.0
    to_left1 = 0.7071067811865476
    to_left2 = 0.7071067811865476
    to_left3 = 0.7071067811865476
    to_left4 = 0.7071067811865476
    to_right1 = 0.7071067811865476
    to_right2 = 0.7071067811865476
    to_right3 = 0.7071067811865476
    to_right4 = 0.7071067811865476

    def process(self, start: int, stop: int) -> None:
        level = signal(self.level)
        left_in = poly(self.left_in)
        right_in = poly(self.right_in)
        mix = signal(self.mix)
        left = signal(self.left)
        right = signal(self.right)
        send_a = signal(self.send_a)
        send_b = signal(self.send_b)
        in1 = poly(self.in1)
        in2 = poly(self.in2)
        in3 = poly(self.in3)
        in4 = poly(self.in4)
        level1 = signal(self.level1)
        level2 = signal(self.level2)
        level3 = signal(self.level3)
        level4 = signal(self.level4)
        pan1 = signal(self.pan1)
        pan2 = signal(self.pan2)
        pan3 = signal(self.pan3)
        pan4 = signal(self.pan4)
        a1 = signal(self.a1)
        a2 = signal(self.a2)
        a3 = signal(self.a3)
        a4 = signal(self.a4)
        b1 = signal(self.b1)
        b2 = signal(self.b2)
        b3 = signal(self.b3)
        b4 = signal(self.b4)
        for i in range(start, stop):
            one = level[i] * level1[i] * voices_sum(in1, i, channels(self.in1))
            two = level[i] * level2[i] * voices_sum(in2, i, channels(self.in2))
            three = level[i] * level3[i] * voices_sum(in3, i, channels(self.in3))
            four = level[i] * level4[i] * voices_sum(in4, i, channels(self.in4))
            if pan1[i] != self.turned1:
                self.turned1 = pan1[i]
                self.to_left1 = cos1(0.125 * (1.0 + pan1[i]))
                self.to_right1 = sin1(0.125 * (1.0 + pan1[i]))
            if pan2[i] != self.turned2:
                self.turned2 = pan2[i]
                self.to_left2 = cos1(0.125 * (1.0 + pan2[i]))
                self.to_right2 = sin1(0.125 * (1.0 + pan2[i]))
            if pan3[i] != self.turned3:
                self.turned3 = pan3[i]
                self.to_left3 = cos1(0.125 * (1.0 + pan3[i]))
                self.to_right3 = sin1(0.125 * (1.0 + pan3[i]))
            if pan4[i] != self.turned4:
                self.turned4 = pan4[i]
                self.to_left4 = cos1(0.125 * (1.0 + pan4[i]))
                self.to_right4 = sin1(0.125 * (1.0 + pan4[i]))
            mix[i] = one + two + three + four
            on_left = one * self.to_left1 + two * self.to_left2 + three * self.to_left3 + four * self.to_left4
            on_right = one * self.to_right1 + two * self.to_right2 + three * self.to_right3 + four * self.to_right4
            left[i] = on_left + level[i] * voices_sum(left_in, i, channels(self.left_in))
            right[i] = on_right + level[i] * voices_sum(right_in, i, channels(self.right_in))
            send_a[i] = a1[i] * one + a2[i] * two + a3[i] * three + a4[i] * four
            send_b[i] = b1[i] * one + b2[i] * two + b3[i] * three + b4[i] * four
