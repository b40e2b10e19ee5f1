"""What can become of a command besides a receipt, as exceptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status

DETAILS_METADATA = "grpc-status-details-bin"
CODES: dict[int, grpc.StatusCode] = {int(code.value[0]): code for code in grpc.StatusCode}

REPEATABLE = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.ABORTED,
        # What a server that goes away answers to calls that nobody cancelled.
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
    }
)
"""Codes after which the same request ids are sent again."""

OF_THE_WAY = REPEATABLE | {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
"""Codes that, without the ledger's own details, tell of the connection: grpc.aio calls it INTERNAL when a status overtakes
what it is sending."""


@dataclass(eq=False)
class Refused(Exception):
    """The ledger refused a command; nothing was recorded.

    `reason` is UPPER_SNAKE and lasts (`BALLOT_CLOSED`), `sentence` is English and `sentence_sv` Swedish, `fields` says
    what is wrong by field (`votes[3].voter`). `retry` is seconds after which asking again makes sense, None for never.
    """

    code: grpc.StatusCode
    reason: str
    sentence: str
    sentence_sv: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    retry: float | None = None

    @property
    def passes(self) -> bool:
        """Whether the same request makes sense again: the ledger said when, or never got to say anything."""
        if self.reason == self.code.name:
            return self.code in OF_THE_WAY
        return self.code in REPEATABLE

    def __str__(self) -> str:
        return f"{self.reason}: {self.sentence}"


class Unanswered(Exception):
    """No answer came in time; whether the command was recorded is unknown. Ask again with the same request id."""

    def __init__(self, request_id: UUID, last: str) -> None:
        self.request_id = request_id
        super().__init__(f"request {request_id} was not answered in time ({last}); ask again with the same request id")


def refusal(status: Status) -> Refused:
    """Return what a status says."""
    found = Refused(CODES.get(status.code, grpc.StatusCode.UNKNOWN), "", status.message)
    info, localized, bad, retry = ErrorInfo(), LocalizedMessage(), BadRequest(), RetryInfo()
    for detail in status.details:
        if detail.Unpack(info):
            found.reason, found.metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(localized):
            if localized.locale == "sv":
                found.sentence_sv = localized.message
        elif detail.Unpack(bad):
            found.fields = {each.field: each.description for each in bad.field_violations}
        elif detail.Unpack(retry):
            found.retry = retry.retry_delay.ToTimedelta().total_seconds()
    return found


def refusal_of(error: grpc.aio.AioRpcError) -> Refused:
    """Return what a failed call says, as far as it came from the ledger and not from the way there."""
    for name, value in error.trailing_metadata() or ():
        if name == DETAILS_METADATA and isinstance(value, bytes):
            return refusal(Status.FromString(value))
    return Refused(error.code(), error.code().name, error.details() or "")
