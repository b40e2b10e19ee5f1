"""Gaps in what is said: goals without a past, claims without evidence, references to nothing, documents without a date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ledger.edtf import earliest
from projections.assignments import ASSIGNMENTS
from projections.claims import CLAIMS, REFERENCES
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS
from projections.programmes import PROGRAMMES
from projections.projection import Rows
from projections.views.answer import state_of, states
from projections.views.gaps.gap import Gap, Rule, position


# --- Programmes ---------------------------------------------------------------------------------
def _goals_without_lineage(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, PROGRAMMES.name):
        programme = row.state
        if not programme["replaced_by"]:
            continue
        stated = {each["element"] for each in programme["lineage"] if each["relation"] != "unknown"}
        for element in programme["elements"]:
            if element["kind"] == "goal" and element["element"] not in stated:
                facts = {"goal": element["element"], "replaced_by": programme["replaced_by"][-1]["programme"]}
                yield Gap(f"programme:{row.key}", facts, (position(programme), position(programme["replaced_by"][-1])))


def _follow_ups_too_early(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, PROGRAMMES.name):
        begins = earliest(row.state["period"])
        for each in row.state["follow_ups"]:
            if begins is not None and each["year"] < begins.year:
                facts = {"year": str(each["year"]), "period": row.state["period"]}
                yield Gap(f"programme:{row.key}", facts, (position(row.state), position(each)))


def _purposes_unmeasured(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, PROGRAMMES.name):
        measured = {link["element"] for link in row.state["links"] if link["indicator"] is not None}
        for element in row.state["elements"]:
            if element["kind"] in {"purpose", "goal"} and not {element["element"], None} & measured:
                facts = {"element": element["element"], "kind": element["kind"]}
                yield Gap(f"programme:{row.key}", facts, (position(row.state),))


# --- Claims and references ----------------------------------------------------------------------
def _claims_without_evidence(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, CLAIMS.name):
        if row.state["kind"] in {"effect", "fact"} and not row.state["evidence"]:
            by = {name: row.state[name] for name in ("by_body", "by_party", "by_role") if row.state[name]}
            yield Gap(f"claim:{row.key}", {"kind": row.state["kind"]} | by, (position(row.state),))


def _dangling(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, REFERENCES.name):
        if row.state["resolved"] is None:
            facts = {"kind": row.state["kind"], "said_in": f"{row.state['said_in_kind']}:{row.state['said_in']}"}
            yield Gap(f"reference:{row.key}", facts, (position(row.state),))


# --- Documents ----------------------------------------------------------------------------------
def _undated(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, DOCUMENTS.name):
        lacks = [name for name in ("document_date", "numbers") if not row.state[name]]
        if "document_date" in lacks or (row.state["parent"] is None and lacks):
            yield Gap(f"document:{row.key}", {"lacks": ", ".join(lacks)}, (position(row.state),))


def _documents_missing(rows: Rows, on: str) -> Iterator[Gap]:
    for subject, document, told in (*_reports(rows), *_of_decisions(rows)):
        if document and state_of(rows, DOCUMENTS.name, document) is None:
            yield Gap(subject, {"document": document}, (position(told),))


def _reports(rows: Rows) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Yield the documents through which assignments were reported or told of, with where each is named."""
    for row in states(rows, ASSIGNMENTS.name):
        reported = [row.state["reported"]] if row.state["reported"] is not None else []
        for told in (*row.state["progress"], *reported, *row.state["accounts"]):
            yield f"assignment:{row.key}", told["document"], told


def _of_decisions(rows: Rows) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Yield the documents decisions were made on, and those that show them carried out."""
    for row in states(rows, DECISIONS.name):
        for basis in row.state["basis_documents"]:
            yield f"decision:{row.key}", basis["document"], row.state
        if row.state["executed"] is not None:
            yield f"decision:{row.key}", row.state["executed"]["document"], row.state["executed"]


def _numbers_shared(rows: Rows, on: str) -> Iterator[Gap]:
    bearers: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for row in states(rows, DOCUMENTS.name):
        for number in row.state["numbers"]:
            bearers[number["scheme"], number["value"]].append((row.key, position(row.state)))
    for (scheme, value), found in sorted(bearers.items()):
        if len(found) > 1:
            facts = {"scheme": scheme, "number": value, "documents": ", ".join(document for document, _ in found)}
            yield Gap(f"document:{found[0][0]}", facts, tuple(at for _, at in found))


RULES = (
    Rule(
        "goal_without_lineage",
        "A programme was replaced, and nobody says what became of a goal.",
        _goals_without_lineage,
    ),
    Rule(
        "follow_up_before_programme",
        "A programme was followed up for a year before its period begins.",
        _follow_ups_too_early,
    ),
    Rule("purpose_without_measure", "No indicator is linked to a purpose or goal.", _purposes_unmeasured),
    Rule(
        "claim_without_evidence",
        "An effect or a fact was claimed, and nothing is stated in support.",
        _claims_without_evidence,
    ),
    Rule("dangling_reference", "Something was referred to that is not in the ledger.", _dangling),
    Rule(
        "document_not_in_ledger",
        "An assignment was reported or told of, or a decision made or carried out, by a document that is not in the "
        "ledger.",
        _documents_missing,
    ),
    Rule("document_without_date_or_number", "A document bears no date, or no number of its own.", _undated),
    Rule("number_on_several_documents", "Several documents bear the same number.", _numbers_shared),
)
