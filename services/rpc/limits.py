"""How often one principal may call: a token bucket each, for a bounded number of principals."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from services.rpc.refusals import RateExceeded

PRINCIPALS_MAX = 10_000


class RateLimit:
    """Each principal may make `burst` calls at once and `per_second` in the long run.

    The principals least recently seen are forgotten beyond 10,000, which gives them a full bucket.
    """

    def __init__(self, per_second: float, burst: float, now: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._now = per_second, burst, now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, principal: str) -> None:
        """Take one token. Raises RateExceeded, which says when there will be one."""
        now = self._now()
        tokens, since = self._buckets.pop(principal, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        self._buckets[principal] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > PRINCIPALS_MAX:
            self._buckets.popitem(last=False)
        if tokens < 1:
            raise RateExceeded((1 - tokens) / self._rate)
