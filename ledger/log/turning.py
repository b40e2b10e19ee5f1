"""Turning from one set of keys to the next, in the folder that holds them; any step may be interrupted and run again.

    begin    log.next.key and log.next.mldsa.key are made; from now on both sets sign
    finish   each takes the place of its predecessor, whose private half is destroyed

What entries say about it, and that others may follow, is `ledger.log.rotation`'s matter.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ledger.log.cosignature import MlDsaSigningKey
from ledger.log.folder import (
    KEY,
    ML_DSA_KEY,
    ML_DSA_PUBLIC,
    NEXT_KEY,
    NEXT_ML_DSA_KEY,
    PUBLIC,
    LogFolder,
    OwnKey,
    flush_folder,
)
from ledger.log.note import SigningKey
from ledger.vault.secret_files import load_or_create_secret

TURNED = ((NEXT_KEY, KEY), (NEXT_ML_DSA_KEY, ML_DSA_KEY))


def begun(folder: LogFolder) -> bool:
    """Tell whether a rotation has begun and is not finished."""
    return any((folder.path / name).exists() for pair in TURNED for name in (pair[0], _retired(pair[1])))


def begin(folder: LogFolder) -> tuple[OwnKey, ...]:
    """Make the keys that come after, where there are none yet; return them, Ed25519 first. Publishers sign with them."""
    folder.remember()
    load_or_create_secret(folder.path / NEXT_KEY, lambda: SigningKey.generate(folder.origin).format())
    load_or_create_secret(folder.path / NEXT_ML_DSA_KEY, lambda: MlDsaSigningKey.generate(folder.origin).format())
    folder.remember()
    return folder.next_keys()


def finish(folder: LogFolder) -> None:
    """Let the next keys take the place of the present ones, and destroy the private halves of those.

    They are overwritten before they are unlinked. On storage that writes elsewhere (flash, snapshots, copy on write)
    and in backups that does not remove them: destroy those, too.
    """
    folder.remember()
    for name, place in TURNED:
        following, present, retired = (folder.path / each for each in (name, place, _retired(place)))
        _destroy(retired, present)
        if following.exists():
            # A second name first, so that no moment is without a key and none leaves the old one behind unnoticed.
            if present.exists():
                os.link(present, retired)
                flush_folder(folder.path)
            following.replace(present)
            flush_folder(folder.path)
        _destroy(retired, present)
    folder.signing_keys()


def lost(folder: LogFolder) -> list[str]:
    """Return the names of the private halves that are missing while their public halves are there."""
    pairs = ((KEY, PUBLIC), (ML_DSA_KEY, ML_DSA_PUBLIC))
    return [key for key, half in pairs if (folder.path / half).exists() and not (folder.path / key).exists()]


def replace_lost(folder: LogFolder) -> None:
    """Put new keys where private halves are missing; what was lost stays in log.vkeys."""
    folder.remember()
    for name in lost(folder):
        if name == KEY:
            load_or_create_secret(folder.path / NEXT_KEY, lambda: SigningKey.generate(folder.origin).format())
        else:
            load_or_create_secret(
                folder.path / NEXT_ML_DSA_KEY, lambda: MlDsaSigningKey.generate(folder.origin).format()
            )
    finish(folder)


def _retired(name: str) -> str:
    return f".{name}.retired"


def _destroy(path: Path, present: Path) -> None:
    if not path.exists():
        return
    if not (present.exists() and path.samefile(present)):
        path.chmod(0o600)
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    path.unlink()
    flush_folder(path.parent)
