"""What a log and a witness say to each other (C2SP tlog-witness), without any network.

    old 20852014                                      POST <prefix>/add-checkpoint
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=      0 to 63 hashes: growth since that size
                                                      an empty line
    kommun.example/ledger                             the checkpoint, signed by the log
    20852163
    …

    200  signature lines of the witness
    400  not of this form, or old is above the checkpoint's size
    403  not signed by a key trusted for the origin, or a trusted key's line does not fit
    404  the origin is unknown
    409  old is not the size cosigned last; that size is the answer (text/x.tlog.size)
    422  the empty tree has another root, or the growth is not shown: perhaps a fork

The witness asks in that order; the last two within the transaction that moves its state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import timestamp_of
from ledger.log.endorsement import AHEAD_MAX
from ledger.log.errors import Malformed, ProofError, SignatureRefused
from ledger.log.keys import decode_base64, encode_base64
from ledger.log.merkle import EMPTY_ROOT, HASH_SIZE, SIZE_MAX
from ledger.log.note import Note, Signature, Verifier, parse_note, verify_note
from ledger.log.verify import verify_consistency

BODY_MAX = 1 << 17
"""Bytes in a request or an answer: 63 hashes and a checkpoint with 16 signatures of the largest kind fit twice."""

PROOF_MAX = 63
"""Hashes in one proof of growth (C2SP tlog-witness, "add-checkpoint")."""

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_HASH_LINE = 44


class MalformedRequest(Malformed):
    """A request to a witness, or its answer, does not follow C2SP tlog-witness."""


class Refusal(Exception):
    """A witness's answer other than 200: status, one line of text, and its type."""

    def __init__(self, status: int, text: str, content_type: str = TEXT_TYPE) -> None:
        super().__init__(status, text)
        self.status, self.text, self.content_type = status, text, content_type

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return f"{self.text}\n".encode(errors="backslashreplace")

    def __str__(self) -> str:
        return f"{self.status}: {self.text}"


# --- Requests ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request for a cosignature: `proof` (32-byte hashes) shows the growth from size `old` to the note's checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def to_bytes(self) -> bytes:
        """Return the body of the request (C2SP tlog-witness, "add-checkpoint")."""
        lines = [f"old {self.old}", *map(encode_base64, self.proof), "", ""]
        return "\n".join(lines).encode() + self.note

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a request's body, believing nothing; raise MalformedRequest."""
        if len(body) > BODY_MAX:
            raise MalformedRequest("request", f"it has {len(body)} bytes, above {BODY_MAX}")
        head, gap, note = body.partition(b"\n\n")
        if not gap or not note:
            raise MalformedRequest("request", "no empty line followed by a checkpoint")
        if head.count(b"\n") > PROOF_MAX:
            raise MalformedRequest("proof of the request", f"it has more than {PROOF_MAX} hashes")
        first, *lines = head.split(b"\n")
        old = _OLD.fullmatch(first)
        if old is None or int(old[1]) > SIZE_MAX:
            raise MalformedRequest("line 1 of the request", "it is not `old` and a size below 2^63")
        return cls(int(old[1]), tuple(_hash(line, number) for number, line in enumerate(lines, start=2)), note)


def _hash(line: bytes, number: int) -> bytes:
    found = decode_base64(line.decode("ascii", "replace")) if len(line) == _HASH_LINE else None
    if found is None or len(found) != HASH_SIZE:
        raise MalformedRequest(f"line {number} of the request", "it is not the base64 of 32 bytes")
    return found


# --- What a witness asks of a request ---------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Submitted:
    """A request taken apart: what the log claims of itself.

    `checkpoint` has the empty tree's own root where its size is 0; `root` is the one that was sent.
    """

    request: AddCheckpoint
    note: Note
    checkpoint: Checkpoint
    root: bytes


def read_request(body: bytes) -> Submitted:
    """Take a request apart; raise Refusal 400."""
    try:
        request = AddCheckpoint.parse(body)
        note = parse_note(request.note)
        checkpoint, root = _head(note.text)
    except ProofError as error:
        raise Refusal(400, str(error)) from error
    return Submitted(request, note, checkpoint, root)


def _head(text: str) -> tuple[Checkpoint, bytes]:
    # An empty tree with another root is well formed here, and has an answer of its own: 422.
    _, size, root = [*text.split("\n", 3), "", ""][:3]
    found = decode_base64(root)
    if size == "0" and found is not None and len(found) == HASH_SIZE:
        right = text.replace(f"\n0\n{root}\n", f"\n0\n{encode_base64(EMPTY_ROOT)}\n", 1)
        return Checkpoint.parse(right), found
    checkpoint = Checkpoint.parse(text)
    return checkpoint, checkpoint.root


def check_signed(submitted: Submitted, logs: Mapping[str, Sequence[Verifier]]) -> tuple[Signature, ...]:
    """Return the lines of the keys trusted for the checkpoint's origin, all checked; raise Refusal 404, 403 or 400."""
    keys = logs.get(submitted.checkpoint.origin)
    if keys is None:
        raise Refusal(404, "this witness does not know the log")
    try:
        signatures = verify_note(submitted.note, keys)
    except SignatureRefused as error:
        raise Refusal(403, str(error)) from error
    if submitted.request.old > submitted.checkpoint.size:
        raise Refusal(400, "the old size is above the checkpoint's")
    return signatures


def check_grown(submitted: Submitted, latest: Checkpoint | None) -> None:
    """Check that the checkpoint grew from the one cosigned last, None for none; raise Refusal 409 or 422."""
    request, new = submitted.request, submitted.checkpoint
    seen = latest.size if latest else 0
    if request.old != seen:
        raise Refusal(409, str(seen), SIZE_TYPE)
    root = latest.root if latest else EMPTY_ROOT
    try:
        verify_consistency(seen, root, new.size, submitted.root, request.proof)
    except ProofError as error:
        raise Refusal(422, str(error)) from error


# --- What a log reads in an answer ------------------------------------------------------------
def parse_size(body: bytes) -> int:
    """Return the size in a 409 answer; raise MalformedRequest."""
    found = _SIZE.fullmatch(body)
    if found is None or int(found[1]) > SIZE_MAX:
        raise MalformedRequest("answer", "it is no size below 2^63 on a line of its own")
    return int(found[1])


def parse_cosignatures(body: bytes, checkpoint: bytes, keys: Sequence[Verifier], now: int) -> tuple[Signature, ...]:
    """Return the lines of an answer that `keys` made of a checkpoint, all checked.

    Lines of unknown keys are passed over (C2SP tlog-witness). Raises MalformedNote, SignatureRefused, or
    MalformedRequest where a line states no time, or one that is more than 5 minutes after `now` (POSIX seconds).
    """
    if len(body) > BODY_MAX:
        raise MalformedRequest("answer", f"it has {len(body)} bytes, above {BODY_MAX}")
    text = parse_note(checkpoint).text
    answered = parse_note(f"{text}\n".encode() + body)
    if answered.text != text:
        raise MalformedRequest("answer", "it holds more than signature lines")
    signatures = verify_note(answered, keys)
    for signature in signatures:
        if not 0 < timestamp_of(signature) <= now + AHEAD_MAX:
            raise MalformedRequest(f"cosignature by {signature.name}", "it states no time, or one that is yet to come")
    return signatures


def origin_hash(origin: str) -> str:
    """Return the name under which a witness shows a log's checkpoint (C2SP tlog-witness, "Monitor Retrieval Mechanism")."""
    return sha256(origin.encode()).hexdigest()
