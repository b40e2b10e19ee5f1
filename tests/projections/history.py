"""A record made of bare events: positions from 1, one minute apart, all read models in memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from ledger.messages import Entry, Event, RecordedEvent
from projections.catalogue import PROJECTIONS
from projections.rows.memory import MemoryRows

START = datetime(2016, 5, 16, 8, 0, tzinfo=UTC)


def recorded(position: int, event: Event, at: datetime | None = None) -> RecordedEvent:
    """Return an event at its place, recorded `position` minutes after 08:00 UTC where no time is given."""
    stamp = at or START + timedelta(minutes=position)
    entry = Entry(
        actor="role:registrar",
        data=event,
        id=f"00000000-0000-8000-8000-{position:012d}",
        source="example.se/test",
        specversion="1.0",
        subject=event.subject(),
        time=stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        type=f"{event.topic}.v{event.version}",
    )
    return RecordedEvent(position, entry)


def record(events: Iterable[Event]) -> list[RecordedEvent]:
    """Return events as recorded one after the other."""
    return [recorded(position, event) for position, event in enumerate(events, 1)]


def rows_of(*events: Event) -> MemoryRows:
    """Return the rows of all read models after some events."""
    return MemoryRows(PROJECTIONS, record(events))


def rows_over(history: Iterable[RecordedEvent]) -> MemoryRows:
    """Return the rows of all read models after a history with its own times."""
    return MemoryRows(PROJECTIONS, history)
