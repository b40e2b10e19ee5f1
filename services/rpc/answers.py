"""What accepted commands are answered with: whole receipts, or columns for many commands at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from google.rpc.status_pb2 import Status

from ledger.messages import Receipt
from participation.ledger.v1 import ledger_service_pb2 as pb
from participation.ledger.v1 import record_pb2
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


def columns(outcomes: Sequence[Receipt | BaseException], language: str | None = None) -> pb.SubmitResponse:
    """Return the outcomes of one message, by place."""
    accepted = [(place, each) for place, each in enumerate(outcomes) if isinstance(each, Receipt)]
    refused = [(place, each) for place, each in enumerate(outcomes) if not isinstance(each, Receipt)]
    ids = "".join([name for _, receipt in accepted for name in receipt.ids])
    return pb.SubmitResponse(
        accepted=_runs(accepted),
        event_ids=bytes.fromhex(ids.replace("-", "")),
        leaf_hashes=b"".join([leaf for _, receipt in accepted for leaf in receipt.leaves]),
        refused=_refused(refused, language),
    )


def _runs(accepted: Iterable[tuple[int, Receipt]]) -> list[pb.AcceptedRun]:
    runs: list[pb.AcceptedRun] = []
    expected: tuple[object, ...] = ()
    for place, receipt in accepted:
        first, size = receipt.first, len(receipt.ids)
        shared = size, receipt.recorded_at, receipt.repeated
        if (place, first, *shared) == expected:
            runs[-1].commands += 1
        else:
            runs.append(
                pb.AcceptedRun(
                    place=place,
                    commands=1,
                    first_position=first,
                    events=size,
                    recorded_at=receipt.recorded_at,
                    repeated_requests=receipt.repeated,
                )
            )
        expected = place + 1, first + size, *shared
    return runs


def _refused(refused: Iterable[tuple[int, BaseException]], language: str | None) -> list[pb.RefusedCommand]:
    # An error of the whole message stands at each of its places; its status is made once.
    statuses: dict[int, Status] = {}
    found = []
    for place, error in refused:
        status = statuses.get(id(error))
        if status is None:
            status = statuses[id(error)] = status_of(error, language)
        found.append(pb.RefusedCommand(place=place, status=status))
    return found


def receipts(response: pb.SubmitResponse) -> dict[int, Receipt]:
    """Return the receipts in a columnar answer by place: what `columns` took in."""
    found = {}
    at = 0
    for run in response.accepted:
        first = run.first_position
        for place in range(run.place, run.place + run.commands):
            events = range(at, at + run.events)
            ids = tuple([_uuid_text(response.event_ids[16 * n : 16 * n + 16].hex()) for n in events])
            leaves = tuple([response.leaf_hashes[32 * n : 32 * n + 32] for n in events])
            found[place] = Receipt(first, ids, leaves, run.recorded_at, run.repeated_requests)
            first += run.events
            at += run.events
    return found


def _uuid_text(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
