"""Deadlines: a time that ends on a day off ends on the next day that is none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.views.deadlines import days_between, is_day_off, last_day, next_day


@pytest.mark.parametrize(
    "begins, days, last",
    [
        ("2015-05-26", 21, "2015-06-16"),
        ("2016-05-16", 21, "2016-06-07"),  # 6 June, the national day, is a Monday
        ("2015-05-29", 21, "2015-06-22"),  # midsommarafton, then a week-end
        ("2015-12-03", 21, "2015-12-28"),  # julafton to annandag jul, then a Sunday
        ("2015-12-10", 21, "2016-01-04"),  # nyårsafton, nyårsdagen, a week-end
        ("2018-03-09", 21, "2018-04-03"),  # långfredagen to annandag påsk
        ("2004-05-10", 21, "2004-06-01"),  # annandag pingst was a holiday then
        ("2005-04-25", 21, "2005-05-16"),  # and is none since
    ],
)
def test_a_time_ends_on_a_day_that_is_no_day_off(begins: str, days: int, last: str) -> None:
    assert last_day(begins, days) == last


@given(st.dates(date(1954, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_a_time_is_never_cut_and_moved_over_days_off_only(begins: date, days: int) -> None:
    last = date.fromisoformat(last_day(begins.isoformat(), days))
    plain = begins + timedelta(days=days)
    assert not is_day_off(last)
    assert plain <= last
    assert all(is_day_off(plain + timedelta(days=n)) for n in range((last - plain).days))


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-5000, 5000))
def test_days_between_count_what_was_added(first: date, days: int) -> None:
    assert days_between(first.isoformat(), (first + timedelta(days=days)).isoformat()) == days
    assert days_between(first.isoformat(), next_day(first.isoformat())) == 1
