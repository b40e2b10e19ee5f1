"""What accepted commands are answered with: whole receipts, or columns for many commands at once."""

from __future__ import annotations

from collections.abc import Sequence

from google.rpc.status_pb2 import Status
from participation.ledger.v1 import ledger_service_pb2 as pb
from participation.ledger.v1 import record_pb2

from ledger.messages import Receipt
from services.rpc.errors import status_of


def receipt_message(ledger: str, receipt: Receipt) -> record_pb2.Receipt:
    """Return a receipt as one message."""
    return record_pb2.Receipt(
        ledger=ledger,
        positions=range(receipt.first, receipt.first + len(receipt.ids)),
        event_ids=receipt.ids,
        leaf_hashes=receipt.leaves,
        recorded_at=receipt.recorded_at,
        repeated_request=receipt.repeated,
    )


def columns(outcomes: Sequence[Receipt | BaseException]) -> pb.SubmitResponse:
    """Return the outcomes of one message, by place; consecutive receipts share a run."""
    ids: list[str] = []
    leaves: list[bytes] = []
    runs: list[pb.AcceptedRun] = []
    refused: list[pb.RefusedCommand] = []
    statuses: dict[int, Status] = {}
    first = place = count = events = 0
    recorded_at, repeated, follows = "", False, -1
    for at, outcome in enumerate(outcomes):
        if not isinstance(outcome, Receipt):
            # An error of the whole message stands at each of its places: one status, made once.
            status = statuses.setdefault(id(outcome), None) or status_of(outcome)  # type: ignore[arg-type]
            statuses[id(outcome)] = status
            refused.append(pb.RefusedCommand(place=at, status=status))
            follows = -1
            continue
        ids += outcome.ids
        leaves += outcome.leaves
        size = len(outcome.ids)
        if (
            outcome.first == follows
            and size == events
            and outcome.recorded_at == recorded_at
            and outcome.repeated == repeated
        ):
            count += 1
            follows += size
            continue
        if count:
            runs.append(_run(place, count, first, events, recorded_at, repeated))
        place, count, first, events = at, 1, outcome.first, size
        recorded_at, repeated, follows = outcome.recorded_at, outcome.repeated, outcome.first + size
    if count:
        runs.append(_run(place, count, first, events, recorded_at, repeated))
    joined = bytes.fromhex("".join(ids).replace("-", ""))
    return pb.SubmitResponse(accepted=runs, event_ids=joined, leaf_hashes=b"".join(leaves), refused=refused)


def _run(place: int, count: int, first: int, events: int, recorded_at: str, repeated: bool) -> pb.AcceptedRun:
    return pb.AcceptedRun(
        place=place,
        commands=count,
        first_position=first,
        events=events,
        recorded_at=recorded_at,
        repeated_requests=repeated,
    )
