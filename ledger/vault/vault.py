"""Seal words under subject keys, and open them again.

    value ──RFC 8785──> plaintext ──AES-256-GCM under HMAC-SHA256(seed, "key")──> nonce, ciphertext   (deletable)
                            └────── commitment under the same seed ──────────────> commit             (the entry)

A key encrypts one field of one event, so nonces cannot wear out; a random nonce covers an event id that is tried
again with other words. The place (ledger, event id, field) is authenticated with the ciphertext.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Collection, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json, to_json

from ledger.vault.commitment import check_commitment, commit_to, field_seed, join, place
from ledger.vault.errors import CommitmentBroken, KeyDestroyed, Unopened, Withheld
from ledger.vault.kek import NONCE_BYTES, Randomness
from ledger.vault.keys import KeyStore

REQUEST_KEY = "request"


class SealedField(NamedTuple):
    """One sealed value: `commit` (43 characters base64url) for the entry, the rest for the deletable table."""

    commit: str
    nonce: bytes
    ciphertext: bytes


class ToSeal(NamedTuple):
    """Words on their way into the vault: the key they go under, where they stand, what they are."""

    key_id: str
    event_id: str
    field: str
    value: str


class ToOpen(NamedTuple):
    """A sealed field to be read: `sealed` is None where the side table no longer has it."""

    key_id: str
    event_id: str
    field: str
    sealed: SealedField | None


class Disclosure(NamedTuple):
    """What proves one text to an outsider who has the entry, and tells nothing else: see `check_commitment`."""

    seed: bytes
    plaintext: bytes


def seal(ledger: str, event_id: str, field: str, key: bytes, value: str, random: Randomness) -> SealedField:
    """Seal one value under a subject key of 32 bytes; the same place, key and value give the same commitment.

    Raises ValueError for a text with a lone surrogate, which has no UTF-8 form, and for a place that is not canonical.
    """
    plaintext = plaintext_of(value)
    seed = field_seed(key, ledger, event_id, field)
    nonce = random(NONCE_BYTES)
    ciphertext = _cipher(seed).encrypt(nonce, plaintext, join(*place(ledger, event_id, field)))
    return SealedField(commit_to(seed, plaintext), nonce, ciphertext)


def disclose(ledger: str, event_id: str, field: str, key: bytes, sealed: SealedField) -> Disclosure:
    """Decrypt one field and check it against its commitment; raise Withheld or CommitmentBroken."""
    seed = field_seed(key, ledger, event_id, field)
    try:
        plaintext = _cipher(seed).decrypt(sealed.nonce, sealed.ciphertext, join(*place(ledger, event_id, field)))
    except (InvalidTag, ValueError):
        raise Withheld(event_id, field, "the ciphertext does not belong to this key and place") from None
    check_commitment(seed, plaintext, sealed.commit)
    return Disclosure(seed, plaintext)


def open_sealed(ledger: str, event_id: str, field: str, key: bytes, sealed: SealedField) -> str:
    """Return the value of one sealed field; raise Withheld or CommitmentBroken."""
    return value_of(disclose(ledger, event_id, field, key, sealed).plaintext)


def plaintext_of(value: str) -> bytes:
    """Return the RFC 8785 bytes of a text: a JSON string in UTF-8."""
    try:
        return to_json(value)
    except ValueError:
        # The encoder's message quotes the text; ours must not.
        raise ValueError("a text to be sealed holds a lone surrogate and has no UTF-8 form") from None


def value_of(plaintext: bytes) -> str:
    """Return the text of a plaintext; raise CommitmentBroken if the committed bytes are not a JSON string."""
    try:
        # Strings must not be kept in the parser's process-wide cache: an erased name would live on there.
        value = from_json(plaintext, cache_strings="none")
    except ValueError:
        value = None
    if not isinstance(value, str):
        raise CommitmentBroken("the committed bytes are not a JSON string")
    return value


class Vault:
    """Sealing for one ledger, with its key store: whole groups at a time, one key transaction a group."""

    def __init__(self, ledger: str, keys: KeyStore, random: Randomness = os.urandom) -> None:
        self._ledger, self._keys, self._random = ledger, keys, random
        self._request_hasher: hashlib.blake2b | None = None

    def seal_many(self, requests: Sequence[ToSeal]) -> list[SealedField]:
        """Seal every request, in order; new keys are on disk when this returns.

        Raises KeyDestroyed with the ids if the key of any request was destroyed, and then seals nothing.
        """
        if not requests:
            return []
        keys = self._keys.keys({request.key_id for request in requests})
        return [
            seal(self._ledger, event_id, field, keys[key_id], value, self._random)
            for key_id, event_id, field, value in requests
        ]

    def open_many(self, requests: Sequence[ToOpen]) -> list[str | Unopened]:
        """Return the text of every request, in order, or in its place why it does not open.

        KeyDestroyed: erased, show it so. Withheld and CommitmentBroken: report it. Never creates a key.
        """
        return [_value_or_reason(opened) for opened in self.disclose_many(requests)]

    def disclose_many(self, requests: Sequence[ToOpen]) -> list[Disclosure | Unopened]:
        """Return for every request, in order, what proves its text to an outsider, or why there is nothing."""
        ids = {request.key_id for request in requests}
        keys = self._keys.find(ids)
        destroyed = self._keys.destroyed(ids - keys.keys())
        return [self._disclose(request, keys, destroyed) for request in requests]

    def destroy(self, key_ids: Collection[str]) -> None:
        """Destroy keys for good, and with them all words under them; may be repeated. Raises KeyStoreUnavailable."""
        self._keys.destroy(key_ids)

    def request_hash(self, content: bytes) -> bytes:
        """Return a keyed 16-byte BLAKE2b of a request's content: tells repeats apart, lets nobody guess words."""
        if self._request_hasher is None:
            key = self._keys.keys([REQUEST_KEY])[REQUEST_KEY]
            self._request_hasher = hashlib.blake2b(digest_size=16, key=key)
        # Taking the key in is most of the work, so it is done once.
        hasher = self._request_hasher.copy()
        hasher.update(content)
        return hasher.digest()

    def _disclose(self, request: ToOpen, keys: dict[str, bytes], destroyed: frozenset[str]) -> Disclosure | Unopened:
        key_id, event_id, field, sealed = request
        if key_id in destroyed:
            return KeyDestroyed((key_id,))
        if key_id not in keys:
            return Withheld(event_id, field, f"the key store has never had {key_id}")
        if sealed is None:
            return Withheld(event_id, field, "its ciphertext is missing")
        try:
            return disclose(self._ledger, event_id, field, keys[key_id], sealed)
        except Unopened as reason:
            return reason


def _value_or_reason(opened: Disclosure | Unopened) -> str | Unopened:
    if isinstance(opened, Unopened):
        return opened
    try:
        return value_of(opened.plaintext)
    except CommitmentBroken as reason:
        return reason


def _cipher(seed: bytes) -> AESGCM:
    return AESGCM(hmac.digest(seed, b"key", "sha256"))
