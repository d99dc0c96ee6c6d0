"""How long the engine waits for the blocks of plug-ins."""

SHARE = 0.5
"""Of the time that a block of the sound card lasts, so much a plug-in may take before it is left behind."""
SHORTEST_SECONDS = 0.001
OFFLINE_SECONDS = 10.0


class Patience:
    """What all plug-ins of a rack may take: `seconds` each from when its block is sent.

    The control thread sets that. `out`: how many blocks were sent and have not been waited for; audio callback.
    """

    def __init__(self, seconds: float = OFFLINE_SECONDS) -> None:
        self.seconds = seconds
        self.out = 0

    def follow(self, block_frames: int, sample_rate: float) -> None:
        """Have as much as a sound card leaves that asks for blocks of so many frames."""
        self.seconds = max(SHARE * block_frames / sample_rate, SHORTEST_SECONDS)
