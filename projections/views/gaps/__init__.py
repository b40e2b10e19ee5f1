"""Gaps: what the record itself shows to be missing, late or contradictory, by published rules.

A gap is no verdict: it says what a reader would look for and not find, and which events show it.
"""

from __future__ import annotations

from collections.abc import Iterator

from projections.assignments import ASSIGNMENTS
from projections.ballots import BALLOTS, VOTERS, VOTES
from projections.bodies import BODIES, DELEGATION_ORDERS
from projections.claims import CLAIMS, REFERENCES
from projections.commitments import COMMITMENTS
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.documents import DOCUMENTS, PROPOSALS
from projections.governance import RULES as LAW
from projections.indicators import INDICATORS
from projections.inputs import INPUTS, SCOPE
from projections.matters import MATTERS
from projections.meetings import MEETING_DAYS, MEETINGS
from projections.petitions import CRITICISM
from projections.processes import PROCESSES
from projections.programmes import PROGRAMMES
from projections.projection import Row, Rows
from projections.responses import RESPONSES
from projections.surveys import SURVEY_QUESTIONS, SURVEYS
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page
from projections.views.gaps import asked, assigned, decided, named, stated

RULES = (*decided.RULES, *assigned.RULES, *stated.RULES, *asked.RULES, *named.RULES)
"""Every rule, in the order in which gaps are listed."""

DEFINITION = Definition(
    "gaps",
    1,
    "What is missing, late or contradictory, judged on the day the answer holds for. "
    + " ".join(f"{rule.name}: {rule.text}" for rule in RULES),
    (
        *(DECISIONS, PROPOSALS, ASSIGNMENTS, COMMITMENTS, PROCESSES, PROGRAMMES, CLAIMS, REFERENCES, DOCUMENTS),
        *(INPUTS, SCOPE, DISPOSITIONS, RESPONSES, CRITICISM, SURVEYS, INDICATORS, LAW),
        *(MATTERS, MEETINGS, MEETING_DAYS, DELEGATION_ORDERS, BALLOTS, VOTES, VOTERS, BODIES, SURVEY_QUESTIONS),
    ),
)


def gaps(rows: Rows, page: Page = FIRST_PAGE, rule: str = "", subject: str = "", *, on: str) -> Answer:
    """Return a page of gaps, of one rule, about one subject (`decision:ks-12`), or all; and how many each rule finds.

    What is missing has no key, so every answer reads its read models whole.
    """
    found = [row for row in _rows(rows, on) if subject in {"", row.state["subject"]}]
    counts = {each.name: sum(row.state["rule"] == each.name for row in found) for each in RULES}
    listed = (row for row in found if row.key > page.after and rule in {"", row.state["rule"]})
    items, token = one_page(rows, listed, page, lambda row: dict(row.state))
    return answer(
        rows,
        DEFINITION,
        on=on,
        rules=[{"rule": each.name, "text": each.text, "count": counts[each.name]} for each in RULES],
        gaps=items,
        next_page_token=token,
    )


def _rows(rows: Rows, on: str) -> Iterator[Row]:
    """Yield every gap under a key that sorts as the list does."""
    for number, rule in enumerate(RULES):
        for place, gap in enumerate(rule.find(rows, on)):
            yield Row(f"{number:03}|{place:09}", rows.position, gap.shown(rule.name))
