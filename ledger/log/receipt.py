"""Receipts: proof, in one small text file, that an entry is on record (C2SP tlog-proof).

    c2sp.org/tlog-proof@v1
    extra eyJ0eXBlIjoidm90ZS1jYXN0Ii…       the entry itself, in base64
    index 73894                             leaf, counted from 0: position 73895
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjg…     hashes from the leaf's sibling up

    kommun.example/ledger                   the signed checkpoint, verbatim
    …

The specification leaves `extra` to the application and lets nobody trust it. Ours is the
entry, and it need not be trusted: its hash is what the proof is about.
`ledger.log.verify.verify_receipt` checks the whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from ledger.log.errors import MalformedReceipt
from ledger.log.keys import decode_base64, encode_base64
from ledger.log.merkle import HASH_SIZE, SIZE_MAX
from ledger.log.note import NOTE_MAX

RECEIPT_MAX = 2 * NOTE_MAX
"""Bytes in one receipt: a note, and as much again for entry and proof."""

PROOF_MAX = 63
"""Hashes in one inclusion proof: no tree below 2^63 leaves is higher."""

_VERSION = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry's place in the log, with everything needed to check it offline.

    `index` counts from 0, `proof` holds 32-byte hashes from leaf to root, `checkpoint` is
    the signed note verbatim, `extra` the entry's bytes or None. Nothing in it may be
    believed before `verify_receipt`.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be written down and read again."""
        if not 0 <= self.index <= SIZE_MAX:
            raise MalformedReceipt("index of the receipt", "it is not from 0 to 2^63-1")
        if len(self.proof) > PROOF_MAX:
            raise MalformedReceipt("proof of the receipt", f"more than {PROOF_MAX} hashes")
        for number, step in enumerate(self.proof, start=1):
            if len(step) != HASH_SIZE:
                raise MalformedReceipt(f"hash {number} of the receipt", f"{len(step)} bytes")

    @property
    def position(self) -> int:
        """The entry's position in the ledger, from 1."""
        return self.index + 1

    def to_bytes(self) -> bytes:
        """Return the content of a `.tlog-proof` file (C2SP tlog-proof, "Format")."""
        extra = [] if self.extra is None else [f"extra {encode_base64(self.extra)}"]
        proof = map(encode_base64, self.proof)
        lines = [_VERSION, *extra, f"index {self.index}", *proof, "\n"]
        return "\n".join(lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a `.tlog-proof` file; raise `MalformedReceipt` (C2SP tlog-proof, "Format").

        The checkpoint inside is kept as it is and not looked at.
        """
        if len(raw) > RECEIPT_MAX:
            raise MalformedReceipt("receipt", f"it has {len(raw)} bytes, above {RECEIPT_MAX}")
        head, gap, checkpoint = raw.partition(b"\n\n")
        if not gap or not head.isascii():
            raise MalformedReceipt("receipt", "no lines of ASCII before an empty line")
        lines = head.decode("ascii").split("\n")
        if lines[0] != _VERSION:
            raise MalformedReceipt("line 1 of the receipt", f"it is not {_VERSION}")
        at, extra = 1, None
        if len(lines) > at and lines[at].startswith("extra "):
            extra = _decoded(lines[at].removeprefix("extra "), at)
            at += 1
        index = _INDEX.fullmatch(lines[at]) if len(lines) > at else None
        if index is None:
            raise MalformedReceipt(f"line {at + 1} of the receipt", "it is no index below 2^63")
        proof = lines[at + 1 :]
        if len(proof) > PROOF_MAX:
            raise MalformedReceipt("proof of the receipt", f"more than {PROOF_MAX} hashes")
        steps = tuple(_decoded(line, number) for number, line in enumerate(proof, start=at + 1))
        return cls(int(index[1]), steps, checkpoint, extra)


def _decoded(encoded: str, line: int) -> bytes:
    octets = decode_base64(encoded)
    if octets is None:
        place = f"line {line + 1} of the receipt"
        raise MalformedReceipt(place, "its base64 is not in the one allowed spelling")
    return octets
