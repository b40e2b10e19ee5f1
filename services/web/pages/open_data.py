"""Open data: what can be taken home, in which forms, and how to check that it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from ledger.log.publisher import LogStore
from projections.measures import catalogue
from services.audit.offline.layout import chunks_of
from services.web.open.calls import calls
from services.web.open.chunks import FORMS as ENTRY_FORMS
from services.web.open.chunks import PARQUET
from services.web.open.columns import FORMS as TABLE_FORMS
from services.web.open.tables import TABLES
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return what there is: the whole record, tables, the catalogue, feeds; and how far it reaches."""
    newest = cast(LogStore, seen.reader).last_checkpoint()
    signed = newest.size if newest else 0
    return {
        "events": int(seen.rows.position),
        "signed": min(signed, int(seen.rows.position)),
        "has_head": newest is not None,
        "definitions": len(catalogue.definitions(seen.rows)["definitions"]),
        "files": [
            {"name": "handelser", "forms": list(_entries(len(chunks_of(signed))))},
            *({"name": name, "forms": [f"/data/{name}.{form}" for form in TABLE_FORMS]} for name in TABLES),
        ],
        "calls": [each.shown() for each in calls(seen.origin, int(seen.rows.position))],
        "catalogue": [f"/data/catalog.{form}" for form in ("rdf", "ttl", "jsonld")],
    }


def _entries(chunks: int) -> Iterator[str]:
    """Yield the files of entries: none while nothing is signed, and Parquet chunk by chunk where there are several."""
    for form in ENTRY_FORMS:
        if form == PARQUET and chunks > 1:
            yield from (f"/data/handelser-{chunk:06}.{form}" for chunk in range(chunks))
        elif chunks:
            yield f"/data/handelser.{form}"


def table(shown: Shown) -> Table:
    """Return the files, a line each form."""
    return Table(("name", "path"), [(each["name"], path) for each in shown["files"] for path in each["forms"]])


PAGE = Page("open_data", "/data", show, table, section="open", live=True)
