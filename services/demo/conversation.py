"""The vote numbers of a real conversation, shipped with the package; see ATTRIBUTION.md beside them."""

from __future__ import annotations

from importlib.resources import as_file, files

from services.imports import polis
from services.imports.tables import read_table

SOURCE = "demo-canadian-electoral-reform"
TITLE = "Canadian electoral reform (a Polis conversation, 2016-2017)"

ATTRIBUTION = (
    "Data was gathered using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with "
    "Attribution to The Computational Democracy Project. The data and more information about how the data was "
    "collected can be found at the following link(s): "
    "https://compdemocracy.org/case-studies/2016-canadian-electoral-reform"
)


def conversation() -> polis.Conversation:
    """Return the conversation; its statements have numbers and no words, and each arrives with its first vote."""
    with as_file(files("services.demo")) as folder:
        table = read_table(folder, polis.VOTES, polis.VOTE_COLUMNS)
    votes = polis.read_votes(table, {row[1] for row in table.rows})
    first: dict[str, int] = {}
    for vote in votes:
        first.setdefault(vote.statement, vote.time)
    statements = tuple(
        polis.Statement(time, number, "", None, f"Statement {number} (text not included)", 0)
        for number, time in first.items()
    )
    return polis.Conversation(SOURCE, TITLE, statements, votes)
