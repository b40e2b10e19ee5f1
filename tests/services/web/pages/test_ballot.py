"""The pages of ballots: the result in a sentence, votes cast beside current votes, and every correction."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.ballots.events import BallotClosed, Budget, Option, TallyAudited, TallyPublished, VoteCast, VoteWithdrawn
from ledger.messages import Event
from services.web.pages import ballot, ballot_votes, ballots
from services.web.wrong import NotThere, Wrong
from tests.projections.town import TOWN, cast, opened, received, struck
from tests.services.web.pages.seen import HOSTILE, Read, drawn, shown

OPTIONS = tuple(Option(option=option, label=option.upper()) for option in "abc")
PRICED = tuple(Option(option=o, label=o.upper(), cost=c) for o, c in (("a", 600), ("b", 300), ("c", 900)))
BUDGET = Budget(amount=1000, currency="SEK", paper="approvals", satisfaction=None, completion=None)
PATH = {"ballot": "b"}


def paper(voter: str, *choices: str) -> VoteCast:
    return VoteCast(ballot="b", voter=voter, choices=choices, revision=1)


def page(*events: Event, language: str = "en") -> Read:
    data = shown(ballot.PAGE, events, PATH)
    assert data is not None
    return drawn(ballot.PAGE, data, language)


RULES = [
    ("yes_no_abstain", {}, [cast("ann", "yes"), cast("bo", "no"), cast("bo", "yes", 2)], "2 voted yes, 0 voted no"),
    ("support", {"threshold": 2}, [cast("ann", "support")], "1 supports this. The limit of 2 is not reached."),
    (
        "approval",
        {"options": OPTIONS, "winners": 1},
        [paper("ann", "a", "b"), paper("bo", "b")],
        "B was named most, by 2",
    ),
    ("irv", {"options": OPTIONS}, [paper("ann", "a"), paper("bo", "b", "a"), paper("cy", "a")], "A wins in 1 round"),
    (
        "budget_greedy",
        {"options": PRICED, "budget": BUDGET},
        [paper("ann", "a", "b")],
        "The votes buy 2 of 3 proposals.",
    ),
    (
        "agree_disagree_pass",
        {"process": "p1"},
        [cast("ann", "agree", statement="i1")],
        "1 person voted on 1 statements",
    ),
]


@pytest.mark.parametrize(("rule", "terms", "votes", "sentence"), RULES)
def test_the_page_opens_with_the_result_by_its_rule(
    rule: str, terms: dict[str, Any], votes: list[Event], sentence: str
) -> None:
    read = page(*TOWN, received("i1"), opened(rule=rule, **terms), *votes, BallotClosed(ballot="b"))
    assert sentence in read.lead
    assert any("/handelser?" in link for link in read.links)
    assert "/omrostningar/b/roster" in " ".join(read.links)
    page(*TOWN, received("i1"), opened(rule=rule, **terms), *votes, language="sv")
    page(*TOWN, opened(rule=rule, **terms))


def test_votes_cast_and_current_votes_are_two_figures() -> None:
    events = (opened(), cast("ann", "yes"), cast("ann", "no", 2), cast("bo", "yes"))
    data = shown(ballot.PAGE, events, PATH)
    assert data is not None
    assert (data["votes_cast"]["value"], data["current_votes"]["value"]) == (3, 2)
    assert ballot.table(data).rows == [("yes", None, 2, 1), ("no", None, 1, 1), ("abstain", None, 0, 0)]
    assert "Votes cast 3 Every vote, also those changed later. Current votes 2" in drawn(ballot.PAGE, data).text


def test_struck_votes_are_drawn_on_the_curve_with_rule_and_authority() -> None:
    votes: list[Event] = [
        VoteCast(ballot="b", voter=str(n), choice="yes", revision=1, occurred=f"2016-05-{10 + n}T10:00:00Z")
        for n in range(5)
    ]
    read = page(opened(), *votes, struck("batch", "1", "2"))
    assert "−2 struck" in read.pictures
    assert any("5 votes were cast" in title and "3 of them stand" in title for title in read.pictures)
    assert "En röst per person" in read.text
    assert "Valnämnden" in read.text


def test_a_published_result_that_no_longer_holds_says_so() -> None:
    tally = TallyPublished(
        ballot="b",
        edition=1,
        algorithm="yes_no_abstain",
        algorithm_version=1,
        definition="0" * 64,
        votes_cast=1,
        current_votes=1,
        votes_digest="1" * 64,
        lines=(),
    )
    audit = TallyAudited(ballot="b", edition=1, audit="a", agrees=False, auditor="Revisorn")
    read = page(opened(), cast("ann", "yes"), BallotClosed(ballot="b"), tally, audit, struck("batch", "ann"))
    assert "no longer holds" in read.text
    assert "Revisorn counted again and did not get the same result." in read.text


def test_turnout_stands_where_somebody_states_who_may_vote() -> None:
    assert "25.0 %" in page(opened(electorate_size=4), cast("ann", "yes")).text.replace("\xa0", " ")
    assert "Nobody states how many may vote." in page(opened(), cast("ann", "yes")).text


# --- The list of votes --------------------------------------------------------------------------
def test_votes_are_listed_once_the_ballot_is_closed_and_not_before() -> None:
    votes = (opened(), cast("ann", "yes"), cast("bo", "no"), VoteWithdrawn(ballot="b", voter="bo", revision=1))
    before = shown(ballot_votes.PAGE, votes, PATH)
    assert before is not None
    assert (before["votes_published"], before["votes"]) == (False, [])
    assert "published when the ballot is closed" in drawn(ballot_votes.PAGE, before).lead
    after = shown(ballot_votes.PAGE, (*votes, BallotClosed(ballot="b")), PATH)
    assert after is not None
    table = ballot_votes.table(after)
    assert [row[:4] for row in table.rows] == [("ann", None, "true", "yes"), ("bo", None, "false", None)]
    assert "taken back" in drawn(ballot_votes.PAGE, after).text


def test_a_list_goes_on_where_it_ended() -> None:
    votes = [cast(f"v{number:02}", "yes") for number in range(5)]
    events = (opened(), *votes, BallotClosed(ballot="b"))
    rest = shown(ballot_votes.PAGE, events, PATH, efter="b|v02")
    assert rest is not None
    assert [each["voter"] for each in rest["votes"]] == ["v03", "v04"]


# --- All of them --------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_empty_ledger_says_that_there_is_none(language: str) -> None:
    data = shown(ballots.PAGE, ())
    assert data is not None
    assert data["ballots"] == []
    assert ("No ballot is in the ledger." if language == "en" else "ingen omröstning") in drawn(
        ballots.PAGE, data, language
    ).text
    assert shown(ballot.PAGE, (), PATH) is None
    assert shown(ballot_votes.PAGE, (), PATH) is None


def test_hostile_words_are_words() -> None:
    options = (Option(option="a", label=HOSTILE), *OPTIONS[1:])
    events = (opened(rule="approval", options=options).model_copy(update={"question": HOSTILE}),)
    for each in (ballot, ballot_votes):
        data = shown(each.PAGE, events, PATH)
        assert data is not None
        assert HOSTILE in drawn(each.PAGE, data, "sv").text
    data = shown(ballots.PAGE, events)
    assert data is not None
    assert HOSTILE in drawn(ballots.PAGE, data).text


def test_statements_are_shown_by_the_page_and_all_are_in_the_files() -> None:
    names = [f"i{number:02}" for number in range(60)]
    votes = [cast("ann", "agree", statement=name) for name in names]
    events = (*TOWN, *map(received, names), opened(rule="agree_disagree_pass", process="p1"), *votes)
    seen: list[str] = []
    for number in ("", "2", "3"):
        data = shown(ballot.PAGE, events, PATH, sida=number)
        assert data is not None
        assert len(data["statements"]) == len(ballot.table(data).rows) == 60
        links = drawn(ballot.PAGE, data).links
        seen += [link.rpartition("/")[2] for link in links if "/forslag/i" in link]
        assert any("sida=2" in link for link in links) == (number != "2")
    assert seen == names
    with pytest.raises(NotThere):
        shown(ballot.PAGE, events, PATH, sida="4")
    with pytest.raises(Wrong):
        shown(ballot.PAGE, events, PATH, sida="alla")
