"""A document's card: what it is, its hash, what is attached, whom it was sent to, and what is withheld or missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.views import documents
from projections.views.corrections import with_corrections
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_corrections("document", documents.document)


def show(seen: Seen) -> Shown | None:
    """Return the document with everything attached to it."""
    found = _view(seen.rows, seen.path["document"])
    if found is None:
        return None
    things: list[tuple[str, str | None]] = []
    for each in documents.flat([found["document"]]):
        things += _named(each)
    things += [("body", each["by_unit"]) for each in found["proposals"]]
    things += [("body", each["unit"]) for each in found["document"]["signed_by"] or ()]
    things += [("document", other) for each in found["same_number"] for other in each["documents"]]
    return {**found, "names": names(seen.rows, things), "definitions": whole(documents.DEFINITION)}


def _named(document: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    yield from (("document", document[name]) for name in ("document", "parent"))
    yield from (("matter", each) for each in document["matters"])
    yield from (("body", each) for each in (document["sender_body"], *document["recipient_bodies"]))
    yield "process", document["process"]
    for forward in document["forwards"]:
        yield from (("body", each) for each in forward["to_bodies"])


def table(shown: Shown) -> Table:
    """Return a line for the document and for each attachment."""
    members = ("document", "parent", "attachment_number", "title", "kind", "status", "document_date", "sha256")
    return Table(members, [[each[name] for name in members] for each in documents.flat([shown["document"]])])


PAGE = Page("document", "/handlingar/{document}", show, table, section="documents")
