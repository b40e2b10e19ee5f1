"""What of an event may be shown: one judgement for the page of an event and for whatever repeats its bytes.

Sealed words stand in an entry as commitments, which may always be shown. Words in the clear, such as the title of a
document, stand there themselves; where they are withheld, nothing that is handed out beside the log repeats the entry.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from projections.projection import Rows
from projections.views.withholding import why_withheld

SOURCE_CODES = frozenset({"/source/basis", "/source/document"})
"""What of a source is no words: the code, and the fingerprint of a document."""


class Readable(NamedTuple):
    """The data of an event as it may be read: sealed words as references, withheld ones as `{"withheld": why}`.

    `withheld` is why words in the clear were left out, None where none were.
    """

    data: dict[str, Any]
    withheld: str | None


def readable(newest: Rows, position: int, entry: dict[str, Any]) -> Readable:
    """Return what of an entry (its JSON object) may be shown now; `newest` are the rows as they are now."""
    found: str | None = None

    def read(value: Any, pointer: str) -> Any:
        nonlocal found
        if isinstance(value, dict) and value.keys() == {"class", "commit"}:
            return {"position": position, "pointer": pointer}
        if isinstance(value, dict):
            return {name: read(each, f"{pointer}/{name}") for name, each in value.items()}
        if isinstance(value, list):
            return [read(each, f"{pointer}/{number}") for number, each in enumerate(value)]
        if not isinstance(value, str) or pointer in SOURCE_CODES:
            return value
        why = why_withheld(newest, position, entry, pointer, None)
        found = found or why
        return value if why is None else {"withheld": why}

    data = {name: read(value, f"/{name}") for name, value in entry["data"].items()}
    return Readable(data, found)
