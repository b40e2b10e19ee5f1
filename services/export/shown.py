"""The read models an export relies on: which words may be shown now, and the digests at the exported size.

Stored rows are used where they stand: every version of a row is kept, so those of any earlier position can be read. Where
they have not got there, are halted or of another version, what is needed is replayed from the record in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager

from ledger.documents.events import Republished, SecrecyLifted, SecrecyMarked, Unpublished
from ledger.entries import decode_all
from ledger.inputs.events import InputMerged, InputModerated, InputRestored, InputWithdrawn
from ledger.messages import Event
from ledger.participants.events import KeyDestroyed
from ledger.store.port import PAGE_EVENTS, Reader
from projections.catalogue import PROJECTIONS
from projections.documents import DOCUMENTS, TAKEN_DOWN
from projections.inputs import INPUTS
from projections.projection import Projection
from projections.rebuild import digests, replayed
from projections.rows.memory import MemoryRows
from services.engines import Engine
from services.export.opened import Gate
from services.receipts import receipts

GATES: tuple[Projection, ...] = (INPUTS, DOCUMENTS, TAKEN_DOWN)
"""The read models by which words are withheld."""

COVERING: tuple[type[Event], ...] = (
    KeyDestroyed,
    InputWithdrawn,
    InputModerated,
    InputMerged,
    InputRestored,
    Unpublished,
    Republished,
    SecrecyMarked,
    SecrecyLifted,
)
"""Events that close words, or open them again."""

Moved = Callable[[int, int], None]


# --- What may be shown --------------------------------------------------------------------------
@contextmanager
def gate(engine: Engine, reader: Reader) -> Iterator[Gate]:
    """Yield what decides on the words, at least as new as the record was when this was called."""
    needed = newest_covering(reader, 0)
    if stand(engine, GATES, needed):
        with engine.rows() as rows:
            yield Gate(needed, rows, receipts(reader))
    else:
        yield Gate(needed, _in_memory(reader, reader.head()), receipts(reader))


def newest_covering(reader: Reader, after: int) -> int:
    """Return the position of the last event after a position that closes words or opens them again; else that position."""
    while page := reader.entries(after, types=_types(COVERING)):
        after = page[-1].position
    return after


def _in_memory(reader: Reader, upto: int) -> MemoryRows:
    rows = MemoryRows(GATES)
    types, after = _types(kind for projection in GATES for kind in projection.types), 0
    while page := reader.entries(after, PAGE_EVENTS, types):
        rows.add(decode_all(entry for entry in page if entry.position <= upto))
        after = page[-1].position
    return rows


def _types(kinds: Iterable[type[Event]]) -> list[str]:
    """Return the types of event classes in every version there has been."""
    return sorted({f"{kind.topic}.v{version}" for kind in kinds for version in range(1, kind.version + 1)})


# --- Digests ------------------------------------------------------------------------------------
def stand(engine: Engine, projections: Iterable[Projection], position: int) -> bool:
    """Tell whether the stored rows of all projections have reached a position, in this version and without a halt."""
    with closing(engine.rows_writer()) as writer:
        live = {each.name: each for each in writer.status() if each.live and each.error is None}
    return all(
        projection.name in live
        and live[projection.name].version == projection.version
        and live[projection.name].position >= position
        for projection in projections
    )


def digests_at(engine: Engine, reader: Reader, size: int, moved: Moved) -> dict[str, str]:
    """Return the digest of every read model at a position; raises UnreadableEntry or what a projection raises."""
    if stand(engine, PROJECTIONS, size):
        with engine.rows(size) as rows:
            return digests(rows, PROJECTIONS)
    return replayed(reader, PROJECTIONS, size, progress=moved)
