"""Chance: even, independent, and the same again."""

import numpy as np

from livepatch.dsp import next_word, uniform


def numbers(seed: int, count: int = 20000) -> list[float]:
    word, found = 0, []
    for _ in range(count):
        word = next_word(word, seed)
        found.append(uniform(word))
    return found


def test_every_tenth_between_0_and_1_comes_as_often() -> None:
    found = np.array(numbers(3))
    assert found.min() >= 0.0
    assert found.max() < 1.0
    counts, _ = np.histogram(found, 10, (0.0, 1.0))
    assert np.abs(counts / len(found) - 0.1).max() < 0.01


def test_a_number_says_nothing_about_the_next_nor_a_seed_about_another() -> None:
    one, other = np.array(numbers(3)) - 0.5, np.array(numbers(4)) - 0.5
    for a, b in ((one[1:], one[:-1]), (one, other)):
        assert abs(np.mean(a * b) * 12.0) < 0.03


def test_any_seed_begins_somewhere_and_the_same_seed_at_the_same_place() -> None:
    for seed in (0, 1, -1, 2**31, 2**62 + 12345):
        assert numbers(seed, 3) == numbers(seed, 3)
        assert 0 < next_word(0, seed) < 2**32
