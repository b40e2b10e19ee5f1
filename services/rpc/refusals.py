"""What the face itself refuses, before or beside any rule of a subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from google.protobuf.message import Message
from pydantic import BaseModel, ValidationError

from ledger.messages import Rejection, Status
from services.sentences import Sentence, faults, in_swedish, listed, said_of

VIOLATIONS_MAX = 20
DESCRIPTION_CHARACTERS_MAX = 200


# --- Fields -----------------------------------------------------------------------------------
class Violation(NamedTuple):
    """A field (`votes[3].voter`) and what is wrong with it; `name` is a short constant such as `missing`.

    `sv` is the description in Swedish; when empty it is found by the English one.
    """

    field: str
    description: str
    name: str
    sv: str = ""

    def in_swedish(self) -> str:
        """Return the description in Swedish."""
        return self.sv or in_swedish(self.description)


class FieldsInvalid(Exception):
    """Some fields of the request are missing or malformed; each is named."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations[:VIOLATIONS_MAX])
        super().__init__("; ".join(f"{each.field} {each.description}" for each in self.violations))


def field_invalid(field: str, description: str, name: str = "value_error") -> FieldsInvalid:
    """Return the error for a single field."""
    return FieldsInvalid([Violation(field, description, name)])


def violations_of(error: ValidationError, model: type[BaseModel] | None = None) -> list[Violation]:
    """Return what pydantic found reading `model`, with places written as in the request."""
    return [_violation(_place(each.place), each.kind, each.said) for each in faults(error, model)]


def _violation(field: str, kind: str, said: Sentence) -> Violation:
    return Violation(field, said.en[:DESCRIPTION_CHARACTERS_MAX], kind, said.sv[:DESCRIPTION_CHARACTERS_MAX])


def violation_of(found: Any, request: Message) -> Violation:
    """Return what protovalidate found in `request`, in the words and by the names that the command's model uses."""
    place: list[str | int] = []
    descriptor, field = request.DESCRIPTOR, None
    for element in found.proto.field.elements if found.proto.field else ():
        place.append(element.field_name)
        if element.subscript is not None:
            place.append(element.subscript.value)
        field = descriptor.fields_by_name.get(element.field_name)
        if field is not None and field.message_type is not None:
            descriptor = field.message_type
    values = [] if field is None or field.enum_type is None else field.enum_type.values
    kind, context = _as_the_model(found, listed(each.name for each in values if each.number))
    return _violation(_place(tuple(place)), kind, said_of(kind, context, found.proto.message))


def _as_the_model(found: Any, choices: str) -> tuple[str, dict[str, Any]]:
    """Return pydantic's name for what a rule says, and the values that its sentence needs."""
    rule, limit = found.proto.rule_id, found.rule_value
    if rule in {"required", "enum.not_in"} or found.field_value == "":
        return ("missing_choice" if choices else "missing"), {"expected": choices}
    match rule.partition(".")[2]:
        case "pattern":
            return "string_pattern_mismatch", {"pattern": limit}
        case "max_len" | "min_len" as which:
            return ("string_too_long" if which == "max_len" else "string_too_short"), {f"{which}gth": limit}
        case "max_items" | "min_items" as which:
            return ("too_long" if which == "max_items" else "too_short"), {f"{which[:3]}_length": limit}
        case "defined_only":
            return "enum", {"expected": choices}
        case "gte_lte":
            least, most = re.findall(r"-?\d+", found.proto.message)
            return "range", {"ge": least, "le": most}
        case "gte" | "lte" as which:
            return ("greater_than_equal" if which == "gte" else "less_than_equal"), {which.replace("t", ""): limit}
        case "uuid":
            return "uuid", {}
    return rule, {}


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

    sv = "Det finns inget av slaget {kind} med id {id} i läsmodellerna vid position {position}."
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
