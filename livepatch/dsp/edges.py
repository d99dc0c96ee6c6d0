"""Band-limited edges: steps and corners at any instant between two samples, 16 samples long, without delay.

A jump in a waveform aliases; what is left of the jump once everything above the band is taken out does
not. Each function adds that remainder, spread over the coming samples, to a queue of 16; the module adds
one of the queue's samples to its plain waveform every frame. The kernel is a windowed sinc in minimum
phase, as a polynomial per sample: from 30 kHz up (at 48 kHz) it is 82 dB down, and 0.7 dB at 18 kHz.

Source: Eli Brandt, Hard Sync Without Aliasing, 2001; the kernel is the square root of a Kaiser-windowed one
twice as long.
"""

from typing import Final

from librt.vecs import vec

EDGE_DELAY: Final = 1.83465526
"""Samples by which the kernel delays what it filters: take `slope * EDGE_DELAY` from the plain waveform."""


def add_step(queue: vec[float], position: int, age: float, height: float) -> None:
    """Queue a jump of `height` that happened `age` (0..1) samples ago; `queue` has 16 samples."""
    tail = 0.03636936 + age * (-0.02351616 + age * (0.04499947 + age * -0.01452034))
    queue[(position + 0) & 15] += height * (-0.99996315 + age * (0.00190271 + age * (0.00054851 + age * tail)))
    tail = 0.10316273 + age * (0.01839831 + age * (-0.05332742 + age * 0.00780094))
    queue[(position + 1) & 15] += height * (-0.95417890 + age * (0.15596369 + age * (0.20327244 + age * tail)))
    tail = -0.18471669 + age * (-0.13856984 + age * (0.05455609 + age * 0.00540620))
    queue[(position + 2) & 15] += height * (-0.51890834 + age * (0.72588941 + age * (0.20640819 + age * tail)))
    tail = -0.10348283 + age * (0.19944872 + age * (0.01696328 + age * -0.02718406))
    queue[(position + 3) & 15] += height * (0.15006496 + age * (0.33534295 + age * (-0.55304172 + age * tail)))
    tail = 0.33165172 + age * (-0.08523347 + age * (-0.10221109 + age * 0.03865782))
    queue[(position + 4) & 15] += height * (0.01811157 + age * (-0.36158740 + age * (0.09660093 + age * tail)))
    tail = -0.25792198 + age * (-0.05812212 + age * (0.13078246 + age * -0.03384111))
    queue[(position + 5) & 15] += height * (-0.06401020 + age * (0.20653006 + age * (0.13626202 + age * tail)))
    tail = 0.13105237 + age * (0.11758317 + age * (-0.10895406 + age * 0.02180189))
    queue[(position + 6) & 15] += height * (0.05967931 + age * (-0.07641405 + age * (-0.18494890 + age * tail)))
    tail = -0.03907119 + age * (-0.11465793 + age * (0.07231467 + age * -0.01102673))
    queue[(position + 7) & 15] += height * (-0.04020032 + age * (0.00332723 + age * (0.15076204 + age * tail)))
    tail = -0.00717467 + age * (0.08571429 + age * (-0.04079573 + age * 0.00421496))
    queue[(position + 8) & 15] += height * (0.02144775 + age * (0.02431896 + age * (-0.09663307 + age * tail)))
    tail = 0.02115618 + age * (-0.05422381 + age * (0.02012556 + age * -0.00092970))
    queue[(position + 9) & 15] += height * (-0.00890747 + age * (-0.02622751 + age * (0.05154801 + age * tail)))
    tail = -0.01907147 + age * (0.03018749 + age * (-0.00893159 + age * -0.00017992))
    queue[(position + 10) & 15] += height * (0.00254121 + age * (0.01844201 + age * (-0.02319152 + age * tail)))
    tail = 0.01227516 + age * (-0.01514625 + age * (0.00378614 + age * 0.00030036))
    queue[(position + 11) & 15] += height * (-0.00020376 + age * (-0.01011414 + age * (0.00883918 + age * tail)))
    tail = -0.00629571 + age * (0.00699076 + age * (-0.00171172 + age * -0.00014097))
    queue[(position + 12) & 15] += height * (-0.00026334 + age * (0.00452232 + age * (-0.00293017 + age * tail)))
    tail = 0.00261018 + age * (-0.00301500 + age * (0.00089998 + age * -0.00000057))
    queue[(position + 13) & 15] += height * (0.00017118 + age * (-0.00165927 + age * (0.00094031 + age * tail)))
    tail = -0.00082364 + age * (0.00120075 + age * (-0.00051984 + age * 0.00006289))
    queue[(position + 14) & 15] += height * (-0.00005319 + age * (0.00048541 + age * (-0.00034850 + age * tail)))
    tail = -0.00000209 + age * (-0.00003961 + age * (-0.00005846 + age * 0.00003141))
    queue[(position + 15) & 15] += height * (0.00000390 + age * (-0.00010224 + age * (0.00016705 + age * tail)))


