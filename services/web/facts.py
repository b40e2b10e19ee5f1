"""Facts of a gap as a reader meets them: days as days, things by their names, codes by their words."""

from __future__ import annotations

from projections.projection import Rows
from services.web.codes import CODES
from services.web.page import Shown
from services.web.subjects import subject

THINGS = {
    "addressed_to": "body",
    "assignee": "body",
    "assignee_by_account": "body",
    "ballot": "ballot",
    "by_body": "body",
    "decision": "decision",
    "document": "document",
    "documents": "document",
    "indicator": "indicator",
    "input": "input",
    "matter": "matter",
    "process": "process",
    "programme": "programme",
    "proposal": "proposal",
    "replaced_by": "programme",
    "survey": "survey",
    "to_body": "body",
}
"""Facts that name a thing or several, and of which kind."""

TAGGED = frozenset({"about", "said_in"})
"""Facts that name things by their tags (`decision:d1`)."""

DAYS = frozenset(
    {"answer_due", "date", "date_by_account", "declared_on", "delivered_on", "due", "made_on", "period", "reported_on"}
)

CODED = {
    "consequence": ("consequence",),
    "kind": ("element_kind", "claim_kind", "reference_kind"),
    "lacks": ("target_member", "document_missing"),
    "missing": ("card_member",),
    "named_as": ("named_as",),
    "status": ("commitment_status",),
}
"""Facts that are codes, several of them joined by commas, and where their words are."""

_SEPARATOR = ", "


def fact(rows: Rows, name: str, value: str) -> Shown:
    """Return a fact with how it reads: `things`, a `day`, `codes` with the kind of each, or none of these.

    What is none of these is a number, a name or words, and stands as it is written.
    """
    read: Shown = {"name": name, "value": value, "things": [], "day": None, "codes": []}
    parts = value.split(_SEPARATOR)
    if name in THINGS:
        return read | {"things": [subject(rows, f"{THINGS[name]}:{each}") for each in parts]}
    if name in TAGGED and all(":" in each for each in parts):
        return read | {"things": [subject(rows, each) for each in parts]}
    if name in DAYS:
        return read | {"day": value}
    kinds = [_kind(name, each) for each in parts]
    if all(kind is not None for kind in kinds):
        return read | {"codes": [{"code": each, "kind": kind} for each, kind in zip(parts, kinds, strict=True)]}
    return read


def _kind(name: str, code: str) -> str | None:
    """Return under which kind of codes a fact's value has words; None where it has none."""
    found = (kind for kind in (*CODED.get(name, ()), "gap_value") if code in CODES[kind])
    return next(found, None)
