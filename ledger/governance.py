"""Governance: rules of law and of the body as dated data, never as constants.

    adopt ──> valid from a day, perhaps to one ──repeal──> valid no longer

One rule, of everybody or of one body, holds one thing on any day: what is adopted later ends what
held before, and what is adopted for an earlier time ends before the next one begins. So a deadline
of 2015 is counted by the law of 2015, whenever it is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from ledger.bodies import BodyRegistered
from ledger.fields import Code, Date, Id, Label
from ledger.messages import Command, Event, Part, Rejection, Slice, State, Status

VALUE_MAX = 1_000_000_000


# --- What happened ----------------------------------------------------------------------------
class RuleAdopted(Event, topic="rule-adopted"):
    """A rule holds from a day on: a number with its unit, or codes, or both.

    `body` is the body whose own rule it is; without one it holds for all. `valid_to` is the last day.
    """

    rule: str
    value: int | None = None
    codes: tuple[str, ...] = ()
    unit: str | None = None
    citation: str
    valid_from: str
    valid_to: str | None = None
    body: str | None = None

    def subject(self) -> str:
        return f"rule:{self.rule}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.rule, self.body)


class RuleRepealed(Event, topic="rule-repealed"):
    """What was adopted from `valid_from` no longer holds from the day `on`."""

    rule: str
    body: str | None = None
    valid_from: str
    on: str

    def subject(self) -> str:
        return f"rule:{self.rule}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.rule, self.body)


def _tags(rule: str, body: str | None) -> tuple[str, ...]:
    return (f"rule:{rule}",) if body is None else (f"rule:{rule}", f"body:{body}")


# --- What may be asked ------------------------------------------------------------------------
class AdoptRule(Command):
    """Adopt a rule of law, or one of a body; what held before ends the day before it begins."""

    rule: Code
    value: Annotated[int, Field(ge=0, le=VALUE_MAX)] | None = None
    codes: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    unit: Code | None = None
    citation: Label
    valid_from: Date
    valid_to: Date | None = None
    body: Id | None = None


class RepealRule(Command):
    """Let a rule end without another in its place: from the day `on` it holds no longer."""

    rule: Code
    body: Id | None = None
    on: Date


# --- Why it may be rejected -------------------------------------------------------------------
class RuleSaysNothing(Rejection):
    """The rule {rule} has neither a value nor codes; state what it says."""

    sv = "Regeln {rule} har varken ett värde eller koder; ange vad den säger."
    status = Status.INVALID_ARGUMENT


class RuleUnitMissing(Rejection):
    """The rule {rule} has the value {value} and no unit; state one, such as days or percent."""

    sv = "Regeln {rule} har värdet {value} och ingen enhet; ange en, till exempel days eller percent."
    status = Status.INVALID_ARGUMENT


class RuleEndsBeforeItBegins(Rejection):
    """The rule {rule} would end on {valid_to}, before it begins on {valid_from}; state a later last day."""

    sv = "Regeln {rule} skulle upphöra {valid_to}, före den börjar gälla {valid_from}; ange en senare sista dag."
    status = Status.INVALID_ARGUMENT


class RuleAlreadyAdopted(Rejection):
    """The rule {rule} is adopted from {valid_from} already; repeal it from that day if it was never to hold."""

    sv = "Regeln {rule} är redan antagen från {valid_from}; upphäv den från den dagen om den aldrig skulle gälla."
    status = Status.ALREADY_EXISTS


class RulePeriodsOverlap(Rejection):
    """The rule {rule} holds something else from {next_from}; state a last day before that."""

    sv = "Regeln {rule} säger något annat från {next_from}; ange en sista dag före det."


class RuleNotInForce(Rejection):
    """The rule {rule} does not hold on {on}, so nothing can be repealed from that day; see when it holds."""

    sv = "Regeln {rule} gäller inte {on}, så inget kan upphävas från den dagen; se efter när den gäller."


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Period:
    """From when one adoption of a rule holds, and its last day where one was stated."""

    begins: str
    ends: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """All adoptions of one rule, of everybody and of each body apart."""

    periods: tuple[tuple[str | None, Period], ...] = ()

    def of(self, body: str | None) -> list[Period]:
        """Return the periods that hold for some day, by when they begin."""
        own = (period for owner, period in self.periods if owner == body and not _never(period))
        return sorted(own, key=lambda each: each.begins)


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is registered; nothing more is asked of it."""


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the rule with all its adoptions, and the body whose own it is."""
    match command:
        case AdoptRule(rule=rule, body=body) | RepealRule(rule=rule, body=body):
            part = Part(f"rule:{rule}", (RuleAdopted, RuleRepealed))
            return (part,) if body is None else (part, Part(f"body:{body}", (BodyRegistered,)))
    return ()


def evolve(state: State, event: Event) -> State:
    """Return the rule or the body after `event`."""
    match event, state:
        case RuleAdopted(), None:
            return Rule((_period(event),))
        case RuleAdopted(), Rule():
            return Rule((*state.periods, _period(event)))
        case RuleRepealed(), Rule():
            return Rule(tuple(_ended(each, event) for each in state.periods))
        case BodyRegistered(), None:
            return Body()
    return state


def _period(event: RuleAdopted) -> tuple[str | None, Period]:
    return event.body, Period(event.valid_from, event.valid_to)


def _ended(owned: tuple[str | None, Period], event: RuleRepealed) -> tuple[str | None, Period]:
    owner, period = owned
    if owner != event.body or period.begins != event.valid_from or _never(period):
        return owned
    return owner, replace(period, ends=_day_before(event.on))


def _never(period: Period) -> bool:
    """Tell whether an adoption was repealed before it held for a day."""
    return period.ends is not None and period.ends < period.begins


def _day_before(day: str) -> str:
    first = date.min.isoformat()
    return first if day <= first else (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case AdoptRule():
            yield _adopt(states, command)
        case RepealRule():
            yield _repeal(states, command)


def _adopt(states: tuple[State, ...], command: AdoptRule) -> RuleAdopted:
    _check_content(command)
    _check_body(states, command.body)
    periods = [] if states[0] is None else states[0].of(command.body)
    for period in periods:
        if period.begins == command.valid_from:
            raise RuleAlreadyAdopted(rule=command.rule, valid_from=command.valid_from)
        if period.begins > command.valid_from and (command.valid_to is None or command.valid_to >= period.begins):
            raise RulePeriodsOverlap(rule=command.rule, next_from=period.begins)
    return RuleAdopted(
        rule=command.rule,
        value=command.value,
        codes=command.codes,
        unit=command.unit,
        citation=command.citation,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        body=command.body,
    )


def _check_content(command: AdoptRule) -> None:
    if command.value is None and not command.codes:
        raise RuleSaysNothing(rule=command.rule)
    if command.value is not None and command.unit is None:
        raise RuleUnitMissing(rule=command.rule, value=command.value)
    if command.valid_to is not None and command.valid_to < command.valid_from:
        raise RuleEndsBeforeItBegins(rule=command.rule, valid_from=command.valid_from, valid_to=command.valid_to)


def _check_body(states: tuple[State, ...], body: str | None) -> None:
    if body is not None and states[1] is None:
        raise BodyUnknown(body=body)


def _repeal(states: tuple[State, ...], command: RepealRule) -> RuleRepealed:
    _check_body(states, command.body)
    begun = [] if states[0] is None else [each for each in states[0].of(command.body) if each.begins <= command.on]
    # What began last holds: it ended what held before.
    if not begun or (begun[-1].ends is not None and begun[-1].ends < command.on):
        raise RuleNotInForce(rule=command.rule, on=command.on)
    return RuleRepealed(rule=command.rule, body=command.body, valid_from=begun[-1].begins, on=command.on)


SLICE = Slice(
    name="governance",
    commands=(AdoptRule, RepealRule),
    events=(RuleAdopted, RuleRepealed),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
