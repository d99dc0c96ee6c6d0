"""A child for tests: answers a notice with the same, and misbehaves when told to."""

import argparse
import os
import socket
import sys
import time

from livepatch.protocol.channel import Channel, ChannelClosedError
from livepatch.protocol.children import follow_parent
from livepatch.protocol.messages import Notice


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket-fd", type=int, required=True)
    options, _ = parser.parse_known_args()
    follow_parent()
    channel = Channel(socket.socket(fileno=options.socket_fd), Notice)
    while True:
        try:
            notice = channel.receive()
        except ChannelClosedError:
            return
        match notice.text:
            case "exit":
                sys.exit("it was told to")
            case "segfault":
                os.kill(os.getpid(), 11)
            case "deaf":
                channel.send(notice)
                while True:
                    time.sleep(60)
            case "burn":
                until = time.process_time() + 0.1
                while time.process_time() < until:
                    pass
                channel.send(notice)
            case _:
                channel.send(notice)


if __name__ == "__main__":
    main()
