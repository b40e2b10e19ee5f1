"""Verifier keys of every type that is checked here, read from one line (C2SP signed-note).

Such a line is `example.com/log+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k`: name,
id, base64 of the type and the public key. The types are

    0x01  Ed25519, any note                      `ledger.log.note`
    0x04  Ed25519 cosignature, checkpoints       `ledger.log.cosignature`
    0x06  ML-DSA-44 cosignature, checkpoints     `ledger.log.cosignature`

and each is tied to its name: the id is a hash of name, type and key.
"""

from __future__ import annotations

from ledger.log.cosignature import Ed25519Cosigner, MlDsaKey
from ledger.log.errors import KeyTypeUnknown
from ledger.log.keys import split_key
from ledger.log.note import VerifierKey

AnyKey = VerifierKey | Ed25519Cosigner | MlDsaKey
"""A public key of one of the types that are checked here."""

_TYPES: tuple[type[AnyKey], ...] = (VerifierKey, Ed25519Cosigner, MlDsaKey)


def parse_vkey(text: str) -> AnyKey:
    """Read a verifier key of any type that is checked here.

    Raises `MalformedKey`, and of its kinds `KeyTypeUnknown` for a type that is not.
    """
    split = split_key(text)
    for key in _TYPES:
        if key.kind == split.kind:
            return key.parse(text)
    known = ", ".join(f"{key.kind:#04x}" for key in _TYPES)
    raise KeyTypeUnknown(f"verifier key {split.name}", f"its type is {split.kind:#04x}, none of {known}")
