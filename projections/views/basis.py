"""What a decision rests on, as it is shown: documents, the staff proposal, surveys and how good they are.

Everything is shown as it was known at the decision: a version of the proposal or a survey's card that
came later is named, and not used.
"""

from __future__ import annotations

from typing import Any

from projections.documents import DOCUMENTS, PROPOSALS
from projections.projection import Rows
from projections.surveys import SURVEYS
from projections.views.answer import Answer, picked, state_of
from projections.views.documents import without_withheld
from projections.views.survey_response import RATE, response

MANDATORY = ("economy", "children")
"""The consequences every staff proposal must speak of."""

CARD, UNKNOWN, NOT_JUDGED = "card", "unknown", "not_judged"


def basis(rows: Rows, decision: dict[str, Any], on: str) -> Answer:
    """Return the basis of a decision: documents, proposal with its consequences, what it relies on and how good that is."""
    names = ("meeting", "on_behalf_of", "matter_flags", "accordance")
    version = _version(rows, decision)
    return picked(decision, *names) | {
        "documents": [_document(rows, each) for each in decision["basis_documents"]],
        "proposal": _proposal(decision, version),
        "consequences": [] if version is None else version["consequences"],
        "consequences_blank": [] if version is None else _blank(version),
        "relied_on": relied_on(rows, decision, on),
    }


def _document(rows: Rows, stated: dict[str, Any]) -> Answer:
    """Return a document of the basis, with what the register says of its hash today."""
    document = state_of(rows, DOCUMENTS.name, stated["document"])
    now = None if document is None else document["sha256"]
    changed = None if now is None or stated["sha256"] is None else now != stated["sha256"]
    return stated | {
        "in_ledger": document is not None,
        "title": None if document is None else without_withheld(document)["title"],
        "document_date": None if document is None else document["document_date"],
        "changed_since": changed,
    }


# --- The proposal -----------------------------------------------------------------------------
def _version(rows: Rows, decision: dict[str, Any]) -> dict[str, Any] | None:
    """Return the version of the staff proposal that lay before the body: the last before the decision, else the first."""
    proposal = None if decision["proposal"] is None else state_of(rows, PROPOSALS.name, decision["proposal"])
    if proposal is None:
        return None
    position = decision["recorded"]["position"]
    before = [each for each in proposal["versions"] if each["recorded"]["position"] < position]
    version: dict[str, Any] = before[-1] if before else proposal["versions"][0]
    return version


def _proposal(decision: dict[str, Any], version: dict[str, Any] | None) -> Answer | None:
    if decision["proposal"] is None:
        return None
    difference, known_by = _difference(decision, version)
    accordance = decision["accordance"]
    said = None if accordance is None else accordance["stated"]
    return {
        "proposal": decision["proposal"],
        "in_ledger": version is not None,
        "proposal_version": None if version is None else version["proposal_version"],
        "document": None if version is None else version["document"],
        "by_unit": None if version is None else version["by_unit"],
        "difference": difference,
        "known_by": known_by,
        "differs": decision["differs"] or [],
        # What the minutes say is kept beside what is known otherwise.
        "contradicts_minutes": said is not None
        and known_by != "minutes"
        and difference != "unknown"
        and said != (difference == "identical"),
    }


def _difference(decision: dict[str, Any], version: dict[str, Any] | None) -> tuple[str, str]:
    """Return identical, amended or unknown, and what says so: clauses, office, minutes or nothing.

    The words are sealed, so the ledger compares numbers and verbs; whether the words differ is stated
    by the office clause by clause, or else by the minutes as a whole.
    """
    if version is not None and _skeleton(version) != _skeleton(decision):
        return "amended", "clauses"
    if decision["differs"] is not None:
        return ("amended" if decision["differs"] else "identical"), "office"
    if decision["accordance"] is not None:
        return ("identical" if decision["accordance"]["stated"] else "amended"), "minutes"
    return "unknown", "nothing"


def _skeleton(clauses: dict[str, Any]) -> list[tuple[int, str]]:
    return sorted((clause["number"], clause["verb"]) for clause in clauses["clauses"])


def _blank(version: dict[str, Any]) -> list[str]:
    """Return the mandatory consequences that say nothing at all: no words, no amount and no reason."""
    said = {
        each["kind"]
        for each in version["consequences"]
        if any(each[name] is not None for name in ("text", "amount", "none_reason"))
    }
    return [kind for kind in MANDATORY if kind not in said]


# --- What it relies on --------------------------------------------------------------------------
def relied_on(rows: Rows, decision: dict[str, Any], on: str) -> list[Answer]:
    """Return what a decision relies on, by its own record and by that of the proposal, each with how good it is."""
    own = [each | {"stated_by": "decision"} for each in decision["relied_on"]]
    named = {(each["kind"], each["id"]) for each in own}
    version = _version(rows, decision)
    proposed = [
        each | {"stated_by": "proposal", "quality_unknown": False}
        for each in (version["relied_on"] if version else [])
        if (each["kind"], each["id"]) not in named
    ]
    position = decision["recorded"]["position"]
    return [each | _quality(rows, each, position, on) for each in (*own, *proposed)]


def _quality(rows: Rows, reliance: dict[str, Any], position: int, on: str) -> Answer:
    if reliance["kind"] != "survey":
        quality = UNKNOWN if reliance["quality_unknown"] else NOT_JUDGED
        return {"quality": quality, "survey": None}
    survey = state_of(rows, SURVEYS.name, reliance["id"])
    cards = [] if survey is None else survey["cards"]
    before = [card for card in cards if card["recorded"]["position"] < position]
    shown = {
        "in_ledger": survey is not None,
        "card_at_decision": before[-1]["card"] if before else None,
        "card": cards[-1]["card"] if cards else None,
        **_response(rows, survey, on),
    }
    known = bool(before) and not reliance["quality_unknown"]
    return {"quality": CARD if known else UNKNOWN, "survey": shown}


def _response(rows: Rows, survey: dict[str, Any] | None, on: str) -> Answer:
    """Return the response rate of a survey as its own view counts it, and whether it lies under the warning in force."""
    if survey is None:
        return dict.fromkeys(("response", "response_stated", "warning_percent", "under_warning"))
    found = response(rows, survey["cards"][-1] if survey["cards"] else None, survey, on)
    rate = next((each for each in found["rates"] if each["name"] == RATE and each["denominator"]), None)
    return {
        "response": rate and picked(rate, "numerator", "denominator"),
        "response_stated": found["stated"] and found["stated"]["text"],
        "warning_percent": found["warning"]["limit_percent"],
        "under_warning": {"yes": True, "no": False}.get(found["warning"]["is_low"]),
    }
