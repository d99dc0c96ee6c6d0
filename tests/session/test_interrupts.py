"""What is interrupted, and what is not."""

import pytest

from livepatch.session.interrupts import Interrupts


def test_one_that_comes_a_moment_before_the_line_ends_it_too() -> None:
    interrupts = Interrupts()
    interrupts.expect()
    interrupts.request()
    with pytest.raises(KeyboardInterrupt):
        interrupts.evaluate(lambda: pytest.fail("the line ran"))


def test_one_ends_no_other_line_than_the_next() -> None:
    interrupts = Interrupts()
    for _ in range(3):
        interrupts.expect()
    assert interrupts.evaluate(lambda: "first") == "first"
    interrupts.request()
    with pytest.raises(KeyboardInterrupt):
        interrupts.evaluate(lambda: pytest.fail("the second line ran"))
    assert interrupts.evaluate(lambda: "third") == "third"


def test_one_with_no_line_to_come_is_forgotten() -> None:
    interrupts = Interrupts()
    interrupts.request()
    interrupts.expect()
    assert interrupts.evaluate(lambda: "ran") == "ran"
