"""Checkpoints and proofs, handed out as messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from ledger.log.proofs import Consistency, Proofs
from ledger.log.publisher import LogStore
from ledger.store.port import Checkpoint
from participation.ledger.v1 import proof_service_pb2 as pb
from participation.ledger.v1 import record_pb2
from services.readers import Readers
from services.rpc.chain import Context
from services.rpc.refusals import CheckpointBehind, EventUnknown, LedgerUnknown, field_invalid
from services.witness.marks import Mark, Marks

COVERED_POLL_SECONDS = 0.05

T = TypeVar("T")


class Proving:
    """Answers for one ledger, from its published tiles."""

    def __init__(
        self, ledger: str, readers: Readers[Any], marks: Marks, hurry: Callable[[], None] = lambda: None
    ) -> None:
        """`hurry` tells the publisher, where it is in this process, that somebody waits for a checkpoint."""
        self._ledger, self._readers, self._marks, self._hurry = ledger, readers, marks, hurry

    # --- For receipts -------------------------------------------------------------------------
    async def covered(self, position: int) -> None:
        """Return when a checkpoint covers `position`; the caller's deadline ends the waiting."""
        # The publisher may run in another process, so the store is asked.
        while await self._of(lambda proofs: proofs.covering(position)) is None:
            self._hurry()
            await asyncio.sleep(COVERED_POLL_SECONDS)

    async def inclusion(self, position: int) -> record_pb2.InclusionProof:
        """Return the proof of a covered position, under the oldest witnessed checkpoint that covers it, or the oldest of all."""
        return await self._readers(lambda reader: _inclusion(reader, self._marks, position))

    # --- Methods ------------------------------------------------------------------------------
    async def get_checkpoint(self, request: pb.GetCheckpointRequest, _context: Context) -> pb.GetCheckpointResponse:
        self._check_ledger(request.ledger)
        since = request.prove_since if request.HasField("prove_since") else None
        newest, note, proof = await self._of(lambda proofs: _head(proofs, since))
        mark, last = await self._readers(lambda reader: _marked(reader, self._marks, newest))
        answer = pb.GetCheckpointResponse(
            checkpoint=pb.SignedCheckpoint(tree_size=newest.size, root_hash=newest.root, note=note),
            witnessing=_witnessing(mark),
            last_witnessed=None if last is None else _witnessing(last),
        )
        if since is not None:
            answer.consistency.CopyFrom(pb.ConsistencyProof(old_size=since, new_size=newest.size, hashes=proof))
        return answer

    async def get_inclusion_proof(
        self, request: pb.GetInclusionProofRequest, _context: Context
    ) -> pb.GetInclusionProofResponse:
        self._check_ledger(request.ledger)
        found = await self._readers(lambda reader: reader.at([request.position]))
        if not found:
            raise EventUnknown(place=f"position {request.position}")
        return pb.GetInclusionProofResponse(proof=await self.inclusion(request.position), entry=found[0].entry)

    async def get_consistency_proof(
        self, request: pb.GetConsistencyProofRequest, _context: Context
    ) -> pb.GetConsistencyProofResponse:
        self._check_ledger(request.ledger)
        old, new = request.old_size, request.new_size
        if new and new < old:
            raise field_invalid("new_size", f"is smaller than old_size, {old}; a record never shrinks", "out_of_range")
        found = await self._of(lambda proofs: _consistency(proofs, old, new or None))
        return pb.GetConsistencyProofResponse(
            proof=pb.ConsistencyProof(old_size=found.old, new_size=found.new, hashes=found.proof)
        )

    async def _of(self, work: Callable[[Proofs], T]) -> T:
        return await self._readers(lambda reader: work(Proofs(reader)))

    def _check_ledger(self, asked: str) -> None:
        if asked != self._ledger:
            raise LedgerUnknown(asked=asked, ledger=self._ledger)


# --- On a reader's thread -----------------------------------------------------------------------
def _head(proofs: Proofs, since: int | None) -> tuple[Checkpoint, str, tuple[bytes, ...]]:
    newest = proofs.checkpoint().checkpoint
    note = proofs.note(newest)
    return newest, note, () if since is None else _consistency(proofs, since, newest.size).proof


def _marked(store: LogStore, marks: Marks, newest: Checkpoint) -> tuple[Mark, Mark | None]:
    mark = marks.mark(store, newest)
    return mark, mark if mark.witnessed else marks.newest(store)


def _witnessing(mark: Mark) -> pb.Witnessing:
    cosigners = [pb.Cosigner(witness=each.witness, cosigned_at=each.at) for each in mark.by]
    return pb.Witnessing(tree_size=mark.size, witnessed=mark.witnessed, cosigners=cosigners, quorum=mark.quorum)


def _inclusion(store: LogStore, marks: Marks, position: int) -> record_pb2.InclusionProof:
    proofs = Proofs(store)
    newest = proofs.checkpoint().checkpoint
    covering = marks.covering(store, position)
    if covering is None:
        raise CheckpointBehind(covered=newest.size, asked=position)
    found = proofs.inclusion(position, covering.size)
    return record_pb2.InclusionProof(
        leaf_index=position - 1,
        tree_size=covering.size,
        hashes=found.proof,
        checkpoint=proofs.note(covering, first=True),
    )


def _consistency(proofs: Proofs, old: int, new: int | None) -> Consistency:
    newest = proofs.checkpoint().checkpoint
    if max(old, new or 0) > newest.size:
        raise CheckpointBehind(covered=newest.size, asked=max(old, new or 0))
    return proofs.consistency(old, newest.size if new is None else new)
