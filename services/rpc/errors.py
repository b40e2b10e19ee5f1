"""Exceptions become `google.rpc.Status`: one place, one table.

Every status carries ErrorInfo (reason, domain `liggare`, the dynamic values as metadata) and the
sentence in Swedish and English; BadRequest names fields, RetryInfo says when to ask again. The
conventions are Google's AIP-193; clients retry what says RetryInfo, with the same request ids.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, NamedTuple
from uuid import uuid4

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status
from pydantic import ValidationError

from ledger.clock import ClockJumped
from ledger.log.errors import ProofError
from ledger.log.published import NotPublished
from ledger.messages import Rejection
from ledger.outcomes import Aborted
from ledger.store.committer import Overloaded, Stopped
from ledger.store.port import (
    ClockBehind,
    Conflict,
    RequestRaced,
    StoreError,
    StoreFull,
    StoreUnavailable,
)
from projections.rows.port import NotReached, Superseded
from services.rpc.refusals import (
    CheckpointMissing,
    FieldsInvalid,
    PositionNotReached,
    RateExceeded,
    Unauthenticated,
    violations_of,
)

DOMAIN = "liggare"
DETAILS_METADATA = "grpc-status-details-bin"
DETAILS_BYTES_MAX = 5_000
"""gRPC allows 8 KiB of metadata in all; beyond it the client sees an error about that instead."""

VALUE_CHARACTERS_MAX = 300
SENTENCES_CHARACTERS_MAX = 600

log = logging.getLogger(__name__)


class Meaning(NamedTuple):
    """What an exception means to the caller. `retry` is seconds until asking again makes sense."""

    code: grpc.StatusCode
    reason: str
    en: str
    sv: str
    retry: float | None = None


_C = grpc.StatusCode
_codes_by_name = {code.name: code for code in _C}
_CONTENDED = Meaning(
    _C.ABORTED,
    "CONTENDED",
    "Others kept changing what the command depends on; nothing was recorded. Ask again with the same request id.",
    "Andra ändrade hela tiden det som kommandot beror på; inget sparades. Fråga igen med samma request id.",
    0.1,
)

MEANINGS: dict[type[BaseException], Meaning] = {
    Aborted: _CONTENDED,
    Conflict: _CONTENDED,
    RequestRaced: _CONTENDED,
    Superseded: _CONTENDED,
    Overloaded: Meaning(
        _C.RESOURCE_EXHAUSTED,
        "OVERLOADED",
        "The server's queue is full; nothing was taken. Wait a moment and send the same request ids again.",
        "Serverns kö är full; inget togs emot. Vänta en stund och skicka samma request id igen.",
        0.5,
    ),
    RateExceeded: Meaning(
        _C.RESOURCE_EXHAUSTED,
        "RATE_EXCEEDED",
        "You ask too often. Wait as long as the answer says, or put many commands in one Submit.",
        "Du frågar för ofta. Vänta så länge som svaret anger, eller lägg många kommandon i en Submit.",
        1.0,
    ),
    StoreFull: Meaning(
        _C.RESOURCE_EXHAUSTED,
        "STORE_FULL",
        "The store has no space left; nothing was recorded. The operator must free space.",
        "Lagret är fullt; inget sparades. Driften måste frigöra utrymme.",
        30.0,
    ),
    StoreUnavailable: Meaning(
        _C.UNAVAILABLE,
        "STORE_UNAVAILABLE",
        "The store does not answer. Whether a command was recorded is unknown: send the same request ids again.",
        "Lagret svarar inte. Om ett kommando sparades är okänt: skicka samma request id igen.",
        1.0,
    ),
    StoreError: Meaning(
        _C.UNAVAILABLE,
        "STORE_UNFIT",
        "The store cannot be used as it is; the operator must look. Send the same request ids again later.",
        "Lagret kan inte användas som det är; driften måste titta på det. Skicka samma request id igen senare.",
        30.0,
    ),
    Stopped: Meaning(
        _C.UNAVAILABLE,
        "SERVER_STOPPING",
        "The server is stopping. Send the same request ids to another one, or to this one when it is back.",
        "Servern stänger. Skicka samma request id till en annan, eller till den här när den är tillbaka.",
        1.0,
    ),
    ClockJumped: Meaning(
        _C.UNAVAILABLE,
        "CLOCK_JUMPED",
        "The server's clock jumped, so nothing is recorded until the operator has checked it.",
        "Serverns klocka hoppade, så inget sparas förrän driften har kontrollerat den.",
        30.0,
    ),
    ClockBehind: Meaning(
        _C.UNAVAILABLE,
        "CLOCK_BEHIND",
        "The server's clock is behind the record, so nothing is recorded until the operator has set it.",
        "Serverns klocka går efter liggaren, så inget sparas förrän driften har ställt den.",
        30.0,
    ),
    ProofError: Meaning(
        _C.UNAVAILABLE,
        "PROOF_DAMAGED",
        "The published tree is damaged, so no proof is handed out; the operator must look.",
        "Det publicerade trädet är skadat, så inget bevis lämnas ut; driften måste titta på det.",
        30.0,
    ),
    TimeoutError: Meaning(
        _C.DEADLINE_EXCEEDED,
        "DEADLINE_EXCEEDED",
        "The answer took longer than the deadline. Send the same request id again: a recorded command answers its receipt.",
        "Svaret tog längre tid än tidsgränsen. Skicka samma request id igen: ett sparat kommando ger sitt kvitto.",
    ),
    Unauthenticated: Meaning(
        _C.UNAUTHENTICATED,
        "ACTOR_MALFORMED",
        "The metadata liggare-actor is malformed; write channel:name or role:office.",
        "Metadata liggare-actor har fel form; skriv channel:name eller role:office.",
    ),
    FieldsInvalid: Meaning(
        _C.INVALID_ARGUMENT,
        "FIELDS_INVALID",
        "Some fields are missing or malformed: {fields}.",
        "Några fält saknas eller har fel form: {fields}.",
    ),
}
"""The exceptions a caller may meet, by class; a subclass without a line of its own takes that of its parent."""

_BUG = Meaning(
    _C.INTERNAL,
    "INTERNAL",
    "The server met an error of its own; report it with the id {error_id}. Sending the same request id again is safe.",
    "Servern råkade ut för ett eget fel; anmäl det med id {error_id}. Att skicka samma request id igen är säkert.",
)


def status_of(error: BaseException, language: str | None = None) -> Status:
    """Return the status for an exception. `language` (`sv` or `en`) picks one sentence; both are sent otherwise."""
    error = _translated(error)
    if isinstance(error, Rejection):
        metadata = {name: value[:VALUE_CHARACTERS_MAX] for name, value in error.metadata.items()}
        code = _codes_by_name[error.status.value]
        meaning = Meaning(code, error.reason, str(error), error.message_sv)
        return _status(meaning, metadata, language)
    if isinstance(error, FieldsInvalid):
        return _fields(error, language)
    meaning = next((MEANINGS[kind] for kind in type(error).__mro__ if kind in MEANINGS), _BUG)
    if meaning is _BUG:
        return _bug(error, language)
    if isinstance(error, RateExceeded):
        meaning = meaning._replace(retry=error.seconds)
    return _status(meaning, {}, language)


def _translated(error: BaseException) -> BaseException:
    """Name what lower layers raise in the words of the face."""
    if isinstance(error, ValidationError):
        return FieldsInvalid(violations_of(error))
    if isinstance(error, NotPublished):
        return CheckpointMissing()
    if isinstance(error, NotReached):
        return PositionNotReached(asked=error.asked, reached=error.reached)
    return error


def _fields(error: FieldsInvalid, language: str | None) -> Status:
    fields = ", ".join(dict.fromkeys(each.field or "the command" for each in error.violations))[:VALUE_CHARACTERS_MAX]
    # BadRequest has room for the English sentences only.
    told = "; ".join(dict.fromkeys(f"{each.field or 'kommandot'}: {each.in_swedish()}" for each in error.violations))
    meaning = MEANINGS[FieldsInvalid]
    meaning = meaning._replace(
        en=meaning.en.format(fields=fields), sv=meaning.sv.format(fields=told[:SENTENCES_CHARACTERS_MAX])
    )
    violations = [
        BadRequest.FieldViolation(
            field=each.field, description=each.description, reason=each.name.upper().replace(".", "_")
        )
        for each in error.violations
    ]
    return _status(meaning, {"fields": fields}, language, BadRequest(field_violations=violations))


def _bug(error: BaseException, language: str | None) -> Status:
    error_id = str(uuid4())
    log.error("unexpected error id=%s", error_id, exc_info=error)
    meaning = _BUG._replace(en=_BUG.en.format(error_id=error_id), sv=_BUG.sv.format(error_id=error_id))
    return _status(meaning, {"error_id": error_id}, language)


def _status(meaning: Meaning, metadata: dict[str, str], language: str | None, *details: Message) -> Status:
    status = Status(code=_number(meaning.code), message=meaning.en)
    _add(status, ErrorInfo(reason=meaning.reason, domain=DOMAIN, metadata=metadata))
    for locale, text in (("sv", meaning.sv), ("en", meaning.en)):
        if language in (None, locale):
            _add(status, LocalizedMessage(locale=locale, message=text))
    if meaning.retry is not None:
        _add(status, RetryInfo(retry_delay=Duration(nanos=round(meaning.retry % 1 * 1e9), seconds=int(meaning.retry))))
    for detail in details:
        _add(status, detail)
    return status


def _add(status: Status, detail: Message) -> None:
    status.details.add().Pack(detail)


def _number(code: grpc.StatusCode) -> int:
    return int(code.value[0])


_CODES: dict[int, grpc.StatusCode] = {_number(code): code for code in grpc.StatusCode}


def fitted(status: Status) -> Status:
    """Return a status that fits into trailing metadata: long violations give way, then all details but the first."""
    while status.ByteSize() > DETAILS_BYTES_MAX:
        bad = BadRequest()
        if status.details[-1].Unpack(bad) and len(bad.field_violations) > 1:
            del bad.field_violations[len(bad.field_violations) // 2 :]
            status.details[-1].Pack(bad)
        elif len(status.details) > 1:
            del status.details[-1]
        else:
            break
    return status


async def abort(context: grpc.aio.ServicerContext[Any, Any], error: BaseException, language: str | None) -> None:
    """End the call with the status of `error`; always raises."""
    status = fitted(status_of(error, language))
    details = ((DETAILS_METADATA, status.SerializeToString()),)
    await context.abort(_CODES[status.code], status.message, details)


PASSED_ON = (asyncio.CancelledError, grpc.aio.AbortError)
"""Never mapped: a cancelled call must stay cancelled, and an aborted one has its status."""
