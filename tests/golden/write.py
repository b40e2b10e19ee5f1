"""Write the golden file of every event class and version that has none yet: `make golden`.

A golden file holds the bytes of one entry, `leaves.txt` the RFC 6962 leaf hash of each. They are what the
record holds for ever, so an existing file is never written again: a class whose bytes change needs a new
version and an upcast from the old one.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from uuid import UUID

FOLDER = Path(__file__).resolve().parent
LEAVES = FOLDER / "leaves.txt"
sys.path.insert(0, str(FOLDER.parent.parent))

from ledger.entries import encode, event_id, type_of  # noqa: E402  the path comes first
from ledger.messages import Event  # noqa: E402
from tests.events import EVENTS, example  # noqa: E402

LEDGER = "nacka.se/inflytande"
ACTOR = "role:registrar"
TIME = "2016-05-16T08:00:00.000000Z"


class GoldenChanged(Exception):
    """A golden file was changed or removed; take it back from the history of the repository."""


def entry_of(event: Event) -> bytes:
    """Return the entry of a golden file, whose event is sealed already."""
    request = UUID(bytes=hashlib.sha256(type_of(type(event)).encode()).digest()[:16])
    return encode(event, id=event_id(LEDGER, request, 0), ledger=LEDGER, actor=ACTOR, time=TIME)


def leaf_of(entry: bytes) -> str:
    """Return the leaf hash of an entry in hex (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + entry).hexdigest()


def pinned(leaves: Path = LEAVES) -> dict[str, str]:
    """Return the pinned leaf hashes by type."""
    lines = leaves.read_text().splitlines() if leaves.exists() else []
    return {name: leaf for leaf, name in (line.split("  ") for line in lines)}


def check(folder: Path = FOLDER) -> None:
    """Raise GoldenChanged unless files and pinned leaf hashes are the same set and agree."""
    leaves = pinned(folder / LEAVES.name)
    files = {path.stem: path for path in folder.glob("*.json")}
    if odd := files.keys() ^ leaves.keys():
        raise GoldenChanged(f"a file without its line in {LEAVES.name}, or a line without its file: {sorted(odd)}")
    for name, path in files.items():
        if leaf_of(path.read_bytes()) != leaves[name]:
            raise GoldenChanged(f"{path.name} is not what was pinned; an entry never changes, write a new version")


def write(folder: Path = FOLDER, kinds: tuple[type[Event], ...] = EVENTS) -> list[str]:
    """Write what is missing and return the types written. Raises GoldenChanged and then writes nothing."""
    check(folder)
    written = {}
    for kind in kinds:
        path = folder / f"{type_of(kind)}.json"
        if not path.exists():
            entry = entry_of(example(kind))
            with path.open("xb") as file:
                file.write(entry)
            written[type_of(kind)] = leaf_of(entry)
    leaves = pinned(folder / LEAVES.name) | written
    if written:
        text = "".join(f"{leaf}  {name}\n" for name, leaf in sorted(leaves.items()))
        (folder / LEAVES.name).write_text(text)
    return sorted(written)


if __name__ == "__main__":
    try:
        new = write()
    except GoldenChanged as changed:
        sys.exit(f"refused: {changed}")
    print("\n".join(f"wrote {name}.json" for name in new) or "every event version has its golden file")
