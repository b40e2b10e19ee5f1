"""Secrets in files: made once, on disk before they are used, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from ledger.vault.errors import SecretExposed, SecretMalformed


def load_or_create_secret(path: Path, create: Callable[[], str]) -> str:
    """Return the text of a secret file, made from `create()` with mode 0400 if it does not exist.

    With several processes starting at once one of them makes it and all read the same. Raises SecretExposed if
    group or others may use the file, SecretMalformed if it is empty or not UTF-8; a parent folder must exist.
    """
    if not path.exists():
        create_once(path, create().encode(), mode=0o400)
    return load_secret(path)


def load_secret(path: Path) -> str:
    """Return the text of an existing secret file without its final newline; raises as `load_or_create_secret`."""
    with path.open("rb") as file:
        check_private(path, os.fstat(file.fileno()).st_mode, remedy_mode=0o400)
        try:
            text = file.read().decode().strip()
        except UnicodeDecodeError:
            raise SecretMalformed(f"{path} is not UTF-8 text; restore it from its backup") from None
    if not text:
        raise SecretMalformed(f"{path} is empty; restore it from its backup")
    return text


def check_private(path: Path, mode: int, *, remedy_mode: int) -> None:
    """Raise SecretExposed, with the command that mends it, if group or others may do anything with the file."""
    if mode & 0o077:
        found = stat.S_IMODE(mode)
        raise SecretExposed(f"{path} has mode {found:04o} and is open to others; run: chmod {remedy_mode:04o} {path}")


def create_once(path: Path, content: bytes, *, mode: int) -> None:
    """Put a whole file in place with this mode, flushed to disk; a file that came first is left as it is."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and unlike a rename never replaces what another process made.
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
