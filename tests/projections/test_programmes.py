"""Programmes and goals as they are shown: versions, lineage, years without a follow-up, what is unmeasured."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.messages import Event
from ledger.programmes.events import (
    Element,
    ElementKind,
    FollowUpRecorded,
    GoalLineageStated,
    LineageRelation,
    ProgrammeAdopted,
    ProgrammeClosed,
    ProgrammeLinked,
    ProgrammeReported,
    ReportKind,
)
from projections.views import matters, programmes
from projections.views.gaps import gaps
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN


def adopted(programme: str, goals: int, period: str, replaces: str | None = None, **more: Any) -> ProgrammeAdopted:
    elements = tuple(Element(element=f"g{number}", kind=ElementKind.GOAL) for number in range(1, goals + 1))
    terms = {"programme_version": programme, "title": programme, "language": "sv", "elements": elements}
    return ProgrammeAdopted(programme=programme, period=period, replaces=replaces, **terms | more)


EIGHT = adopted("v1", 8, "2015/2017", aliases=("projekt", "utvecklingsarbete"))
FOUR = adopted("v2", 4, "2016/..", "v1")
OPENNESS = adopted(
    "openness",
    0,
    "2012/2016",
    elements=(
        Element(element="services", kind=ElementKind.PURPOSE, title="Välfärdstjänster av hög kvalitet", text=SEALED),
        Element(element="territory", kind=ElementKind.PURPOSE, title="Territoriet"),
        Element(element="vision", kind=ElementKind.VISION, title="Öppenhet och mångfald"),
        Element(element="trust", kind=ElementKind.VALUE, title="Tillit"),
    ),
)


def shown(*events: Event, programme: str = "v1", on: str | None = "2016-06-01") -> dict[str, Any]:
    view = programmes.programme(rows_of(*TOWN, *events), programme, on)
    assert view is not None
    return view


def test_s0_13_s3_06_x5_question_12_eight_goals_became_four_and_nobody_says_what_became_of_any() -> None:
    view = programmes.goals(rows_of(EIGHT, FOUR), "2016-06-01")
    (change,) = view["changes"]
    assert (change["before"]["value"], change["after"]["value"]) == (8, 4)
    assert change["unknown"] == {"numerator": 8, "denominator": 8}
    assert {each["relation"]: each["count"] for each in change["lineage"]}["unknown"] == 8
    assert [goal["programme"] for goal in view["goals"]] == ["v2"] * 4
    before = programmes.goals(rows_of(EIGHT, FOUR).at(1), "2016-06-01")
    assert (len(before["goals"]), before["changes"]) == (8, [])


@pytest.mark.parametrize(
    "on, programme",
    [("2014-12-31", None), ("2015-01-01", "v1"), ("2015-12-31", "v1"), ("2016-01-01", "v2"), ("2030-01-01", "v2")],
)
def test_goals_are_in_force_on_the_days_of_their_programme(on: str, programme: str | None) -> None:
    held = [each["programme"] for each in programmes.goals(rows_of(EIGHT, FOUR), on)["programmes"]]
    assert held == ([] if programme is None else [programme])


def test_a_closed_programme_is_in_force_no_longer_and_a_lapsed_one_neither() -> None:
    closed = rows_of(EIGHT, ProgrammeClosed(programme="v1", occurred="2016-02-01"))
    assert programmes.goals(closed, "2016-01-31")["goals"]
    assert not programmes.goals(closed, "2016-02-01")["goals"]
    assert not programmes.goals(rows_of(EIGHT), "2018-01-01")["goals"]


def test_a_stated_lineage_is_shown_from_both_versions_and_the_last_statement_holds() -> None:
    dropped = GoalLineageStated(programme="v1", element="g1", relation=LineageRelation.DROPPED, by_role="staben")
    continues = GoalLineageStated(
        programme="v1",
        element="g1",
        relation=LineageRelation.CONTINUES,
        new_programme="v2",
        new_element="g3",
        by_role="controller",
    )
    old, new = shown(EIGHT, FOUR, dropped, continues), shown(EIGHT, FOUR, dropped, continues, programme="v2")
    fates = [each["fate"] for each in old["programme"]["elements"]]
    assert fates == ["continues", *["unknown"] * 7]
    assert [each["relation"] for each in old["programme"]["elements"][0]["lineage"]] == ["dropped", "continues"]
    assert [each["element"] for each in new["programme"]["elements"][2]["came_from"]] == ["g1"]
    assert [each["fate"] for each in new["programme"]["elements"]] == [None] * 4


def test_s0_14_a_programme_shows_its_period_and_all_its_versions_in_order() -> None:
    third = adopted("v3", 1, "2020/..", "v2")
    for programme in ("v1", "v2", "v3"):
        view = shown(EIGHT, FOUR, third, programme=programme)
        assert [each["programme"] for each in view["versions"]] == ["v1", "v2", "v3"]
    assert [each["period"] for each in view["versions"]] == ["2015/2017", "2016/..", "2020/.."]


def test_s1_10_years_without_a_follow_up_are_shown() -> None:
    follow_ups = [FollowUpRecorded(programme="openness", year=year) for year in (2013, 2015, 2016)]
    view = shown(OPENNESS, *follow_ups, programme="openness", on="2016-12-20")
    assert [each["year"] for each in view["years"]] == [2012, 2013, 2014, 2015, 2016]
    assert view["gap_years"] == [2012, 2014]
    assert shown(OPENNESS, programme="openness", on="2013-05-01")["gap_years"] == [2012, 2013]
    assert shown(adopted("v", 0, "../2016"), programme="v")["years"] == []


def test_s1_03_s1_04_a_final_report_and_an_outlook_are_shown_with_their_periods() -> None:
    final = ProgrammeReported(
        programme="openness", kind=ReportKind.FINAL, period="2012/2016", document="d", summary=SEALED
    )
    outlook = ProgrammeReported(programme="openness", kind=ReportKind.OUTLOOK, period="2017/2018")
    view = shown(OPENNESS, outlook, programme="openness")
    assert view["reported_final"] is False
    view = shown(OPENNESS, final, outlook, programme="openness")
    assert view["reported_final"] is True
    assert [(each["kind"], each["period"]) for each in view["programme"]["reports"]] == [
        ("final", "2012/2016"),
        ("outlook", "2017/2018"),
    ]


def test_s1_07_s1_08_x10_a_purpose_without_an_indicator_is_unmeasured() -> None:
    assert shown(OPENNESS, programme="openness")["unmeasured"] == ["services", "territory"]
    link = ProgrammeLinked(programme="openness", element="services", indicator="quality")
    assert shown(OPENNESS, link, programme="openness")["unmeasured"] == ["territory"]


def test_s3_04_s3_05_vision_and_value_are_elements_of_their_own_kind() -> None:
    elements = shown(OPENNESS, programme="openness")["programme"]["elements"]
    assert [(each["kind"], each["title"]) for each in elements[2:]] == [
        ("vision", "Öppenhet och mångfald"),
        ("value", "Tillit"),
    ]
    assert elements[0]["text"] == {"position": 5, "pointer": "/elements/0/text"}


def test_s0_13_a_matter_shows_the_goals_it_serves() -> None:
    view = matters.matter(rows_of(*TOWN, EIGHT, ProgrammeLinked(programme="v1", element="g1", matter="m1")), "m1")
    assert view is not None
    assert [(each["programme"], each["element"]) for each in view["programmes"]] == [("v1", "g1")]


def test_s1_02_x16_a_programme_is_listed_with_all_its_names() -> None:
    listed = programmes.programmes(rows_of(EIGHT, FOUR))["programmes"]
    assert [(each["programme"], each["status"]) for each in listed] == [("v1", "replaced"), ("v2", "adopted")]
    assert listed[0]["aliases"] == ["projekt", "utvecklingsarbete"]
    assert programmes.programme(rows_of(EIGHT), "none") is None


def test_a_follow_up_for_a_year_before_the_programme_is_a_gap() -> None:
    years = [FollowUpRecorded(programme="v1", year=year) for year in (2014, 2015)]
    found = gaps(rows_of(*TOWN, EIGHT, *years), rule="follow_up_before_programme", on="2016-06-01")["gaps"]
    assert [(each["subject"], each["facts"][0]["value"]) for each in found] == [("programme:v1", "2014")]
