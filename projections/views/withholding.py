"""What is not shown at present, though nothing was erased: taken off, marked secret, taken back or rejected."""

from __future__ import annotations

from typing import Any, NamedTuple

from ledger.corrections import Corrected
from ledger.inputs.events import InputModerated, InputWithdrawn
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


VALUES = ("/was", "/becomes")
"""Where a correction holds a value in the clear, before and after."""


class Withheld(NamedTuple):
    """Why words are not shown now, and the position of the event that says so."""

    why: str
    by: int


def why_withheld(newest: Rows, position: int, entry: dict[str, Any], pointer: str, key: str | None) -> str | None:
    """Return why words are not shown now: `unpublished`, `secret`, `hidden`; None where they may be. See `withheld_by`."""
    found = withheld_by(newest, position, entry, pointer, key)
    return None if found is None else found.why


def withheld_by(newest: Rows, position: int, entry: dict[str, Any], pointer: str, key: str | None) -> Withheld | None:
    """Return why words are not shown now and which event says so; None where they may be shown.

    `newest` are the rows as they are now: what is hidden now stays hidden in views of the past. `key` is the subject
    key the words are sealed under, None for words in the clear. What a correction replaces is not looked at here.
    """
    data = entry["data"]
    found = _of_position(newest, position) or _of_data(newest, data, pointer, key)
    if found is None and pointer in VALUES and entry["type"].partition(".")[0] == Corrected.topic:
        return value_withheld_by(newest, data["tag"], data["position"], data["pointer"])
    return found


def value_withheld_by(newest: Rows, tag: str, position: int, pointer: str) -> Withheld | None:
    """Return why a value in the clear that was corrected is not shown now, as it was and as it should have been.

    `tag`, `position` and `pointer` are what the correction names. None where both may be shown.
    """
    kind, _, named = tag.partition(":")
    return _of_position(newest, position) or _of_data(newest, {kind: named}, pointer, None)


def _of_position(newest: Rows, position: int) -> Withheld | None:
    taken = state_of(newest, TAKEN_DOWN.name, f"position:{position}")
    return None if taken is None else Withheld("unpublished", taken["recorded"]["position"])


def _of_data(newest: Rows, data: dict[str, Any], pointer: str, key: str | None) -> Withheld | None:
    document = data.get("document")
    if document is not None and (found := _of_document(newest, str(document), pointer)) is not None:
        return found
    if key is not None and key.startswith("author:") and "input" in data:
        return _of_input(newest, str(data["input"]))
    return None


def _of_document(newest: Rows, document: str, pointer: str) -> Withheld | None:
    state = state_of(newest, DOCUMENTS.name, document)
    if state is None:
        return None
    if state["unpublished"] is not None:
        return Withheld("unpublished", state["unpublished"]["recorded"]["position"])
    for mark in state["marks"]:
        part = mark["part"]
        if mark["lifted"] is None and (part == "whole" or pointer.startswith(PARTS.get(part, ()))):
            return Withheld("secret", mark["recorded"]["position"])
    return None


def _of_input(newest: Rows, name: str) -> Withheld | None:
    state = state_of(newest, INPUTS.name, name)
    if state is None or state["status"] not in HIDDEN_STATUSES:
        return None
    says = InputWithdrawn.topic if state["status"] == "withdrawn" else InputModerated.topic
    steps = [step["recorded"]["position"] for step in state["life"] if step["type"] == says]
    # A moderator may have judged it again before; what holds was said last.
    return Withheld("hidden", steps[-1])
