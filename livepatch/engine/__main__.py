"""`python -m livepatch.engine`: the process that makes sound."""

import argparse
import gc
import os
import socket
import sys
from pathlib import Path

from livepatch.protocol.builds import load_core
from livepatch.protocol.channel import Channel
from livepatch.protocol.children import follow_parent
from livepatch.protocol.messages import ToEngine
from livepatch.protocol.meters import Meters

SWITCH_SECONDS = 0.0002
"""How long the control thread may keep the callback waiting for Python's lock."""


def main() -> None:
    """Read the command line, load the core library, and play until told to stop."""
    options = _options()
    follow_parent()
    if options.core is not None:
        load_core(options.core)
    with Meters(options.runtime / f"meters-{os.getpid()}", create=True) as meters:
        meters.write("pid", os.getpid())
        with socket.socket(fileno=options.socket_fd) as connection:
            _play(options, Channel(connection, ToEngine), meters)
        meters.path.unlink(missing_ok=True)


def _play(options: argparse.Namespace, channel: Channel, meters: Meters) -> None:
    # only now: what is imported here has native forms, which load_core has put in place
    from livepatch.engine.control import Control  # noqa: PLC0415
    from livepatch.engine.engine import Engine  # noqa: PLC0415
    from livepatch.engine.gauges import Gauges  # noqa: PLC0415
    from livepatch.engine.stage import Stage  # noqa: PLC0415

    engine = Engine(options.sample_rate, meters.address("running"), options.swap_fade_ms / 1000.0)
    gauges = Gauges(engine, meters)
    stage = Stage(gauges, options.driver, options.block, options.device, meters.path.name, options.input_device)
    control = Control(channel, engine, gauges, stage, options.runtime)
    gc.collect()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    control.run()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m livepatch.engine", description="makes the sound")
    parser.add_argument("--socket-fd", type=int, required=True)
    parser.add_argument("--runtime", type=Path, required=True)
    parser.add_argument("--core", type=Path)
    parser.add_argument("--driver", choices=("auto", "sounddevice", "null"), default="auto")
    parser.add_argument("--sample-rate", type=float, default=48000.0)
    parser.add_argument("--block", type=int, default=0)
    parser.add_argument("--device", default="")
    parser.add_argument("--input-device", default="")
    parser.add_argument("--swap-fade-ms", type=float, default=10.0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