def add_corner(queue: vec[float], position: int, age: float, bend: float) -> None:
    """Queue a change of slope by `bend` per sample, `age` (0..1) samples ago; see EDGE_DELAY."""
    tail = 0.00281578 + age * (0.00165635 + age * 0.00593064)
    queue[(position + 0) & 15] += bend * (1.83465540 + age * (-0.99993985 + age * (0.00052291 + age * tail)))
    tail = 0.05813801 + age * (0.04603668 + age * -0.01661067)
    queue[(position + 1) & 15] += bend * (0.84564202 + age * (-0.95432235 + age * (0.08001554 + age * tail)))
    tail = 0.08787575 + age * (-0.08314840 + age * 0.00398089)
    queue[(position + 2) & 15] += bend * (0.05889664 + age * (-0.51859838 + age * (0.35870104 + age * tail)))
    tail = -0.19832331 + age * (-0.00231234 + age * 0.02616212)
    queue[(position + 3) & 15] += bend * (-0.09228901 + age * (0.14980937 + age * (0.17101645 + age * tail)))
    tail = 0.03011209 + age * (0.09292941 + age * -0.03656894)
    queue[(position + 4) & 15] += bend * (0.05406127 + age * (0.01812576 + age * (-0.18072693 + age * tail)))
    tail = 0.05886691 + age * (-0.09626920 + age * 0.02611876)
    queue[(position + 5) & 15] += bend * (-0.02206772 + age * (-0.06383785 + age * (0.10065494 + age * tail)))
    tail = -0.07725925 + age * (0.06700726 + age * -0.01314836)
    queue[(position + 6) & 15] += bend * (0.00346768 + age * (0.05945777 + age * (-0.03499971 + age * tail)))
    tail = 0.06298936 + age * (-0.03667814 + age * 0.00421698)
    queue[(position + 7) & 15] += bend * (0.00452327 + age * (-0.04001127 + age * (-0.00102169 + age * tail)))
    tail = -0.04077888 + age * (0.01582333 + age * 0.00018858)
    queue[(position + 8) & 15] += bend * (-0.00597976 + age * (0.02131662 + age * (0.01399856 + age * tail)))
    tail = 0.02220234 + age * (-0.00479802 + age * -0.00154153)
    queue[(position + 9) & 15] += bend * (0.00456726 + age * (-0.00882875 + age * (-0.01420685 + age * tail)))
    tail = -0.01036688 + age * (0.00042829 + age * 0.00142469)
    queue[(position + 10) & 15] += bend * (-0.00260486 + age * (0.00249905 + age * (0.00980190 + age * tail)))
    tail = 0.00421853 + age * (0.00059397 + age * -0.00089078)
    queue[(position + 11) & 15] += bend * (0.00118181 + age * (-0.00018315 + age * (-0.00533954 + age * tail)))
    tail = -0.00155543 + age * (-0.00044877 + age * 0.00042712)
    queue[(position + 12) & 15] += bend * (-0.00041898 + age * (-0.00027272 + age * (0.00238970 + age * tail)))
    tail = 0.00056620 + age * (0.00015166 + age * -0.00015347)
    queue[(position + 13) & 15] += bend * (0.00012083 + age * (0.00017521 + age * (-0.00088515 + age * tail)))
    tail = -0.00021902 + age * (0.00000743 + age * 0.00003161)
    queue[(position + 14) & 15] += bend * (-0.00002469 + age * (-0.00005475 + age * (0.00026466 + age * tail)))
    tail = 0.00006094 + age * (-0.00000616 + age * -0.00001145)
    queue[(position + 15) & 15] += bend * (0.00000524 + age * (0.00000402 + age * (-0.00005258 + age * tail)))
