"""Documents and staff proposals as they are shown: the tree, where each was sent, what is withheld and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS, FILED, PROPOSALS
from projections.indicators import INDICATORS
from projections.inputs import INPUTS
from projections.processes import PROCESSES
from projections.projection import Row, Rows
from projections.references import number_form, number_stem
from projections.surveys import SURVEYS
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, state_of, states

DEFINITION = Definition(
    "documents",
    1,
    "A document with all that is attached to it, its numbers as written, who signed it, where it was handed on and who "
    "acknowledged that. A number is found with or without Dnr before it and an act number after it; the same number may "
    "stand on several documents, and all of them are shown. A secrecy mark withholds the part it names and an "
    "unpublished document its words; numbers, dates and hashes stay. What a source does not say is shown as missing; an "
    "attachment lies in the matter and under the number of its document. A "
    "consequence without an amount is one where no amount was given, not one of nothing.",
    (DOCUMENTS, FILED, PROPOSALS, INPUTS, PROCESSES, DECISIONS, SURVEYS, INDICATORS),
)

PARTS = ("title", "parties", "signatories", "quotes")
"""What can be withheld of a document."""

MISSING = ("matters", "document_date", "numbers", "sha256")
"""What a document should have and a source may lack: a matter, a date, a number, a copy."""

OF_THE_WHOLE = frozenset({"matters", "numbers"})
"""What an attachment has through its document."""

READ_MODELS = {
    "input": INPUTS.name,
    "process": PROCESSES.name,
    "decision": DECISIONS.name,
    "document": DOCUMENTS.name,
    "survey": SURVEYS.name,
    "indicator": INDICATORS.name,
}
"""The read model of each kind of evidence a proposal may name."""


# --- One document -----------------------------------------------------------------------------
def document(rows: Rows, document: str) -> Answer | None:
    """Return a document with its attachments as a tree, its proposals, and what else bears its numbers."""
    state = state_of(rows, DOCUMENTS.name, document)
    if state is None:
        return None
    proposals = [shown for each in state["proposals"] if (shown := proposal(rows, each)) is not None]
    return answer(
        rows, DEFINITION, document=_node(rows, state, frozenset()), proposals=proposals, same_number=_same(rows, state)
    )


def without_withheld(state: dict[str, Any]) -> Answer:
    """Return a document as anyone may see it; `withheld` names what is left out, and why."""
    why = _withheld(state)
    hidden: dict[str, Answer] = {
        "title": {"title": None},
        "parties": {"sender": None, "recipient": None, "sender_body": None, "recipient_bodies": []},
        "signatories": {"signed_by": []},
        "quotes": {"quotes": [each | {"text": None} for each in state["quotes"]]},
    }
    shown = dict(state)
    for part in why:
        shown |= hidden[part]
    shown["withheld"] = [{"part": part, "why": reason} for part, reason in why.items()]
    shown["missing"] = [name for name in _expected(state) if not state[name]]
    shown["forwards"] = [_forward(each) for each in state["forwards"]]
    return shown


def _expected(state: dict[str, Any]) -> tuple[str, ...]:
    """Return what a document should have: an attachment lies in the matter and under the number of its document."""
    return MISSING if state["parent"] is None else tuple(name for name in MISSING if name not in OF_THE_WHOLE)


def _withheld(state: dict[str, Any]) -> dict[str, str]:
    """Return the parts that are not shown: `unpublished`, or `secret` where a mark stands."""
    if state["unpublished"] is not None:
        return dict.fromkeys(PARTS, "unpublished")
    marked = [mark["part"] for mark in state["marks"] if mark["lifted"] is None]
    return dict.fromkeys(PARTS if "whole" in marked else [part for part in PARTS if part in marked], "secret")


def _forward(forward: dict[str, Any]) -> Answer:
    """Return a forwarding with the bodies of which no acknowledgement is recorded."""
    got = {each["body"] for each in forward["acknowledged"]}
    waiting = [body for body in forward["to_bodies"] if body not in got]
    return forward | {"not_acknowledged": waiting, "none_recorded": not got}


def _node(rows: Rows, state: dict[str, Any], above: frozenset[str]) -> Answer:
    """Return a document with what is attached to it, by number and then by id."""
    inside = above | {state["document"]}
    found = (
        state_of(rows, DOCUMENTS.name, row.state) for row in states(rows, FILED.name, f"parent:{state['document']}|")
    )
    attached = [each for each in found if each is not None and each["document"] not in inside]
    attached.sort(key=lambda each: (each["attachment_number"] or 0, each["document"]))
    return without_withheld(state) | {"attachments": [_node(rows, each, inside) for each in attached]}


def _same(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return each number of a document that other documents bear too, with those."""
    found = []
    for number in state["numbers"]:
        others = [row.state for row in _bearing(rows, number["value"]) if row.state != state["document"]]
        if others:
            found.append({"number": number, "documents": list(dict.fromkeys(others))})
    return found


