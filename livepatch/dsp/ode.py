"""Differential equations: a step in time of one, two or three quantities whose rates of change are known.

Source: Wilhelm Kutta, Beitrag zur näherungsweisen Integration totaler Differentialgleichungen, 1901.
"""

from collections.abc import Callable

from livepatch.block import Block


class ode(Block):
    """One quantity, `x`. `slope(x)` is its rate of change per second."""

    x = 0.0

    def euler(self, slope: Callable[[float], float], seconds: float) -> float:
        """Go on by `seconds` in a straight line; the error over a second is proportional to `seconds`."""
        self.x += seconds * slope(self.x)
        return self.x

    def rk2(self, slope: Callable[[float], float], seconds: float) -> float:
        """Go on by way of the middle; the error over a second is proportional to `seconds` squared."""
        middle = self.x + 0.5 * seconds * slope(self.x)
        self.x += seconds * slope(middle)
        return self.x

    def rk4(self, slope: Callable[[float], float], seconds: float) -> float:
        """Go on by four slopes; the error over a second is proportional to the fourth power of `seconds`."""
        k1 = slope(self.x)
        k2 = slope(self.x + 0.5 * seconds * k1)
        k3 = slope(self.x + 0.5 * seconds * k2)
        k4 = slope(self.x + seconds * k3)
        self.x += seconds * (1.0 / 6.0) * (k1 + 2.0 * (k2 + k3) + k4)
        return self.x


class ode2(Block):
    """Two quantities, `x` and `y`. `slope(x, y)` gives their rates of change per second."""

    x = 0.0
    y = 0.0

    def euler(self, slope: Callable[[float, float], tuple[float, float]], seconds: float) -> None:
        """Go on as `ode.euler`."""
        dx, dy = slope(self.x, self.y)
        self.x += seconds * dx
        self.y += seconds * dy

    def rk2(self, slope: Callable[[float, float], tuple[float, float]], seconds: float) -> None:
        """Go on as `ode.rk2`."""
        half = 0.5 * seconds
        dx, dy = slope(self.x, self.y)
        ex, ey = slope(self.x + half * dx, self.y + half * dy)
        self.x += seconds * ex
        self.y += seconds * ey

    def rk4(self, slope: Callable[[float, float], tuple[float, float]], seconds: float) -> None:
        """Go on as `ode.rk4`."""
        half = 0.5 * seconds
        sixth = (1.0 / 6.0) * seconds
        ax, ay = slope(self.x, self.y)
        bx, by = slope(self.x + half * ax, self.y + half * ay)
        cx, cy = slope(self.x + half * bx, self.y + half * by)
        dx, dy = slope(self.x + seconds * cx, self.y + seconds * cy)
        self.x += sixth * (ax + 2.0 * (bx + cx) + dx)
        self.y += sixth * (ay + 2.0 * (by + cy) + dy)


class ode3(Block):
    """Three quantities, `x`, `y` and `z`. `slope(x, y, z)` gives their rates of change per second."""

    x = 0.0
    y = 0.0
    z = 0.0

    def euler(self, slope: Callable[[float, float, float], tuple[float, float, float]], seconds: float) -> None:
        """Go on as `ode.euler`."""
        dx, dy, dz = slope(self.x, self.y, self.z)
        self.x += seconds * dx
        self.y += seconds * dy
        self.z += seconds * dz

    def rk2(self, slope: Callable[[float, float, float], tuple[float, float, float]], seconds: float) -> None:
        """Go on as `ode.rk2`."""
        half = 0.5 * seconds
        dx, dy, dz = slope(self.x, self.y, self.z)
        ex, ey, ez = slope(self.x + half * dx, self.y + half * dy, self.z + half * dz)
        self.x += seconds * ex
        self.y += seconds * ey
        self.z += seconds * ez

    def rk4(self, slope: Callable[[float, float, float], tuple[float, float, float]], seconds: float) -> None:
        """Go on as `ode.rk4`."""
        half = 0.5 * seconds
        sixth = (1.0 / 6.0) * seconds
        ax, ay, az = slope(self.x, self.y, self.z)
        bx, by, bz = slope(self.x + half * ax, self.y + half * ay, self.z + half * az)
        cx, cy, cz = slope(self.x + half * bx, self.y + half * by, self.z + half * bz)
        dx, dy, dz = slope(self.x + seconds * cx, self.y + seconds * cy, self.z + seconds * cz)
        self.x += sixth * (ax + 2.0 * (bx + cx) + dx)
        self.y += sixth * (ay + 2.0 * (by + cy) + dy)
        self.z += sixth * (az + 2.0 * (bz + cz) + dz)
