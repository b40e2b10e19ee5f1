"""Indicators: whether a value differs or nobody can tell, where a series broke, and targets nobody can measure."""

from __future__ import annotations

import pytest

from ledger.messages import Event
from services.web.page import Shown
from services.web.pages import indicator, indicators
from tests.projections.test_indicators import AIM, BREAK, NII, value
from tests.services.web.pages.seen import HOSTILE, drawn, shown

PATH = {"indicator": "nii"}


def seen(*events: Event) -> Shown:
    data = shown(indicator.PAGE, (NII, *events), PATH)
    assert data is not None
    return data


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ([value("2014", "40", "38", "42"), value("2015", "46", "44", "48")], "It differs from 2014."),
        ([value("2014", "40", "38", "42"), value("2015", "42", "40", "44")], "the margins meet."),
        ([value("2014", "40"), value("2015", "42")], "the margin is not known."),
        ([value("2020", "40"), value("2021", "42"), BREAK], "the series was broken."),
        ([], "No value is in the ledger."),
    ],
)
def test_whether_it_differs_is_said_in_words(events: list[Event], sentence: str) -> None:
    data = seen(*events)
    assert sentence in drawn(indicator.PAGE, data).lead
    assert drawn(indicator.PAGE, data, "sv").lead


def test_a_broken_series_is_not_joined() -> None:
    data = seen(value("2020", "40", "38", "42", n=600), value("2021", "42"), BREAK)
    assert [(each["period"], each["series"], each["n"]) for each in data["points"]] == [
        ("2020", 0, 600),
        ("2021", 1, None),
    ]
    read = drawn(indicator.PAGE, data)
    assert "From 2021 values cannot be compared with those before." in read.text
    assert any("Nöjd-Inflytande-Index, 2020 to 2021" in title for title in read.pictures)
    assert [row[2:7] for row in indicator.table(data).rows] == [
        ("2020", "40", "38", "42", 600),
        ("2021", "42", None, None, None),
    ]


def test_a_target_that_cannot_be_measured_says_what_it_leaves_open() -> None:
    text = drawn(indicator.PAGE, seen(AIM)).text
    assert "cannot be measured Not stated: where it starts, the value aimed at, the date." in text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_lists_and_an_empty_ledger(language: str) -> None:
    empty, full = shown(indicators.PAGE, ()), shown(indicators.PAGE, (NII, AIM, value("2015", "46")))
    assert empty is not None
    assert full is not None
    for data in (empty, full):
        drawn(indicators.PAGE, data, language)
    assert indicators.table(full).rows[0][-3:] == ("2015", "46", None)
    assert shown(indicator.PAGE, (), PATH) is None


def test_hostile_words_are_words() -> None:
    named = NII.model_copy(update={"title": HOSTILE, "unit": HOSTILE})
    for page in (indicator.PAGE, indicators.PAGE):
        data = shown(page, (named, value("2015", "1")), PATH)
        assert data is not None
        assert HOSTILE in drawn(page, data).text
