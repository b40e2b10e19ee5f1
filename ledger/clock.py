"""The server's clock, and the refusal to write history under a clock that has jumped.

Position is the order of the record; the stamp is testimony. A stamp from a clock that was set hours
ahead would stay in the record for ever, so appending stops on a jump until an operator has looked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

JUMP_SECONDS_MAX = 5.0


class ClockJumped(Exception):
    """The wall clock moved against the machine's uptime by more than 5 s; check it, then restart the server."""


def rfc3339(at: datetime) -> str:
    """Return a UTC instant as RFC 3339 with microseconds: 2015-05-12T08:00:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def uptime() -> float:
    """Return seconds since boot, counting sleep, which no one can set."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Clock:
    """Tells UTC time, never going back within a process; raises ClockJumped after a jump."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = uptime) -> None:
        self._wall, self._steady = wall, steady
        self._started = wall() - steady()
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        wall = self._wall()
        drift = wall - self._steady() - self._started
        if abs(drift) > JUMP_SECONDS_MAX:
            raise ClockJumped(
                f"the clock jumped by {timedelta(seconds=round(drift))}; check it, then restart the server"
            )
        # Slow drift is normal (NTP slews); only sudden change counts.
        self._started += drift
        self._last = max(self._last, datetime.fromtimestamp(wall, UTC))
        return self._last
