"""What an event or a gap is about, as a reader knows it: its kind, its title or first words, and its page."""

from __future__ import annotations

from typing import Any

from projections.assignments import ASSIGNMENTS
from projections.claims import CLAIMS, REFERENCES
from projections.commitments import COMMITMENTS
from projections.documents import PROPOSALS
from projections.projection import Rows
from projections.views.answer import state_of
from services.web.names import PLACES, names
from services.web.page import Shown

_WORDS = {
    "assignment": (ASSIGNMENTS.name, "text"),
    "claim": (CLAIMS.name, "text"),
    "commitment": (COMMITMENTS.name, "text"),
    "reference": (REFERENCES.name, "what"),
}
"""Things that have no title, and where their words stand."""

_LISTED = {
    "commitment": "/loften#commitment-{}",
    "claim": "/pastaenden#claim-{}",
    "reference": "/pastaenden#reference-{}",
    "method": "/metoder#{}",
}
"""Things that have a line in a list and no page of their own."""


def subject(rows: Rows, tag: str) -> Shown:
    """Return what a tag (`survey:s1`) is about: `kind`, `id`, `title` or `words`, and the `path` of its page or list.

    `title`, `words` and `path` are None where there are none: of a thing that the ledger does not have, of one whose
    title may not be shown.
    """
    kind, _, name = tag.partition("|")[0].partition(":")
    blank: Shown = {"tag": tag, "kind": kind, "id": name, "title": None, "words": None, "path": None}
    if kind == "proposal":
        return blank | _proposal(rows, name)
    if kind in _WORDS:
        model, member = _WORDS[kind]
        state: dict[str, Any] | None = state_of(rows, model, name)
        if state is None:
            return blank
        path = f"/uppdrag/{name}" if kind == "assignment" else _LISTED[kind].format(name)
        return blank | {"words": state[member], "path": path}
    if kind not in PLACES:
        return blank
    title = names(rows, [(kind, name)])[f"{kind}:{name}"]
    if title is None:
        return blank
    path = _LISTED[kind].format(name) if kind in _LISTED else f"{PLACES[kind]}/{name}"
    return blank | {"title": title, "path": path}


def _proposal(rows: Rows, proposal: str) -> Shown:
    """Return a staff proposal by the document that it stands in."""
    state = state_of(rows, PROPOSALS.name, proposal)
    document = None if state is None else state["versions"][-1]["document"]
    if document is None:
        return {}
    title = names(rows, [("document", document)])[f"document:{document}"]
    return {} if title is None else {"title": title, "path": f"{PLACES['document']}/{document}"}