# --- The documents of a matter ------------------------------------------------------------------
def tree(rows: Rows, matter: str) -> list[Answer]:
    """Return the documents of a matter as a tree; an attachment stands under its document, not beside it."""
    placed = [state_of(rows, DOCUMENTS.name, row.state) for row in states(rows, FILED.name, f"matter:{matter}|")]
    known = {state["document"]: state for state in placed if state is not None}
    roots = [state for state in known.values() if not _under(rows, state, known)]
    roots.sort(key=lambda each: (each["recorded"]["position"], each["document"]))
    return [_node(rows, state, frozenset()) for state in roots]


def _under(rows: Rows, state: dict[str, Any], known: dict[str, Any]) -> bool:
    """Tell whether a document is attached, directly or further up, to another one of the matter."""
    passed = {state["document"]}
    parent = state["parent"]
    while parent is not None and parent not in passed:
        if parent in known:
            return True
        passed.add(parent)
        above = state_of(rows, DOCUMENTS.name, parent)
        parent = None if above is None else above["parent"]
    return False


def flat(nodes: list[Answer]) -> Iterator[Answer]:
    """Yield the documents of a tree, each before what is attached to it."""
    for node in nodes:
        yield node
        yield from flat(node["attachments"])


# --- Lists --------------------------------------------------------------------------------------
SUMMARY = (
    *("document", "title", "language", "kind", "status", "direction", "document_date", "matters", "parent"),
    *("attachment_number", "numbers", "sha256", "withheld", "missing", "recorded"),
)


def documents(
    rows: Rows,
    page: Page = FIRST_PAGE,
    matter: str | None = None,
    number: str | None = None,
    process: str | None = None,
) -> Answer:
    """Return a page of documents: all, those of a matter with their attachments, about a process, or with a number.

    What is asked for together must hold together.
    """
    if number is not None:
        found = _bearing(rows, number, page.after)
    elif matter is not None:
        found = _filed_in(rows, matter, page.after)
    elif process is not None:
        found = states(rows, FILED.name, f"process:{process}|", page.after)
    else:
        found = (Row(row.key, row.position, row.key) for row in states(rows, DOCUMENTS.name, after=page.after))
    if number is not None and matter is not None:
        inside = {node["document"] for node in flat(tree(rows, matter))}
        found = (row for row in found if row.state in inside)
    if process is not None:
        found = (row for row in found if rows.get(FILED.name, f"process:{process}|{row.state}") is not None)
    items, token = one_page(rows, found, page, lambda row: _summary(rows, row.state))
    return answer(rows, DEFINITION, documents=items, next_page_token=token)


def _summary(rows: Rows, document: str) -> Answer:
    shown = without_withheld(state_of(rows, DOCUMENTS.name, document))
    return {name: shown[name] for name in SUMMARY}


def _filed_in(rows: Rows, matter: str, after: str) -> Iterator[Row]:
    """Yield the documents of a matter and what is attached to them, by id."""
    ids = sorted({node["document"] for node in flat(tree(rows, matter))})
    return (Row(each, rows.position, each) for each in ids if each > after)


def _bearing(rows: Rows, number: str, after: str = "") -> Iterator[Row]:
    """Yield the documents that bear a number; one without an act number finds every act."""
    stem, form = number_stem(number), number_form(number)
    for row in states(rows, FILED.name, f"number:{stem}|", after):
        state = state_of(rows, DOCUMENTS.name, row.state)
        forms = {number_form(each["value"]) for each in state["numbers"]} if state is not None else set()
        if form in forms or (form == stem and forms):
            yield row


# --- Staff proposals ----------------------------------------------------------------------------
def proposal(rows: Rows, proposal: str) -> Answer | None:
    """Return a staff proposal in the version that holds, with every consequence and those that are not stated."""
    state = state_of(rows, PROPOSALS.name, proposal)
    if state is None:
        return None
    last = state["versions"][-1]
    return {
        "proposal": proposal,
        "matter": state["matter"],
        "versions": len(state["versions"]),
        **last,
        "consequences": [_consequence(each) for each in last["consequences"]],
        "not_stated": [each["kind"] for each in last["consequences"] if each["none_reason"] is not None],
        "relied_on": [_evidence(rows, each) for each in last["relied_on"]],
    }


def _consequence(consequence: dict[str, Any]) -> Answer:
    """Return a consequence with what it states: words, an amount (0 is one), or nothing and why."""
    stated = [name for name in ("text", "amount") if consequence[name] is not None]
    return consequence | {"stated": stated, "amount_given": consequence["amount"] is not None}


def _evidence(rows: Rows, evidence: dict[str, Any]) -> Answer:
    found = rows.get(READ_MODELS[evidence["kind"]], evidence["id"])
    return evidence | {"in_ledger": found is not None}


def proposals(rows: Rows, matter: str) -> list[Answer]:
    """Return the staff proposals of a matter, in the order of their ids."""
    found = (proposal(rows, row.state) for row in states(rows, FILED.name, f"proposals:{matter}|"))
    return [each for each in found if each is not None]
