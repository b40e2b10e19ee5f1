"""Claims: what was claimed by whom and on what grounds, and what was referred to that nobody can look up."""

from __future__ import annotations

from projections.views import claims
from projections.views.answer import PAGE_SIZE_MAX
from projections.views.answer import Page as Part
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table
from services.web.subjects import subject

ABOUT = ("document", "decision", "process", "matter", "programme")


def show(seen: Seen) -> Shown:
    """Return a part of the claims, each with its grounds, and all references with whether they were found."""
    rows = seen.rows
    found = claims.claims(rows, part(seen))
    listed = found["claims"]
    referred = claims.references(rows, Part(PAGE_SIZE_MAX))["references"]
    things = [(kind, each[kind]) for each in listed for kind in ABOUT]
    things += [("body", each["by_body"]) for each in listed]
    things += [(ground["kind"], ground["id"]) for each in listed for ground in each["evidence"]]
    return {
        "claims": listed,
        "without_evidence": sum(each["without_evidence"] for each in listed),
        "references": [_said_in(seen, each) for each in referred],
        "names": names(rows, things),
        "next": following(found),
        "definitions": whole(claims.DEFINITION),
    }


def _said_in(seen: Seen, reference: Shown) -> Shown:
    return reference | {"place": subject(seen.rows, f"{reference['said_in_kind']}:{reference['said_in']}")}


def table(shown: Shown) -> Table:
    """Return a line for each claim."""
    members = ("claim", "kind", "by_body", "by_party", "by_role", "document", "decision", "without_evidence")
    return Table(
        (*members, "text", "position"),
        [
            (*(each[name] for name in members), (each["text"] or {}).get("text"), each["recorded"]["position"])
            for each in shown["claims"]
        ],
    )


PAGE = Page("claims", "/pastaenden", show, table, query=(AFTER,), section="contents")
