"""Which words of an event can be looked for: its public ones, sealed or in the clear."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from ledger.messages import EVENT_TYPES, Event
from ledger.sealing import seals

CLEAR = frozenset(
    {
        *("title", "name", "name_sv", "name_en", "aliases", "question", "label", "paragraph"),
        *("can_change", "cannot_change", "value", "heading", "population", "citation"),
    }
)
"""Fields in the clear that hold words of an office: titles, names of bodies, diary numbers, promises."""

WORDS_MAX = 20
WORD = re.compile(r"[^\W_]+(?:[-/.:][^\W_]+)*")
"""A word, or a number written with signs inside: `2015/174-001`, `3.4`, `e-post`."""


class Clear(NamedTuple):
    """A text in the clear and its JSON Pointer in the event's data."""

    pointer: str
    text: str


def clear_words(event: Event) -> list[Clear]:
    """Return the texts in the clear that can be looked for."""
    return list(_clear(event.model_dump(mode="json", exclude={"source"}), "", ""))


def _clear(value: Any, name: str, pointer: str) -> Iterator[Clear]:
    if isinstance(value, str):
        if name in CLEAR:
            yield Clear(pointer, value)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _clear(item, name, f"{pointer}/{number}")
    elif isinstance(value, dict) and "commit" not in value:
        for member, held in value.items():
            yield from _clear(held, member, f"{pointer}/{member}")


def searched_types() -> tuple[str, ...]:
    """Return the types of event that may hold words, such as `input-received.v1`; votes hold none."""
    return tuple(
        f"{topic}.v{version}"
        for topic, kind in EVENT_TYPES.items()
        if seals(kind) or CLEAR & kind.model_fields.keys() or "numbers" in kind.model_fields
        for version in range(1, kind.version + 1)
    )


def asked_words(text: str) -> tuple[str, ...]:
    """Return the words to look for, lower-case and in NFC, at most 20: signs between words are not looked for."""
    found = WORD.findall(unicodedata.normalize("NFC", text).lower())
    return tuple(dict.fromkeys(found))[:WORDS_MAX]


AROUND = 60
"""Characters shown on each side of the first word found."""


def around(text: str, words: tuple[str, ...]) -> str:
    """Return the text around the first of the words, on one line, cut between words where it can be."""
    text = re.sub(r"\s+", " ", text)
    places = [place for word in words if (place := text.lower().find(word)) >= 0]
    middle = min(places, default=0)
    start, end = max(0, middle - AROUND), middle + AROUND
    if start and " " in text[start:middle]:
        start = text.index(" ", start) + 1
    if end < len(text) and " " in text[middle + 1 : end]:
        end = text.rindex(" ", middle + 1, end)
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
