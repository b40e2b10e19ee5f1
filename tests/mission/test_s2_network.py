"""The network of 2018 as the letter describes it: invited to, planned, begun; and with filler, carried through."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projections.projection import Rows
from projections.views import bodies, commitments, groups, indicators, matters, methods, processes, programmes
from projections.views import decisions as decision_views
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import Past

NETWORK, MATTER, BALLOT = (
    "natverk-medborgardialog",
    "natverk-medborgardialog-kring-resultat",
    "vilka-resultat-vill-du-folja",
)
BEGAN, ENDED = "2018-04-10", "2019-04-10"


def network(rows: Rows, on: str = BEGAN) -> dict[str, Any]:
    view = processes.process(rows, NETWORK, on=on)
    assert view is not None
    return view


def opened(rows: Rows) -> dict[str, Any]:
    """Return the moment whose source holds for the terms of the network."""
    moment: dict[str, Any] = network(rows)["process"]["opened"]
    return moment


def commitment(rows: Rows, name: str, on: str) -> dict[str, Any]:
    view = commitments.commitment(rows, name, on=on)
    assert view is not None
    found: dict[str, Any] = view["commitment"]
    return found


def channels(rows: Rows) -> dict[str, dict[str, Any]]:
    return {each["channel"]: each for each in methods.channels(rows)["channels"]}


def is_filler(fact: dict[str, Any]) -> bool:
    return bool(fact.get("recorded", fact)["source"]["basis"] == "illustrative")


# --- Who takes part -------------------------------------------------------------------------------
def test_s2_06_the_association_that_invited_is_found_under_both_its_names(told: Rows, on: Past) -> None:
    first = network(told)["course"]["steps"][0]
    assert (first["step"], first["organisation"], network(told)["process"]["owner"]) == ("invited", "skl", "skl")
    anchored(first, "S2", 15)
    then = bodies.body(on(BEGAN), "skl", on=BEGAN)
    now = bodies.body(told, "skl", on="2020-01-01")
    assert then is not None and now is not None
    assert then["body"]["name"] == "Sveriges kommuner och landsting"
    assert (now["body"]["kind"], now["body"]["name"]) == ("external", "Sveriges Kommuner och Regioner")
    assert [each["since"]["occurred"] for each in now["body"]["names"]] == ["../2018-04-10", "2019-11"]
    anchored(now["body"]["names"][0]["since"], "S2", 9)


def test_s2_07_eight_to_ten_stay_eight_to_ten_and_who_joined_is_counted_apart(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    number = network(told)["terms"]["participants"]
    assert (number["minimum"], number["maximum"], number["approximate"]) == (8, 10, False)
    anchored(opened(told), "S2", 15)
    assert "8–10 deltagande kommuner" in words_at(shared, opened(told))
    assert [len(network(rows)["course"]["participants"]) for rows in (told, illustrated)] == [0, 1]


@pytest.mark.parametrize(
    "day, status, days_late", [("2018-04-10", "due", None), ("2019-04-10", "due", None), ("2019-05-01", "broken", 21)]
)
def test_s2_08_each_municipality_owes_a_development_work(
    told: Rows, shared: Path, day: str, status: str, days_late: int | None
) -> None:
    duty = commitment(told, "utvecklingsarbete-natverk", day)
    assert (duty["owner"], duty["process"], duty["due"]) == ("kommunstyrelsen", NETWORK, "2019-04-10")
    assert duty["year"] == "2018"
    assert (duty["status"], duty["days_late"], duty["evidenced"]) == (status, days_late, False)
    anchored(duty["made"], "S2", 15)
    assert "ska genomföra ett utvecklingsarbete" in words_at(shared, duty["made"])


def test_s2_09_the_place_was_applied_for_and_confirmed_before_anybody_decided(told: Rows, illustrated: Rows) -> None:
    steps = network(told)["course"]["steps"]
    assert [(each["step"], each["organisation"]) for each in steps] == [
        ("invited", "skl"),
        ("applied", "kommunstyrelsen"),
        ("confirmed", "skl"),
    ]
    for each in steps:
        anchored(each, "S2", 15)
    assert steps[-1]["document"] == "bekraftelsebrev-skl"
    anchored(steps[-1], "S2", 39)
    positions = [each["recorded"]["position"] for each in steps]
    view = decision_views.decision(illustrated, "ksau-2018-natverk", on=ENDED)
    assert view is not None and is_filler(view["decision"])
    # The order of the record is that of the story, with and without filler.
    filled = [each["recorded"]["position"] for each in network(illustrated)["course"]["steps"]]
    decided = view["decision"]["recorded"]["position"]
    assert positions == sorted(positions) and filled[-1] < decided
    dossier = matters.matter(told, MATTER, BEGAN)
    assert dossier is not None and dossier["proposals"][0]["recorded"]["position"] > positions[-1]


def test_s2_21_which_unit_will_take_part_is_named_later(told: Rows, illustrated: Rows, shared: Path) -> None:
    terms = network(told)["terms"]
    assert (terms["unit_named_later"], terms["operating_units"]) == (True, [])
    anchored(opened(told), "S2", 23)
    assert "involvera en av kommunens verksamheter" in words_at(shared, opened(told))
    assert network(illustrated)["terms"]["operating_units"] == ["aldreenheten"]
    assert all(is_filler(each) for each in network(illustrated)["course"]["participants"])


# --- When and how -----------------------------------------------------------------------------------
def test_s2_03_the_period_has_two_precisions_and_both_are_kept(told: Rows, shared: Path) -> None:
    shown = network(told)
    assert shown["process"]["period"] == "2018-04-10/2019-04-10"
    assert shown["terms"]["period_as_decided"] == "2018-04/2019-04"
    anchored(opened(told), "S2", 9, 21)
    said = words_at(shared, opened(told))
    assert "april 2018 till april 2019" in said and "den 10 april 2018" in said and "den 10 april 2019" in said


def test_s2_19_seven_sessions_were_planned_and_the_documents_tell_of_one(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    course = network(told)["course"]
    assert (course["sessions_planned"], course["sessions_held"]["value"]) == (7, 1)
    anchored(opened(told), "S2", 21)
    assert "träffas vid sju tillfällen" in words_at(shared, opened(told))
    (session,) = course["sessions"]
    assert (session["number"], session["date"]) == (1, "2018-04-10")
    anchored(session["held"], "S2", 21)
    filled = network(illustrated)["course"]
    assert filled["sessions_held"]["value"] == filled["sessions_planned"]
    assert [is_filler(each["held"]) for each in filled["sessions"]] == [False] + [True] * 6


def test_s2_17_both_how_and_what_of_the_dialogue_are_stated(told: Rows, shared: Path) -> None:
    terms = network(told)["terms"]
    assert terms["scope_method"] == "Medborgardialog"
    assert terms["scope_object"] == "Vilka verksamhetsresultat som är intressanta att ta del av"
    assert [(each["method"], each["registered"]) for each in terms["methods"]] == [("dialog", True)]
    anchored(opened(told), "S2", 15, 19)
    assert "både hur och vad dialogen" in words_at(shared, opened(told))


def test_s2_22_the_network_serves_the_steering_by_goals_and_results(told: Rows, shared: Path) -> None:
    assert network(told)["terms"]["programme"] == "styrpaket-2016"
    view = programmes.programme(told, "styrpaket-2016", BEGAN)
    assert view is not None
    (link,) = (each for each in view["programme"]["links"] if each["process"] == NETWORK)
    anchored(link, "S2", 27)
    assert "mål- och resultatstyrningen" in words_at(shared, link)


# --- Ways in ----------------------------------------------------------------------------------------
def test_s2_16_there_are_several_ways_in_and_languages_and_each_is_counted(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    named, used = groups.participation(told, NETWORK), groups.participation(illustrated, NETWORK)
    assert named is not None and used is not None
    # The documents name dialogue alone, and nothing that came through it.
    assert [(each["channel"], each["inputs"]) for each in named["channels"]] == [("dialogue", 0)]
    anchored(opened(told), "S2", 19)
    assert "utifrån egna förutsättningar och behov" in words_at(shared, opened(told))
    counted = {each["channel"]: each["inputs"] for each in used["channels"]}
    assert counted == {"dialogue": 7, "web": 2, "paper": 2, "telephone": 1}
    assert sum(counted.values()) == used["inputs"]["value"]
    assert {each["language"]: each["inputs"] for each in used["languages"]} == {"en": 1, "sv": 11}


def test_s2_23_a_channel_is_registered_with_the_day_it_was_opened(
    told: Rows, illustrated: Rows, on: Past, shared: Path
) -> None:
    dialogue = channels(told)["dialogue"]
    assert (dialogue["name_sv"], dialogue["kind"], dialogue["counts_as_influence"]) == ("Dialog", "voice", True)
    anchored(dialogue["registered"], "S2", 27)
    assert "utveckla arenor och kanaler" in words_at(shared, dialogue["registered"])
    assert "dialogue" in channels(on(BEGAN))
    new = {name: each for name, each in channels(illustrated).items() if name not in channels(told)}
    days = dict.fromkeys(("paper", "telephone", "web"), "2018-02-01")
    assert {name: each["from_date"] for name, each in new.items()} == days | dict.fromkeys(
        ("e_proposal", "panel"), "2019-08-19"
    )
    assert all(is_filler(each["registered"]) for each in new.values())


# --- What comes of it -------------------------------------------------------------------------------
def test_s2_10_which_results_residents_want_is_ranked_with_how_many_said_so(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    anchored(opened(told), "S2", 15)
    assert "särskilt intressanta för medborgare" in words_at(shared, opened(told))
    assert indicators.indicators(told)["interest"] == []
    (ranking,) = indicators.indicators(illustrated)["interest"]
    assert (ranking["ballot"], ranking["of_votes"]) == (BALLOT, 40)
    assert [(each["rank"], each["indicator"], each["votes"]["value"]) for each in ranking["lines"]] == [
        (1, "personal", 20),
        (2, "trygghet", 19),
        (3, "vantetider", 17),
        (4, "kostnad", 16),
    ]


def test_s2_11_a_dialogue_tells_what_was_shown_what_was_said_and_what_changed(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    anchored(opened(told), "S2", 15)
    assert "pröva medborgardialoger kring verksamhetsresultat" in words_at(shared, opened(told))
    assert network(told)["course"]["shown_indicators"] == []
    filled = network(illustrated)
    assert filled["course"]["shown_indicators"] == ["trygghet", "personal"]
    shown = {each["number"]: each["shown_indicators"] for each in filled["course"]["sessions"]}
    assert shown[4] == [] and shown[5] == ["trygghet"] and shown[7] == ["trygghet", "personal"]
    shown_at = indicators.indicator(illustrated, "trygghet", ENDED)
    assert shown_at is not None
    assert [each["part"] for each in shown_at["links"]] == [f"natverkstraff-{number}" for number in (5, 6, 7)]
    assert filled["inputs"]["value"] == 12
    view = decision_views.decision(illustrated, "ksau-2018-natverk", on=ENDED)
    assert view is not None
    assert {each["code"]: each["count"] for each in view["profile"]}["adopted"] == 4


def test_s2_20_what_was_learnt_is_to_reach_others_and_none_of_it_is_recorded(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    promised = commitment(told, "sprida-erfarenheter", ENDED)
    assert (promised["status"], promised["due"], promised["process"]) == ("open", None, NETWORK)
    anchored(promised["made"], "S2", 21, 23)
    assert "spridas till andra kommuner" in words_at(shared, promised["made"])
    missing = gaps(told, Page(1000), "no_lessons", subject=f"process:{NETWORK}", on=ENDED)["gaps"]
    assert [each["subject"] for each in missing] == [f"process:{NETWORK}"]
    view = methods.method(illustrated, "dialog")
    assert view is not None
    (lesson,) = view["method"]["lessons"]
    assert (lesson["process"], lesson["text"]["pointer"], is_filler(lesson)) == (NETWORK, "/text", True)
    assert gaps(illustrated, Page(1000), "no_lessons", subject=f"process:{NETWORK}", on=ENDED)["gaps"] == []


# --- Goals ------------------------------------------------------------------------------------------
def test_x05_eight_goals_became_four_and_what_became_of_influence_is_not_told(
    told: Rows, on: Past, shared: Path
) -> None:
    before, after = (programmes.goals(on(day), day)["goals"] for day in ("2015-12-31", "2016-12-20"))
    assert [len(before), len(after)] == [8, 4]
    assert "Starkt medborgarinflytande" in {each["title"] for each in before} - {each["title"] for each in after}
    old, new = (programmes.programme(told, name, BEGAN) for name in ("mal-och-budget-2015-2017", "styrpaket-2016"))
    assert old is not None and new is not None
    assert new["programme"]["replaces"] == "mal-och-budget-2015-2017"
    fates = {each["title"]: (each["fate"], each["lineage"]) for each in old["programme"]["elements"]}
    assert fates["Starkt medborgarinflytande"] == ("unknown", [])
    for view, seed, line, words in (
        (old, "S0", 24, "åtta övergripande mål"),
        (new, "S3", 19, "fyra övergripande målen"),
    ):
        anchored(view["programme"], seed, line)
        assert words in words_at(shared, view["programme"])
