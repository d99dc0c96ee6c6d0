import socket
from collections.abc import Iterator

import msgspec
import pytest

from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.messages import Evaluate, Hello, Notice, Printed, ToFrontEnd, ToSession


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    ours, theirs = socket.socketpair()
    front, session = Channel(ours, ToFrontEnd), Channel(theirs, ToSession)
    yield front, session
    front.close()
    session.close()


def test_messages_arrive_whole_and_in_order(ends: tuple[Channel, Channel]) -> None:
    front, session = ends
    sent = [Hello("eval", 1, "0"), Evaluate(1, "x" * 50_000), Evaluate(2, "π")]
    for message in sent:
        front.send(message)
    assert [session.receive(5) for _ in sent] == sent


def test_nothing_to_receive_is_a_timeout(ends: tuple[Channel, Channel]) -> None:
    with pytest.raises(TimeoutError):
        ends[0].receive(0.01)


def test_a_message_that_is_none_is_refused_and_the_next_one_arrives(ends: tuple[Channel, Channel]) -> None:
    front, session = ends
    session.send(Hello("eval", 1, "0"))
    session.send(Printed(1, "after"))
    with pytest.raises(msgspec.ValidationError):
        front.receive(5)
    assert front.receive(5) == Printed(1, "after")


def test_what_was_sent_before_the_end_still_arrives(ends: tuple[Channel, Channel]) -> None:
    front, session = ends
    session.send(Notice("note", "last"))
    session.close()
    assert front.receive(5) == Notice("note", "last")
    with pytest.raises(ChannelClosedError):
        front.receive(5)
    with pytest.raises(ChannelClosedError):
        front.send(Evaluate(1, "x"))


def test_an_absurd_length_closes_the_channel() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(ours, ToSession)
    theirs.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(ChannelClosedError, match="larger than any"):
        channel.receive(5)
    channel.close()
    theirs.close()
