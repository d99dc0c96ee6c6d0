"""The inlets of an instrument's note expressions: which volts are what in the plug-in."""

import math
from collections.abc import Callable, Iterator

from livepatch.panel import Inlet
from livepatch.protocol.plugin_facts import Expression, Facts
from livepatch.protocol.plugin_messages import ExpressionPort

SPAN_VOLTS = 10.0
"""From one end of an expression to the other."""
SAME = 1e-6


def expression_inlets(facts: Facts, named: Callable[[str], str]) -> Iterator[tuple[Inlet, ExpressionPort]]:
    """An inlet for each expression; `named` makes a name that no other port has of what it is called.

    One that goes both ways, or begins in its middle, is -5 to 5 V; any other 0 to 10 V. Unpatched it holds the
    volts of where the plug-in has its notes begin.
    """
    for expression in facts.expressions:
        lowest, highest = expression.lowest, expression.highest
        middle = (lowest + highest) / 2.0
        both_ways = expression.bipolar or math.isclose(expression.default, middle, abs_tol=SAME)
        zero, per_volt = middle if both_ways else lowest, (highest - lowest) / SPAN_VOLTS
        volts = tuple(round((value - zero) / per_volt, 6) for value in (lowest, expression.default, highest))
        name, unit = named(expression.name), expression.unit
        label = f"{expression.name} ({unit})" if unit else expression.name
        yield (
            Inlet(name=name, label=label, description=_described(expression, volts), normal=volts[1]),
            ExpressionPort(
                name, expression.id, zero, per_volt, lowest, highest, expression.default,
                steps=expression.steps, once=expression.once,
            ),
        )  # fmt: skip


def _described(expression: Expression, volts: tuple[float, ...]) -> str:
    """Its range in volts, and what the plug-in shows for that."""
    shown = [f" ({text})" for text in expression.texts] or ["", "", ""]
    low, unpatched, high = (f"{each:.3g} V{text}" for each, text in zip(volts, shown, strict=True))
    when = "each note's own when it begins" if expression.once else "each note's own"
    return f"{when}, {low} to {high}, unpatched {unpatched}"
