"""Claims and references as they are shown: with their evidence or with the word that there is none."""

from __future__ import annotations

from typing import Any

from projections.claims import CLAIMS, EVIDENCE, REFERENCES
from projections.projection import Row, Rows
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    events,
    one_page,
    state_of,
    states,
)
from projections.views.presence import in_ledger

DEFINITION = Definition(
    "claims",
    1,
    "A claim is shown as that of whoever made it; the ledger does not say that it is so. Without evidence means that "
    "nothing is stated in support of it. Evidence of a kind other than external is in the ledger when its id is. An "
    "intention binds nobody and is no commitment. A reference stands asserted and unverified until it is resolved.",
    (CLAIMS, EVIDENCE, REFERENCES),
)

ABOUT = ("document", "decision", "process", "matter", "programme")


def claim(rows: Rows, claim: str) -> Answer | None:
    """Return one claim with its evidence."""
    state = state_of(rows, CLAIMS.name, claim)
    return None if state is None else answer(rows, DEFINITION, claim=_shown(rows, state))


def claims(
    rows: Rows,
    page: Page = FIRST_PAGE,
    about_kind: str | None = None,
    about: str | None = None,
    kind: str | None = None,
    without_evidence: bool = False,
) -> Answer:
    """Return a page of claims: about one thing, of one kind, those without evidence alone, or all."""

    def chosen(state: dict[str, Any]) -> bool:
        if kind not in {None, state["kind"]} or (without_evidence and state["evidence"]):
            return False
        return about is None or about in {state[each] for each in ABOUT if about_kind in {None, each}}

    found = (row for row in states(rows, CLAIMS.name, after=page.after) if chosen(row.state))
    items, token = one_page(rows, found, page, lambda row: _shown(rows, row.state))
    return answer(rows, DEFINITION, claims=items, next_page_token=token)


def _shown(rows: Rows, state: dict[str, Any]) -> Answer:
    evidence = [
        each | {"in_ledger": each["kind"] != "external" and in_ledger(rows, each["kind"], each["id"])}
        for each in state["evidence"]
    ]
    return state | {
        "evidence": evidence,
        "without_evidence": not evidence,
        "events": events((), f"claim:{state['claim']}"),
    }


def resting_on(rows: Rows, kind: str, id: str) -> list[str]:
    """Return the ids of the claims that are supported with something."""
    return [row.key.rpartition("|")[2] for row in states(rows, EVIDENCE.name, f"{kind}:{id}|")]


def references(rows: Rows, page: Page = FIRST_PAGE, status: str | None = None) -> Answer:
    """Return a page of references, of one status (asserted_unverified, resolved) or all."""
    found = (row for row in states(rows, REFERENCES.name, after=page.after) if status in {None, row.state["status"]})
    items, token = one_page(rows, found, page, _reference)
    return answer(rows, DEFINITION, references=items, next_page_token=token)


def _reference(row: Row) -> Answer:
    return {**row.state, "events": events((), f"reference:{row.key}")}
