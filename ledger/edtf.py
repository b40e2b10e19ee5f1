"""Dates as exactly as they are known: the Extended Date/Time Format, levels 0 and 1 (ISO 8601-2:2019, annex A).

    2015-05-12  2015-05  2015        a day, a month, a year; a day may carry a time with its zone
    2015-05?  2015~  2015-05-12%     uncertain, approximate, both
    201X  20XX  2015-XX  2015-05-XX  digits that are not known
    2015-21                          a season: 21 spring, 22 summer, 23 autumn, 24 winter
    2015/2016  2015/..  ../2015      from, to; open where `..` stands, unknown where nothing does (`2015/`)
    -0044  Y-170000                  years before our era, and years of more than four digits

Written here, because every command is checked by it and a replay may load nothing but pydantic; the
libraries that exist parse natural language too and bring a parser generator.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

LENGTH_MAX = 80
HOURS_AHEAD_MAX = timedelta(hours=14)
"""How far local time can be ahead of UTC: a caller's day may have begun while it is yesterday there."""
NO_DATE = "is not an EDTF date; write 2015-05-12, 2015, 2015/2016 or ../2018-04-10"
NO_ZONE = "is not an EDTF date: a time needs its zone; write 2024-05-06T14:00+02:00"

_HOUR_MINUTE = r"(?:[01]\d|2[0-3]):[0-5]\d"
_TIME = rf"(?:T{_HOUR_MINUTE}(?::[0-5]\d(?:\.\d{{1,6}})?)?(?:Z|[+-]{_HOUR_MINUTE}))?"
# ASCII: the digits of other scripts would pass as \d and stay in the record for ever.
_POINT = re.compile(
    rf"""(?: (?P<long>Y-?[1-9]\d{{4,8}})
           | (?P<year>-?\d{{4}}|\d{{3}}X|\d{{2}}XX)
             (?: -(?P<month>\d\d|XX) (?: -(?P<day>\d\d|XX) {_TIME} )? )?
         ) [?~%]?""",
    re.ASCII | re.VERBOSE,
)
_LOCAL_TIME = re.compile(rf"\d{{4}}-\d\d-\d\dT{_HOUR_MINUTE}(?::[0-5]\d(?:\.\d{{1,6}})?)?", re.ASCII)
"""A time of day without its zone: the slip that deserves its own word."""
_SEASONS = {21: 3, 22: 6, 23: 9, 24: 12}
"""The first month of each season, in the north; a season lasts three months."""


class Bounds(NamedTuple):
    """The first and the last day a value may mean; None where it is open or unknown.

    Years that no calendar day has (before 1, after 9999) give the first or the last day there is.
    """

    first: date | None
    last: date | None


def check_edtf(value: str) -> str:
    """Return an EDTF value unchanged; raise ValueError for what is none, for no day of the calendar, and for an
    interval that runs backwards.
    """
    start, slash, end = value.partition("/")
    if not slash:
        _point(start)
        return value
    first, last = _end(start), _end(end)
    if first is None and last is None:
        raise ValueError(NO_DATE)
    if first is not None and last is not None and first[0] > last[1]:
        raise ValueError(f"runs backwards: {start} lies after {end}")
    return value


def bounds(value: str) -> Bounds:
    """Return the days an EDTF value lies between. Raises ValueError for what is none."""
    start, slash, end = value.partition("/")
    if not slash:
        return Bounds(*_point(start))
    first, last = _end(start), _end(end)
    return Bounds(first and first[0], last and last[1])


def earliest(value: str) -> date | None:
    """Return the first day a value may mean; None when its start is open or unknown (`../2018`, `/2018`)."""
    start = value.partition("/")[0]
    return None if start in {"", ".."} else _point(start)[0]


def latest(value: str) -> date | None:
    """Return the last day a value may mean; None when its end is open or unknown (`2018/..`, `2018/`)."""
    end = value.rpartition("/")[2]
    return None if end in {"", ".."} else _point(end)[1]


def is_to_come(value: str, at: datetime) -> bool:
    """Tell whether the first day a value may mean has begun nowhere on earth at an instant (UTC)."""
    first = earliest(value)
    return first is not None and first > (at + HOURS_AHEAD_MAX).date()


def _end(written: str) -> tuple[date, date] | None:
    return None if written in {"", ".."} else _point(written)


@lru_cache(maxsize=4096)
def _point(written: str) -> tuple[date, date]:
    match = _POINT.fullmatch(written)
    if match is None:
        raise ValueError(NO_ZONE if _LOCAL_TIME.fullmatch(written) else NO_DATE)
    if match["long"]:
        return (date.min, date.min) if match["long"][1] == "-" else (date.max, date.max)
    month, day = match["month"], match["day"]
    first, last = _years(match["year"])
    if month is not None and "X" in match["year"]:
        raise ValueError(NO_DATE)
    if month == "XX" and day not in {None, "XX"}:
        raise ValueError(NO_DATE)
    if month in {None, "XX"}:
        return _day(first, 1, 1, written), _day(last, 12, 31, written)
    if int(month) in _SEASONS:
        return _season(first, int(month), day, written)
    if day in {None, "XX"}:
        return _day(first, int(month), 1, written), _last_day(first, int(month), written)
    exact = _day(first, int(month), int(day), written)
    return exact, exact


def _years(written: str) -> tuple[int, int]:
    return int(written.replace("X", "0")), int(written.replace("X", "9"))


def _season(year: int, season: int, day: str | None, written: str) -> tuple[date, date]:
    if day is not None:
        raise ValueError(NO_DATE)
    begins = _SEASONS[season]
    # Winter ends in February of the next year.
    ends = (year, begins + 2) if season != 24 else (year + 1, 2)  # noqa: PLR2004  the season's own number
    return _day(year, begins, 1, written), _last_day(*ends, written)


def _last_day(year: int, month: int, written: str) -> date:
    if not 1 <= month <= 12:  # noqa: PLR2004  months of a year
        raise ValueError(f"{written} is not a day of the calendar")
    return _day(year, month, monthrange(min(max(year, 1), 9999), month)[1], written)


def _day(year: int, month: int, day: int, written: str) -> date:
    try:
        exact = date(min(max(year, 1), 9999), month, day)
    except ValueError:
        raise ValueError(f"{written.rstrip('?~%').partition('T')[0]} is not a day of the calendar") from None
    return date.min if year < 1 else date.max if year > 9999 else exact  # noqa: PLR2004  what `date` can hold
