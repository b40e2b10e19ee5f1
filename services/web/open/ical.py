"""Promises as a calendar (RFC 5545): each on the day it is due, all day long, with how it stands.

No clock is asked: an appointment is stamped with the recorded time of the last event about it, and its sequence counts
those events, so that the same record gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from services.web.directions import settled
from services.web.open.texts import one_line, plain

MEDIA_TYPE = "text/calendar; charset=utf-8"
NAME_CHARACTERS = 200
_CONTROLS = {code: None for code in (*range(0x20), 0x7F) if code not in {0x09, 0x0A}}


class Due(NamedTuple):
    """A promise with a day; `stamped` is RFC 3339 in UTC, `revisions` how many events followed the first."""

    uid: str
    day: date
    summary: str
    description: str
    address: str
    state: str
    stamped: str
    revisions: int
    is_cancelled: bool


def written(name: str, language: str, dues: Sequence[Due]) -> bytes:
    """Return a calendar; texts are escaped and lines folded, whatever they hold."""
    # A tenth of a second, for those who ask for a calendar.
    from icalendar import Calendar, Event  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("prodid", "-//Liggare//Promises//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", _line(name), parameters={"language": language})
    calendar.add("x-wr-calname", _line(name))
    for due in dues:
        event = Event()
        stamped = datetime.fromisoformat(due.stamped).astimezone(UTC).replace(microsecond=0)
        event.add("uid", due.uid)
        event.add("dtstamp", stamped)
        event.add("last-modified", stamped)
        event.add("sequence", due.revisions)
        event.add("dtstart", due.day)
        event.add("dtend", due.day + timedelta(days=1))
        event.add("summary", _line(due.summary), parameters={"language": language})
        event.add(
            "description", settled(plain(due.description).translate(_CONTROLS)), parameters={"language": language}
        )
        event.add("url", due.address)
        event.add("categories", [due.state])
        event.add("status", "CANCELLED" if due.is_cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical(sorted=False))


def _line(text: str) -> str:
    return one_line(text.translate(_CONTROLS), NAME_CHARACTERS)
