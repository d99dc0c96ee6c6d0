"""What is interrupted, and what is not."""

import pytest

from livepatch.session.interrupts import Interrupts


def test_one_that_comes_a_moment_before_the_line_ends_it_too() -> None:
    interrupts = Interrupts()
    interrupts.expect()
    interrupts.request()
    with pytest.raises(KeyboardInterrupt), interrupts.evaluating():
        pytest.fail("the line ran")


def test_one_that_was_meant_for_an_earlier_line_is_forgotten() -> None:
    interrupts = Interrupts()
    interrupts.expect()
    interrupts.request()
    interrupts.expect()
    with interrupts.evaluating():
        line_ran = True
    assert line_ran
