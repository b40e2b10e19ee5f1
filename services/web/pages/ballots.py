"""All ballots: what was asked, by which rule, and where each stands."""

from __future__ import annotations

from projections.ballots import BALLOTS
from projections.views import ballots
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_marks("ballot", "ballots", ballots.ballots)


def show(seen: Seen) -> Shown:
    """Return a part of the list, each ballot with its votes."""
    found = _view(seen.rows, part(seen, of=BALLOTS))
    lines = [each | _votes(seen, each["ballot"]) for each in found["ballots"]]
    return {
        "ballots": lines,
        "names": names(seen.rows, (("process", each["process"]) for each in lines)),
        "next": following(found),
        "definitions": whole(ballots.DEFINITION),
    }


def _votes(seen: Seen, ballot: str) -> Shown:
    shown = ballots.ballot(seen.rows, ballot)
    return {} if shown is None else {name: shown[name] for name in ("votes_cast", "current_votes", "voters")}


def table(shown: Shown) -> Table:
    """Return a line for each ballot."""
    members = ("ballot", "question", "rule", "process", "status")
    return Table(
        (*members, "votes_cast", "current_votes", "voters"),
        [
            (*(each[name] for name in members), *(each[f]["value"] for f in ("votes_cast", "current_votes", "voters")))
            for each in shown["ballots"]
        ],
    )


PAGE = Page("ballots", "/omrostningar", show, table, query=(AFTER,), section="ballots")
