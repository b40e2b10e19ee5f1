"""Key-encryption keys (KEK): what wraps the subject keys at rest.

A KEK held by this process is one line of text, `liggare-kek+<epoch>+<32 bytes as unpadded base64url>`, in a file of
mode 0400, or handed over by whoever starts the process. A file is the weaker class: whoever copies the disk has it. For a strong
claim the port below is met by a KMS or HSM.
"""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.vault.commitment import KEY_BYTES
from ledger.vault.errors import KekMismatch, SecretMalformed
from ledger.vault.secret_files import load_or_create_secret

Randomness: TypeAlias = Callable[[int], bytes]
"""Give this many unpredictable bytes; `os.urandom` except in tests."""

NONCE_BYTES = 12
_KEK_TEXT = re.compile(r"liggare-kek\+([a-z0-9][a-z0-9-]{0,31})\+([A-Za-z0-9_-]{43})")


class Kek(Protocol):
    """A key-encryption key of one epoch. A KMS or HSM adapter offers the same three names."""

    @property
    def epoch(self) -> str:
        """Name this KEK among its predecessors, such as 2026-11."""

    def wrap(self, key_id: str, key: bytes) -> bytes:
        """Return the key encrypted and bound to its id."""

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Return the key; raise KekMismatch if this KEK did not wrap these bytes for this id."""


class LocalKek:
    """A KEK held in this process: AES-256-GCM, random 96-bit nonce in front, the key id as associated data."""

    def __init__(self, epoch: str, secret: bytes, random: Randomness = os.urandom) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a KEK is 32 bytes")
        self._epoch = epoch
        self._cipher = AESGCM(secret)
        self._random = random

    @property
    def epoch(self) -> str:
        return self._epoch

    def wrap(self, key_id: str, key: bytes) -> bytes:
        nonce = self._random(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, key_id.encode())

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
        except (InvalidTag, ValueError):
            raise KekMismatch(
                f"the KEK of epoch {self._epoch} does not unwrap {key_id}: it is another KEK, or the bytes are damaged"
            ) from None


def kek_from_file(path: Path, epoch: str, random: Randomness = os.urandom) -> LocalKek:
    """Return the KEK of a file, which is made for `epoch` with mode 0400 if it does not exist.

    An existing file keeps its own epoch. Raises SecretExposed or SecretMalformed.
    """
    return _parse(load_or_create_secret(path, lambda: new_kek_text(epoch, random)), str(path))


def kek_from_text(text: str, where: str) -> LocalKek:
    """Return the KEK of a line of text that came from `where`; raises SecretMalformed, which does not repeat it."""
    return _parse(text.strip(), where)


def new_kek_text(epoch: str, random: Randomness = os.urandom) -> str:
    """Return the line of text of a new KEK."""
    secret = urlsafe_b64encode(random(KEY_BYTES)).rstrip(b"=").decode()
    text = f"liggare-kek+{epoch}+{secret}"
    _parse(text, "the new KEK")
    return text + "\n"


def _parse(text: str, where: str) -> LocalKek:
    match = _KEK_TEXT.fullmatch(text)
    if match is None:
        form = "liggare-kek+<epoch>+<43 characters base64url>"
        raise SecretMalformed(f"{where} does not hold a KEK of the form {form}; restore it from its backup")
    return LocalKek(match[1], urlsafe_b64decode(match[2] + "="))
