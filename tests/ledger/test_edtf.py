"""EDTF levels 0 and 1: what each form means, and what is no date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.edtf import bounds, check_edtf, earliest, latest

FEATURES = [
    # Level 0 of the specification, with its own examples
    ("1985-04-12", date(1985, 4, 12), date(1985, 4, 12)),
    ("1985-04", date(1985, 4, 1), date(1985, 4, 30)),
    ("1985", date(1985, 1, 1), date(1985, 12, 31)),
    ("1985-04-12T23:20:30Z", date(1985, 4, 12), date(1985, 4, 12)),
    ("1985-04-12T23:20:30+04:30", date(1985, 4, 12), date(1985, 4, 12)),
    ("2015-05-12T10:00+02:00", date(2015, 5, 12), date(2015, 5, 12)),
    ("2015-05-12T10:00:00.123456Z", date(2015, 5, 12), date(2015, 5, 12)),
    ("1964/2008", date(1964, 1, 1), date(2008, 12, 31)),
    ("2004-06/2006-08", date(2004, 6, 1), date(2006, 8, 31)),
    ("2004-02-01/2005-02-08", date(2004, 2, 1), date(2005, 2, 8)),
    ("2005/2006-02", date(2005, 1, 1), date(2006, 2, 28)),
    # Level 1
    ("Y170000002", date.max, date.max),
    ("Y-170000002", date.min, date.min),
    ("2001-21", date(2001, 3, 1), date(2001, 5, 31)),
    ("2003-24", date(2003, 12, 1), date(2004, 2, 29)),
    ("1984?", date(1984, 1, 1), date(1984, 12, 31)),
    ("2004-06~", date(2004, 6, 1), date(2004, 6, 30)),
    ("2004-06-11%", date(2004, 6, 11), date(2004, 6, 11)),
    ("201X", date(2010, 1, 1), date(2019, 12, 31)),
    ("20XX", date(2000, 1, 1), date(2099, 12, 31)),
    ("2004-XX", date(2004, 1, 1), date(2004, 12, 31)),
    ("1985-04-XX", date(1985, 4, 1), date(1985, 4, 30)),
    ("1985-XX-XX", date(1985, 1, 1), date(1985, 12, 31)),
    ("1985-04-12/..", date(1985, 4, 12), None),
    ("1985/", date(1985, 1, 1), None),
    ("../1985-04-12", None, date(1985, 4, 12)),
    ("/1985-04", None, date(1985, 4, 30)),
    ("1984~/2004-06", date(1984, 1, 1), date(2004, 6, 30)),
    ("-1985", date.min, date.min),
    ("-0044-03-15", date.min, date.min),
    ("0000", date.min, date.min),
    ("9999-12-31", date.max, date.max),
    ("9999-24", date(9999, 12, 1), date.max),
]


@pytest.mark.parametrize(("value", "first", "last"), FEATURES)
def test_each_form_is_understood(value: str, first: date | None, last: date | None) -> None:
    assert check_edtf(value) == value
    assert bounds(value) == (first, last)
    assert (earliest(value), latest(value)) == (first, last)


@pytest.mark.parametrize(
    "value",
    [
        *["", "..", "../..", "/", "../", "/..", "15", "2015-13", "2015-02-30", "2015/2016-02-30", "2015-25"],
        *["maj 2015", "2015/2016/2017", "2015\n", "٢٠١٥", "X" * 81, "2015-05T10:00Z", "XXXX", "2X15", "201X-05"],
        *["2015-XX-12", "2015-21-01", "2015-XX-31T10:00Z", "Y2015", "Y0170000", "y170000", "1985-00", "1985-04-00"],
        *["2015-05-12T10:00", "2015-05-12 10:00Z", "2015-05-12T24:00Z", "2015-05-12T10:60Z"],
        *["2015-05-12T10:00:60Z", "2015-05-12T10:00+25:00", "?2015", "2015??", "1900-02-29"],
    ],
)
def test_what_is_no_date_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"EDTF|calendar"):
        check_edtf(value)


@pytest.mark.parametrize("value", ["2024-05-06T14:00", "2024-05-06T14:00:30", "2024-05-06T14:00/2024-05-07"])
def test_a_time_without_its_zone_is_refused_with_an_example(value: str) -> None:
    with pytest.raises(ValueError, match="a time needs its zone"):
        check_edtf(value)
    assert check_edtf("2024-05-06T14:00+02:00")


@pytest.mark.parametrize(
    "value", ["2016/2015", "2015-05-12/2015-05-11", "2015-06/2015-05-31", "2000/-0500", "2030/201X"]
)
def test_an_interval_does_not_run_backwards(value: str) -> None:
    with pytest.raises(ValueError, match="backwards"):
        check_edtf(value)


def test_an_interval_may_overlap_itself_where_its_ends_are_vague() -> None:
    # From some day of May to the 12th of May is possible.
    assert check_edtf("2015-05/2015-05-12") == "2015-05/2015-05-12"


POINTS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["2015", "201X", "20XX", "-0044", "0000", "9999", "Y20150"]),
        st.sampled_from(["", "-05", "-XX", "-24", "-13"]),
        st.sampled_from(["", "-12", "-31", "-XX", "-12T10:00Z"]),
        st.sampled_from(["", "?", "~", "%"]),
    ),
)
ENDS = POINTS | st.sampled_from(["", ".."])


@given(POINTS | st.builds("{}/{}".format, ENDS, ENDS))
def test_whatever_passes_lies_between_its_bounds(value: str) -> None:
    try:
        check_edtf(value)
    except ValueError:
        return
    first, last = bounds(value)
    assert (first is None) == value.startswith(("../", "/"))
    assert (last is None) == value.endswith(("/..", "/"))
    assert first is None or last is None or first <= last


@given(st.text("0123456789-/.?~%TZX:+Y", max_size=25))
def test_any_other_text_is_refused_in_words(value: str) -> None:
    words = ""
    try:
        check_edtf(value)
    except ValueError as refused:
        words = str(refused)
    assert not words or any(told in words for told in ("EDTF", "calendar", "backwards"))


@given(st.dates(), st.dates())
def test_days_are_their_own_bounds_and_order_decides(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert bounds(f"{first}/{last}") == (first, last)
    if first < last:
        with pytest.raises(ValueError, match="backwards"):
            check_edtf(f"{last}/{first}")
