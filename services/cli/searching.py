"""`liggare search`: where words stand, with the words around them."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Any

from projections.rows.port import NotReached
from services.bootstrap import prepared
from services.cli.exits import Exit, Failure
from services.cli.output import emit, write
from services.search.port import Asked
from services.search.searching import Found, Searching
from services.search.words import around, asked_words
from services.settings import Settings


def search(settings: Settings, text: str, at: int, asof: str | None, kind: str, limit: int, *, as_json: bool) -> Exit:
    """Write the hits, best first; Exit.NOT_FOUND where there are none."""
    words = asked_words(text)
    if not words:
        raise Failure(Exit.USAGE, "there is no letter or digit to look for; write at least one word")
    asked = Asked(words, at, _day(asof), kind)
    with prepared(settings) as parts, closing(Searching(parts)) as searching:
        try:
            found = searching.find(asked, limit)
        except NotReached as error:
            raise Failure(
                Exit.NOT_FOUND, f"the record has {error.reached} events; there is no position {error.asked} yet"
            ) from None
    if as_json:
        emit({"words": list(words), "hits": [_hit(each, words) for each in found]})
    else:
        write("".join(_line(each, words) + "\n" for each in found).encode())
    return Exit.FINE if found else Exit.NOT_FOUND


def _day(text: str | None) -> str | None:
    try:
        return None if text is None else date.fromisoformat(text).isoformat()
    except ValueError:
        raise Failure(Exit.USAGE, f"--asof {text!r} is not a day; write it as 2015-12-14") from None


def _hit(found: Found, words: tuple[str, ...]) -> dict[str, Any]:
    return found.hit._asdict() | {"basis": found.basis, "around": around(found.text, words)}


def _line(found: Found, words: tuple[str, ...]) -> str:
    hit = found.hit
    # What is invented says so wherever it is shown.
    label = "(illustrative) " if found.basis == "illustrative" else ""
    return f"{hit.position:>8}  {hit.day or '?':<10}  {hit.subject:<32}  {label}{around(found.text, words)}"
