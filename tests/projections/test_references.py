"""Days and hours of events, by what occurred and else by the record's stamp."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.references import day, day_of, hour_of, swedish_day
from tests.projections.history import recorded
from tests.projections.town import cast


@pytest.mark.parametrize(
    "occurred, hour, day",
    [
        (None, "2016-05-16T22", "2016-05-17"),
        ("2015-05-12T08:30:00Z", "2015-05-12T08", "2015-05-12"),
        ("2016-12-09T09:25:39.794Z", "2016-12-09T09", "2016-12-09"),
        ("2016-02-30T09:25:39Z", "2016-05-16T22", "2016-05-17"),
        ("2016-02-28T24:25:39Z", "2016-05-16T22", "2016-05-17"),
        ("2015-05-12T23:30:00Z", "2015-05-12T23", "2015-05-13"),
        ("2015-01-12T22:30:00Z", "2015-01-12T22", "2015-01-12"),
        ("2015-05-12T00:30:00+02:00", "2015-05-11T22", "2015-05-12"),
        ("2015-05-12", "2015-05-12", "2015-05-12"),
        ("2015-05?", "2015-05", "2015-05-01"),
        ("2015", "2015", "2015-01-01"),
        ("2015/2016", "2015", "2015-01-01"),
        ("../2018-04-10", "2016-05-16T22", "2016-05-17"),
    ],
)
def test_an_event_counts_at_its_earliest_known_moment(occurred: str | None, hour: str, day: str) -> None:
    event = recorded(1, cast("ann", "yes", occurred=occurred), datetime(2016, 5, 16, 22, 15, tzinfo=UTC))
    assert (hour_of(event), day_of(event)) == (hour, day)


@given(st.text(max_size=30))
def test_whatever_stands_in_the_record_has_a_day_and_an_hour(occurred: str) -> None:
    event = recorded(1, cast("ann", "yes", occurred=occurred))
    assert hour_of(event)
    assert len(day(occurred, event.time)) == len("2016-05-16")


@given(st.from_regex(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{3})?Z\Z"))
def test_the_hour_of_an_instant_is_that_of_the_instant_read_whole(occurred: str) -> None:
    event = recorded(1, cast("ann", "yes", occurred=occurred))
    try:
        assert hour_of(event) == datetime.fromisoformat(occurred).strftime("%Y-%m-%dT%H")
    except ValueError:
        assert hour_of(event) == event.time[:13]


@given(st.datetimes(datetime(1996, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  made UTC below
def test_the_swedish_day_agrees_with_the_time_zone_tables(naive: datetime) -> None:
    try:
        sweden = ZoneInfo("Europe/Stockholm")
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no time zone tables")
    instant = naive.replace(tzinfo=UTC)
    assert swedish_day(instant) == instant.astimezone(sweden).date()


@pytest.mark.parametrize("changes_at", [datetime(2016, 3, 27, 1, tzinfo=UTC), datetime(2016, 10, 30, 1, tzinfo=UTC)])
def test_the_clock_changes_at_one_o_clock_utc(changes_at: datetime) -> None:
    sweden = ZoneInfo("Europe/Stockholm")
    for instant in (changes_at - timedelta(seconds=1), changes_at):
        assert swedish_day(instant) == instant.astimezone(sweden).date()
