"""Time limits that hold on a quiet machine and are stretched on a busy one."""

from __future__ import annotations

import time

LOOK_SECONDS = 0.05
"""As much as one look may count. Whoever looks more seldom than that has not been let run meanwhile."""


class Patience:
    """So many seconds, counted from look to look: `while not there: assert patience.left; sleep(0.01)`.

    On a machine that runs a test without interruption they are seconds of the clock. Where other programs have the machine,
    what waits and what is waited for both stand still, and the time in which they do so is not counted.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._looked = time.monotonic()

    @property
    def left(self) -> bool:
        """Look at the clock, and tell whether there is any time left."""
        now = time.monotonic()
        self._seconds -= min(now - self._looked, LOOK_SECONDS)
        self._looked = now
        return self._seconds > 0
