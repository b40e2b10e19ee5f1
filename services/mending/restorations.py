"""Entries that were put back and are still to be recorded: kept beside the keys until the record says so itself.

Written before the entry is, and taken away after the event is recorded; so a repair that is interrupted in between goes
on where it stopped, and nothing that was put back stays untold. Recording twice records once: the request's id follows
from the line.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

from pydantic_core import from_json, to_json

PENDING = "log.restorations"
_NAMESPACE = UUID("6f7f1d0e-6c2c-5d53-9a3e-0d7c5f6f6b11")


class Restoration(NamedTuple):
    """One entry put back: its position and leaf hash (hex), how it was found, where it was taken from, and which repair."""

    at: int
    leaf: str
    found: str
    taken_from: str
    repair: str

    def request(self, origin: str) -> UUID:
        """Return the id under which it is recorded, once."""
        return uuid5(_NAMESPACE, "\n".join((origin, self.repair, str(self.at), self.leaf)))


class Pending:
    """The file of restorations to be recorded, in the folder of keys."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PENDING

    def read(self) -> list[Restoration]:
        """Return what is still to be recorded; a line cut off by a crash was written before anything was put back."""
        try:
            lines = self._path.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []
        return [Restoration(*from_json(line)) for line in lines]

    def add(self, restorations: list[Restoration]) -> None:
        """Write down what is about to be put back; it is on disk when this returns."""
        self._replace([*self.read(), *restorations])

    def clear(self) -> None:
        """Take the file away: everything in it is recorded."""
        self._path.unlink(missing_ok=True)

    def _replace(self, restorations: list[Restoration]) -> None:
        draft = self._path.with_name(f".{PENDING}.new")
        with draft.open("wb") as file:
            file.writelines(to_json(list(each)) + b"\n" for each in restorations)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
