"""Opening public words for the reader of a view.

A view holds references, `{"position": 12, "pointer": "/text"}`. Here each gets a `text`, or says why
it has none: `hidden` (its author took the input back, or moderation rejected it), `unpublished` (taken
off what is shown), `secret` (a secrecy mark stands), `private` (class S, never opened here), `erased`
(the key was destroyed) or `missing`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from pydantic_core import from_json

from ledger.corrections import Corrected
from ledger.entries import decode, type_of
from ledger.sealing import sealed_of
from ledger.store.port import Reader
from ledger.vault.errors import KeyDestroyed, Unopened
from ledger.vault.vault import SealedField, ToOpen, Vault
from projections.projection import Rows
from projections.views.withholding import Withheld, withheld_by

POSITIONS_AT_ONCE = 1_000
NO_KEY = "none"
"""Stands for the key of a field that the event does not seal; no subject has it."""

CORRECTED = type_of(Corrected)

Reference = dict[str, Any]


def opened(answer: Any, reader: Reader, vault: Vault, newest: Rows) -> Any:
    """Add the public words to every reference in a view, in place, and return the view.

    `newest` are the rows as they are now: what is hidden now stays hidden in views of the past.
    """
    asked = list(references(answer))
    positions = sorted({reference["position"] for reference in asked})
    for start in range(0, len(positions), POSITIONS_AT_ONCE):
        page = set(positions[start : start + POSITIONS_AT_ONCE])
        _open(page, [each for each in asked if each["position"] in page], reader, vault, newest)
    return answer


def references(value: Any) -> Iterator[Reference]:
    """Yield every reference to sealed words in a view."""
    if isinstance(value, dict):
        if value.keys() == {"position", "pointer"}:
            yield value
            return
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from references(member)


class Place(NamedTuple):
    """A sealed field of one entry: its commitment and its class."""

    event_id: str
    commit: str
    sealing_class: str


def _open(positions: Collection[int], references: list[Reference], reader: Reader, vault: Vault, newest: Rows) -> None:
    written = dict(reader.at(sorted(positions)))
    entries = {at: from_json(entry) for at, entry in written.items()}
    sealed = {(row.position, row.pointer): row for row in reader.sealed(positions)}
    asked: list[tuple[Reference, ToOpen]] = []
    for reference in references:
        at = reference["position"], reference["pointer"]
        place, row = place_of(entries.get(at[0]), at[1]), sealed.get(at)
        if place is None:
            reference["withheld"] = "missing"
        elif row is None and place.sealing_class == "P":
            asked.append((reference, _gone(*at, written[at[0]], place)))
        elif place.sealing_class != "P":
            reference["withheld"] = "private"
        elif row is not None and (found := withheld(reader, newest, at[0], entries[at[0]], at[1], row.key)) is not None:
            reference["withheld"] = found.why
        elif row is not None:
            field = SealedField(place.commit, row.nonce, row.ciphertext)
            asked.append((reference, ToOpen(row.key, place.event_id, at[1], field)))
    for (reference, _), text in zip(asked, vault.open_many([ask for _, ask in asked]), strict=True):
        if isinstance(text, Unopened):
            reference["withheld"] = "erased" if isinstance(text, KeyDestroyed) else "missing"
        else:
            reference["text"] = text


def withheld(
    reader: Reader, newest: Rows, position: int, entry: dict[str, Any], pointer: str, key: str
) -> Withheld | None:
    """Return why sealed words are not shown now and which event says so; None where they may be shown.

    Words that correct others say nearly the same as those, and are shown where those may be. See `withheld_by`.
    """
    found = withheld_by(newest, position, entry, pointer, key)
    if found is not None or entry["type"] != CORRECTED or pointer != "/text":
        return found
    data = entry["data"]
    return next(
        (
            withheld(reader, newest, at, from_json(corrected), data["pointer"], key)
            for at, corrected in reader.at([data["position"]])
        ),
        None,
    )


def _gone(position: int, pointer: str, entry: bytes, place: Place) -> ToOpen:
    """Return what to ask about a field without a ciphertext: the vault knows whether its key was destroyed."""
    fields = sealed_of(decode(position, entry).event)
    key = next((field.key for field in fields if field.pointer == pointer), NO_KEY)
    return ToOpen(key, place.event_id, pointer, None)


def place_of(entry: dict[str, Any] | None, pointer: str) -> Place | None:
    """Return the sealed field of an entry (its JSON object) at a JSON Pointer; None where there is none."""
    value: Any = None if entry is None else entry["data"]
    for part in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    if entry is None or not isinstance(value, dict) or "commit" not in value:
        return None
    return Place(entry["id"], value["commit"], value["class"])
