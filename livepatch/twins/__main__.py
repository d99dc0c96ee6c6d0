"""`python -m livepatch.twins`: calls control-side methods, one after the other."""

import argparse
import socket

from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.children import follow_parent
from livepatch.protocol.twin_messages import CallTwin, ToTwins
from livepatch.twins.twin import LONGEST_SECONDS, Twins


def main() -> None:
    """Answer until the session is gone."""
    parser = argparse.ArgumentParser(prog="python -m livepatch.twins", description="calls modules' own Python")
    parser.add_argument("--socket-fd", type=int, required=True)
    parser.add_argument("--longest", type=float, default=LONGEST_SECONDS, help="seconds that a method may take")
    options = parser.parse_args()
    follow_parent()
    twins = Twins(options.longest)
    with socket.socket(fileno=options.socket_fd) as connection:
        channel = Channel(connection, ToTwins)
        try:
            while isinstance(message := channel.receive(), CallTwin):
                channel.send(twins.call(message))
        except ChannelClosedError:
            return


if __name__ == "__main__":
    main()
