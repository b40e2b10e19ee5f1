"""The tree and the votes once more by DuckDB: what it counts is what the replay counts, and where not, it says so."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from ledger.ballots.events import (
    BallotClosed,
    BallotOpened,
    BallotResumed,
    BallotSuspended,
    Budget,
    InvalidVote,
    Option,
    TallyLine,
    TallyPublished,
    VoteCast,
    VotesInvalidated,
    VoteWithdrawn,
)
from ledger.bodies import BodyDissolved
from ledger.entries import encode
from ledger.log.merkle import Frontier, leaf_hashes
from ledger.messages import Event
from projections.ballots import VOTES
from projections.projection import fold
from services.audit import second
from services.audit.report import Report
from tests.projections.history import record

ORIGIN = "example.se/test"
duckdb = pytest.importorskip("duckdb", reason="the extra `duckdb` is not installed")


def opened(ballot: str, rule: str, paper: str | None = None, *options: str) -> BallotOpened:
    return BallotOpened(
        ballot=ballot,
        question="?",
        rule=rule,
        tie_rule="none",
        options=tuple(Option(option=each, label=each, cost=100) for each in options),
        budget=None if paper is None else Budget(amount=500, currency="SEK", paper=paper),
        definition="0" * 64,
    )


def cast(ballot: str, voter: str, *choices: str, choice: str | None = None, statement: str | None = None) -> VoteCast:
    return VoteCast(ballot=ballot, voter=voter, choice=choice, choices=choices or None, statement=statement, revision=1)


def halted(ballot: str) -> BallotSuspended:
    return BallotSuspended(ballot=ballot, reason_code="fault", authority="board")


def struck(ballot: str, *voters: str, statement: str | None = None) -> VotesInvalidated:
    votes = tuple(InvalidVote(voter=each, statement=statement, revision=1) for each in voters)
    return VotesInvalidated(
        ballot=ballot, batch="b", rule="r", reason_code="c", authority="a", count=len(votes), votes=votes
    )


def published(ballot: str, cast: int, current: int, **lines: int) -> TallyPublished:
    return TallyPublished(
        ballot=ballot,
        edition=1,
        algorithm="x",
        algorithm_version=1,
        definition="0" * 64,
        votes_cast=cast,
        current_votes=current,
        votes_digest="0" * 64,
        lines=tuple(TallyLine(option=option, votes=votes) for option, votes in lines.items()),
    )


def entries_of(events: Sequence[Event]) -> list[bytes]:
    return [
        encode(each.entry.data, id=each.entry.id, ledger=ORIGIN, actor=each.entry.actor, time=each.entry.time)
        for each in record(events)
    ]


def root_of(entries: Sequence[bytes]) -> bytes:
    return Frontier().extend(leaf_hashes(entries)).root()


def counted(folder: Path, entries: Sequence[bytes], page: int = 100) -> second.Counted:
    with second.SecondCount(duckdb, folder) as count:
        for at in range(0, len(entries), page):
            count.on_page(at + 1, entries[at : at + page])
        return count.finish()


def compared(folder: Path, events: Sequence[Event]) -> Report:
    states: dict[str, object] = {}
    fold(VOTES, record(events), states)
    entries, report = entries_of(events), Report(ORIGIN)
    found = counted(folder, entries)
    second.compare_counts(report, found, root_of(entries), second.figures_of(states.items()))
    return report


# --- The tree -----------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 8, 13, 255, 256, 257, 300])
def test_the_second_tree_has_the_root_of_rfc_6962(tmp_path: Path, size: int) -> None:
    entries = [b"\xff\x00\n," + bytes([n % 256]) for n in range(size)]
    found = counted(tmp_path, entries, page=7)
    assert (found.size, found.gapless, found.root) == (size, True, root_of(entries))
    assert found.figures == {} and not any(tmp_path.iterdir())


def test_another_root_and_a_gap_are_named(tmp_path: Path) -> None:
    found = counted(tmp_path, [b"a", b"b"])
    report = Report(ORIGIN)
    second.compare_counts(report, found, bytes(32), None)
    assert report.exit_code == 3 and "its 2 entries give the root" in report.verdict
    with second.SecondCount(duckdb, tmp_path) as count:
        count.on_page(1, [b"a"])
        count.on_page(3, [b"b"])
        report = Report(ORIGIN)
        second.compare_counts(report, count.finish(), bytes(32), None)
    assert report.exit_code == 3 and "not gapless" in report.verdict


def test_parquet_files_are_read_as_entries(tmp_path: Path) -> None:
    entries = entries_of([opened("b", "yes_no_abstain"), cast("b", "v", choice="yes")])
    rows = ", ".join(f"({at}, unhex('{entry.hex()}'))" for at, entry in enumerate(entries, 1))
    files = []
    for number, kind in enumerate(("BLOB", "VARCHAR")):
        shown = "entry" if kind == "BLOB" else "decode(entry)"
        file = tmp_path / f"it's {number}.parquet"
        name = str(file).replace("'", "''")
        duckdb.sql(f"COPY (SELECT position, {shown} AS entry FROM (VALUES {rows}) t(position, entry)) TO '{name}'")
        files.append(file)
    for file in files:
        with second.SecondCount(duckdb, tmp_path) as count:
            count.read_parquet([file])
            found = count.finish()
        assert found.root == root_of(entries) and found.figures[("b", "", "current", "yes")] == 1
    with second.SecondCount(duckdb, tmp_path) as count, pytest.raises(second.NotCounted):
        count.read_parquet([tmp_path / "none.parquet"])


# --- The votes ----------------------------------------------------------------------------------
def history(seed: int) -> list[Event]:
    """Return a long life of five ballots of different kinds, by the rules."""
    draw = random.Random(seed)
    options = ("a", "b", "c|d"[:1] + "x")
    events: list[Event] = [
        opened("s", "support"),
        opened("p", "agree_disagree_pass"),
        opened("y", "yes_no_abstain"),
        opened("o", "approval", None, *options),
        opened("i", "irv", None, *options),
        opened("g", "budget_greedy", "points", *options),
    ]
    closed: set[str] = set()
    for _ in range(400):
        ballot, voter = draw.choice("spyoig"), f"v{draw.randrange(12)}"
        statement = f"p-{draw.randrange(3)}" if ballot == "p" else None
        what = draw.random()
        if what < 0.06:
            events.append(struck(ballot, voter, statement=statement))
        elif ballot in closed:
            continue
        elif what < 0.16:
            events.append(VoteWithdrawn(ballot=ballot, voter=voter, statement=statement, revision=1))
        elif what < 0.18:
            events += [halted(ballot), struck(ballot, voter, statement=statement)]
            events.append(BallotResumed(ballot=ballot, authority="board"))
        elif what < 0.185:
            events.append(BallotClosed(ballot=ballot))
            closed.add(ballot)
        elif ballot in "oig":
            chosen = draw.sample(options, draw.randrange(1, 4))
            points = tuple(draw.randrange(9) for _ in chosen) if ballot == "g" else None
            events.append(cast(ballot, voter, *chosen).model_copy(update={"points": points}))
        else:
            events.append(cast(ballot, voter, choice=draw.choice(["yes", "no", "agree"]), statement=statement))
    return [*events, BodyDissolved(body="b")]


@pytest.mark.parametrize("seed", range(12))
def test_the_second_count_has_the_figures_of_the_replay(tmp_path: Path, seed: int) -> None:
    report = compared(tmp_path, history(seed))
    assert report.findings == [] and report.counts["figures counted again"] > 20


OPEN = [opened("b", "yes_no_abstain"), cast("b", "ann", choice="yes"), cast("b", "bo", choice="no")]


@pytest.mark.parametrize(
    "what, events",
    [
        ("before the opening", [cast("b", "eve", choice="yes"), *OPEN]),
        ("after the close", [*OPEN, BallotClosed(ballot="b"), cast("b", "eve", choice="yes")]),
        ("while suspended", [*OPEN, halted("b"), cast("b", "eve", choice="yes"), BallotResumed(ballot="b", authority="a")]),
        ("in no ballot", [cast("b", "eve", choice="yes"), BodyDissolved(body="b")]),
        ("withdrawn after the close", [*OPEN, BallotClosed(ballot="b"), VoteWithdrawn(ballot="b", voter="ann", revision=1)]),
    ],
)  # fmt: skip
def test_a_vote_that_no_rule_allows_is_named(tmp_path: Path, what: str, events: list[Event]) -> None:
    report = compared(tmp_path, events)
    assert report.exit_code == 5, what
    assert any(str(finding).startswith("ballot b, current for yes: DuckDB counts") for finding in report.findings)


def test_votes_struck_after_the_close_are_out_and_those_of_one_voter_count_once(tmp_path: Path) -> None:
    report = compared(
        tmp_path, [*OPEN, cast("b", "ann", choice="no"), BallotClosed(ballot="b"), struck("b", "bo", "bo")]
    )
    assert report.exit_code == 0
    found = counted(
        tmp_path, entries_of([*OPEN, cast("b", "ann", choice="no"), BallotClosed(ballot="b"), struck("b", "bo")])
    )
    assert found.figures == {
        ("b", "", "votes cast", ""): 3,
        ("b", "", "current votes", ""): 1,
        ("b", "", "cast", "yes"): 1,
        ("b", "", "cast", "no"): 2,
        ("b", "", "current", "no"): 1,
    }


def test_a_published_result_is_counted_as_of_where_it_stands(tmp_path: Path) -> None:
    right = [*OPEN, BallotClosed(ballot="b"), published("b", 2, 2, yes=1, no=1, abstain=0), struck("b", "bo")]
    assert compared(tmp_path, right).exit_code == 0
    wrong = [*OPEN, BallotClosed(ballot="b"), published("b", 2, 2, yes=2, no=0), struck("b", "bo")]
    report = compared(tmp_path, wrong)
    assert report.exit_code == 5
    assert [str(finding) for finding in report.findings] == [
        "position 5, edition 1 of ballot b, current for yes: published 2, DuckDB counts 1",
        "position 5, edition 1 of ballot b, current for no: published 0, DuckDB counts 1",
    ]
    totals = [*OPEN, BallotClosed(ballot="b"), published("b", 3, 2)]
    assert "votes cast: published 3, DuckDB counts 2" in compared(tmp_path, totals).verdict


def test_votes_of_a_newer_version_are_not_counted(tmp_path: Path) -> None:
    entries = [entry.replace(b"vote-cast.v1", b"vote-cast.v2") for entry in entries_of(OPEN)]
    report = Report(ORIGIN)
    second.compare_counts(report, counted(tmp_path, entries), root_of(entries), {})
    assert report.exit_code == 0
    assert report.not_checked == ["votes once more: events of a newer version, which the second count does not know"]
