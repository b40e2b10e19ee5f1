"""The filter of a request: what callers state, checked."""

from __future__ import annotations

from datetime import datetime

from ledger.clock import rfc3339
from ledger.messages import EVENT_TYPES
from participation.ledger.v1 import ledger_service_pb2 as pb
from services.filters import Filter
from services.rpc.refusals import field_invalid


def read_filter(stated: pb.EventFilter) -> Filter:
    """Return the filter of a request. Raises FieldsInvalid for a topic or a day that does not exist."""
    for place, topic in enumerate(stated.types):
        if topic not in EVENT_TYPES:
            raise field_invalid(f"filter.types[{place}]", f"{topic[:64]} is no topic of this ledger", "unknown")
    return Filter(
        tuple(dict.fromkeys(stated.types)),
        tuple(dict.fromkeys(stated.tags)),
        _stamp("filter.recorded_from", stated.recorded_from),
        _stamp("filter.recorded_before", stated.recorded_before),
    )


def _stamp(field: str, stated: str) -> str:
    if not stated:
        return ""
    try:
        return rfc3339(datetime.fromisoformat(stated))
    except ValueError:
        raise field_invalid(field, "is not an instant of the calendar in UTC; write 2026-03-01T08:00:00Z") from None
