"""Ballots that rank or share budgets, as they are shown; their halts, published results and audits."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ledger.ballots.events import (
    BallotCancelled,
    BallotClosed,
    BallotResumed,
    BallotSuspended,
    Budget,
    Option,
    TallyAudited,
    TallyLine,
    TallyPublished,
    VoteCast,
    VoteWithdrawn,
)
from ledger.messages import Event
from participation.transparency.v1 import ballots_pb2
from projections.rows.memory import MemoryRows
from projections.views import ballots
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.projections.history import record, recorded, rows_of, rows_over
from tests.projections.town import opened, struck

OPTIONS = tuple(Option(option=option, label=option.upper()) for option in "abcd")
PRICED = tuple(
    Option(option=option, label=option.upper(), cost=cost)
    for option, cost in zip("abcd", (300, 300, 200, 400), strict=True)
)
BUDGET = Budget(amount=1000, currency="SEK", paper="approvals", satisfaction="cost", completion="utilitarian")


def shown(rows: MemoryRows) -> dict[str, Any]:
    view = ballots.ballot(rows, "b")
    assert view is not None
    ParseDict(view, ballots_pb2.GetBallotResponse())
    return view


def vote(voter: str, *choices: str, revision: int = 1, **more: Any) -> VoteCast:
    return VoteCast(ballot="b", voter=voter, choices=choices, revision=revision, **more)


def many(count: int, *choices: str) -> list[Event]:
    return [vote(f"{choices[0]}{number}", *choices) for number in range(count)]


# --- Run-offs -----------------------------------------------------------------------------------
def test_a_run_off_is_shown_round_by_round() -> None:
    votes = [*many(42, *"abcd"), *many(26, *"bcda"), *many(15, *"cdba"), *many(17, *"dcba")]
    irv = shown(rows_of(opened(rule="irv", options=OPTIONS), *votes))["irv"]
    assert [(each["number"], each["out"]) for each in irv["rounds"]] == [(1, "c"), (2, "b"), (3, None)]
    assert irv["winner"] == "d"
    assert irv["rounds"][2]["votes"] == [{"option": "d", "votes": 58}, {"option": "a", "votes": 42}]
    assert {each["option"]: each["named"]["current_votes"] for each in irv["options"]} == dict.fromkeys("abcd", 100)


def test_only_the_paper_that_stands_is_counted() -> None:
    ballot = opened(rule="irv", options=OPTIONS)
    rows = rows_of(
        ballot,
        vote("u", "a"),
        vote("u", "b", "c", revision=2),
        vote("v", "a"),
        VoteWithdrawn(ballot="b", voter="v", revision=1),
        vote("w", "a"),
        struck("x", "w"),
    )
    view = shown(rows)
    assert (view["irv"]["winner"], view["votes_cast"]["value"], view["current_votes"]["value"]) == ("b", 4, 1)
    assert view["irv"]["options"][0]["named"] == {"votes_cast": 3, "current_votes": 0}
    assert shown(rows.at(2))["irv"]["winner"] == "a"


# --- Budgets ------------------------------------------------------------------------------------
SIX_AND_FOUR = [*many(6, "a", "b", "d"), *many(4, "c")]


def test_a_budget_by_votes_says_what_is_bought_and_what_everything_got() -> None:
    budget = shown(rows_of(opened(rule="budget_greedy", options=PRICED, budget=BUDGET), *SIX_AND_FOUR))["budget"]
    assert ({each["option"] for each in budget["bought"]}, budget["spent"], budget["left"]) == (set("abd"), 1000, 0)
    assert [(each["option"], each["votes"], each["bought"]) for each in budget["options"]][-1] == ("c", 4, False)
    assert budget["share"] is None


def test_a_budget_by_shares_says_what_bought_each_option_and_at_which_rate() -> None:
    view = shown(rows_of(opened(rule="budget_mes", options=PRICED, budget=BUDGET), *SIX_AND_FOUR))
    budget = view["budget"]
    assert {each["option"] for each in budget["bought"]} in ({"a", "b", "c"}, {"d", "c", "a"}, {"d", "c", "b"})
    first = budget["bought"][0]
    assert (first["by"], first["rate"], first["tied"]) == ("shares", "1/6", ["a", "b", "d"])
    assert (budget["share"], view["ballot"]["budget"]["completion"]) == ("100", "utilitarian")


def test_the_points_of_a_paper_are_shown_in_the_order_of_its_options_and_go_when_it_is_cast_anew() -> None:
    terms = BUDGET.model_copy(update={"paper": "points", "satisfaction": None, "completion": None})
    rows = rows_of(
        opened(rule="budget_greedy", options=PRICED, budget=terms),
        vote("u", "c", "a", points=(9, 1)),
        vote("v", "d", points=(4,)),
        vote("v", "b", points=(5,), revision=2),
    )
    page = ballots.votes(rows, "b")
    assert page is not None
    ParseDict(page, ballots_pb2.ListBallotVotesResponse())
    assert [(each["choices"], each["points"]) for each in page["votes"]] == [(["c", "a"], [9, 1]), (["b"], [5])]
    scores = {each["option"]: each["votes"] for each in shown(rows)["budget"]["options"]}
    assert scores == {"a": 1, "b": 5, "c": 9, "d": 0}


# --- Halts, results, audits -----------------------------------------------------------------------
HALT = BallotSuspended(ballot="b", reason_code="fault", authority="Valnämnden")
GO_ON = BallotResumed(ballot="b", authority="Valnämnden")
CLOSED = BallotClosed(ballot="b")
RESULT = TallyPublished(
    ballot="b",
    edition=1,
    algorithm="support",
    algorithm_version=1,
    definition="0" * 64,
    votes_cast=1,
    current_votes=1,
    votes_digest="1" * 64,
    lines=(TallyLine(option="support", votes=1),),
)
AUDIT = TallyAudited(ballot="b", edition=1, audit="first", agrees=True, auditor="Revisionen")
DISAGREES = AUDIT.model_copy(update={"audit": "again", "agrees": False})
SECOND = RESULT.model_copy(update={"edition": 2})
SUPPORT = opened(rule="support")
VOTE = VoteCast(ballot="b", voter="v", choice="support", revision=1)


@pytest.mark.parametrize(
    "events, status",
    [
        ((HALT,), "suspended"),
        ((HALT, GO_ON), "open"),
        ((BallotCancelled(ballot="b", reason_code="mistake", authority="Valnämnden"),), "cancelled"),
        ((CLOSED,), "closed"),
        ((CLOSED, RESULT), "tallied"),
        ((CLOSED, RESULT, AUDIT), "audited"),
        ((CLOSED, RESULT, DISAGREES), "disputed"),
        ((CLOSED, RESULT, DISAGREES, AUDIT), "disputed"),
        ((CLOSED, RESULT, DISAGREES, SECOND), "tallied"),
        ((CLOSED, RESULT, DISAGREES, SECOND, AUDIT.model_copy(update={"edition": 2})), "audited"),
    ],
)
def test_a_ballot_stands_where_its_last_turn_left_it(events: tuple[Event, ...], status: str) -> None:
    assert shown(rows_of(SUPPORT, VOTE, *events))["ballot"]["status"] == status


def test_every_halt_says_why_by_whom_and_when_voting_went_on() -> None:
    (halt,) = shown(rows_of(SUPPORT, HALT, GO_ON))["ballot"]["suspensions"]
    assert (halt["reason_code"], halt["authority"], halt["resumed_by"]) == ("fault", "Valnämnden", "Valnämnden")
    assert (halt["recorded"]["position"], halt["resumed"]["position"]) == (2, 3)


def test_a_result_is_outdated_once_votes_were_struck_or_another_edition_came() -> None:
    history = (SUPPORT, VOTE, CLOSED, RESULT)
    assert [each["outdated"] for each in shown(rows_of(*history))["ballot"]["tallies"]] == [False]
    assert [each["outdated"] for each in shown(rows_of(*history, struck("x", "v")))["ballot"]["tallies"]] == [True]
    second = RESULT.model_copy(update={"edition": 2})
    tallies = shown(rows_of(*history, struck("x", "v"), second))["ballot"]["tallies"]
    assert [(each["edition"], each["outdated"]) for each in tallies] == [(1, True), (2, False)]


def test_an_audit_by_the_office_that_published_the_result_is_marked() -> None:
    history = record((SUPPORT, VOTE, CLOSED, RESULT))
    own = recorded(5, AUDIT)
    other = own._replace(entry=own.entry._replace(actor="role:auditor"))
    assert [each["own"] for each in shown(rows_over([*history, own]))["ballot"]["audits"]] == [True]
    assert [each["own"] for each in shown(rows_over([*history, other]))["ballot"]["audits"]] == [False]


def found_gaps(rows: MemoryRows, rule: str) -> list[tuple[str, dict[str, str]]]:
    listed = gaps(rows, Page(10), rule, on="2016-05-17")["gaps"]
    return [(each["subject"], {fact["name"]: fact["value"] for fact in each["facts"]}) for each in listed]


def test_votes_struck_after_a_result_by_whoever_published_it_are_marked() -> None:
    history = record((SUPPORT, VOTE, CLOSED, RESULT))
    own = recorded(5, struck("x", "v"))
    other = own._replace(entry=own.entry._replace(actor="role:returning_officer"))
    early = record((SUPPORT, VOTE, struck("x", "v"), CLOSED, RESULT))
    for events, same in (([*history, own], True), ([*history, other], False), (early, False)):
        rows = rows_over(events)
        assert [each["by_same_role"] for each in shown(rows)["ballot"]["invalidations"]] == [same]
        assert found_gaps(rows, "result_by_one_hand") == ([("ballot:b", {"batch": "x"})] if same else [])


def test_an_audit_of_ones_own_and_one_that_disagrees_are_gaps() -> None:
    rows = rows_of(SUPPORT, VOTE, CLOSED, RESULT, DISAGREES)
    assert found_gaps(rows, "result_by_one_hand") == [("ballot:b", {"audit": "again"})]
    assert found_gaps(rows, "result_disputed") == [("ballot:b", {"audit": "again", "edition": "1"})]
    assert found_gaps(rows_of(SUPPORT, VOTE, CLOSED, RESULT, AUDIT), "result_disputed") == []


@pytest.mark.parametrize("electorate, exceeds", [(None, None), (1, True), (2, False)])
def test_more_votes_than_voters_are_told(electorate: int | None, exceeds: bool | None) -> None:
    two = (VOTE, VOTE.model_copy(update={"voter": "u"}))
    rows = rows_of(opened(rule="support", electorate_size=electorate), *two)
    assert shown(rows)["exceeds_electorate"] is exceeds
    assert found_gaps(rows, "votes_exceed_electorate") == ([("ballot:b", {"electorate": "1"})] if exceeds else [])
    struck_one = rows_of(opened(rule="support", electorate_size=electorate), *two, struck("x", "u"))
    assert shown(struck_one)["exceeds_electorate"] in {None, False}


def test_of_statements_all_who_ever_voted_are_counted() -> None:
    opened_on = opened(rule="agree_disagree_pass", process="p1", electorate_size=1)
    votes = [VoteCast(ballot="b", voter=f"v{n}", statement="s", choice="agree", revision=1) for n in range(2)]
    assert (
        shown(rows_of(opened_on, *votes[:1], votes[0].model_copy(update={"statement": "t"})))["exceeds_electorate"]
        is False
    )
    assert shown(rows_of(opened_on, *votes))["exceeds_electorate"] is True


def test_a_definition_says_purpose_eligibility_and_budget() -> None:
    terms: dict[str, Any] = {"purpose": "budget", "eligibility": "Folkbokförda från 16 år", "choices_max": 3}
    shown_terms = shown(rows_of(opened(rule="budget_mes", options=PRICED, budget=BUDGET, **terms)))["ballot"]
    assert {name: shown_terms[name] for name in terms} == terms
    assert (shown_terms["budget"]["amount"], shown_terms["options"][0]["cost"]) == (1000, 300)
