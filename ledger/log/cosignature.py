"""Cosignatures: who else saw a checkpoint, and when (C2SP tlog-cosignature).

    type  key       signature line after the key id          what is signed
    0x04  Ed25519   8 bytes of time ‖ 64 bytes               a header, the time, the whole text
    0x06  ML-DSA-44 8 bytes of time ‖ 2,420 bytes            names, time, size and root

A cosignature says that at the time given (POSIX seconds) this was the largest tree its
maker had seen of that log, and that it extends all it saw before. Witnesses make them.
A log signs with ML-DSA-44 by one too, under its origin as name, and states no time: 0.

ML-DSA-44 does not cover the further lines that a checkpoint may have; nothing may be
believed of those on its word. It needs a `cryptography` that has it: with an older one
keys are still read and written, and `fits` raises `AlgorithmMissing`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cache
from typing import ClassVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import AlgorithmMissing, MalformedCheckpoint, MalformedKey, MalformedNote
from ledger.log.keys import PrivateKey, PublicKey
from ledger.log.note import Signature, Verifier

try:
    from cryptography.hazmat.primitives.asymmetric import mldsa
except ImportError:  # an older `cryptography` than ours, on an auditor's machine
    _ML_DSA_IMPORTED = False
else:
    _ML_DSA_IMPORTED = True

TIME_MAX = (1 << 63) - 1
"""The latest time that a cosignature may state."""

_TIME_SIZE = 8
_ED25519_SIZE = 64
_ML_DSA_SIZE = 2420
_LABEL_MAX = 255  # opaque name<1..2^8-1>
_LABEL = b"subtree/v1\n\0"


@dataclass(frozen=True, slots=True)
class Ed25519Cosigner(PublicKey):
    """A witness' Ed25519 key (32 bytes) with its name: signature type 0x04."""

    kind: ClassVar[int] = 0x04
    size: ClassVar[int] = 32

    def fits(self, text: bytes, signature: bytes) -> bool:
        """Tell whether `signature` is this key's cosignature on the checkpoint `text`."""
        checkpoint = _read(text)
        at = _time_in(signature, _ED25519_SIZE)
        if checkpoint is None or at is None:
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature[_TIME_SIZE:], _ed25519_message(checkpoint, at))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Ed25519CosigningKey(PrivateKey):
    """A witness' Ed25519 private key; use it for nothing but cosignatures under this name.

    The signed message does not hold the name, so one key with two names is two witnesses
    that cannot be told apart.
    """

    kind: ClassVar[int] = Ed25519Cosigner.kind

    @property
    def verifier(self) -> Ed25519Cosigner:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Ed25519Cosigner(self.name, private.public_key().public_bytes_raw())

    def cosign(self, checkpoint: Checkpoint | str, at: int) -> Signature:
        """Cosign a checkpoint, or a note's text, as seen `at` POSIX seconds.

        Raises `MalformedCheckpoint` for a text that is none, or a time below 0 or above 2^63-1.
        """
        message = _ed25519_message(_checkpoint(checkpoint), at)
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return Signature(self.name, self.verifier.key_id, _stamp(at) + private.sign(message))


@dataclass(frozen=True, slots=True)
class MlDsaKey(PublicKey):
    """An ML-DSA-44 key (1,312 bytes) with its name, of a witness or a log: type 0x06."""

    kind: ClassVar[int] = 0x06
    size: ClassVar[int] = 1312

    def __post_init__(self) -> None:
        """Refuse a name or a length that no cosignature could use."""
        PublicKey.__post_init__(self)
        _check_label(self.name)

    def fits(self, text: bytes, signature: bytes) -> bool:
        """Tell whether `signature` is this key's cosignature on the checkpoint `text`.

        Raises `AlgorithmMissing` where `cryptography` has no ML-DSA.
        """
        checkpoint = _read(text)
        at = _time_in(signature, _ML_DSA_SIZE)
        if checkpoint is None or at is None or len(checkpoint.origin.encode()) > _LABEL_MAX:
            return False
        _require_ml_dsa(self.name)
        try:
            key = mldsa.MLDSA44PublicKey.from_public_bytes(self.public)
            key.verify(signature[_TIME_SIZE:], _ml_dsa_message(self.name, checkpoint, at))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class MlDsaSigningKey(PrivateKey):
    """An ML-DSA-44 private key (FIPS 204 seed, 32 bytes) with its name, of a witness or a log."""

    kind: ClassVar[int] = MlDsaKey.kind

    def __post_init__(self) -> None:
        """Refuse a name or a length that no cosignature could use."""
        PrivateKey.__post_init__(self)
        _check_label(self.name)

    @property
    def verifier(self) -> MlDsaKey:
        """The public half; raises `AlgorithmMissing` where `cryptography` has no ML-DSA."""
        _require_ml_dsa(self.name)
        private = mldsa.MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return MlDsaKey(self.name, private.public_key().public_bytes_raw())

    def cosign(self, checkpoint: Checkpoint | str, at: int) -> Signature:
        """Cosign a checkpoint, or a note's text, as seen `at` POSIX seconds.

        0 states no time, which a log may do and a witness must not. Raises
        `MalformedCheckpoint` for a text that is none, an origin above 255 bytes, or a time
        below 0 or above 2^63-1, and `AlgorithmMissing` where `cryptography` has no ML-DSA.
        """
        _require_ml_dsa(self.name)
        message = _ml_dsa_message(self.name, _checkpoint(checkpoint), at)
        private = mldsa.MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Signature(self.name, self.verifier.key_id, _stamp(at) + private.sign(message))

    def sign(self, text: str) -> Signature:
        """Sign a log's own checkpoint, stating no time (C2SP tlog-checkpoint, "Signatures").

        Any other text raises `MalformedCheckpoint`: this type signs nothing else.
        """
        return self.cosign(text, 0)


