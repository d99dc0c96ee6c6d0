"""Another program is heard in a session through a real JACK server, and still when the engine is killed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from livepatch import locations
from livepatch.protocol import client
from livepatch.protocol.messages import EngineState, Notice
from livepatch.protocol.meters import Meters
from tests.jack_server import JackServer, feeding, jack_server, wait_until
from tests.session.guest import guest, workspace_in

__all__ = ["jack_server"]  # a fixture

pytestmark = [pytest.mark.xdist_group("jack"), pytest.mark.timeout(400)]
SECONDS = 60.0


@pytest.fixture
def workspace(tmp_path: Path, compiled_cache: Path) -> Iterator[Path]:
    with workspace_in(tmp_path, compiled_cache) as folder:
        locations.settings_file().parent.mkdir(parents=True, exist_ok=True)
        locations.settings_file().write_text('input_device = "feeder"\n')
        yield folder


def taken_over(state: EngineState, before: Path) -> bool:
    """Whether another engine plays."""
    return bool(state.meters) and Path(state.meters) != before


def test_what_comes_in_is_heard_and_by_the_engine_that_takes_over_too(
    jack_server: JackServer, workspace: Path
) -> None:
    with feeding(jack_server, "feeder"), guest(workspace, "repl", driver="sounddevice") as here:
        first = here.sound_card()
        with Meters(first) as meters:
            here.play('mic = add("audio_in"); out = add("audio_out")', "mic.left >> out.left")
            here.wait_for(Notice, lambda notice: notice.text == "hearing feeder, 2 channels")
            wait_until(lambda: meters.read("right") > 0.4, SECONDS, "the feeder is heard")
            os.kill(int(meters.read("pid")), signal.SIGKILL)
        state = here.wait_for(
            EngineState, lambda state: state.driver == "sounddevice" and taken_over(state, first)
        )
        with Meters(Path(state.meters)) as meters:
            wait_until(lambda: meters.read("right") > 0.4, SECONDS, "the feeder is heard again")
    client.stop(workspace)
