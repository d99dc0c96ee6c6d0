"""Where the engine plays: a sound card, or the clock while there is none."""

import time

from livepatch.engine import realtime
from livepatch.engine.capture import Capture
from livepatch.engine.driver import Driver, DriverError, NoPortAudioError
from livepatch.engine.gauges import Gauges
from livepatch.engine.sound_card import SoundCard, rescan
from livepatch.engine.timer import NullDriver
from livepatch.protocol.messages import Message, Notice, Ready

LOOK_SECONDS = 0.25
STAND_BY_SECONDS = 1.0
RETURN_SECONDS = 3.0
BLOCK_FRAMES = 256
REALTIME_BLOCK_FRAMES = 128


class Stage:
    """Opens the driver, goes on under the null driver when the device vanishes, and comes back to it.

    `kind` is sounddevice, null, or auto: the sound card if there is one. Used by the control thread only.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that there is to say
        self, gauges: Gauges, kind: str, block_frames: int, device: str, meters: str, input_device: str = ""
    ) -> None:
        """`block_frames` 0: whatever suits the system."""
        self._gauges = gauges
        self._capture = Capture(gauges.engine, input_device)
        self._kind = kind
        self._device = device
        self._meters = meters
        self._realtime = realtime.granted()
        self._block_frames = block_frames or (REALTIME_BLOCK_FRAMES if self._realtime else BLOCK_FRAMES)
        self._messages: list[Message] = []
        self._driver = self._choose()
        self._began = time.monotonic()
        self._stands_by = False
        self._looked = 0.0
        self._tried = 0.0
        self._told_channels = 0
        self.playing = False

    def ready(self) -> Message:
        """How the engine stands: what it plays to, or would."""
        driver = self._driver
        granted = driver.realtime if self.playing else self._realtime
        rate = self._gauges.engine.sample_rate
        return Ready(driver.name, driver.device, rate, driver.block_frames, granted, self._meters)

    def open(self) -> None:
        """Begin to play."""
        if self.playing:
            return
        if not self._stands_by:
            realtime.lock_memory()
        self._start()
        realtime.ask_to_control()
        self.playing = True
        self._tried = time.monotonic()
        self._messages.append(self.ready())

    def retune(self, sample_rate: float, serial: int = 0) -> None:
        """Play at another sample rate: the device is closed and opened again."""
        self._stop()
        self._gauges.engine.retune(sample_rate, serial or None)
        self._driver = self._choose()
        if self.playing:
            self._start()
        self._messages.append(self.ready())

    def _start(self) -> None:
        try:
            self._play(self._driver)
        except DriverError as error:
            self._fall_back(str(error))
            self._play(self._driver)

    def _play(self, driver: Driver) -> None:
        engine = self._gauges.engine
        engine.open(driver.channels)
        engine.rack.plugs.patience.follow(driver.block_frames, engine.sample_rate)
        driver.start()

    def _widen(self, channels: int) -> None:
        """More channels are played than are open: open as many as the device has."""
        self._told_channels = channels
        if self._driver.name == "null":
            return
        try:
            card = self._sound_card()
        except DriverError:
            return
        if card.channels > self._driver.channels:
            self._stop()
            self._driver = card
            self._start()
            self._messages.append(self.ready())
        if card.channels < channels:
            text = f"{card.device} has {card.channels} channels; what is played to others is not heard"
            self._messages.append(Notice("note", text))

    def look(self) -> list[Message]:
        """See whether the device is still there, or there again; what there is to tell."""
        now = time.monotonic()
        if not self.playing and not self._stands_by and now - self._began > STAND_BY_SECONDS:
            self._stand_by()
        if self.playing and now - self._looked > LOOK_SECONDS:
            self._looked = now
            if not self._driver.alive():
                self._lose()
            elif (channels := self._gauges.engine.rack.channels()) > max(
                self._driver.channels, self._told_channels
            ):
                self._widen(channels)
            elif self._driver.name == "null" and self._kind != "null" and now - self._tried > RETURN_SECONDS:
                self._tried = now
                self._return()
            self._messages += self._capture.look(self._driver)
        told, self._messages = self._messages, []
        return told

    def close(self) -> None:
        """Play no more."""
        self.playing = False
        self._stop()

    def _stop(self) -> None:
        """Stop the driver, and hear nothing meanwhile."""
        self._capture.close()
        self._driver.stop()

    def _stand_by(self) -> None:
        """Nobody needs this engine yet: do what would take time when somebody does."""
        self._stands_by = True
        realtime.lock_memory()
        self._driver.get_ready()

    def _null(self) -> Driver:
        return NullDriver(self._gauges.fill, self._gauges.engine.sample_rate, self._block_frames)

    def _sound_card(self) -> Driver:
        gauges = self._gauges
        return SoundCard(
            gauges.fill,
            gauges.note_late,
            gauges.engine.sample_rate,
            self._block_frames,
            self._device,
            gauges.engine.rack.channels(),
        )

    def _choose(self) -> Driver:
        if self._kind == "null":
            return self._null()
        try:
            return self._sound_card()
        except NoPortAudioError as error:
            self._kind = "null"
            return self._fall_back(str(error))
        except DriverError as error:
            return self._fall_back(str(error))

    def _fall_back(self, why: str) -> Driver:
        text = f"{why}; livepatch goes on without a sound card (null driver)"
        if self._kind != "null":
            text += ", and looks for one"
        self._messages.append(Notice("note", text))
        self._driver = self._null()
        return self._driver

    def _lose(self) -> None:
        """The device has vanished."""
        lost = self._driver
        self._stop()
        self._device = lost.device or self._device
        self._fall_back(f"{lost.device} is gone" if lost.device else "the driver stopped")
        self._play(self._driver)
        self._tried = time.monotonic()
        self._messages.append(self.ready())

    def _return(self) -> None:
        """Look for the device again, and go back to it."""
        try:
            rescan()
            card = self._sound_card()
        except DriverError:
            return
        self._stop()
        self._driver = card
        try:
            self._play(card)
        except DriverError:
            self._driver = self._null()
            self._play(self._driver)
            return
        self._told_channels = 0
        self._messages.append(Notice("note", f"playing to {card.device}"))
        self._messages.append(self.ready())