def timestamp_of(signature: Signature) -> int:
    """Return the time, in POSIX seconds, that a cosignature states; 0 states none.

    Nothing in it may be believed before the cosignature has been checked. Raises
    `MalformedNote` if the line is too short to be one, or states a time above 2^63-1.
    """
    at = int.from_bytes(signature.signature[:_TIME_SIZE])
    if len(signature.signature) <= _TIME_SIZE or at > TIME_MAX:
        raise MalformedNote(f"signature by {signature.name}", "it is not a cosignature with a time")
    return at


def vouched_for(checkpoint: Checkpoint, keys: Collection[Verifier]) -> Checkpoint:
    """Return the part of `checkpoint` that signatures of `keys` cover.

    ML-DSA-44 covers no further lines (C2SP tlog-cosignature): without another key anybody
    could have put them there, so they are left out.
    """
    if all(isinstance(key, MlDsaKey) for key in keys):
        return replace(checkpoint, extensions=())
    return checkpoint


@cache
def ml_dsa_available() -> bool:
    """Tell whether the installed `cryptography` can check ML-DSA-44."""
    if not _ML_DSA_IMPORTED:
        return False
    try:
        mldsa.MLDSA44PublicKey.from_public_bytes(bytes(MlDsaKey.size))
    except UnsupportedAlgorithm:
        return False
    return True


# --- Messages -----------------------------------------------------------------
def _ed25519_message(checkpoint: Checkpoint, at: int) -> bytes:
    # C2SP tlog-cosignature, "Ed25519 signed message": the whole text, further lines included.
    _check_time(at)
    return f"cosignature/v1\ntime {at}\n{checkpoint.text()}".encode()


def _ml_dsa_message(name: str, checkpoint: Checkpoint, at: int) -> bytes:
    # C2SP tlog-cosignature, "ML-DSA-44 signed message": the subtree [0, size).
    _check_time(at)
    origin = checkpoint.origin.encode()
    if len(origin) > _LABEL_MAX:
        raise MalformedCheckpoint("origin of the checkpoint", f"it is above {_LABEL_MAX} bytes, too long for ML-DSA")
    start, end = _stamp(0), _stamp(checkpoint.size)
    return b"".join((_LABEL, _opaque(name.encode()), _stamp(at), _opaque(origin), start, end, checkpoint.root))


def _opaque(octets: bytes) -> bytes:
    # opaque octets<1..2^8-1> (RFC 8446 §3.4)
    return bytes((len(octets),)) + octets


def _stamp(number: int) -> bytes:
    # uint64 (RFC 8446 §3.3)
    return number.to_bytes(_TIME_SIZE)


# --- Parts --------------------------------------------------------------------
def _read(text: bytes) -> Checkpoint | None:
    try:
        return Checkpoint.parse(text.decode())
    except (MalformedCheckpoint, UnicodeDecodeError):
        return None


def _time_in(signature: bytes, size: int) -> int | None:
    if len(signature) != _TIME_SIZE + size:
        return None
    at = int.from_bytes(signature[:_TIME_SIZE])
    return at if at <= TIME_MAX else None


def _checkpoint(given: Checkpoint | str) -> Checkpoint:
    return Checkpoint.parse(given) if isinstance(given, str) else given


def _check_time(at: int) -> None:
    if not 0 <= at <= TIME_MAX:
        raise MalformedCheckpoint("time of the cosignature", "it is not from 0 to 2^63-1")


def _check_label(name: str) -> None:
    if len(name.encode()) > _LABEL_MAX:
        raise MalformedKey(f"key {name[:40]}…", f"its name is above {_LABEL_MAX} bytes, too long for ML-DSA")


def _require_ml_dsa(name: str) -> None:
    if not ml_dsa_available():
        raise AlgorithmMissing(f"signature by {name}", "not checked: this cryptography has no ML-DSA")
