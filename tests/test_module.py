"""A module file as plain Python."""

from typing import Any

from livepatch.module import Module, Port, connected, inlet, outlet, signal


class Doubler(Module):
    audio = inlet()
    out = outlet()
    spare = outlet()

    def step(self) -> None:
        if connected(self.out):
            self.out = 2.0 * self.audio
        self.spare = self.audio


def test_a_port_that_is_connected_stays_so_whatever_is_assigned() -> None:
    doubler: Any = Doubler()
    assert not connected(doubler.out)
    doubler.out.connected = True
    doubler.audio.connected = True
    for volts in (1.0, 2.0):
        doubler.audio = volts
        doubler.step()
        assert (doubler.out, doubler.spare) == (2.0 * volts, volts)
    assert [connected(port) for port in (doubler.out, doubler.audio, doubler.spare)] == [True, True, False]


def test_a_connected_port_keeps_its_block() -> None:
    doubler: Any = Doubler()
    block = signal(doubler.out)
    doubler.out.connected = True
    doubler.out = 3.0
    assert signal(doubler.out) is block


def test_each_module_has_ports_of_its_own() -> None:
    one, other = Doubler(), Doubler()
    one.out = 5.0
    assert (one.out, other.out) == (5.0, 0.0)
    assert isinstance(Doubler.out, Port)


def test_connected_says_whether_a_cable_is_there() -> None:
    doubler: Any = Doubler()
    assert not connected(doubler.out)
    doubler.out.connected = True
    assert connected(doubler.out)
