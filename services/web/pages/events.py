"""The event explorer: what the record holds, by type, tag and day, and whether that is all of it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from ledger.clock import rfc3339
from ledger.entries import decode
from ledger.messages import EVENT_TYPES, RecordedEvent
from ledger.store.port import Reader, Recorded
from services.filters import Filter
from services.web.kinds import sentence
from services.web.language import ZONE
from services.web.page import Page, Seen, Shown, Table
from services.web.wrong import Wrong

LINES, LINES_MAX = 50, 1_000
BASES = ("", "document", "external", "illustrative", "import")
"""What the source of an event may be; `illustrative` where it is made up."""

COUNT_MAX = 10_000
"""Events counted at most; where there are more, the page says that it has not counted them all."""

_BETWEEN_TAGS = re.compile(r",\s*(?=[a-z]+:)")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Counted(NamedTuple):
    """How many events fit; `exact` tells whether all were counted."""

    events: int
    exact: bool


def show(seen: Seen) -> Shown:
    """Return a page of the events that fit, how many do in all, and whether the page has all of them."""
    wanted = _wanted(seen)
    asked_after, lines = _number(seen, "after", 0), _number(seen, "antal", LINES)
    if not 1 <= lines <= LINES_MAX:
        raise Wrong("antal", "is no number of lines; write a whole number from 1 to 1000")
    reader, upto = seen.reader, int(seen.rows.position)
    after, until = wanted.bounds(reader, 0, upto)
    found = _listed(wanted, reader, max(after, asked_after), until, lines + 1)
    counted = _count(wanted, reader, after, until)
    events, more = found[:lines], len(found) > lines
    return {
        "types": list(wanted.topics),
        "tags": list(wanted.tags),
        "day": seen.query.get("dag"),
        "basis": seen.query.get("grund") or None,
        "after": asked_after,
        "count": counted.events,
        "count_is_exact": counted.exact,
        "complete": counted.exact and len(events) == counted.events,
        "first": events[0].position if events else None,
        "last": events[-1].position if events else None,
        "next_after": events[-1].position if more else None,
        "events": [_line(decode(*each)) for each in events],
    }


def _wanted(seen: Seen) -> Filter:
    topics = tuple(dict.fromkeys(part for part in _split(seen, "typ") if part))
    for topic in topics:
        if topic not in EVENT_TYPES:
            raise Wrong("typ", "is no type of event; choose one from the list, such as decision-recorded")
    since, before = _day(seen.query.get("dag"))
    basis = seen.query.get("grund", "")
    if basis not in BASES:
        raise Wrong("grund", "is no basis of an event; write illustrative to see those that are made up")
    return Filter(topics, tuple(dict.fromkeys(_tags(seen))), since, before, basis, seen.moment.day)


def _split(seen: Seen, name: str) -> list[str]:
    return [part.strip() for part in seen.query.get(name, "").split(",") if part.strip()]


def _tags(seen: Seen) -> list[str]:
    """Return the tags asked for; a comma parts two only where the second begins with its kind, for names have commas."""
    parts = _BETWEEN_TAGS.split(seen.query.get("tagg", ""))
    return [tag for part in parts if (tag := part.strip())]


def _number(seen: Seen, name: str, otherwise: int) -> int:
    text = seen.query.get(name, "")
    if text and not _NUMBER.fullmatch(text):
        raise Wrong(name, "is no position; write a whole number from 1, such as 12")
    return int(text) if text else otherwise


def _day(text: str | None) -> tuple[str, str]:
    """Return the stamps between which a Swedish day lies, empty without one."""
    if not text:
        return "", ""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        if day is not None:
            start = datetime.combine(day, time(), ZONE)
            end = datetime.combine(day + timedelta(days=1), time(), ZONE)
            return rfc3339(start.astimezone(UTC)), rfc3339(end.astimezone(UTC))
    except (ValueError, OverflowError):
        pass
    raise Wrong("dag", "is no day of the calendar; write it as 2015-12-14")


def _listed(wanted: Filter, reader: Reader, after: int, upto: int, lines: int) -> list[Recorded]:
    found: list[Recorded] = []
    while after < upto and len(found) < lines:
        page = wanted.page(reader, after, upto)
        found += page.events
        after = page.reached
    return found[:lines]


def _count(wanted: Filter, reader: Reader, after: int, upto: int) -> Counted:
    if not (wanted.topics or wanted.tags or wanted.since or wanted.before or wanted.basis or wanted.by):
        return Counted(max(upto, 0), exact=True)
    count = 0
    while after < upto and count < COUNT_MAX:
        page = wanted.page(reader, after, upto)
        count += len(page.events)
        after = page.reached
    return Counted(count, exact=after >= upto)


def _line(recorded: RecordedEvent) -> dict[str, Any]:
    event = recorded.event
    return {
        "position": recorded.position,
        "type": event.topic,
        "what": sentence(event.topic),
        "subject": event.subject(),
        "actor": recorded.actor,
        "occurred": event.dated(),
        "time": recorded.time,
        "basis": None if event.source is None else event.source.basis,
    }


def table(shown: Shown) -> Table:
    """Return the events of the page, a line each."""
    names = ("position", "type", "subject", "actor", "occurred", "time", "basis")
    return Table(names, [[each[name] for name in names] for each in shown["events"]])


PAGE = Page(
    "events", "/handelser", show, table, query=("typ", "tagg", "dag", "grund", "after", "antal"), section="audit"
)
