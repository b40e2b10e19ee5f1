"""How states point at the record: when something was recorded, where its words lie, on which day it was.

A state never holds sealed words, only `{"position": 12, "pointer": "/text"}`, so an erasure changes
no state and no digest.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from ledger.edtf import earliest
from ledger.messages import RecordedEvent


def moment(recorded: RecordedEvent) -> dict[str, Any]:
    """Return where, when and by whom an event was recorded, and when it occurred if that differs (EDTF).

    Where the fact was taken from a document or another register, `source` says which and where in it.
    """
    entry = recorded.entry
    at = {"position": recorded.position, "time": entry.time, "occurred": entry.data.occurred, "actor": entry.actor}
    source = entry.data.source
    return at if source is None else at | {"source": source.model_dump()}


def words(recorded: RecordedEvent, pointer: str, value: object) -> dict[str, Any] | None:
    """Return where the words of a sealed field lie (JSON Pointer into the entry's `data`); None where there are none."""
    return None if value is None else {"position": recorded.position, "pointer": pointer}


def external_id(recorded: RecordedEvent) -> str | None:
    """Return the id by which the source of an event knows its subject."""
    source = recorded.entry.data.source
    return None if source is None else source.external_id


# --- Numbers of other registers -----------------------------------------------------------------
_ACT = re.compile(r"(.*\d{2,4}/\d+)-\d+")


def number_form(value: str) -> str:
    """Return an external number as it is compared: without "Dnr", in one case, with single spaces."""
    plain = " ".join(value.replace("|", " ").casefold().split())
    return re.sub(r"^dnr[ .:]*", "", plain) or plain


def number_stem(value: str) -> str:
    """Return a diary number without its act suffix: "Dnr KFKS 2015/174-001" is "kfks 2015/174"."""
    form = number_form(value)
    act = _ACT.fullmatch(form)
    return form if act is None else act[1]


# --- Days and hours ---------------------------------------------------------------------------
def hour_of(recorded: RecordedEvent) -> str:
    """Return the UTC hour in which an event occurred, else was recorded: `2015-05-12T08`.

    Where the day, month or year alone is known, that is returned: no precision is invented. An
    interval counts at its start; one without a known start counts when it was recorded.
    """
    occurred = recorded.entry.data.occurred
    if occurred is None:
        return recorded.entry.time[:13]
    hour = _hour_utc(occurred[:13]) if _SECOND_UTC(occurred) else _hour(occurred)
    return hour or recorded.entry.time[:13]


_SECOND_UTC = re.compile(r"[1-9]\d{3}-\d\d-\d\dT\d\d:[0-5]\d:[0-5]\d(?:\.\d{3})?Z", re.ASCII).fullmatch
"""An instant as imports write it. Each is another one, so that only its hour is worth remembering."""


@lru_cache(maxsize=4096)
def _hour_utc(hour: str) -> str | None:
    return hour if _instant(hour + ":00Z") is not None else None


@lru_cache(maxsize=4096)
def _hour(edtf: str) -> str | None:
    start = edtf.partition("/")[0].rstrip("?~%")
    if "T" not in start:
        return None if start in {"", ".."} else start
    instant = _instant(start)
    return None if instant is None else instant.strftime("%Y-%m-%dT%H")


def day_of(recorded: RecordedEvent) -> str:
    """Return the first Swedish day on which an event may have occurred, else was recorded: `2015-05-12`."""
    event = recorded.entry.data
    return day(event.occurred, recorded.entry.time)


def day_of_moment(moment: dict[str, Any]) -> str:
    """Return the same of what `moment` returned for an event."""
    return day(moment["occurred"], moment["time"])


def starts_open(dated: str | None) -> bool:
    """Tell whether nothing is known of when something began (EDTF `../2018-04-10`, `/2018`)."""
    return dated is not None and dated.startswith(("..", "/"))


@lru_cache(maxsize=4096)
def day(occurred: str | None, time: str) -> str:
    """Return the Swedish day of an EDTF value by its earliest bound; without one, of the stamp `time`."""
    return (occurred and _first_day(occurred)) or _first_day(time) or time[:10]


def _first_day(edtf: str) -> str | None:
    start = edtf.partition("/")[0].rstrip("?~%")
    if "T" in start:
        instant = _instant(start)
        return None if instant is None else swedish_day(instant).isoformat()
    try:
        first = earliest(start)
    except ValueError:
        return None
    return None if first is None else first.isoformat()


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def swedish_day(instant: datetime) -> date:
    """Return the calendar day in Sweden at a UTC instant.

    UTC+2 from 01:00 UTC on the last Sunday of March to the same on the last Sunday of October
    (directive 2000/84/EC), else UTC+1. Computed here, so that a replay needs no time zone tables.
    """
    summer = _last_sunday(instant.year, 3) <= instant < _last_sunday(instant.year, 10)
    return (instant + timedelta(hours=2 if summer else 1)).date()


@lru_cache(maxsize=512)
def _last_sunday(year: int, month: int) -> datetime:
    """Return 01:00 UTC on the last Sunday of a month of 31 days."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=last.isoweekday() % 7)
