"""Responses: what staff owed an answer to, what they wrote back, and what the author asked next.

    due ──> given (receipt · answer · clarification · decision notice) ──corrected──> …
                                     └── follow-up asked by the author

A response is recorded apart from decisions, so that what staff answered stands on its own. The
first answer stops the clock of answer time; a correction keeps both texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from ledger.fields import Code, Date, Id, Label, Text
from ledger.inputs import InputReceived
from ledger.messages import Command, Event, Part, Rejection, Sealed, Sealing, Slice, Status


class ResponseKind(StrEnum):
    """What a response is; only an answer or a decision notice answers in substance."""

    RECEIPT = "receipt"
    ANSWER = "answer"
    CLARIFICATION = "clarification"
    DECISION_NOTICE = "decision_notice"


# --- What happened ----------------------------------------------------------------------------
class ResponseDue(Event, topic="response-due"):
    """An answer to an input is due by a day, under a rule; a later one replaces it."""

    input: str
    by: str
    rule: str

    def subject(self) -> str:
        return f"input:{self.input}"


class ResponseGiven(Event, topic="response-given"):
    """An office wrote back to the author of an input."""

    response: str
    input: str
    kind: str
    text: Annotated[str | Sealed, Sealing("P", key="staff:{input}")]
    by_office: str

    def subject(self) -> str:
        return f"response:{self.response}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"input:{self.input}")


class ResponseCorrected(Event, topic="response-corrected"):
    """An office corrected what it had written; `revision` counts the texts, the first being 1."""

    response: str
    input: str
    text: Annotated[str | Sealed, Sealing("P", key="staff:{input}")]
    reason: Annotated[str | Sealed, Sealing("P", key="staff:{input}")]
    revision: int

    def subject(self) -> str:
        return f"response:{self.response}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"input:{self.input}")


class FollowUpAsked(Event, topic="follow-up-asked"):
    """The author of an input asked on."""

    follow_up: str
    input: str
    author: str
    text: Annotated[str | Sealed, Sealing("P", key="author:{author}")]

    def subject(self) -> str:
        return f"follow-up:{self.follow_up}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"input:{self.input}")


# --- What may be asked, and why it may be rejected --------------------------------------------
class SetResponseDue(Command):
    """State by which day an input shall be answered, and the rule that says so."""

    input: Id
    by: Date
    rule: Code


class GiveResponse(Command):
    """Write back to the author of an input."""

    creates: ClassVar[str | None] = "response"

    response: Id
    input: Id
    kind: ResponseKind
    text: Text
    by_office: Label


class CorrectResponse(Command):
    """Correct a response; the earlier text stays readable beside the new one."""

    response: Id
    input: Id
    text: Text
    reason: Text


class AskFollowUp(Command):
    """Ask on, as the author of the input."""

    creates: ClassVar[str | None] = "follow_up"

    follow_up: Id
    input: Id
    author: Id
    text: Text


class InputUnknown(Rejection):
    """There is no input with the id {input} in this ledger."""

    sv = "Det finns ingen synpunkt med id {input} i den här liggaren."
    status = Status.NOT_FOUND


class ResponseExists(Rejection):
    """A response with the id {response} exists already; correct it, or choose another id."""

    sv = "Ett svar med id {response} finns redan; rätta det, eller välj ett annat id."
    status = Status.ALREADY_EXISTS


class ResponseUnknown(Rejection):
    """There is no response with the id {response} to the input {input}."""

    sv = "Det finns inget svar med id {response} på synpunkten {input}."
    status = Status.NOT_FOUND


class FollowUpExists(Rejection):
    """A follow-up with the id {follow_up} exists already; choose another id."""

    sv = "En följdfråga med id {follow_up} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class NotTheAuthorsQuestion(Rejection):
    """Only the author of the input {input} can ask on."""

    sv = "Bara den som lämnade synpunkten {input} kan ställa en följdfråga."
    status = Status.PERMISSION_DENIED


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Received:
    """An input as far as responses depend on it; withdrawn inputs may still be answered."""

    author: str


@dataclass(frozen=True, slots=True)
class Response:
    """A response and how many texts it has had."""

    input: str
    revision: int = 1


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up that was asked."""


_RESPONSE = (ResponseGiven, ResponseCorrected)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case SetResponseDue():
            return (_input(command.input),)
        case GiveResponse() | CorrectResponse():
            return (_input(command.input), Part(f"response:{command.response}", _RESPONSE))
        case AskFollowUp():
            return (_input(command.input), Part(f"follow-up:{command.follow_up}", (FollowUpAsked,)))
    raise TypeError(f"{type(command).__name__} is no command of responses")


def _input(id: str) -> Part:
    return Part(f"input:{id}", (InputReceived,))


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case InputReceived(), None:
            return Received(event.author)
        case ResponseGiven(), None:
            return Response(event.input)
        case ResponseCorrected(), Response():
            return replace(state, revision=event.revision)
        case FollowUpAsked(), None:
            return FollowUp()
    return state


def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command`, or raise a Rejection. No rule here asks the time."""
    match command:
        case SetResponseDue():
            _received(states[0], command.input)
            return (ResponseDue(input=command.input, by=command.by, rule=command.rule),)
        case GiveResponse():
            return (_give(states, command),)
        case CorrectResponse():
            return (_correct(states, command),)
        case AskFollowUp():
            return (_ask(states, command),)
    raise TypeError(f"{type(command).__name__} is no command of responses")


def _received(state: Received | None, input: str) -> Received:
    if state is None:
        raise InputUnknown(input=input)
    return state


def _give(states: tuple[Any, ...], command: GiveResponse) -> ResponseGiven:
    _received(states[0], command.input)
    if states[1] is not None:
        raise ResponseExists(response=command.response)
    return ResponseGiven(
        response=command.response,
        input=command.input,
        kind=command.kind,
        text=command.text,
        by_office=command.by_office,
    )


def _correct(states: tuple[Any, ...], command: CorrectResponse) -> ResponseCorrected:
    _received(states[0], command.input)
    response: Response | None = states[1]
    if response is None or response.input != command.input:
        raise ResponseUnknown(response=command.response, input=command.input)
    return ResponseCorrected(
        response=command.response,
        input=command.input,
        text=command.text,
        reason=command.reason,
        revision=response.revision + 1,
    )


def _ask(states: tuple[Any, ...], command: AskFollowUp) -> FollowUpAsked:
    received = _received(states[0], command.input)
    if received.author != command.author:
        raise NotTheAuthorsQuestion(input=command.input)
    if states[1] is not None:
        raise FollowUpExists(follow_up=command.follow_up)
    return FollowUpAsked(follow_up=command.follow_up, input=command.input, author=command.author, text=command.text)


SLICE = Slice(
    name="responses",
    commands=(SetResponseDue, GiveResponse, CorrectResponse, AskFollowUp),
    events=(ResponseDue, ResponseGiven, ResponseCorrected, FollowUpAsked),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
