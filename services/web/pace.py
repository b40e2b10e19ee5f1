"""How fast one address may ask: a bucket of tokens each, refilled steadily, that a request takes one from.

An address is IPv4 whole and IPv6 by its /64, which is what one household has. Behind a proxy every request comes from
the proxy: only where its address is named as trusted is `X-Forwarded-For` believed, and of that only what the trusted
ones wrote, from the right.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from time import monotonic
from typing import NamedTuple

PER_SECOND = 20.0
AT_ONCE = 200
ADDRESSES_KEPT = 50_000
_HOUSEHOLD_BITS = 64

Network = IPv4Network | IPv6Network


class Bucket(NamedTuple):
    """How many requests an address had left at a time."""

    left: float
    at: float


class Pace:
    """The buckets of all addresses that asked lately; those that asked longest ago are forgotten, and so full."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        at_once: int = AT_ONCE,
        kept: int = ADDRESSES_KEPT,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._rate, self._size, self._kept, self._clock = per_second, float(at_once), kept, clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, address: str) -> int:
        """Take a request of an address; return 0, or after how many whole seconds it may ask again."""
        now = self._clock()
        left, at = self._buckets.pop(address, Bucket(self._size, now))
        left = min(self._size, left + (now - at) * self._rate)
        taken = left >= 1
        self._buckets[address] = Bucket(left - taken, now)
        if len(self._buckets) > self._kept:
            self._buckets.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - left) / self._rate))


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Return addresses and networks (`10.0.0.7`, `10.0.0.0/8`) as networks. Raises ValueError."""
    return tuple(ip_network(text.strip()) for text in texts)


def client(peer: str, forwarded: str, trusted: Sequence[Network]) -> str | None:
    """Return whose request it is, as `Pace` counts; None where that cannot be told.

    `peer` is who connected, `forwarded` its `X-Forwarded-For`. A program of this machine that nobody named as trusted is
    most likely a proxy that was forgotten: counting it would shut out everybody behind it.
    """
    found = _address(peer)
    if found is None or (found.is_loopback and not trusted):
        return None
    if _is_trusted(found, trusted):
        for each in reversed(forwarded.split(",")):
            said = _address(each.strip())
            if said is None:
                break
            found = said
            if not _is_trusted(found, trusted):
                break
    if isinstance(found, IPv6Address):
        return str(ip_network((int(found) >> _HOUSEHOLD_BITS << _HOUSEHOLD_BITS, _HOUSEHOLD_BITS)))
    return str(found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _is_trusted(address: IPv4Address | IPv6Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)
