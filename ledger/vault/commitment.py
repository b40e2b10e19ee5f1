"""Commitments to sealed fields: what an entry says about words it does not hold.

    seed   = HMAC-SHA256(subject key, "seed/v1" | ledger | event id | field)
    commit = SHA-256("field/v1" | seed | plaintext)

Every part that is joined follows its length in bytes, 8 bytes big-endian, so no two lists of parts give the
same bytes. The ledger is its origin; the event id is the canonical text of the UUID (lower case, hyphens); the
field is a JSON Pointer (RFC 6901) into the entry's `data`; the plaintext is the value's RFC 8785 bytes.

The seed is secret until somebody opens the field: (seed, plaintext) proves this one text and reveals neither the
subject key nor any other field. AES-GCM alone would not do: one ciphertext can open to two texts under two keys.
This module needs the standard library alone, so an auditor can read and run it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

from ledger.vault.errors import CommitmentBroken

KEY_BYTES = 32
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def join(*parts: bytes) -> bytes:
    """Return the parts joined, each after its length as 8 bytes big-endian."""
    return b"".join([len(part).to_bytes(8, "big") + part for part in parts])


def place(ledger: str, event_id: str, field: str) -> tuple[bytes, bytes, bytes]:
    """Return the three parts that say where a sealed field stands.

    Raises ValueError for an event id that is not a canonical UUID or a field that is not a JSON Pointer: two
    spellings of one place would give two seeds.
    """
    if not _UUID.fullmatch(event_id):
        raise ValueError("an event id is a UUID in lower case with hyphens")
    if not field.startswith("/"):
        raise ValueError("a field is a JSON Pointer into the event's data, such as /text")
    return ledger.encode(), event_id.encode(), field.encode()


def field_seed(key: bytes, ledger: str, event_id: str, field: str) -> bytes:
    """Return the 32-byte seed of one field of one event under a subject key of 32 bytes."""
    if len(key) != KEY_BYTES:
        raise ValueError("a subject key is 32 bytes")
    return hmac.digest(key, join(b"seed/v1", *place(ledger, event_id, field)), "sha256")


def commit_to(seed: bytes, plaintext: bytes) -> str:
    """Return the commitment as the entry holds it: base64url without padding, 43 characters."""
    digest = hashlib.sha256(join(b"field/v1", seed, plaintext)).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def check_commitment(seed: bytes, plaintext: bytes, commit: str) -> None:
    """Pass if (seed, plaintext) is what `commit` committed to; raise CommitmentBroken otherwise."""
    if not hmac.compare_digest(commit_to(seed, plaintext).encode(), commit.encode()):
        raise CommitmentBroken("the opened text is not the one the entry committed to")
