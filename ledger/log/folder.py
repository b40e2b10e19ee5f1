"""What a log keeps apart from its database: its key, and the last head it signed.

    log.key           the Ed25519 signing key, readable by its owner alone
    log.vkey          its public half, to hand out (C2SP signed-note, "Verifier keys")
    log.checkpoint    the last checkpoint that was signed, replaced whole
    log.lock          held by the one publisher

A database that was restored from an old copy knows nothing of what it signed since; this folder does. One folder
belongs to one ledger, and lies on other storage, and in other backups, than the database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import MalformedKey, ProofError
from ledger.log.note import SigningKey, VerifierKey
from ledger.log.refusals import KeyRefused
from ledger.log.verify import verify_checkpoint
from ledger.vault.secret_files import create_once, load_or_create_secret

KEY, PUBLIC, LAST, LOCK = "log.key", "log.vkey", "log.checkpoint", "log.lock"
_PUBLIC_MODE = 0o644
_RESTORE = "restore it from its backup"

Key = TypeVar("Key", SigningKey, VerifierKey)


class LogFolder:
    """The folder of one log; `origin` is the ledger's and the name of its key."""

    def __init__(self, path: Path, origin: str) -> None:
        self.path, self.origin = path, origin

    def signing_key(self) -> SigningKey:
        """Return the key, made on first use together with its public half.

        Raises KeyRefused, SecretExposed or SecretMalformed; makes no key where the public half of another one lies.
        """
        if not (self.path / KEY).exists() and self.verifier() is not None:
            raise self._key_missing()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = load_or_create_secret(self.path / KEY, lambda: SigningKey.generate(self.origin).format())
        key = self._own(KEY, SigningKey.parse, made)
        create_once(self.path / PUBLIC, f"{key.verifier.format()}\n".encode(), mode=_PUBLIC_MODE)
        if self.verifier() != key.verifier:
            raise KeyRefused(str(self.path / PUBLIC), f"it is not the public half of {KEY}; {_RESTORE}")
        return key

    def existing_key(self) -> SigningKey:
        """Return the key as `signing_key` does, and raise KeyRefused where there is none."""
        if not (self.path / KEY).exists():
            self.verifier()  # that it is another ledger's folder says more than that the key is missing
            raise self._key_missing()
        return self.signing_key()

    def verifier(self) -> VerifierKey | None:
        """Return the public key, None where there is none yet; raise KeyRefused where it is damaged or another's."""
        try:
            text = (self.path / PUBLIC).read_bytes().decode(errors="replace")
        except FileNotFoundError:
            return None
        return self._own(PUBLIC, VerifierKey.parse, text.strip())

    def _own(self, name: str, parse: Callable[[str], Key], text: str) -> Key:
        """Return the key that a file holds; raise KeyRefused unless it is whole and this ledger's."""
        try:
            key = parse(text)
        except MalformedKey as error:
            raise KeyRefused(str(self.path / name), f"{error.reason}; {_RESTORE}") from error
        if key.name != self.origin:
            reason = f"this folder of keys is for {key.name}, not for {self.origin}"
            raise KeyRefused(str(self.path), f"{reason}; name the folder of this ledger with --keys or LIGGARE_KEYS")
        return key

    def _key_missing(self) -> KeyRefused:
        return KeyRefused(str(self.path / KEY), f"it is missing; {_RESTORE}")

    def public_key(self) -> VerifierKey | None:
        """Return the public key, written anew where only its private half is left; None before the first start."""
        if not (self.path / PUBLIC).exists() and (self.path / KEY).exists():
            return self.signing_key().verifier
        return self.verifier()

    def last(self) -> bytes | None:
        """Return the last signed checkpoint as kept, unverified; None before the first."""
        try:
            return (self.path / LAST).read_bytes()
        except FileNotFoundError:
            return None

    def last_verified(self, key: VerifierKey) -> Checkpoint | None:
        """Return the last signed checkpoint; raise KeyRefused unless this log's key has signed it."""
        raw = self.last()
        if raw is None:
            return None
        try:
            return verify_checkpoint(raw, self.origin, [key])
        except ProofError as error:
            raise KeyRefused(
                str(self.path / LAST), f"it is not a checkpoint of this log by this key ({error}); {_RESTORE}"
            ) from error

    def keep(self, note: bytes) -> None:
        """Replace the last checkpoint; it is on disk, whole, when this returns."""
        draft = self.path / f".{LAST}.new"  # one publisher at a time writes here: it holds the lock
        with draft.open("wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / LAST)
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
