"""Corrections: everything that was recorded wrongly, before and after, newest last."""

from __future__ import annotations

from projections.corrections import CORRECTIONS
from projections.views import corrections
from projections.views.answer import PAGE_SIZE_MAX
from services.web.kinds import sentence
from services.web.listing import AFTER, following, part
from services.web.page import Page, Seen, Shown, Table
from services.web.subjects import subject

LINES = 100


def show(seen: Seen) -> Shown:
    """Return a page of corrections with the value each field had and should have had."""
    page = part(seen, min(LINES, PAGE_SIZE_MAX), CORRECTIONS)
    found = corrections.corrections(seen.rows, page)
    listed = [
        each | {"thing": subject(seen.rows, each["tag"]), "what": sentence(each["topic"])}
        for each in found["corrections"]
    ]
    return found | {"corrections": listed, "following": following(found)}


def table(shown: Shown) -> Table:
    """Return the corrections, a line each; sealed words by their text, or why there is none."""
    names = ("correction", "position", "tag", "topic", "pointer", "was", "becomes", "withheld", "by_role")
    header = (*names, "text", "reason", "recorded")
    return Table(
        header,
        [
            (*(each[name] for name in names), _said(each["text"]), _said(each["reason"]), each["recorded"]["position"])
            for each in shown["corrections"]
        ],
    )


def _said(words: dict[str, str] | None) -> str | None:
    return None if words is None else words.get("text", words.get("withheld"))


PAGE = Page("corrections", "/rattelser", show, table, query=(AFTER,), section="audit")
