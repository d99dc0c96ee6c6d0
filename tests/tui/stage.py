"""Runs the TUI without a terminal, and reads its screen as text."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.events import Key
from textual.pilot import Pilot

from livepatch.tui.app import LivepatchApp
from tests.tui.fake_session import FakeSession

PATIENCE_SECONDS = 60.0


class Stage:
    """The app, its fake session, and a pilot who presses the keys."""

    def __init__(self, app: LivepatchApp, session: FakeSession, pilot: Pilot[int]) -> None:
        self.app = app
        self.session = session
        self.pilot = pilot

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until something is so; fail, showing the screen, if it never is."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not true():
            assert time.monotonic() < deadline, "it never came about; the screen:\n" + self.screen()
            await self.pilot.pause(0.01)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        names = {" ": "space", "\n": "enter", "\t": "tab"}
        await self.pilot.press(*(names.get(character, character) for character in text))

    def burst(self, *keys: str) -> None:
        """Press keys faster than they can be handled, as a paste or a slow line does."""
        for key in keys:
            self.app.post_message(Key(key, key if len(key) == 1 else None))

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in self.screen())

    def screen(self) -> str:
        """What the terminal would show, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)


def perform(
    workspace: Path,
    act: Callable[[Stage], Awaitable[None]],
    *,
    size: tuple[int, int] = (80, 24),
    session: FakeSession | None = None,
) -> LivepatchApp:
    """Start the TUI on a fake session, wait until the rack shows, and act; the app after it has ended."""
    session = session or FakeSession(workspace)
    app = LivepatchApp(workspace, None, session.attach)

    async def play() -> None:
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, session, pilot)
            if not session.refuse:
                await stage.shows("vco")
                await stage.until(lambda: app.focused is not None)
            await act(stage)

    try:
        asyncio.run(play())
    finally:
        session.close()
    return app
