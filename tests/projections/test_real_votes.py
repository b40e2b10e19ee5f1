"""Nine real conversations: current votes equal every cell of the source's own matrix, votes cast its own totals."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.ballots.events import VoteCast
from ledger.messages import RecordedEvent
from projections.ballots import BALLOTS, VOTERS, VOTES
from projections.rows.memory import MemoryRows
from projections.views import ballots
from tests.polis import CONVERSATIONS
from tests.projections.history import recorded
from tests.projections.town import opened

CHOICES = {1: "agree", -1: "disagree", 0: "pass"}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def history(folder: Path) -> list[RecordedEvent]:
    """Return the votes as they were cast: each with its time, in the order of time."""
    told = [recorded(1, opened(rule="agree_disagree_pass", process="p1"))]
    casts: Counter[tuple[str, str]] = Counter()
    for position, row in enumerate(sorted(table(folder, "votes"), key=lambda row: int(row["timestamp"])), 2):
        voter, statement = row["voter-id"], row["comment-id"]
        casts[voter, statement] += 1
        seconds = int(row["timestamp"])
        at = datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
        vote = VoteCast(
            ballot="b",
            voter=voter,
            statement=statement,
            choice=CHOICES[int(row["vote"])],
            revision=casts[voter, statement],
            occurred=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        told.append(recorded(position, vote))
    return told


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_real_conversation_is_counted_as_its_source_counts_it(shared: Path, conversation: str) -> None:
    folder = shared / "data" / "polis" / conversation
    told = history(folder)
    rows = MemoryRows((BALLOTS, VOTES, VOTERS), told)
    cells = {
        f"b|{row['participant']}|{statement}": CHOICES[int(float(vote))]
        for row in table(folder, "participants-votes")
        for statement, vote in row.items()
        if statement.isdigit() and vote
    }
    assert {row.key: row.state["current"] for row in rows.scan(VOTES.name)} == cells
    view = ballots.ballot(rows, "b")
    assert view is not None
    assert (view["votes_cast"]["value"], view["current_votes"]["value"]) == (len(told) - 1, len(cells))
    totals = {each["statement"]: each for each in view["statements"]}
    for row in table(folder, "comments"):
        expected = (int(row["agrees"]), int(row["disagrees"]))
        shown = totals.get(row["comment-id"])
        counted = (shown["agree"]["votes_cast"], shown["disagree"]["votes_cast"]) if shown else (0, 0)
        assert counted == expected, row["comment-id"]
