"""Indicators as they are shown: series, targets that say what they leave open, and what residents want to follow."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ledger.ballots.events import BallotOpened, Option, VoteCast, VoteWithdrawn
from ledger.fields import ExternalNumber
from ledger.indicators.events import (
    IndicatorDefined,
    IndicatorDirection,
    IndicatorGroup,
    IndicatorOrigin,
    IndicatorRetired,
    IndicatorRevised,
    IndicatorValueRecorded,
    IndicatorValueRevised,
    InterestBallotLinked,
    Interval,
    SeriesBroken,
    TargetSet,
)
from ledger.messages import Event, Source
from ledger.processes import ProcessKind, ProcessOpened, SessionHeld
from participation.transparency.v1 import indicator_lists_pb2, indicators_pb2
from projections.rows.memory import MemoryRows
from projections.views import indicators
from projections.views.answer import Page, read_page_token
from tests.projections.history import rows_of
from tests.projections.town import SEALED

UP = IndicatorDirection.UP
LETTER = Source(basis="document", document="a" * 64, anchor="line 27")
NII = IndicatorDefined(
    indicator="nii",
    title="Nöjd-Inflytande-Index",
    direction=UP,
    origin=IndicatorOrigin.SCB,
    numbers=(ExternalNumber(scheme="scb", value="NII"),),
    quality="influence",
    affects_children=True,
)
AIM = TargetSet(indicator="nii", target="raise", direction=UP, source=LETTER)
BREAK = SeriesBroken(indicator="nii", from_period="2021", reason_code="left_by_source")


def value(period: str, number: str | None, low: str | None = None, high: str | None = None, **more: Any) -> Any:
    interval = None if low is None or high is None else Interval(low=low, high=high, level=95)
    group = more.pop("group", IndicatorGroup.TOTAL)
    return IndicatorValueRecorded(
        indicator="nii",
        period=period,
        group=group,
        value=number,
        interval=interval,
        origin=more.pop("origin", IndicatorOrigin.SCB),
        **more,
    )


def shown(rows: MemoryRows, on: str = "2019-04-10") -> dict[str, Any]:
    view = indicators.indicator(rows, "nii", on)
    assert view is not None
    ParseDict(view, indicators_pb2.GetIndicatorResponse())
    return view


# --- Targets: S2-25, X11, X12 -------------------------------------------------------------------
def test_s2_25_x11_a_target_without_measure_names_what_it_leaves_open_and_where_it_stands() -> None:
    (target,) = shown(rows_of(NII, AIM))["targets"]
    assert target["without_measure"] is True
    assert target["open"] == ["baseline", "value", "by"]
    assert (target["reached"], target["due_passed"], target["direction"]) == (None, None, "up")
    assert target["recorded"]["source"]["anchor"] == "line 27"


def test_x12_a_series_that_broke_since_the_aim_was_set_is_told_beside_it() -> None:
    (target,) = shown(rows_of(NII, AIM, BREAK))["targets"]
    assert target["broken_since"] == ["2021"]
    assert shown(rows_of(NII, BREAK, AIM))["targets"][0]["broken_since"] == []


@pytest.mark.parametrize("on, passed", [("2020-12-31", False), ("2021-01-01", True)])
def test_a_target_with_measure_is_judged_on_the_day_asked_for(on: str, passed: bool) -> None:
    aim = AIM.model_copy(update={"baseline": "40", "value": "45", "by": "2020"})
    (target,) = shown(rows_of(NII, aim, value("2019", "44.9")), on)["targets"]
    assert (target["open"], target["without_measure"]) == ([], False)
    assert (target["reached"], target["due_passed"]) == (False, passed)
    assert shown(rows_of(NII, aim, value("2019", "45.0")))["targets"][0]["reached"] is True


def test_an_earlier_wording_of_a_target_stays_beside_the_new_one() -> None:
    (target,) = shown(rows_of(NII, AIM, AIM.model_copy(update={"value": "45", "source": None})))["targets"]
    assert (target["value"], [each["value"] for each in target["earlier"]]) == ("45", [None])


# --- Series -----------------------------------------------------------------------------------
def test_series_begin_anew_where_values_cannot_be_compared_and_a_missing_value_stays_missing() -> None:
    rows = rows_of(
        NII,
        value("2022", "50"),
        value("2015", "40"),
        value("2016", None, status="private"),
        value("2015", "41", group=IndicatorGroup.WOMEN),
        BREAK,
    )
    view = shown(rows)
    stretches = [(each["group"], each["from_period"], [v["period"] for v in each["values"]]) for each in view["series"]]
    assert stretches == [("total", None, ["2015", "2016"]), ("total", "2021", ["2022"]), ("women", None, ["2015"])]
    missing = view["series"][0]["values"][1]
    assert (missing["value"], missing["missing"], missing["status"]) == (None, True, "private")
    assert (view["latest"]["period"], view["values"]["value"], view["missing"]["value"]) == ("2022", 4, 1)
    assert view["attribution"] == "Källa: SCB"


def test_a_revision_that_is_not_comparable_breaks_the_series_and_keeps_what_was_before() -> None:
    revised = IndicatorRevised(
        indicator="nii", title="Inflytande", comparable=False, from_period="2016", reason=SEALED, definition=SEALED
    )
    view = shown(rows_of(NII, value("2015", "40"), value("2016", "55"), revised))
    assert view["indicator"]["title"] == "Inflytande"
    (revision,) = view["indicator"]["revisions"]
    assert revision["before"] == {"title": "Nöjd-Inflytande-Index"}
    assert view["indicator"]["definition"] == {"position": 4, "pointer": "/definition"}
    assert [each["from_period"] for each in view["series"]] == [None, "2016"]
    assert view["change"] == {
        "from_period": "2015",
        "to_period": "2016",
        "difference": None,
        "judged": "not_comparable",
    }


@pytest.mark.parametrize(
    "before, after, judged",
    [
        (("40", "38", "42"), ("44", "42.1", "46"), "beyond_interval"),
        (("40", "38", "42"), ("44", "42", "46"), "within_interval"),
        (("40", None, None), ("44", "42", "46"), "no_interval"),
    ],
)
def test_question_22_a_change_is_judged_by_the_intervals_of_both_values(before: Any, after: Any, judged: str) -> None:
    change = shown(rows_of(NII, value("2015", *before), value("2016", *after)))["change"]
    assert (change["difference"], change["judged"]) == ("4", judged)


def test_every_version_of_a_value_stays_and_one_after_retirement_is_marked() -> None:
    retired = IndicatorRetired(indicator="nii", reason_code="left_by_source")
    revised = IndicatorValueRevised(
        indicator="nii",
        period="2015",
        group=IndicatorGroup.TOTAL,
        value="40.6",
        origin=IndicatorOrigin.SCB,
        reason_code="rounding",
    )
    rows = rows_of(NII, value("2015", "40.5"), retired, revised)
    (standing,) = shown(rows)["series"][0]["values"]
    assert (standing["value"], standing["reason_code"], standing["after_retirement"]) == ("40.6", "rounding", True)
    assert [each["value"] for each in standing["earlier"]] == ["40.5"]
    (before,) = shown(rows.at(2))["series"][0]["values"]
    assert (before["value"], before["earlier"], before["after_retirement"]) == ("40.5", [], False)
    assert shown(rows.at(2))["indicator"]["status"] == "active"


def test_what_was_shown_in_a_session_is_found_from_the_indicator() -> None:
    process = ProcessOpened(process="natverk", title="Nätverk", kind=ProcessKind.NETWORK, owner="ks")
    session = SessionHeld(process="natverk", session="s1", date="2018-04-10", shown_indicators=("nii",))
    (link,) = shown(rows_of(process, session, NII))["links"]
    assert (link["kind"], link["id"], link["part"]) == ("session", "natverk", "s1")


# --- What residents want to follow: S2-10, question 5 --------------------------------------------
BALLOT = BallotOpened(
    ballot="follow",
    question="Vilka resultat vill du följa?",
    rule="approval",
    tie_rule="published_hash",
    options=tuple(Option(option=option, label=option.upper()) for option in "abc"),
    definition="0" * 64,
)
TRUST = IndicatorDefined(
    indicator="trust", title="Tillit", direction=UP, origin=IndicatorOrigin.OWN_SURVEY, quality="trust"
)
VOTES: tuple[Event, ...] = (
    VoteCast(ballot="follow", voter="u", choices=("a", "b"), revision=1),
    VoteCast(ballot="follow", voter="v", choices=("b",), revision=1),
    VoteCast(ballot="follow", voter="w", choices=("b",), revision=1),
    VoteWithdrawn(ballot="follow", voter="w", revision=1),
)
LINKS = (
    InterestBallotLinked(indicator="nii", ballot="follow", option="a"),
    InterestBallotLinked(indicator="trust", ballot="follow", option="b"),
)


def test_s2_10_question_5_indicators_stand_in_the_order_of_interest_with_how_many_said_so() -> None:
    rows = rows_of(NII, TRUST, BALLOT, *LINKS, *VOTES)
    listed = indicators.indicators(rows)
    ParseDict(listed, indicator_lists_pb2.ListIndicatorsResponse())
    (ranking,) = listed["interest"]
    assert (ranking["ballot"], ranking["of_votes"]) == ("follow", 2)
    assert [(each["rank"], each["indicator"], each["votes"]["value"]) for each in ranking["lines"]] == [
        (1, "trust", 2),
        (2, "nii", 1),
    ]
    (interest,) = shown(rows)["interest"]
    assert (interest["rank"], interest["options"], interest["of_votes"]) == (2, 3, 2)


def test_s2_14_s3_08_indicators_are_found_by_what_they_are_to_show_and_by_their_source() -> None:
    rows = rows_of(NII, TRUST, AIM, value("2015", "40"))
    found = indicators.indicators(rows, quality="trust")["indicators"]
    assert [each["indicator"] for each in found] == ["trust"]
    (scb,) = indicators.indicators(rows, origin="scb")["indicators"]
    assert (scb["indicator"], scb["targets"], scb["targets_without_measure"]) == ("nii", 1, 1)
    assert (scb["latest"]["value"], scb["attribution"], scb["affects_children"]) == ("40", "Källa: SCB", True)


def test_indicators_are_paged_at_one_moment() -> None:
    rows = rows_of(NII, TRUST)
    first = indicators.indicators(rows, Page(1))
    position, after = read_page_token(first["next_page_token"])
    second = indicators.indicators(rows.at(position), Page(1, after))
    assert [each["indicator"] for page in (first, second) for each in page["indicators"]] == ["nii", "trust"]
    assert indicators.indicator(rows, "other", "2019-04-10") is None
