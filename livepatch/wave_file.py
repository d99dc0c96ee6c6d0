"""WAV files of 32-bit floats, written while they grow."""

import os
import struct
from pathlib import Path
from typing import IO

from livepatch.errors import LivepatchError

LARGEST_WAV = 0xFFFFFFFF - 1024
FRAME_BYTES = 8


class WaveFile:
    """A WAV file of two channels. Written here because libsndfile puts the time of day into its own.

    Were its process killed, it can be played: up to the last whole second at least.
    """

    def __init__(self, path: Path, sample_rate: float) -> None:
        """Raises: OSError: if it cannot be written."""
        self.sample_rate = sample_rate
        self._path = path
        self._bytes = 0
        self._headed = 0
        self._file: IO[bytes] = path.open("wb")
        self._file.write(self._head())

    def write(self, samples: bytes) -> None:
        """Raises: OSError: if the disk refuses. LivepatchError: if a WAV file cannot be so long."""
        self._bytes += len(samples)
        if self._bytes > LARGEST_WAV:
            raise LivepatchError(f"{self._path} would be over 4 GB, which WAV cannot be; take fewer --seconds")
        self._file.write(samples)
        if self._bytes - self._headed >= FRAME_BYTES * self.sample_rate:
            self._write_head()
            self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        """Write how long it became. Raises: OSError: if the disk refuses."""
        if not self._file.closed:
            self._write_head()
            self._file.close()

    def _write_head(self) -> None:
        self._file.flush()  # what the head counts must not come after it
        self._file.seek(0)
        self._file.write(self._head())
        self._file.flush()
        self._headed = self._bytes

    def _head(self) -> bytes:
        rate = round(self.sample_rate)
        layout = struct.pack("<HHIIHHH", 3, 2, rate, rate * 8, 8, 32, 0)
        chunks = (b"fmt ", layout), (b"fact", struct.pack("<I", self._bytes // 8))
        body = b"WAVE" + b"".join(name + struct.pack("<I", len(chunk)) + chunk for name, chunk in chunks)
        size = len(body) + 8 + self._bytes
        return b"RIFF" + struct.pack("<I", size) + body + b"data" + struct.pack("<I", self._bytes)


def save(path: Path, samples: bytes, sample_rate: float) -> None:
    """Make a file of (frames, 2) little-endian float32. Raises: LivepatchError: if it cannot be written."""
    try:
        file = WaveFile(path, sample_rate)
        file.write(samples)
        file.close()
    except OSError as error:
        raise LivepatchError(f"{path} cannot be written: {error.strerror}") from error


class Tape:
    """Takes sound into a file, and another, `NAME-2.wav`, where the sample rate changes; for `seconds` at most.

    `seconds` of it: how long it is by now.
    """

    def __init__(self, output: Path, seconds: float | None) -> None:
        self.output = output
        self._left = seconds
        self._number = 0
        self.seconds = 0.0
        self._file: WaveFile | None = None

    def write(self, samples: bytes, sample_rate: float) -> bool:
        """Take (frames, 2) little-endian float32; whether it has room for more.

        Raises: LivepatchError: if it cannot be written.
        """
        try:
            if self._file is None or self._file.sample_rate != sample_rate:
                self.close()
                self._number += 1
                stem = self.output.stem + (f"-{self._number}" if self._number > 1 else "")
                self._file = WaveFile(self.output.with_stem(stem), sample_rate)
            if self._left is not None:
                samples = samples[: 8 * round(self._left * sample_rate)]
                self._left -= len(samples) / 8 / sample_rate
            self._file.write(samples)
            self.seconds += len(samples) / FRAME_BYTES / sample_rate
        except OSError as error:
            raise LivepatchError(f"{self.output} cannot be written: {error.strerror}") from error
        return self._left is None or round(self._left * sample_rate) > 0

    def close(self) -> None:
        """Finish the file. Raises: LivepatchError: if it cannot be written."""
        try:
            if self._file is not None:
                self._file.close()
        except OSError as error:
            raise LivepatchError(f"{self.output} cannot be written: {error.strerror}") from error
