"""Receipts that need not be believed: the proof behind each position, checked against a pinned key."""

from __future__ import annotations

import asyncio
from uuid import UUID

import grpc

from ledger.entries import event_id
from ledger.log.errors import ProofError
from ledger.log.merkle import leaf_hash
from ledger.log.note import VerifierKey
from ledger.log.receipt import Receipt as ProofFile
from ledger.log.verify import verify_receipt
from ledger.messages import Receipt
from participation.ledger.v1 import proof_service_pb2 as pb
from participation.ledger.v1 import proof_service_pb2_grpc as pb_grpc
from services.client.outcomes import refusal_of

AGAIN_SECONDS = 0.1
NOT_YET = frozenset({"CHECKPOINT_BEHIND", "CHECKPOINT_MISSING"})


class ReceiptRefused(Exception):
    """A receipt does not hold against the pinned key: keep it, and show it to somebody."""


async def proof_file(stub: pb_grpc.ProofServiceAsyncStub, ledger: str, position: int) -> bytes:
    """Return the `.tlog-proof` file (C2SP) of a position, its entry inside, once a checkpoint covers it.

    Raises Refused. Nothing in it is checked here.
    """
    while True:
        try:
            found = await stub.GetInclusionProof(pb.GetInclusionProofRequest(ledger=ledger, position=position))
        except grpc.aio.AioRpcError as error:
            refused = refusal_of(error)
            if refused.reason not in NOT_YET:
                raise refused from None
            await asyncio.sleep(AGAIN_SECONDS)
        else:
            proof = found.proof
            return ProofFile(
                proof.leaf_index, tuple(proof.hashes), proof.checkpoint.encode(), bytes(found.entry)
            ).to_bytes()


async def proved(
    stub: pb_grpc.ProofServiceAsyncStub, ledger: str, key: VerifierKey, request_id: UUID, receipt: Receipt
) -> tuple[bytes, ...]:
    """Return the proof file of each of the receipt's events, verified. Raises ReceiptRefused or Refused."""
    files = []
    for ordinal, (name, leaf) in enumerate(zip(receipt.ids, receipt.leaves, strict=True)):
        position = receipt.first + ordinal
        raw = await proof_file(stub, ledger, position)
        try:
            on_record = verify_receipt(raw, ledger, [key])
        except ProofError as error:
            raise ReceiptRefused(f"position {position}: {error}") from error
        if name != str(event_id(ledger, request_id, ordinal)):
            raise ReceiptRefused(f"position {position}: the event id {name} does not follow from the request id")
        if on_record.position != position or leaf_hash(on_record.entry) != leaf:
            raise ReceiptRefused(f"position {position}: the record holds another entry than the receipt says")
        files.append(raw)
    return tuple(files)
