"""A checkpoint as it is handed out: the note that was signed, with what witnesses have said of it since.

    kommun.example/ledger
    70000
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — kommun.example/ledger Az3grl…         the log, as signed
    — grannkommun.example/w1 jWbPPw…        each witness once (C2SP tlog-cosignature)

The note that was signed never changes; the lines of witnesses arrive after it and are kept apart. Nobody need believe
that they were checked when they came: whoever holds the witnesses' keys checks them again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from ledger.log.errors import MalformedNote, OutsideTree, ProofError
from ledger.log.note import Signature, parse_note
from ledger.store.port import Checkpoint, CheckpointStore, Cosignature

COSIGNERS_MAX = 80
"""Lines of witnesses under one checkpoint: with the log's own, below what a note may have."""

LOG = logging.getLogger(__name__)


class NotPublished(ProofError):
    """No checkpoint covers this yet; ask again within a second or two."""


def published(store: CheckpointStore, size: int | None = None, *, first: bool = False) -> bytes:
    """Return the signed note of the newest checkpoint, or of that of `size`, with one line of each of its witnesses.

    The line is the witness's latest, which says how long the checkpoint was the newest; with `first` its earliest,
    which says since when it is known, and stays the same. Raises NotPublished before the first checkpoint,
    OutsideTree for a size at which none was signed.
    """
    return cosigned(store, checkpoint_of(store, size), first=first)


def checkpoint_of(store: CheckpointStore, size: int | None = None) -> Checkpoint:
    """Return the newest checkpoint, or that of `size`, as signed; raises as `published`."""
    if size is None:
        newest = store.last_checkpoint()
        if newest is None:
            raise NotPublished("checkpoint", "none has been published yet")
        return newest
    found = store.checkpoint_covering(size)
    if found is None or found.size != size:
        raise OutsideTree(f"size {size}", "no checkpoint of that size was signed")
    return found


def cosigned(store: CheckpointStore, checkpoint: Checkpoint, *, first: bool = False) -> bytes:
    """Return a checkpoint's note with one line of each of its witnesses; see `published`."""
    kept = lines_of(store.cosignatures(checkpoint.size), first=first)
    return (checkpoint.note + "".join(kept)).encode()


def cosigned_all(
    store: CheckpointStore, checkpoints: Sequence[Checkpoint], *, first: bool = False
) -> list[tuple[Checkpoint, bytes]]:
    """Return some checkpoints, in order of size, each with what `cosigned` gives: asked of the store at once."""
    if not checkpoints:
        return []
    kept: dict[int, list[Cosignature]] = {each.size: [] for each in checkpoints}
    for each in store.cosignatures_between(checkpoints[0].size, checkpoints[-1].size):
        if each.size in kept:
            kept[each.size].append(each)
    return [(each, (each.note + "".join(lines_of(kept[each.size], first=first))).encode()) for each in checkpoints]


def lines_of(cosignatures: Iterable[Cosignature], *, first: bool = False) -> list[str]:
    """Return one line of each signer, in the order of their names; a damaged one is left out, not handed on."""
    chosen: dict[str, Cosignature] = {}
    for each in cosignatures:
        known = chosen.get(each.signer)
        if known is None or (each.cosigned_at < known.cosigned_at) == first:
            chosen[each.signer] = each
    lines = []
    for signer, each in sorted(chosen.items()):
        try:
            line_of(each.line)
        except MalformedNote as error:
            LOG.warning("a cosignature by %s of size %d cannot be read: %s", signer, each.size, error)
        else:
            lines.append(each.line)
    return lines[:COSIGNERS_MAX]


def line_of(line: str) -> Signature:
    """Read one signature line, newline included; raise MalformedNote (C2SP signed-note, "Signatures")."""
    note = parse_note(f"-\n\n{line}".encode(errors="surrogatepass"))
    if len(note.signatures) != 1 or note.text != "-\n":
        raise MalformedNote("signature line", "it is not one line")
    return note.signatures[0]
