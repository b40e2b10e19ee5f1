"""Checkpoints: what a log says about its tree, signed (C2SP tlog-checkpoint).

    kommun.example/ledger                            origin, the log's name
    70000                                            size in leaves
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root hash

    — kommun.example/ledger Az3grl…                  signatures (`ledger.log.note`)

Errors of this layer and of those below it (all in `ledger.log.errors`):

    ProofError                    place, reason
    ├── Malformed
    │   ├── MalformedKey          a verifier key or a private key
    │   ├── MalformedNote         the signed note around the text
    │   └── MalformedCheckpoint   the text itself
    ├── SignatureRefused
    │   ├── SignatureMissing      none of the known keys has signed
    │   ├── SignatureInvalid      a known key's line does not fit the text
    │   └── KeyAmbiguous          two known keys share name and id
    └── OriginRefused             the checkpoint speaks for another log

There is no time in a checkpoint: only witnesses vouch for time, in their cosignatures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from ledger.log.errors import MalformedCheckpoint
from ledger.log.keys import decode_base64, encode_base64
from ledger.log.merkle import EMPTY_ROOT, HASH_SIZE, SIZE_MAX
from ledger.log.note import Signer, parse_note, sign_note

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES_MIN = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, size in leaves and root hash (32 bytes).

    `extensions` are further lines that other logs may have; we write none, because no
    witness vouches for them.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a head that no tree has, or that could not be written down."""
        if not 0 <= self.size <= SIZE_MAX:
            raise MalformedCheckpoint("size of the checkpoint", "it is not from 0 to 2^63-1")
        if len(self.root) != HASH_SIZE:
            raise MalformedCheckpoint("root of the checkpoint", f"{len(self.root)} bytes, not 32")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise MalformedCheckpoint("root of the checkpoint", "the empty tree has another")
        for number, line in enumerate((self.origin, *self.extensions)):
            if not line or "\n" in line:
                place = f"extension line {number}" if number else "origin"
                raise MalformedCheckpoint(place, "it is not one line with something on it")

    def text(self) -> str:
        """Return the note text (C2SP tlog-checkpoint, "Note text")."""
        lines = (self.origin, str(self.size), encode_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note text; raise `MalformedCheckpoint` (C2SP tlog-checkpoint, "Note text").

        Nothing in it may be believed unless the note around it has been verified.
        """
        lines = text.split("\n")
        if lines.pop() or len(lines) < _LINES_MIN:
            raise MalformedCheckpoint("checkpoint", "it is not at least three whole lines")
        origin, size, root, *extensions = lines
        if not _DECIMAL.fullmatch(size):
            place = "line 2 of the checkpoint"
            raise MalformedCheckpoint(place, "it is no size below 2^63 without leading zeros")
        decoded = decode_base64(root)
        if decoded is None:
            place = "line 3 of the checkpoint"
            raise MalformedCheckpoint(place, "its base64 is not in the one allowed spelling")
        return cls(origin, int(size), decoded, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, *keys: Signer) -> bytes:
    """Return the checkpoint as a note signed by every key (C2SP tlog-checkpoint).

    Whether it may be signed at all, that is whether it extends what was signed before, is
    for the caller to know.
    """
    return sign_note(checkpoint.text(), *keys).to_bytes()


def read_unverified(raw: bytes) -> Checkpoint:
    """Return what a signed checkpoint claims, checking its form alone.

    For finding out which log to ask about; to believe it use
    `ledger.log.verify.verify_checkpoint`.
    """
    return Checkpoint.parse(parse_note(raw).text)
