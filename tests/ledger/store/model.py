"""The store as the port describes it, in memory and without a thought for speed: what the engines are held against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from ledger.store.port import (
    CLOCK_BEHIND_SECONDS_MAX,
    Before,
    ClockBehind,
    Conflict,
    Group,
    KnownRequest,
    NewEvent,
    Probe,
    Recorded,
    RequestRaced,
)


class SealedPlace(NamedTuple):
    """Where a sealed field lies and whose it is; ciphertexts differ from engine to engine by their nonces."""

    position: int
    pointer: str
    key: str


class Memory:
    """One ledger in lists. Every question is answered by looking at everything."""

    def __init__(self) -> None:
        self.events: list[NewEvent] = []
        self.requests: dict[UUID, KnownRequest] = {}
        self.sealed: list[SealedPlace] = []
        self.last_recorded: datetime | None = None

    async def read(self, requests: Sequence[UUID], probes: Sequence[Probe]) -> Before:
        known = {each: self.requests[each] for each in requests if each in self.requests}
        return Before(len(self.events), known, [self.history(probe) for probe in probes])

    async def append(self, group: Group) -> int:
        stamp = datetime.fromisoformat(group.recorded_at)
        if self.last_recorded and stamp < self.last_recorded - timedelta(seconds=CLOCK_BEHIND_SECONDS_MAX):
            raise ClockBehind(group.recorded_at)
        refused = [n for n, each in enumerate(group.conditions) if self.history(each._replace(after=group.head))]
        if refused:
            raise Conflict(refused)
        if any(each.id in self.requests for each in group.requests):
            raise RequestRaced("model")
        first = len(self.events) + 1
        self.events += group.events
        self.sealed += [SealedPlace(first + each.ordinal, each.pointer, each.key) for each in group.sealed]
        for each in group.requests:
            leaves = b"".join(event.leaf for event in group.events[each.ordinal : each.ordinal + each.count])
            self.requests[each.id] = KnownRequest(
                first + each.ordinal, each.count, each.content, leaves, group.recorded_at
            )
        self.last_recorded = max(self.last_recorded or stamp, stamp)
        return first

    async def close(self) -> None:
        """There is nothing to close."""

    def history(self, probe: Probe) -> list[Recorded]:
        return [
            Recorded(position, event.entry)
            for position, event in enumerate(self.events, 1)
            if position > probe.after and probe.tag in event.tags and (not probe.topics or event.topic in probe.topics)
        ]

    def positions(self, tag: str) -> list[int]:
        return [each.position for each in self.history(Probe(tag, ()))]
