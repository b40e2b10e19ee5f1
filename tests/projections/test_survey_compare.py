"""Whether a figure changed between two surveys: really, by chance, or because the wording did."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ledger.indicators.events import IndicatorDefined, IndicatorDirection, IndicatorOrigin, SeriesBroken
from ledger.messages import Event
from ledger.surveys.events import (
    ResultRetracted,
)
from ledger.surveys.pieces import (
    BreakNoted,
    Cell,
    QuestionRef,
    Table,
)
from participation.transparency.v1 import survey_comparison_pb2
from projections.rows.memory import MemoryRows
from projections.views import survey_compare
from projections.views.answer import Answer
from tests.projections.history import rows_of
from tests.projections.survey_events import (
    carded,
    mean,
    planned,
    question,
    released,
)
from tests.projections.town import TOWN


# --- Real, noise or wording -------------------------------------------------------------------
def waves(later: Table, earlier: Table, *more: Event, **changed: Any) -> MemoryRows:
    follows = {
        "changed_from": QuestionRef(survey="s1", question="q1", question_version=1),
        "comparable": True,
    } | changed
    return rows_of(
        *TOWN,
        planned(),
        planned("s2"),
        question(role="overall"),
        question("s2", 1, role="overall", **follows),
        carded(),
        carded("s2"),
        released("s1", "r1", earlier),
        released("s2", "r2", later),
        *more,
    )


def compared(rows: MemoryRows, question: str = "q1", index: str = "", **more: Any) -> Answer:
    view = survey_compare.compare(rows, "s2", more.pop("earlier", "s1"), question, index, **more)
    assert view is not None
    ParseDict(view, survey_comparison_pb2.CompareSurveysResponse())
    return view


def test_question_22_a_change_is_told_with_its_interval_where_the_wording_allows() -> None:
    view = compared(waves(mean("6.5", "0.1"), mean("6.0", "0.1")))
    assert view["verdict"] == "beyond_chance"
    difference = view["difference"]
    assert [difference[name] for name in ("value", "se", "low", "high", "z")] == [
        "0.5000",
        "0.1414",
        "0.2228",
        "0.7772",
        "3.5355",
    ]
    assert view["later_figure"]["quality"]["card"] == 1
    noise = compared(waves(mean("6.1", "0.1"), mean("6.0", "0.1")))
    assert (noise["verdict"], noise["difference"]["beyond_chance"]) == ("within_chance", False)


@pytest.mark.parametrize(
    "changed, later, more, why",
    [
        ({"comparable": False}, mean("6.5", "0.1"), (), "wording_changed"),
        ({"comparable": None}, mean("6.5", "0.1"), (), "comparability_not_stated"),
        ({"changed_from": None}, mean("6.5", "0.1"), (), "comparability_not_stated"),
        ({}, mean("6.5", None), (), "no_standard_error"),
        ({}, mean("6.5", "0.1"), (carded("s2", 2, series_breaks=(BreakNoted(note="Ny modell"),)),), "series_broken"),
        ({}, mean("6.5", "0.1"), (ResultRetracted(survey="s2", release="r2", reason_code="x"),), "no_figure"),
    ],
)
def test_question_22_what_cannot_be_compared_says_why(
    changed: dict[str, Any], later: Table, more: tuple[Event, ...], why: str
) -> None:
    view = compared(waves(later, mean("6.0", "0.1"), *more, **changed))
    assert (view["verdict"], view["why_not"], view["difference"]) == ("not_comparable", why, None)


@pytest.mark.parametrize("period, is_between", [("2015", True), ("2013", False), ("2019", False)])
def test_x12_a_series_that_an_indicator_broke_between_two_surveys_is_not_compared(
    period: str, is_between: bool
) -> None:
    nii = IndicatorDefined(
        indicator="nii", title="NII", unit="index", direction=IndicatorDirection.UP, origin=IndicatorOrigin.SCB
    )
    broken = SeriesBroken(indicator="nii", from_period=period, reason_code="model_left")
    earlier, later = (carded(survey, 2, fieldwork=year) for survey, year in (("s1", "2014"), ("s2", "2016")))
    rows = waves(mean("6.5", "0.1"), mean("6.0", "0.1"), nii, broken, earlier, later, indicator="nii")
    assert compared(rows)["why_not"] == ("series_broken" if is_between else None)


def test_the_figure_of_the_wording_that_was_followed_is_compared() -> None:
    second = question(
        "s1", 2, changed_from=QuestionRef(survey="s1", question="q1", question_version=1), comparable=False
    )
    both = released("s1", "r3", mean("6.0", "0.1", 1), mean("9.0", "0.1", 2))
    view = compared(waves(mean("6.5", "0.1"), mean("6.0", "0.1"), second, both))
    assert (view["earlier_figure"]["value"], view["earlier_figure"]["question_version"]) == ("6.0", 1)


def test_an_index_is_comparable_when_every_question_of_it_is() -> None:
    later, earlier = mean("55.0", "1.0", index="overall"), mean("50.0", "1.0", index="overall")
    assert compared(waves(later, earlier), "", "overall")["verdict"] == "beyond_chance"
    odd = question("s2", question="q2", role="overall")
    assert compared(waves(later, earlier, odd), "", "overall")["why_not"] == "comparability_not_stated"


@pytest.mark.parametrize(
    "earlier, name, index, field",
    [
        ("", "", "overall", "earlier"),
        ("s2", "", "overall", "earlier"),
        ("", "q1", "", "earlier"),
        ("s1", "", "", "question"),
        ("s1", "q1", "overall", "question"),
        ("s1", "", "overall", None),
        ("", "split", "", None),
    ],
)
def test_a_comparison_of_nothing_is_refused_by_its_field(
    earlier: str, name: str, index: str, field: str | None
) -> None:
    halves = (question("s2", 1, question="split", split="a"), question("s2", 2, question="split", split="b"))
    rows = waves(mean("6.5", "0.1"), mean("6.0", "0.1"), *halves)
    wrong = survey_compare.misasked(rows, "s2", earlier, name, index)
    assert (None if wrong is None else wrong[0]) == field


def test_shares_are_compared_by_their_numbers_of_answers() -> None:
    def share(value: str, n: int) -> Table:
        return Table(table="t", kind="share", question="q1", cells=(Cell(answer="yes", value=value, n=n),))

    view = compared(waves(share("0.70", 56), share("0.60", 48)), answer_code="yes")
    # Newcombe's method 10 holds 0 here: chance alone may do this.
    assert view["verdict"] == "within_chance"
    assert Fraction(view["difference"]["low"]) < 0 < Fraction(view["difference"]["high"])


def test_s0_32_a_split_ballot_shows_what_the_wording_alone_does() -> None:
    rows = rows_of(
        *TOWN,
        planned("s2"),
        question("s2", 1, split="a"),
        question("s2", 2, split="b"),
        carded("s2"),
        released("s2", "r1", mean("6.0", "0.1", 1), mean("7.0", "0.1", 2)),
    )
    view = compared(rows, earlier="")
    assert (view["split_ballot"], view["verdict"], view["difference"]["value"]) == (True, "beyond_chance", "1.0000")
