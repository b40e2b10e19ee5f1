"""Surveys by their cards, and who took part against who there are."""

from __future__ import annotations

from typing import Any

from ledger.messages import Event
from ledger.processes import SessionGroup, SessionHeld
from ledger.surveys.events import ResultsPublished, WeightsComputed
from ledger.surveys.pieces import Cell, ItemMissing, Margin, MarginCell, Table
from projections.measures.scope import Scope
from tests.projections.measures.asking import asked, cells, figures, of
from tests.projections.survey_events import carded, planned
from tests.projections.town import cast, decided, opened


# --- Cards ------------------------------------------------------------------------------------
def test_a_card_is_complete_when_nothing_is_missing_on_it() -> None:
    events = (planned(), carded(), planned("s2"), carded("s2", missing=()), planned("s3"))
    shown = asked("survey_card", *events)
    assert of(figures(shown)["complete_card"]) == (1, 3, "0.3333")
    assert shown["not_on_record"] == ["s1:frame", "s3:card"]


def test_of_each_survey_response_and_item_non_response_are_told_by_its_card() -> None:
    missing = (ItemMissing(question="q1", eligible=600, missing=30),)
    shown = cells(asked("survey_card", planned(), carded(deff="1.26", item_nonresponse=missing)), "survey")["s1"]
    assert of(shown["response"]) == (600, 1480, "0.4054")
    assert of(shown["missing_q1"]) == (30, 600, "0.0500")
    assert shown["design_effect"]["value"] == "1.26"
    assert shown["parts"]["non_contact"] == 700


def test_a_survey_without_card_or_open_to_all_has_no_response() -> None:
    for events in ((planned(),), (planned(design="open"), carded(design="open"))):
        assert cells(asked("survey_card", *events), "survey")["s1"]["response"]["hidden"] == "not_on_record"


def test_of_a_decision_the_surveys_are_those_it_relies_on() -> None:
    relying: Any = decided("d", relied_on=({"kind": "survey", "id": "s1", "quality_unknown": False},))
    shown = asked("survey_card", planned(), planned("s2"), relying, scope=Scope(decision="d"))
    assert list(cells(shown, "survey")) == ["s1"]


# --- Who took part ----------------------------------------------------------------------------
def test_area_is_not_on_record_and_says_so() -> None:
    shown = asked("representativeness")
    assert figures(shown)["participation_by_area"]["hidden"] == "not_on_record"
    assert shown["not_on_record"] == ["area", "age_band", "group", "population_of_groups"]


def test_turnout_is_of_all_who_may_vote() -> None:
    votes = [cast(f"v{number}", "yes") for number in range(3)]
    shown = asked("representativeness", opened(electorate_size=12, process="p1"), *votes, scope=Scope(process="p1"))
    assert of(cells(shown, "ballot")["b"]["turnout"]) == (3, 12, "0.2500")


def test_a_ballot_that_names_no_electorate_has_no_turnout() -> None:
    assert cells(asked("representativeness", opened()), "ballot") == {}


def weighted(**there_are: int) -> WeightsComputed:
    margin = Margin(
        variable="sex", source="SCB", cells=tuple(MarginCell(code=c, count=n) for c, n in there_are.items())
    )
    return WeightsComputed(survey="s1", method="raking", margins=(margin,))


def released(**answered: int) -> ResultsPublished:
    found = tuple(Cell(group=code, answer="yes", numerator=0, denominator=n, n=n) for code, n in answered.items())
    table = Table(table="t", kind="share", question="q1", question_version=1, by="sex", cells=found)
    return ResultsPublished(
        survey="s1", release="r", card=1, snapshot=1, origin="own", method="1", min_cell=5, min_base=20, tables=(table,)
    )


def of_survey(*events: Event) -> dict[str, Any]:
    return cells(asked("representativeness", planned(), carded(), *events), "s1/sex")


def test_groups_are_compared_by_their_rates() -> None:
    shown = of_survey(weighted(women=1000, men=1000), released(women=60, men=40))
    assert of(shown["women"]["participation"]) == (60, 1000, "0.0600")
    # Rates .04 and .06: G = (.06 - .04) / (2 (.04 + .06))
    assert (shown[""]["gini"]["value"], shown[""]["min_max_ratio"]["value"]) == ("0.1000", "0.6667")


def test_a_group_of_few_is_hidden_and_so_is_what_would_give_it_away() -> None:
    shown = of_survey(weighted(women=1000, men=1000, other=50), released(women=60, men=40, other=5))
    assert [shown[code]["participation"]["hidden"] for code in ("women", "men", "other")] == [
        "",
        "fewer_than_20",
        "fewer_than_20",
    ]
    assert shown[""]["gini"]["hidden"] == "fewer_than_20"


def test_what_was_not_released_is_not_on_record() -> None:
    shown = of_survey(weighted(women=1000, men=1000))
    assert shown["women"]["participation"]["hidden"] == "not_on_record"


def test_attendances_of_few_are_hidden() -> None:
    groups = (
        SessionGroup(group="residents", count=60),
        SessionGroup(group="staff", count=4),
        SessionGroup(group="young", count=30),
    )
    held = SessionHeld(process="p1", session="s", date="2016-05-04", groups=groups)
    shown = cells(asked("representativeness", held), "group")
    assert [shown[code]["attendances"]["n"] for code in ("residents", "staff", "young")] == [60, None, None]
