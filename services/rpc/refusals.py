"""What the face itself refuses, before or beside any rule of a subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import ValidationError

from ledger.messages import Rejection, Status

VIOLATIONS_MAX = 20
DESCRIPTION_CHARACTERS_MAX = 200


# --- Fields -----------------------------------------------------------------------------------
class Violation(NamedTuple):
    """A field (`votes[3].voter`) and what is wrong with it; `name` is a short constant such as `missing`."""

    field: str
    description: str
    name: str


class FieldsInvalid(Exception):
    """Some fields of the request are missing or malformed; each is named."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations[:VIOLATIONS_MAX])
        super().__init__("; ".join(f"{each.field} {each.description}" for each in self.violations))


def field_invalid(field: str, description: str, name: str = "value_error") -> FieldsInvalid:
    """Return the error for a single field."""
    return FieldsInvalid([Violation(field, description, name)])


def violations_of(error: ValidationError) -> list[Violation]:
    """Return what pydantic found, with places written as in the request."""
    found = []
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    for each in errors:
        if each["type"] == "too_short" and any(
            other["loc"][:-1][: len(each["loc"])] == each["loc"] for other in errors
        ):
            # A list counts its sound items alone: it is not too short, an item of it is wrong, and that is said.
            continue
        description = each["msg"].removeprefix("Value error, ")
        found.append(Violation(_place(each["loc"]), description[:DESCRIPTION_CHARACTERS_MAX], each["type"]))
    return found


def _place(location: tuple[int | str, ...]) -> str:
    place = ""
    for part in location:
        if isinstance(part, int):
            place += f"[{part}]"
        else:
            place += f".{part}" if place else part
    return place


# --- The request as a whole -------------------------------------------------------------------
class LedgerUnknown(Rejection):
    """The field ledger names {asked}, but this server keeps the ledger {ledger}; name that one, or ask the other's server."""

    sv = "Fältet ledger anger {asked}, men den här servern för liggaren {ledger}; ange den, eller fråga den andras server."
    status = Status.NOT_FOUND


class RequestUnreadable(Rejection):
    """The bytes sent are not a {message}; build the request from the published protos."""

    sv = "De skickade byten är inte ett {message}; bygg begäran av de publicerade protofilerna."
    status = Status.INVALID_ARGUMENT


class WaitNotInSubmit(Rejection):
    """A command in Submit cannot wait for {wait_for}; leave wait_for out, or call the command's own rpc."""

    sv = "Ett kommando i Submit kan inte vänta på {wait_for}; utelämna wait_for, eller anropa kommandots egen rpc."
    status = Status.INVALID_ARGUMENT


class MessageSizeWrong(Rejection):
    """A message of Submit holds 1 to {most} commands; this one holds {commands}."""

    sv = "Ett meddelande i Submit har 1 till {most} kommandon; detta har {commands}."
    status = Status.INVALID_ARGUMENT


class EventUnknown(Rejection):
    """There is no event at {place}."""

    sv = "Det finns ingen händelse vid {place}."
    status = Status.NOT_FOUND


class CheckpointMissing(Rejection):
    """No checkpoint has been signed yet; ask again within a second or two."""

    sv = "Ingen kontrollpunkt är signerad ännu; fråga igen om en eller ett par sekunder."


class CheckpointBehind(Rejection):
    """The latest checkpoint covers {covered} events and not {asked}; ask again in a second."""

    sv = "Den senaste kontrollpunkten täcker {covered} händelser och inte {asked}; fråga igen om en sekund."


class ViewUnknown(Rejection):
    """There is no {kind} {id} in the read models as of position {position}."""

    sv = "Det finns ingen {kind} {id} i läsmodellerna vid position {position}."
    status = Status.NOT_FOUND


class PositionNotReached(Rejection):
    """The read models have reached position {reached}, not {asked}; ask again in a moment, or for an earlier position."""

    sv = "Läsmodellerna har nått position {reached}, inte {asked}; fråga igen om en stund, eller om en tidigare position."
    status = Status.OUT_OF_RANGE


# --- Who is calling ---------------------------------------------------------------------------
class Unauthenticated(Exception):
    """The metadata liggare-actor is malformed; write channel:name or role:office."""


class ScopeMissing(Rejection):
    """The caller lacks the scope {scope}, which {method} asks for."""

    sv = "Anroparen saknar behörigheten {scope}, som {method} kräver."
    status = Status.PERMISSION_DENIED


class RateExceeded(Exception):
    """The caller asks too often; wait as long as the answer says, or put many commands in one Submit."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__("the caller asks too often")
