"""`python -m livepatch.painter`: draws one picture after the other."""

import argparse
import resource
import socket
from pathlib import Path

from livepatch.painter.easel import SECONDS, Easel
from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.children import follow_parent
from livepatch.protocol.twin_messages import Draw, ToPainter

MOST_BYTES = 1 << 30
"""Memory that the process may use: what wants more raises MemoryError."""


def main() -> None:
    """Answer until the session is gone."""
    parser = argparse.ArgumentParser(prog="python -m livepatch.painter", description="draws modules' pictures")
    parser.add_argument("--socket-fd", type=int, required=True)
    parser.add_argument("--trace", type=Path, required=True, help="where to write what did not end")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of processor time that a picture may take")
    options = parser.parse_args()
    follow_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    easel = Easel(options.trace, options.seconds)
    with socket.socket(fileno=options.socket_fd) as connection:
        channel = Channel(connection, ToPainter)
        try:
            while isinstance(message := channel.receive(), Draw):
                channel.send(easel.draw(message))
        except ChannelClosedError:
            return


if __name__ == "__main__":
    main()
