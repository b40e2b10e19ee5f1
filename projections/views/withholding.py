"""What is not shown at present, though nothing was erased: taken off, marked secret, taken back or rejected."""

from __future__ import annotations

from typing import Any

from projections.documents import DOCUMENTS, TAKEN_DOWN
from projections.inputs import INPUTS
from projections.projection import Rows
from projections.views.answer import state_of

HIDDEN_STATUSES = {"rejected", "withdrawn"}
PARTS = {
    "title": ("/title",),
    "parties": ("/sender", "/recipient"),
    "signatories": ("/signed_by",),
    "quotes": ("/text",),
}
"""Where the parts of a document that a secrecy mark may name lie in its events."""


def why_withheld(newest: Rows, position: int, entry: dict[str, Any], pointer: str, key: str | None) -> str | None:
    """Return why words are not shown now: `unpublished`, `secret`, `hidden`; None where they may be.

    `newest` are the rows as they are now: what is hidden now stays hidden in views of the past. `key` is the subject
    key the words are sealed under, None for words in the clear.
    """
    data = entry["data"]
    if newest.get(TAKEN_DOWN.name, f"position:{position}") is not None:
        return "unpublished"
    document = data.get("document")
    if document is not None and (why := _of_document(newest, str(document), pointer)) is not None:
        return why
    if key is not None and key.startswith("author:") and "input" in data:
        state = state_of(newest, INPUTS.name, str(data["input"]))
        return "hidden" if state is not None and state["status"] in HIDDEN_STATUSES else None
    return None


def _of_document(newest: Rows, document: str, pointer: str) -> str | None:
    state = state_of(newest, DOCUMENTS.name, document)
    if state is None:
        return None
    if state["unpublished"] is not None:
        return "unpublished"
    marked = {mark["part"] for mark in state["marks"] if mark["lifted"] is None}
    if "whole" in marked or any(pointer.startswith(PARTS.get(part, ())) for part in marked):
        return "secret"
    return None
