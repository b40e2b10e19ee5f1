"""What a target of `liggare verify` is, told by its content and never by its name."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path

from services.audit.offline.layout import CHECKPOINT

_RECEIPT = b"c2sp.org/tlog-proof@v1\n"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ADDRESS = ("https://", "http://")

ACCEPTED = (
    "name a folder or zip file that `liggare export` wrote, the http(s) address of a log, or a .tlog-proof receipt; "
    "without a target the ledger of --store is verified"
)


class Target(Enum):
    """The kinds of target."""

    BUNDLE = "bundle"
    WEB = "log over HTTP"
    RECEIPT = "receipt"


class NoTarget(ValueError):
    """Nothing that can be verified lies there; the message says what would be accepted."""


def target_of(place: str) -> Target:
    """Return what lies at a place; raise NoTarget or OSError."""
    if place.startswith(_ADDRESS):
        return Target.WEB
    path = Path(place)
    if path.is_dir():
        if not (path / CHECKPOINT).is_file():
            raise NoTarget(f"{place} is a folder without a bundle in it, for it has no file `{CHECKPOINT}`; {ACCEPTED}")
        return Target.BUNDLE
    if not path.is_file():
        what = "is neither a file nor a folder" if path.exists() else "does not exist"
        raise NoTarget(f"{place} {what}; {ACCEPTED}")
    start = _start(path)
    if start.startswith(_ZIP):
        return Target.BUNDLE
    if start.startswith(_RECEIPT):
        return Target.RECEIPT
    if start.startswith(b"SQLite format 3\0"):
        raise NoTarget(f"{place} is an SQLite database; verify it with --store sqlite:///{place} and no target")
    raise NoTarget(f"{place} is none of what can be verified by itself; {ACCEPTED}")


def _start(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        return os.read(descriptor, len(_RECEIPT))
    finally:
        os.close(descriptor)
