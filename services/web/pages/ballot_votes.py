"""The pseudonymous votes of a ballot, one by one, so that anybody can count them again; not before it is closed."""

from __future__ import annotations

from projections.ballots import VOTES
from projections.views import ballots
from services.web.listing import AFTER, following, part, whole
from services.web.page import Page, Seen, Shown, Table
from services.web.votes import is_published

LINES = 1_000


def show(seen: Seen) -> Shown | None:
    """Return a part of the list of votes; without votes while the ballot is open."""
    found = ballots.ballot(seen.rows, seen.path["ballot"])
    if found is None:
        return None
    ballot = found["ballot"]
    published = is_published(ballot)
    asked = part(seen, LINES, VOTES, f"{seen.path['ballot']}|")
    listed = ballots.votes(seen.rows, seen.path["ballot"], asked) if published else None
    return {
        "ballot": {name: ballot[name] for name in ("ballot", "question", "status", "closed", "rule")},
        "labels": {each["option"]: each["label"] for each in ballot["options"]},
        "current_votes": found["current_votes"],
        "voters": found["voters"],
        "votes_published": published,
        "votes": [] if listed is None else listed["votes"],
        "next": None if listed is None else following(listed),
        "definitions": whole(ballots.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each vote; choices and points are in the voter's order, between semicolons."""
    header = ("voter", "statement", "standing", "choice", "choices", "points", "casts", "struck", "position")
    return Table(
        header,
        [
            (
                each["voter"],
                each["statement"],
                str(each["standing"]).lower(),
                each["choice"],
                ";".join(each["choices"]),
                ";".join(str(point) for point in each["points"]),
                each["casts"],
                each["struck"],
                each["position"],
            )
            for each in shown["votes"]
        ],
    )


PAGE = Page("ballot_votes", "/omrostningar/{ballot}/roster", show, table, query=(AFTER,), section="ballots")
