"""What a log keeps apart from its database: its keys, and the last head it signed.

    log.key           the Ed25519 signing key, readable by its owner alone
    log.mldsa.key     the ML-DSA-44 signing key, likewise
    log.vkey          the public half of the first, to hand out (C2SP signed-note, "Verifier keys")
    log.mldsa.vkey    that of the second
    log.vkeys         every public key that ever signed, one per line, oldest first; only ever added to
    log.next.key, log.next.mldsa.key    the keys that come after, while a rotation lasts (`ledger.log.turning`)
    log.checkpoint    the last checkpoint that was signed, replaced whole
    log.lock          held by the one publisher

A database that was restored from an old copy knows nothing of what it signed since; this folder does. One folder
belongs to one ledger, and lies on other storage, and in other backups, than the database. Where a second place is
named, the last checkpoint is kept there as well, and whichever of the two knows more counts.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import MlDsaKey, MlDsaSigningKey
from ledger.log.errors import MalformedKey, ProofError
from ledger.log.note import SigningKey, VerifierKey
from ledger.log.refusals import KeyRefused
from ledger.log.verify import verify_checkpoint
from ledger.log.vkeys import AnyKey, parse_vkey
from ledger.vault.secret_files import create_once, load_or_create_secret, load_secret

KEY, PUBLIC = "log.key", "log.vkey"
ML_DSA_KEY, ML_DSA_PUBLIC = "log.mldsa.key", "log.mldsa.vkey"
NEXT_KEY, NEXT_ML_DSA_KEY = "log.next.key", "log.next.mldsa.key"
EVERY_PUBLIC = "log.vkeys"
LAST, LOCK = "log.checkpoint", "log.lock"

KEYS_BYTES_MAX = 1 << 20
"""Bytes of log.vkeys: some 500 rotations."""

_PUBLIC_MODE = 0o644
_RESTORE = "restore it from its backup"
_SETTLED_READS = 100

OwnKey = SigningKey | MlDsaSigningKey
Key = TypeVar("Key", SigningKey, MlDsaSigningKey, VerifierKey, MlDsaKey, AnyKey)
Stamp = tuple[tuple[int, int] | None, ...]


class Head(NamedTuple):
    """The last checkpoint as one place keeps it: the file, the note, and what the note says, verified."""

    path: Path
    note: bytes
    checkpoint: Checkpoint


class LogFolder:
    """The folder of one log; `origin` is the ledger's and the name of its keys, `second` a folder elsewhere."""

    def __init__(self, path: Path, origin: str, second: Path | None = None) -> None:
        self.path, self.origin, self.second = path, origin, second

    # --- What the log signs with ------------------------------------------------------------------
    def signing_keys(self) -> tuple[OwnKey, ...]:
        """Return the keys that sign every checkpoint, made on first use: Ed25519, ML-DSA-44, then those that come after.

        Whoever signs gets them here, so each stands in log.vkeys before it signs anything. Raises as `signing_key`.
        """
        for _ in range(_SETTLED_READS):
            before = self.stamp()
            keys = (self.signing_key(), self._ml_dsa_key(), *self.next_keys())
            if self.stamp() == before or None in before[:2]:
                self._remember(key.verifier for key in keys)
                return keys
        raise KeyRefused(str(self.path), "its keys change all the time; see who else writes there")

    def stamp(self) -> Stamp:
        """Return something that differs once a private key is another: for looking whether to read them again."""
        return tuple(_stamp(self.path / name) for name in (KEY, ML_DSA_KEY, NEXT_KEY, NEXT_ML_DSA_KEY))

    def signing_key(self) -> SigningKey:
        """Return the Ed25519 key, made on first use together with its public half.

        Raises KeyRefused, SecretExposed or SecretMalformed; makes no key where the public half of another one lies.
        """
        if not (self.path / KEY).exists() and (self.verifier() is not None or self._remembered(VerifierKey)):
            raise self._key_missing(KEY)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = load_or_create_secret(self.path / KEY, lambda: SigningKey.generate(self.origin).format())
        key = self._own(KEY, SigningKey.parse, made)
        self._publish_half(PUBLIC, self.verifier(), key.verifier)
        return key

    def _ml_dsa_key(self) -> MlDsaSigningKey:
        if not (self.path / ML_DSA_KEY).exists() and (self._ml_dsa_verifier() or self._remembered(MlDsaKey)):
            raise self._key_missing(ML_DSA_KEY)
        made = load_or_create_secret(self.path / ML_DSA_KEY, lambda: MlDsaSigningKey.generate(self.origin).format())
        key = self._own(ML_DSA_KEY, MlDsaSigningKey.parse, made)
        self._publish_half(ML_DSA_PUBLIC, self._ml_dsa_verifier(), key.verifier)
        return key

    def next_keys(self) -> tuple[OwnKey, ...]:
        """Return the keys that come after the present ones, Ed25519 first; none but during a rotation."""
        found: list[OwnKey] = []
        if (self.path / NEXT_KEY).exists():
            found.append(self._own(NEXT_KEY, SigningKey.parse, load_secret(self.path / NEXT_KEY)))
        if (self.path / NEXT_ML_DSA_KEY).exists():
            found.append(self._own(NEXT_ML_DSA_KEY, MlDsaSigningKey.parse, load_secret(self.path / NEXT_ML_DSA_KEY)))
        return tuple(found)

    def existing_key(self) -> SigningKey:
        """Return the Ed25519 key as `signing_key` does, and raise KeyRefused where there is none."""
        if not (self.path / KEY).exists():
            self.verifier()  # that it is another ledger's folder says more than that the key is missing
            raise self._key_missing(KEY)
        return self.signing_key()

    def _publish_half(self, name: str, found: AnyKey | None, right: AnyKey) -> None:
        """Write the public half where it is missing or a rotation was interrupted before it; else refuse another's."""
        line = f"{right.format()}\n".encode()
        private = KEY if name == PUBLIC else ML_DSA_KEY
        signed = self._remembered(type(right))
        if signed and right not in signed:
            reason = f"the key in {private} is none of those in {EVERY_PUBLIC}; put the old {private} back"
            raise KeyRefused(str(self.path / private), reason)
        if found is None:
            create_once(self.path / name, line, mode=_PUBLIC_MODE)
        elif found != right:
            # Only forward: an old private key that was put back must not sign again.
            if found not in signed or signed.index(found) > signed.index(right):
                raise KeyRefused(str(self.path / name), f"it is not the public half of {private}; {_RESTORE}")
            replace_file(self.path / name, line, _PUBLIC_MODE)

    # --- What others verify with ------------------------------------------------------------------
    def verifier(self) -> VerifierKey | None:
        """Return the Ed25519 public key, None where there is none yet; raise KeyRefused where it is damaged or another's."""
        text = self._read(PUBLIC)
        return None if text is None else self._own(PUBLIC, VerifierKey.parse, text)

    def _ml_dsa_verifier(self) -> MlDsaKey | None:
        text = self._read(ML_DSA_PUBLIC)
        return None if text is None else self._own(ML_DSA_PUBLIC, MlDsaKey.parse, text)

    def verifiers(self) -> tuple[AnyKey, ...]:
        """Return every public key that ever signed for this log, oldest first; none where log.vkey is not there.

        Raises KeyRefused where one is damaged or another ledger's.
        """
        present = self.verifier()
        if present is None:
            return ()
        further = self._ml_dsa_verifier()
        keys = [*self._remembered(), present, *([] if further is None else [further])]
        return tuple(dict.fromkeys(keys))

    def verifiers_until_now(self) -> tuple[AnyKey, ...]:
        """Return the keys that may have signed the last checkpoint: the present Ed25519 key and all before it.

        Log.vkey is written anew where only its private half is left; none before the first start. One that only a later
        key has signed is thereby refused: an old key that was put back from a copy must not sign again.
        """
        if not (self.path / PUBLIC).exists() and (self.path / KEY).exists():
            self.signing_key()
        present, keys = self.verifier(), self.verifiers()
        return () if present is None else keys[: keys.index(present) + 1]

    def remember(self) -> None:
        """Add to log.vkeys the present keys and those that come after, of which only the latter need a private half."""
        self._remember([*self.verifiers(), *(key.verifier for key in self.next_keys())])

    def _remembered(self, kind: type[AnyKey] | None = None) -> list[AnyKey]:
        """Return the keys in log.vkeys, of one kind or all; a last line that a crash cut short is not one."""
        try:
            with (self.path / EVERY_PUBLIC).open("rb") as file:
                raw = file.read(KEYS_BYTES_MAX + 1)
        except FileNotFoundError:
            return []
        if len(raw) > KEYS_BYTES_MAX:
            raise KeyRefused(str(self.path / EVERY_PUBLIC), f"it has more than {KEYS_BYTES_MAX} bytes; {_RESTORE}")
        *lines, _ = raw.decode(errors="replace").split("\n")
        keys = [self._own(EVERY_PUBLIC, parse_vkey, line) for line in lines]
        return [key for key in keys if kind is None or isinstance(key, kind)]

    def _remember(self, keys: Iterable[AnyKey]) -> None:
        """Add to log.vkeys what is not in it; it is on disk when this returns."""
        if not (wanted := dict.fromkeys(keys)).keys() - set(self._remembered()):
            return
        with _appending(self.path / EVERY_PUBLIC) as file:
            known = self._remembered()
            for key in wanted:
                if key not in known:
                    file.write(f"{key.format()}\n".encode())
        flush_folder(self.path)

    # --- Files ------------------------------------------------------------------------------------
    def _read(self, name: str) -> str | None:
        try:
            return (self.path / name).read_bytes().decode(errors="replace").strip()
        except FileNotFoundError:
            return None

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

    def _key_missing(self, name: str) -> KeyRefused:
        return KeyRefused(str(self.path / name), f"it is missing; {_RESTORE}")

    # --- The last head ------------------------------------------------------------------------------
    def last(self) -> bytes | None:
        """Return the last signed checkpoint as kept in this folder, unverified; None before the first."""
        return _bytes_of(self.path / LAST)

    def heads(self, keys: Iterable[AnyKey]) -> list[Head]:
        """Return the last signed checkpoint of each place that keeps one, the smallest first.

        Raises KeyRefused unless a key of this log has signed it, and where the second place is not there.
        """
        known = tuple(keys)
        found = [Head(path, note, self._verified(path, note, known)) for path, note in self.notes()]
        return sorted(found, key=lambda head: head.checkpoint.size)

    def notes(self) -> list[tuple[Path, bytes]]:
        """Return the last signed checkpoint of each place that keeps one, unverified, with its file.

        Raises KeyRefused where the second place is not there.
        """
        paths = [self.path / LAST] if self.second is None else [self.path / LAST, self._second_place() / LAST]
        return [(path, note) for path in paths if (note := _bytes_of(path)) is not None]

    def _verified(self, path: Path, note: bytes, keys: Iterable[AnyKey]) -> Checkpoint:
        try:
            return verify_checkpoint(note, self.origin, keys)
        except ProofError as error:
            raise KeyRefused(
                str(path), f"it is not a checkpoint of this log by this key ({error}); {_RESTORE}"
            ) from error

    def _second_place(self) -> Path:
        assert self.second is not None, "asked before"
        # A place that is not mounted would otherwise look like one that knows of nothing.
        if not self.second.is_dir():
            reason = "the second place is not there; make or mount the folder, or take LIGGARE_SECOND_PLACE away"
            raise KeyRefused(str(self.second), reason)
        return self.second

    def keep(self, note: bytes) -> None:
        """Replace the last checkpoint, in the second place first; it is on disk, whole, when this returns."""
        if self.second is not None:
            replace_file(self._second_place() / LAST, note, _PUBLIC_MODE)
        replace_file(self.path / LAST, note, _PUBLIC_MODE)


# --- Files ------------------------------------------------------------------------------------
def replace_file(path: Path, content: bytes, mode: int) -> None:
    """Put a whole file in the place of another, flushed to disk; one process at a time writes under this name."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Return when the names in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _appending(path: Path) -> Iterator[BinaryIO]:
    """Open a file of lines to add to, alone, without a last line that a crash cut short; flush it at the end."""
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        whole = file.read()
        file.truncate(whole.rfind(b"\n") + 1)
        yield file
        file.flush()
        os.fsync(file.fileno())


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
