"""Deadlines in days: how a time set in days ends, when its last day is a day off (lag 1930:173).

    last_day("2016-05-30", 7) == "2016-06-07"     6 June is the national day

The days off are those of the package `holidays`: Sundays and public holidays, and the three eves that
the law counts with them (midsommarafton, julafton, nyårsafton); Saturdays are counted here.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from holidays.constants import DE_FACTO, PUBLIC
from holidays.countries.sweden import Sweden

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=256)
def _days_off(year: int) -> frozenset[date]:
    # One calendar for each year: the package's own grows while it is asked, which threads cannot share.
    return frozenset(Sweden(years=year, categories=(PUBLIC, DE_FACTO)))


def is_day_off(day: date) -> bool:
    """Tell whether a day is a Saturday, a Sunday, a Swedish public holiday or an eve that counts as one."""
    return day.weekday() >= SATURDAY or day in _days_off(day.year)


def last_day(begins: str, days: int) -> str:
    """Return the last day of a time of so many days after an ISO day, moved to the next day that is no day off."""
    last = date.fromisoformat(begins) + timedelta(days=days)
    while is_day_off(last):
        last += ONE_DAY
    return last.isoformat()


def shifted(day: str, days: int) -> str:
    """Return the ISO day so many days after another; before it where the number is negative."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def next_day(day: str) -> str:
    """Return the day after an ISO day."""
    return shifted(day, 1)


def days_between(first: str, then: str) -> int:
    """Return how many days one ISO day lies after another; negative when before."""
    return (date.fromisoformat(then) - date.fromisoformat(first)).days
