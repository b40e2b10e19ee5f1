"""Gaps in what is named: a ground, a target or an end that the ledger does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from projections.assignments import ASSIGNMENTS
from projections.claims import CLAIMS
from projections.decisions import DECISIONS
from projections.documents import PROPOSALS
from projections.inputs import INPUTS
from projections.matters import MATTERS
from projections.meetings import MEETINGS
from projections.petitions import CRITICISM
from projections.projection import Rows
from projections.views.answer import state_of, states
from projections.views.gaps.gap import Gap, Rule, position
from projections.views.presence import in_ledger


class Named(NamedTuple):
    """Something that is named: in which role, of which kind, under which id, and at which position."""

    role: str
    kind: str
    id: str | None
    position: int


def _not_in_ledger(rows: Rows, on: str) -> Iterator[Gap]:
    found = chain(_by_decisions(rows), _by_proposals(rows), _by_claims(rows), _by_assignments(rows), _by_matters(rows))
    for subject, named in chain(found, _by_criticism(rows)):
        if named.id is not None and not in_ledger(rows, named.kind, named.id):
            yield _gap(subject, named)
    yield from _recused_elsewhere(rows, on)


def _gap(subject: str, named: Named) -> Gap:
    return Gap(subject, {"named_as": named.role, named.kind: str(named.id)}, (named.position,))


def _by_decisions(rows: Rows) -> Iterator[tuple[str, Named]]:
    for row in states(rows, DECISIONS.name):
        decision, at = row.state, position(row.state)
        for each in decision["basis_documents"]:
            yield f"decision:{row.key}", Named("basis", "document", each["document"], at)
        for each in (ref for clause in decision["clauses"] for ref in clause["refs"]):
            yield f"decision:{row.key}", Named("clause_reference", each["kind"], each["id"], at)
        yield from _relied_on(f"decision:{row.key}", decision)
        yield f"decision:{row.key}", Named("answers", "proposal", decision["proposal"], at)
        if decision["executed"] is not None:
            executed = decision["executed"]
            yield f"decision:{row.key}", Named("executed_by", "document", executed["document"], position(executed))


def _by_proposals(rows: Rows) -> Iterator[tuple[str, Named]]:
    for row in states(rows, PROPOSALS.name):
        yield from _relied_on(f"proposal:{row.key}", row.state["versions"][-1])


def _relied_on(subject: str, stated: dict[str, Any]) -> Iterable[tuple[str, Named]]:
    return ((subject, Named("relied_on", each["kind"], each["id"], position(stated))) for each in stated["relied_on"])


def _by_claims(rows: Rows) -> Iterator[tuple[str, Named]]:
    for row in states(rows, CLAIMS.name):
        for each in row.state["evidence"]:
            if each["kind"] == "external":
                continue
            yield f"claim:{row.key}", Named("evidence", each["kind"], each["id"], position(each))


def _by_assignments(rows: Rows) -> Iterator[tuple[str, Named]]:
    for row in states(rows, ASSIGNMENTS.name):
        assignment, subject = row.state, f"assignment:{row.key}"
        yield subject, Named("effect_measured_by", "indicator", assignment["effect_indicator"], position(assignment))
        for role, told in (("account", assignment["accounts"]), ("progress", assignment["progress"])):
            for each in told:
                yield subject, Named(role, "document", each["document"], position(each))
        if assignment["reported"] is not None:
            report = assignment["reported"]
            yield subject, Named("report", "document", report["document"], position(report))


def _by_matters(rows: Rows) -> Iterator[tuple[str, Named]]:
    for row in states(rows, MATTERS.name):
        closed = row.state["closed"]
        if closed is not None:
            yield f"matter:{row.key}", Named("closed_by", "decision", closed["decision"], int(closed["position"]))


def _by_criticism(rows: Rows) -> Iterator[tuple[str, Named]]:
    for row in states(rows, CRITICISM.name):
        if state_of(rows, INPUTS.name, row.key) is not None:
            for link in row.state["links"]:
                named = Named("criticised", link["target_kind"], link["target"], position(link))
                yield f"input:{row.key}", named


def _recused_elsewhere(rows: Rows, on: str) -> Iterator[Gap]:
    """Yield each recusal for an item or a matter that its meeting, once it is over, did not take up."""
    for row in states(rows, MEETINGS.name):
        meeting = row.state
        if meeting["ended"] is None and meeting["date"] >= on:
            continue
        paragraphs = {item["paragraph"] for item in meeting["items"]}
        matters = {item["matter"] for item in (*meeting["items"], *meeting["agenda"])}
        for each in meeting["recusals"]:
            facts = {"named_as": "recusal"}
            if each["paragraph"] is not None and each["paragraph"] not in paragraphs:
                yield Gap(f"meeting:{row.key}", facts | {"item": str(each["paragraph"])}, (position(each),))
            elif each["paragraph"] is None and each["matter"] is not None and each["matter"] not in matters:
                yield Gap(f"meeting:{row.key}", facts | {"matter": each["matter"]}, (position(each),))


RULES = (
    Rule(
        "reference_not_in_ledger",
        "A decision, a proposal, a claim, an assignment, a criticism or a closed matter names something, and a recusal "
        "an item or a matter of its meeting, that the ledger does not have.",
        _not_in_ledger,
    ),
)
