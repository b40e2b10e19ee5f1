"""Whether a database still holds what was signed: asked before anything is recorded in it.

    head in the folder of keys ──▶ the database reaches it   else RolledBack
                               ──▶ and gives its very root   else HistoryRewritten

A database restored from an old copy, or written by somebody else since, would record events at positions that were
signed already: a fork, which nothing mends. This takes no lock, so it may be asked while others record and publish.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.merkle import Frontier, consistency_plan, read_plan
from ledger.log.publisher import (
    STEP_LEAVES_MAX,
    LogStore,
    check_root,
    last_published,
    load_edge,
    read_leaves,
    reader_of,
)
from ledger.log.refusals import KeyRefused, RolledBack
from ledger.log.verify import verify_growth
from ledger.store.port import Reader


def check_continuity(store: LogStore, folder: LogFolder) -> Checkpoint | None:
    """Return the last head that was signed as the folder keeps it, once the database is shown to hold all of it.

    None: the folder keeps none, as before the first or where it was lost, so nothing could be compared. Raises
    RolledBack, HistoryRewritten or KeyRefused, the last also for a damaged public key.

    Reads O(log n) hashes from the tiles, and the leaves that were signed and are not in tiles yet; all leaves where
    the tiles are missing or do not give the root that was signed.
    """
    keys = folder.verifiers_until_now()
    if not keys:
        if folder.last() is not None:
            raise KeyRefused(str(folder.path), "log.checkpoint lies there without log.key; put the old log.key back")
        return None
    # In this order each lies within the next, however much is published meanwhile.
    last = last_published(store, folder.origin, keys)
    kept = [head.checkpoint for head in folder.heads(keys)]
    heads = sorted(([] if last is None else [last]) + kept, key=lambda head: head.size)
    if heads and (found := store.head()) < heads[-1].size:
        raise RolledBack(found, heads[-1].size)
    frontier = shown = _shown_by_tiles(store, last, kept)
    for signed in heads:
        if signed.size > shown.size:
            frontier = _grown(store, frontier, signed.size)
            check_root(frontier, signed)
    return kept[-1] if kept else None


def _shown_by_tiles(store: LogStore, last: Checkpoint | None, kept: Iterable[Checkpoint]) -> Frontier:
    """Return the frontier at `last` where the tiles give its root and that it extends `kept`; else the empty one."""
    if last is None:
        return Frontier()
    try:
        frontier = load_edge(store, last.size).frontier
        for each in kept:
            if each.size <= last.size:
                plan = consistency_plan(each.size, last.size)
                verify_growth(each, last, read_plan(plan, reader_of(store, plan)))
    except ProofError:
        return Frontier()
    return frontier if frontier.root() == last.root else Frontier()


def _grown(store: Reader, frontier: Frontier, size: int) -> Frontier:
    while frontier.size < size:
        upto = min(size, frontier.size + STEP_LEAVES_MAX)
        frontier = frontier.extend(read_leaves(store, frontier.size, upto))
    return frontier
