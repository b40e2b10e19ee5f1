"""A witness's keys: made on its first start, never again.

    witness.key         Ed25519, type 0x04          witness.vkey         its public half, to hand out
    witness.mldsa.key   ML-DSA-44, type 0x06        witness.mldsa.vkey   its public half, to hand out

Both are used for nothing but cosignatures under one name (C2SP tlog-cosignature). Whoever trusts the witness holds the
public halves; a new key would be a new witness to them, so a lost one is restored, not made anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from ledger.log.cosignature import Ed25519Cosigner, Ed25519CosigningKey, MlDsaKey, MlDsaSigningKey
from ledger.log.errors import MalformedKey
from ledger.log.refusals import KeyRefused
from ledger.vault.secret_files import create_once, load_or_create_secret

ED25519, ML_DSA = "witness", "witness.mldsa"
_PUBLIC_MODE = 0o644
_RESTORE = "restore it from its backup"

CosigningKey = Ed25519CosigningKey | MlDsaSigningKey
Key = TypeVar("Key", Ed25519CosigningKey, MlDsaSigningKey)


def witness_keys(folder: Path, name: str) -> tuple[CosigningKey, ...]:
    """Return the keys of the witness `name`, made where the folder holds none.

    Raises KeyRefused for a damaged key, another witness's, or one whose public half alone is there; MalformedKey for a
    name that no key can have; SecretExposed or SecretMalformed for a file that others can read or nobody.
    """
    # Before anything is made: a name that is refused leaves no key behind.
    Ed25519Cosigner(name, bytes(Ed25519Cosigner.size))
    MlDsaKey(name, bytes(MlDsaKey.size))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _key(folder, ED25519, name, Ed25519CosigningKey), _key(folder, ML_DSA, name, MlDsaSigningKey)


def _key(folder: Path, stem: str, name: str, kind: type[Key]) -> Key:
    private, public = folder / f"{stem}.key", folder / f"{stem}.vkey"
    if public.exists() and not private.exists():
        raise KeyRefused(str(private), f"it is missing, and its public half is in use; {_RESTORE}")
    try:
        key = kind.parse(load_or_create_secret(private, lambda: kind.generate(name).format()))
    except MalformedKey as error:
        raise KeyRefused(str(private), f"{error.reason}; {_RESTORE}") from error
    if key.name != name:
        raise KeyRefused(str(private), f"it is the key of the witness {key.name}, not of {name}; name its own folder")
    line = f"{key.verifier.format()}\n".encode()
    create_once(public, line, mode=_PUBLIC_MODE)
    if public.read_bytes() != line:
        raise KeyRefused(str(public), f"it is not the public half of {private.name}; {_RESTORE}")
    return key
