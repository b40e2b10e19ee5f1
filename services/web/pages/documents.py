"""All documents: their dates, numbers and hashes, and what of them is missing or withheld."""

from __future__ import annotations

from projections.views import documents
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.page import Page, Seen, Shown, Table

NUMBER = "nummer"

_view = with_marks("document", "documents", documents.documents)


def show(seen: Seen) -> Shown:
    """Return a part of the list, of all or of those that bear a number."""
    number = seen.query.get(NUMBER) or None
    found = _view(seen.rows, part(seen), number=number)
    return {
        "documents": found["documents"],
        "asked": number,
        "next": following(found),
        "definitions": whole(documents.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each document."""
    members = ("document", "title", "kind", "status", "document_date", "parent", "sha256")
    return Table(
        (*members, "numbers", "position"),
        [
            (
                *(each[name] for name in members),
                ";".join(number["value"] for number in each["numbers"]),
                each["recorded"]["position"],
            )
            for each in shown["documents"]
        ],
    )


PAGE = Page("documents", "/handlingar", show, table, query=(AFTER, NUMBER), section="documents")
