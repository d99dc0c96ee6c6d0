"""Stereo mixer: four channels with level, pan and two sends, eight with more_channels at its right."""

from librt.vecs import vec

from livepatch.dsp import VOICES, cos1, sin1
from livepatch.module import Module, channels, inlet, knob, neighbour, outlet, poly, signal


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
    more = neighbour("right", "more_channels")
    in5 = more.inlet("in5")
    in6 = more.inlet("in6")
    in7 = more.inlet("in7")
    in8 = more.inlet("in8")
    level5 = more.knob("level5")
    level6 = more.knob("level6")
    level7 = more.knob("level7")
    level8 = more.knob("level8")
    pan5 = more.knob("pan5")
    pan6 = more.knob("pan6")
    pan7 = more.knob("pan7")
    pan8 = more.knob("pan8")
    a5 = more.knob("a5")
    a6 = more.knob("a6")
    a7 = more.knob("a7")
    a8 = more.knob("a8")
    b5 = more.knob("b5")
    b6 = more.knob("b6")
    b7 = more.knob("b7")
    b8 = more.knob("b8")
    direct1 = more.outlet("direct1")
    direct2 = more.outlet("direct2")
    direct3 = more.outlet("direct3")
    direct4 = more.outlet("direct4")
    direct5 = more.outlet("direct5")
    direct6 = more.outlet("direct6")
    direct7 = more.outlet("direct7")
    direct8 = more.outlet("direct8")

    turned1 = 0.0
    turned2 = 0.0
    turned3 = 0.0
    turned4 = 0.0
    turned5 = 0.0
    turned6 = 0.0
    turned7 = 0.0
    turned8 = 0.0
    to_left1 = 0.7071067811865476
    to_left2 = 0.7071067811865476
    to_left3 = 0.7071067811865476
    to_left4 = 0.7071067811865476
    to_left5 = 0.7071067811865476
    to_left6 = 0.7071067811865476
    to_left7 = 0.7071067811865476
    to_left8 = 0.7071067811865476
    to_right1 = 0.7071067811865476
    to_right2 = 0.7071067811865476
    to_right3 = 0.7071067811865476
    to_right4 = 0.7071067811865476
    to_right5 = 0.7071067811865476
    to_right6 = 0.7071067811865476
    to_right7 = 0.7071067811865476
    to_right8 = 0.7071067811865476

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
        if self.more.there:
            self.play_more(start, stop)

    def play_more(self, start: int, stop: int) -> None:
        """Add the channels of more_channels to what is there, and write what each gives alone."""
        level = signal(self.level)
        mix = signal(self.mix)
        left = signal(self.left)
        right = signal(self.right)
        send_a = signal(self.send_a)
        send_b = signal(self.send_b)
        direct1 = signal(self.direct1)
        direct2 = signal(self.direct2)
        direct3 = signal(self.direct3)
        direct4 = signal(self.direct4)
        direct5 = signal(self.direct5)
        direct6 = signal(self.direct6)
        direct7 = signal(self.direct7)
        direct8 = signal(self.direct8)
        in1 = poly(self.in1)
        in2 = poly(self.in2)
        in3 = poly(self.in3)
        in4 = poly(self.in4)
        in5 = poly(self.in5)
        in6 = poly(self.in6)
        in7 = poly(self.in7)
        in8 = poly(self.in8)
        level1 = signal(self.level1)
        level2 = signal(self.level2)
        level3 = signal(self.level3)
        level4 = signal(self.level4)
        level5 = signal(self.level5)
        level6 = signal(self.level6)
        level7 = signal(self.level7)
        level8 = signal(self.level8)
        pan5 = signal(self.pan5)
        pan6 = signal(self.pan6)
        pan7 = signal(self.pan7)
        pan8 = signal(self.pan8)
        a5 = signal(self.a5)
        a6 = signal(self.a6)
        a7 = signal(self.a7)
        a8 = signal(self.a8)
        b5 = signal(self.b5)
        b6 = signal(self.b6)
        b7 = signal(self.b7)
        b8 = signal(self.b8)
        for i in range(start, stop):
            direct1[i] = level[i] * level1[i] * voices_sum(in1, i, channels(self.in1))
            direct2[i] = level[i] * level2[i] * voices_sum(in2, i, channels(self.in2))
            direct3[i] = level[i] * level3[i] * voices_sum(in3, i, channels(self.in3))
            direct4[i] = level[i] * level4[i] * voices_sum(in4, i, channels(self.in4))
            five = level[i] * level5[i] * voices_sum(in5, i, channels(self.in5))
            six = level[i] * level6[i] * voices_sum(in6, i, channels(self.in6))
            seven = level[i] * level7[i] * voices_sum(in7, i, channels(self.in7))
            eight = level[i] * level8[i] * voices_sum(in8, i, channels(self.in8))
            direct5[i] = five
            direct6[i] = six
            direct7[i] = seven
            direct8[i] = eight
            if pan5[i] != self.turned5:
                self.turned5 = pan5[i]
                self.to_left5 = cos1(0.125 * (1.0 + pan5[i]))
                self.to_right5 = sin1(0.125 * (1.0 + pan5[i]))
            if pan6[i] != self.turned6:
                self.turned6 = pan6[i]
                self.to_left6 = cos1(0.125 * (1.0 + pan6[i]))
                self.to_right6 = sin1(0.125 * (1.0 + pan6[i]))
            if pan7[i] != self.turned7:
                self.turned7 = pan7[i]
                self.to_left7 = cos1(0.125 * (1.0 + pan7[i]))
                self.to_right7 = sin1(0.125 * (1.0 + pan7[i]))
            if pan8[i] != self.turned8:
                self.turned8 = pan8[i]
                self.to_left8 = cos1(0.125 * (1.0 + pan8[i]))
                self.to_right8 = sin1(0.125 * (1.0 + pan8[i]))
            mix[i] += five + six + seven + eight
            left[i] += five * self.to_left5 + six * self.to_left6 + seven * self.to_left7 + eight * self.to_left8
            right[i] += (
                five * self.to_right5 + six * self.to_right6 + seven * self.to_right7 + eight * self.to_right8
            )
            send_a[i] += a5[i] * five + a6[i] * six + a7[i] * seven + a8[i] * eight
            send_b[i] += b5[i] * five + b6[i] * six + b7[i] * seven + b8[i] * eight
