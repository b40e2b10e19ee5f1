"""Which keys a request for erasure may destroy: those of its own people and scope, and none that was refused before."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.participants import rejections as no
from ledger.participants.events import ErasureDecided, ErasureOutcome, ErasureRequested

CLASSES = {"public_words": "P", "private_words": "S", "answers": "S"}
"""The class of key each known code of a scope reaches; a code that is not here may mean either."""

DERIVED = frozenset({"public_words", "private_words"})
"""The codes whose keys follow from the ids of the authors alone."""

OF_MANY = frozenset(
    {
        *("assignment", "ballot", "body", "decision", "document", "indicator", "matter", "meeting", "method"),
        *("process", "programme", "survey"),
    }
)
"""Kinds of subjects whose key holds the words of everybody who had to do with it."""

OF_ONE = frozenset({"appeal", "author", "officer", "participant", "respondent"})
"""Kinds of keys that hold the words of one person, whose id is the last part of the name of the key."""

Course = tuple[ErasureRequested | ErasureDecided, ...]
"""The requests that name somebody and what was decided about them, in the order of recording."""


def speakers(request: ErasureRequested | ErasureDecided) -> tuple[str, ...]:
    """Return under which ids the words were given: the authors, or the participant's own."""
    return tuple(dict.fromkeys(request.authors)) or (request.participant,)


def named(asked: ErasureRequested) -> tuple[str, ...]:
    """Return everybody a request names."""
    return tuple(dict.fromkeys((asked.participant, *asked.authors)))


def holder(key: str) -> str:
    """Return the id of the person a key belongs to."""
    return key[:-2].partition(":")[2].rpartition("|")[2]


def is_outside(asked: ErasureRequested, key: str) -> bool:
    """Say whether a key belongs to somebody else than a request names, or to words it does not ask about."""
    classes = {CLASSES.get(code) for code in asked.scope}
    reached = None in classes or key[-1] in classes
    return key.partition(":")[0] not in OF_ONE or holder(key) not in named(asked) or not reached


def derived(asked: ErasureRequested) -> tuple[str, ...]:
    """Return the keys that follow from the authors and the scope of a request; none where they do not."""
    if not DERIVED.issuperset(asked.scope):
        return ()
    classes = sorted({CLASSES[code] for code in asked.scope})
    return tuple(f"author:{author}|{each}" for author in speakers(asked) for each in classes)


def refusal_of(course: Course, person: str, request: str) -> str | None:
    """Return the request in which erasing this person's words was refused, if it binds another `request`.

    It does not bind one that the same participant made after the refusal: what is new in it is a new request.
    """
    refusal: ErasureDecided | None = None
    for event in course:
        if isinstance(event, ErasureDecided):
            if event.outcome is ErasureOutcome.REFUSED and person in speakers(event):
                refusal = event
        elif refusal is not None and event.request == request and event.participant == refusal.participant:
            refusal = None
    return None if refusal is None else refusal.request


def check(asked: ErasureRequested, keys: Iterable[str], courses: dict[str, Course]) -> None:
    """Raise the Rejection where one of the keys may not be destroyed for this request."""
    for key in keys:
        if key.partition(":")[0] in OF_MANY:
            raise no.KeyOfMany(key=key)
        if is_outside(asked, key):
            who, scope = ", ".join(named(asked)), ", ".join(asked.scope)
            raise no.KeyOutsideRequest(key=key, request=asked.request, named=who, scope=scope)
        if (refusal := refusal_of(courses.get(holder(key), ()), holder(key), asked.request)) is not None:
            raise no.KeyRefused(key=key, refusal=refusal, request=asked.request)
