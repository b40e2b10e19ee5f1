"""Search: words that anyone may read now, by what they are about; a reference or a number leads straight to its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from projections.ballots import BALLOTS
from projections.bodies import BODIES
from projections.decisions import DECISIONS
from projections.indicators import INDICATORS
from projections.inputs import INPUTS
from projections.matters import MATTERS
from projections.projection import Projection, Rows, once
from projections.surveys import SURVEYS
from projections.views.answer import state_of, states
from services.search.port import Asked
from services.search.searching import Found
from services.search.words import asked_words
from services.web.kinds import sentence
from services.web.names import PLACES, names, pages_of
from services.web.page import Page, Seen, Shown, Table
from services.web.wrong import Wrong

HITS_MAX = 200
"""Hits looked at; where there are more, the page says so."""

LINES = 50
NUMBERS_LOOKED_AT = 10_000
REFERENCES_LOOKED_AT = 100_000

_KINDS: dict[str, Projection] = {
    "decision": DECISIONS,
    "matter": MATTERS,
    "input": INPUTS,
    "ballot": BALLOTS,
    "survey": SURVEYS,
    "indicator": INDICATORS,
    "body": BODIES,
}
_KIND = re.compile(r"[a-z][a-z_-]{0,30}")
_POSITION = re.compile(r"#?([1-9][0-9]{0,15})")
_ID = re.compile(r"(?:([a-z]+):)?([a-z0-9][a-z0-9_-]{0,63})")


def show(seen: Seen) -> Shown:
    """Return the hits with how many there are of each kind; `direct` is the one page asked for, where there is one."""
    text, kind = seen.query.get("q", "").strip(), seen.query.get("slag", "")
    if kind and not _KIND.fullmatch(kind):
        raise Wrong("slag", "is no kind of thing; choose one from the list")
    words = asked_words(text)
    named = list(dict.fromkeys(_named(seen.rows, text))) if text else []
    day = None if seen.moment.day is None else seen.moment.day.isoformat()
    hits = _hits(seen, Asked(words, seen.moment.position or 0, day)) if words else []
    of_kind = [hit for hit in hits if kind in {"", hit["kind"]}]
    places = named or list(dict.fromkeys(hit["place"] or f"/handelse/{hit['position']}" for hit in of_kind))
    return {
        "q": text,
        "kind": kind,
        "words": list(words),
        "named": named,
        "called": _called(seen.rows, named),
        "count": len(hits),
        "complete": len(hits) < HITS_MAX,
        "kinds": [{"kind": name, "count": count} for name, count in Counter(hit["kind"] for hit in hits).most_common()],
        "hits": _with_names(seen.rows, of_kind[:LINES]),
        "shown": min(len(of_kind), LINES),
        "direct": places[0] if len(places) == 1 and not kind else None,
    }


# --- What is named outright -------------------------------------------------------------------
def _named(rows: Rows, text: str) -> Iterator[str]:
    """Yield the pages of what a text names: an event by its position, a thing by its id or its registration number."""
    if (position := _POSITION.fullmatch(text)) is not None and int(position[1]) <= rows.position:
        yield f"/handelse/{position[1]}"
    if (named := _ID.fullmatch(text.lower())) is not None:
        for kind, projection in _KINDS.items():
            if named[1] in {None, kind} and state_of(rows, projection.name, named[2]) is not None:
                yield f"{PLACES[kind]}/{named[2]}"
    wanted = _spelled(text)
    if any(character.isdigit() for character in wanted) and not text.startswith("#"):
        for row in islice(states(rows, MATTERS.name), NUMBERS_LOOKED_AT):
            if wanted in {_spelled(number["value"]) for number in row.state["numbers"]}:
                yield f"{PLACES['matter']}/{row.key}"
        for name in once(rows, "inputs by reference", lambda: _by_reference(rows)).get(wanted, ()):
            yield f"{PLACES['input']}/{name}"


def _by_reference(rows: Rows) -> dict[str, list[str]]:
    """Return the inputs by the reference that those who sent them were given."""
    found: dict[str, list[str]] = {}
    for row in islice(states(rows, INPUTS.name), REFERENCES_LOOKED_AT):
        given = row.state["external_id"]
        # The statements of a ballot are numbered, too, but nobody is given such a number as a reference.
        if given and row.state["kind"] != "statement":
            found.setdefault(_spelled(given), []).append(row.key)
    return found


def _called(rows: Rows, places: list[str]) -> dict[str, str | None]:
    """Return what is found at pages, by their addresses; None for an event."""
    kinds = {place: kind for kind, place in PLACES.items()}
    things = {each: (kinds.get(each.rpartition("/")[0], ""), each.rpartition("/")[2]) for each in places}
    called = names(rows, things.values())
    return {each: called.get(":".join(thing)) for each, thing in things.items()}


def _spelled(number: str) -> str:
    """Return a registration number without what people leave out when they type it."""
    return "".join(character for character in number.lower() if character.isalnum())


# --- Words ------------------------------------------------------------------------------------
def _hits(seen: Seen, asked: Asked) -> list[dict[str, Any]]:
    return [_hit(seen.rows, found) for found in seen.find(asked, HITS_MAX)]


def _hit(rows: Rows, found: Found) -> dict[str, Any]:
    hit = found.hit
    # Sealed words are opened with those of every page, so that what is kept of the page goes when they are erased.
    words = {"position": hit.position, "pointer": hit.pointer} if hit.sealed else {"text": found.text}
    return {
        "position": hit.position,
        "subject": hit.subject,
        "kind": hit.subject.partition(":")[0],
        "place": next(iter(pages_of(rows, [hit.subject])), None),
        "what": sentence(hit.topic),
        "day": hit.day,
        "basis": found.basis,
        "words": words,
    }


def _with_names(rows: Rows, hits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the hits with what the things they are about are called."""
    things = {hit["subject"]: tuple(hit["subject"].partition(":")[::2]) for hit in hits}
    called = names(rows, things.values())
    return [hit | {"name": called.get(hit["subject"])} for hit in hits]


def table(shown: Shown) -> Table:
    """Return the hits, a line each."""
    return Table(
        ("position", "subject", "day", "words"),
        [(each["position"], each["subject"], each["day"], each["words"].get("text")) for each in shown["hits"]],
    )


PAGE = Page("search", "/sok", show, table, query=("q", "slag"))
