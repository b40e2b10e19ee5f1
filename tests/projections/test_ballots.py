"""Ballots as they are shown: two named figures, the tally by its rule, the curve with its corrections."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.ballots.events import BallotClosed, Option, VoteCast, VoteWithdrawn
from ledger.inputs.events import InputModerated, Verdict
from ledger.messages import Event, Source
from projections.ballots import BALLOTS, VOTES
from projections.projection import fold
from projections.rows.memory import MemoryRows
from projections.views import ballots
from projections.views.answer import Page, read_page_token
from tests.projections.history import record, rows_of
from tests.projections.town import TOWN, cast, opened, received, struck


def shown(rows: MemoryRows, ballot: str = "b") -> dict[str, Any]:
    view = ballots.ballot(rows, ballot)
    assert view is not None
    return view


def values(view: dict[str, Any]) -> tuple[int, int, int]:
    return view["votes_cast"]["value"], view["current_votes"]["value"], view["voters"]["value"]


def test_a_changed_vote_counts_twice_as_cast_and_once_as_current() -> None:
    view = shown(rows_of(opened(), cast("ann", "yes"), cast("ann", "no", 2), cast("bo", "yes")))
    assert values(view) == (3, 2, 2)
    assert view["yes_no_abstain"]["yes"] == {"votes_cast": 2, "current_votes": 1}
    assert view["yes_no_abstain"]["no"] == {"votes_cast": 1, "current_votes": 1}
    assert view["yes_no_abstain"]["passed"] is False


def test_a_withdrawn_vote_stays_cast() -> None:
    view = shown(rows_of(opened(), cast("ann", "yes"), VoteWithdrawn(ballot="b", voter="ann", revision=1)))
    assert values(view) == (1, 0, 1)


def test_a_struck_vote_is_drawn_on_the_curve_it_changes_with_rule_and_authority() -> None:
    rows = rows_of(opened(), cast("ann", "yes"), cast("bo", "yes"), struck("batch-1", "ann"))
    view = shown(rows)
    assert values(view) == (2, 1, 2)
    assert view["invalidated"]["value"] == 1
    (batch,) = view["ballot"]["invalidations"]
    assert (batch["batch"], batch["rule"], batch["authority"], batch["count"]) == (
        "batch-1",
        "En röst per person",
        "Valnämnden",
        1,
    )
    assert view["curve"] == [
        {
            "hour": "2016-05-16T08",
            "cast": 2,
            "replaced": 0,
            "withdrawn": 0,
            "invalidated": 1,
            "votes_cast": 2,
            "current_votes": 1,
        }
    ]
    page = ballots.votes(rows, "b")
    assert page is not None
    assert [(vote["voter"], vote["standing"], vote["struck"]) for vote in page["votes"]] == [
        ("ann", False, "batch-1"),
        ("bo", True, None),
    ]


def test_a_vote_cast_again_after_being_struck_stands_and_bears_no_mark() -> None:
    rows = rows_of(opened(), cast("ann", "yes"), struck("batch-1", "ann"), cast("ann", "no", 2))
    page = ballots.votes(rows, "b")
    assert page is not None
    assert page["votes"][0]["struck"] is None
    assert values(shown(rows)) == (2, 1, 1)


def test_paper_votes_lie_in_the_hour_they_were_cast_and_a_bare_day_stays_a_day() -> None:
    rows = rows_of(
        opened(),
        cast("ann", "yes", occurred="2016-05-14T12:30:00+02:00"),
        cast("bo", "no", occurred="2016-05-14"),
        cast("cy", "no"),
    )
    assert [(point["hour"], point["votes_cast"]) for point in shown(rows)["curve"]] == [
        ("2016-05-14", 1),
        ("2016-05-14T10", 2),
        ("2016-05-16T08", 3),
    ]


def test_a_quorum_is_shown_as_its_integers() -> None:
    ballot = opened(electorate_size=4, quorum_numerator=1, quorum_denominator=2)
    view = shown(rows_of(ballot, cast("ann", "yes")))["yes_no_abstain"]
    assert view["turnout"] == {"numerator": 1, "denominator": 4}
    assert view["quorum"] == {"numerator": 1, "denominator": 2}
    assert (view["quorum_met"], view["passed"]) == (False, False)


def test_support_is_judged_by_distinct_live_supporters() -> None:
    ballot = opened(rule="support", threshold=2)
    events = (ballot, cast("ann", "support"), cast("ann", "support", 2), cast("bo", "support"))
    view = shown(rows_of(*events))["support"]
    assert view == {"support": {"votes_cast": 3, "current_votes": 2}, "threshold": 2, "reached": True}
    assert shown(rows_of(*events[:3]))["support"]["reached"] is False


def test_under_approval_one_paper_may_name_several_options() -> None:
    options = (Option(option="north", label="Norra"), Option(option="south", label="Södra"))
    ballot = opened(rule="approval", options=options, winners=1)
    both = VoteCast(ballot="b", voter="ann", choices=("north", "south"), revision=1)
    north = VoteCast(ballot="b", voter="bo", choices=("north",), revision=1)
    again = VoteCast(ballot="b", voter="bo", choices=(), revision=2)
    view = shown(rows_of(ballot, both, north))
    assert values(view) == (2, 2, 2)
    assert view["approval"]["winners"] == ["north"]
    assert [placing["approvals"]["current_votes"] for placing in view["approval"]["order"]] == [2, 1]
    empty = shown(rows_of(ballot, both, north, again))
    assert values(empty) == (3, 2, 2)
    assert sorted(empty["approval"]["tied"]) == ["north", "south"]


def test_every_statement_is_listed_in_the_source_s_own_ids_also_those_nobody_voted_on() -> None:
    source = Source(basis="import", external_id="17")
    rejected = InputModerated(
        input="s2", author="a", process="p1", matter="m1", verdict=Verdict.REJECTED, by_role="moderator"
    )
    rows = rows_of(
        *TOWN,
        received("s1", source=source),
        received("s2"),
        rejected,
        opened(rule="agree_disagree_pass", process="p1"),
        cast("ann", "agree", statement="s1"),
        cast("ann", "pass", 2, statement="s1"),
        cast("bo", "disagree", statement="s1"),
    )
    view = shown(rows)
    assert values(view) == (3, 2, 2)
    first, second = view["statements"]
    assert (first["statement"], first["external_id"], first["status"]) == ("s1", "17", "live")
    assert first["agree"] == {"votes_cast": 1, "current_votes": 0}
    assert first["passed_over"] == {"votes_cast": 1, "current_votes": 1}
    assert (second["statement"], second["status"], second["votes"]["votes_cast"]) == ("s2", "rejected", 0)
    page = ballots.votes(rows, "b")
    assert page is not None
    assert [(vote["voter"], vote["statement_external_id"], vote["choice"]) for vote in page["votes"]] == [
        ("ann", "17", "pass"),
        ("bo", "17", "disagree"),
    ]


def test_a_voter_with_many_statements_is_one_voter() -> None:
    rows = rows_of(
        opened(rule="agree_disagree_pass", process="p1"), *(cast("ann", "agree", statement=s) for s in "xyz")
    )
    assert values(shown(rows)) == (3, 3, 1)


def test_votes_are_paged_without_loss_and_can_be_limited_to_those_that_stand() -> None:
    voters = [f"v{number}" for number in range(7)]
    rows = rows_of(opened(), *(cast(voter, "yes") for voter in voters), struck("batch-1", "v3"))
    assert [vote["voter"] for vote in _all_pages(rows, current_only=False)] == voters
    assert [vote["voter"] for vote in _all_pages(rows, current_only=True)] == [v for v in voters if v != "v3"]


def _all_pages(rows: MemoryRows, current_only: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = Page(size=2)
    while True:
        answer = ballots.votes(rows, "b", page, current_only)
        assert answer is not None
        assert len(answer["votes"]) <= 2
        found += answer["votes"]
        if not answer["next_page_token"]:
            return found
        position, after = read_page_token(answer["next_page_token"])
        assert position == rows.position
        page = Page(2, after)


def test_a_ballot_is_shown_as_it_was_at_an_earlier_position() -> None:
    rows = rows_of(opened(), cast("ann", "yes"), cast("ann", "no", 2), BallotClosed(ballot="b"))
    earlier = shown(rows.at(2))
    assert (earlier["position"], values(earlier), earlier["ballot"]["status"]) == (2, (1, 1, 1), "open")
    assert shown(rows)["ballot"]["status"] == "closed"


@pytest.mark.parametrize("view", [ballots.ballot, ballots.votes])
def test_an_unknown_ballot_has_no_view(view: Any) -> None:
    assert view(rows_of(opened()), "other") is None


# --- Laws -------------------------------------------------------------------------------------
VOTERS = st.sampled_from(["ann", "bo", "cy"])
STATEMENTS = st.sampled_from([None, "s1", "s2"])
MOVES = st.lists(
    st.one_of(
        st.builds(
            lambda voter, statement, choice, revision: cast(voter, choice, revision, statement),
            VOTERS,
            STATEMENTS,
            st.sampled_from(["agree", "disagree", "pass"]),
            st.integers(1, 3),
        ),
        st.builds(
            lambda voter, statement: VoteWithdrawn(ballot="b", voter=voter, statement=statement, revision=1),
            VOTERS,
            STATEMENTS,
        ),
        st.builds(lambda voter, statement: struck("batch", voter, statement=statement), VOTERS, STATEMENTS),
    ),
    max_size=30,
)


@given(MOVES)
def test_votes_cast_is_every_cast_and_current_votes_is_every_live_one(moves: list[Event]) -> None:
    view = shown(rows_of(opened(), *moves))
    live: dict[tuple[str, str | None], str | None] = {}
    for event in moves:
        match event:
            case VoteCast(voter=voter, statement=statement, choice=choice):
                live[voter, statement] = choice
            case VoteWithdrawn(voter=voter, statement=statement):
                live.pop((voter, statement), None)
            case _:
                for vote in event.votes:  # type: ignore[attr-defined]
                    live.pop((vote.voter, vote.statement), None)
    casts = [event for event in moves if isinstance(event, VoteCast)]
    assert view["votes_cast"]["value"] == len(casts)
    assert view["current_votes"]["value"] == len(live)
    figures = rows_of(opened(), *moves).figures(VOTES.name, "b|")
    expected = Counter(f"b|cast|{vote.statement or ''}|{vote.choice}" for vote in casts)
    expected += Counter(f"b|current|{statement or ''}|{choice}" for (_, statement), choice in live.items())
    assert {name: number for name, number in figures.items() if name.startswith(("b|cast|", "b|current|"))} == expected


@given(MOVES, st.randoms(use_true_random=False))
def test_order_matters_only_within_one_voter_s_vote(moves: list[Event], random: Any) -> None:
    history = record([event for event in moves if not hasattr(event, "votes")])
    groups: dict[str, list[Any]] = {}
    for each in history:
        groups.setdefault(VOTES.keys(each.event)[0], []).append(each)  # type: ignore[index]
    lanes = [lane for _, lane in sorted(groups.items())]
    mixed = []
    while lanes := [lane for lane in lanes if lane]:
        mixed.append(random.choice(lanes).pop(0))
    straight: dict[str, Any] = {}
    other: dict[str, Any] = {}
    fold(VOTES, history, straight)
    fold(VOTES, mixed, other)
    assert straight == other


def test_the_ballot_itself_is_untouched_by_votes() -> None:
    assert VoteCast not in BALLOTS.types
