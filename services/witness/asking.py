"""Asking one witness to cosign our newest checkpoint, and what may come of it.

    200  its lines, each checked against the keys our policy holds for it
    409  the size it cosigned last: asked again, with the growth since that size
         a size above ours: it has seen more of this log than we have
    422  it holds another history of this log than we have

The last two say that our database was rolled back, or that somebody signs elsewhere with our key. A witness may also
be wrong or lie, so it is asked for the checkpoint it holds: one that our own key has signed and that our tree does not
contain needs no belief in anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import timestamp_of
from ledger.log.errors import ProofError
from ledger.log.note import Signature, Verifier
from ledger.log.policy import WitnessKey
from ledger.log.verify import verify_checkpoint
from ledger.store.port import Cosignature
from services.witness.protocol import (
    SIZE_TYPE,
    AddCheckpoint,
    MalformedRequest,
    origin_hash,
    parse_cosignatures,
    parse_size,
)
from services.witness.wire import NoAnswer, Place, exchange

ANSWER_SECONDS = 1.0
"""For one exchange. A witness that needs longer is asked again after the next checkpoint."""

TRIES = 3
TEXT_MAX = 200


class Head(NamedTuple):
    """Our newest checkpoint: the note as the log signed it."""

    size: int
    note: bytes


class History(Protocol):
    """What we have signed, as our own database has it."""

    origin: str
    keys: Sequence[Verifier]
    """The keys that have ever signed for this log."""

    def head(self) -> Head | None:
        """Return the newest checkpoint, None before the first."""

    def growth(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the tree of size `new` begins with that of size `old`, checked; raise ProofError."""

    def root(self, size: int) -> bytes:
        """Return the root of the tree of a published size."""


@dataclass(frozen=True, slots=True)
class Known:
    """A witness as our policy has it: one URL, the keys it cosigns with, and what the policy calls them."""

    names: tuple[str, ...]
    place: Place
    keys: tuple[WitnessKey, ...]

    @property
    def label(self) -> str:
        """What to call it."""
        return ", ".join(self.names)


class Answer(NamedTuple):
    """What a witness cosigned; `forgot` is the size it no longer knew that it had cosigned, None where it knew."""

    lines: list[Cosignature]
    forgot: int | None = None


class Declined(Exception):
    """A witness does not cosign, for a reason that says nothing about our history."""


class Contradicted(Exception):
    """A witness holds another history of this log than our database. `proof` is a checkpoint of it with our signature."""

    def __init__(self, sentence: str, proof: bytes | None = None) -> None:
        super().__init__(sentence)
        self.proof = proof


async def asked(known: Known, history: History, cosigned: int, now: int) -> Answer:
    """Return a witness's cosignatures of our newest checkpoint, all checked; `cosigned` is the size it cosigned last.

    Raises NoAnswer, Declined, Contradicted, or what the history raises.
    """
    head = history.head()
    if head is None:
        with suppress(Declined):
            await _compare(known, history, "it was asked before our first checkpoint")
        return Answer([])
    old = cosigned
    for _ in range(TRIES):
        old = min(old, head.size)
        request = AddCheckpoint(old, history.growth(old, head.size), head.note)
        reply = await exchange(known.place, "POST", "add-checkpoint", request.to_bytes(), ANSWER_SECONDS)
        if reply.status == 200:  # noqa: PLR2004
            return Answer(_checked(known, reply.body, head, now), cosigned if old < min(cosigned, head.size) else None)
        text = reply.body[:TEXT_MAX].decode(errors="replace")
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
        if reply.status == 422:  # noqa: PLR2004
            raise await _contradiction(known, history, f"it refuses size {head.size} as no growth ({text})")
        if reply.status != 409 or reply.content_type != SIZE_TYPE:  # noqa: PLR2004
            raise Declined(f"it answers {reply.status} ({text})")
        old, head = await _recovered(known, history, head, reply.body)
    raise Declined(f"it answers 409 to each of {TRIES} tries")


async def _recovered(known: Known, history: History, head: Head, body: bytes) -> tuple[int, Head]:
    """Return the size that a witness says it knows, and our checkpoint to show it."""
    try:
        size = parse_size(body)
    except MalformedRequest as error:
        raise Declined(f"its answer cannot be read ({error})") from error
    if size > head.size:
        head = history.head() or head  # another process may have published meanwhile
    if size > head.size:
        raise await _contradiction(known, history, f"it says it has cosigned size {size}, and ours is {head.size}")
    return size, head


def _checked(known: Known, body: bytes, head: Head, now: int) -> list[Cosignature]:
    """Return the lines of an answer that are by this witness's keys and fit our checkpoint."""
    try:
        signatures = parse_cosignatures(body, head.note, known.keys, now)
    except ProofError as error:
        raise Declined(f"its answer is not kept ({error})") from error
    return [kept(head.size, signature) for signature in signatures]


def kept(size: int, signature: Signature) -> Cosignature:
    """Return a cosignature as it is kept."""
    signer = f"{signature.name}+{signature.key_id.hex()}"
    return Cosignature(size, signer, signature.line(), timestamp_of(signature))


# --- Another history ------------------------------------------------------------------------------
async def _contradiction(known: Known, history: History, said: str) -> Contradicted:
    """Return what a witness's word amounts to, with the proof it may hold."""
    try:
        await _compare(known, history, said)
    except Contradicted as proven:
        return proven
    except (NoAnswer, Declined) as error:
        return Contradicted(f"{said}; it shows no checkpoint of ours that proves it ({error})")
    return Contradicted(f"{said}; the checkpoint it shows is one of ours, and proves nothing of the kind")


async def _compare(known: Known, history: History, said: str) -> None:
    """Raise Contradicted where a witness shows a checkpoint that our key signed and our tree does not contain.

    Raises NoAnswer or Declined where it shows none (C2SP tlog-witness, "Monitor Retrieval Mechanism").
    """
    path = f"{origin_hash(history.origin)}/checkpoint"
    reply = await exchange(known.place, "GET", path, b"", ANSWER_SECONDS)
    if reply.status != 200:  # noqa: PLR2004
        raise Declined(f"it answers {reply.status}")
    try:
        shown: Checkpoint = verify_checkpoint(reply.body, history.origin, history.keys)
    except ProofError as error:
        raise Declined(str(error)) from error
    head = history.head()
    size = head.size if head else 0
    if shown.size > size:
        raise Contradicted(
            f"{said}; it shows a checkpoint over {shown.size} events that our key has signed, and ours cover {size}",
            reply.body,
        )
    if shown.size and history.root(shown.size) != shown.root:
        raise Contradicted(
            f"{said}; it shows another root at size {shown.size} that our key has signed: two histories are signed",
            reply.body,
        )
