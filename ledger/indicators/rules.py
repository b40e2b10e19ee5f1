"""Indicators: how a command leads to events.

Refused is what would make a series lie: two values for one period, a revision of nothing. Not
refused, but shown, is a target without baseline, value or date, and a value that came after its
indicator was retired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from ledger.ballots.events import BallotOpened
from ledger.bodies import BodyRegistered
from ledger.edtf import is_to_come
from ledger.indicators.commands import (
    BreakSeries,
    DefineIndicator,
    LinkInterestBallot,
    RecordValue,
    RetireIndicator,
    ReviseIndicator,
    ReviseValue,
    SetTarget,
)
from ledger.indicators.events import (
    IndicatorDefined,
    IndicatorRetired,
    IndicatorRevised,
    IndicatorValueRecorded,
    IndicatorValueRevised,
    InterestBallotLinked,
    Interval,
    SeriesBroken,
    TargetSet,
    value_tag,
)
from ledger.indicators.rejections import (
    BodyUnknown,
    IndicatorExists,
    IndicatorIsRetired,
    IndicatorUnknown,
    InterestBallotAlreadyLinked,
    InterestBallotUnknown,
    InterestOptionUnknown,
    PeriodInFuture,
    RevisionChangesNothing,
    SeriesAlreadyBroken,
    TargetUnchanged,
    ValueExists,
    ValueNotRecorded,
    ValueUnchanged,
)
from ledger.messages import Command, Event, Part, Rejection, Slice


# --- What a decision rests on -----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: its terms as they stand, its breaks, its targets and the options that ask about it."""

    title: str
    unit: str | None
    direction: str
    affects_children: bool | None
    retired: bool = False
    breaks: frozenset[str] = frozenset()
    targets: tuple[tuple[str, tuple[object, ...]], ...] = ()
    options: frozenset[tuple[str, str]] = frozenset()


class Value(NamedTuple):
    """The value that stands for a period and a group."""

    content: tuple[object, ...]


class Known(NamedTuple):
    """Something that exists; a ballot with its options."""

    options: frozenset[str] = frozenset()


_INDICATOR = (IndicatorDefined, IndicatorRevised, SeriesBroken, IndicatorRetired, TargetSet, InterestBallotLinked)
_VALUE = (IndicatorValueRecorded, IndicatorValueRevised)
# A value depends on its indicator being there, not on what became of it.
_DEFINED = (IndicatorDefined,)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the indicator, and the value, ballot or body the command names."""
    match command:
        case DefineIndicator(indicator=indicator, body=body) | SetTarget(indicator=indicator, body=body):
            named = () if body is None else (Part(f"body:{body}", (BodyRegistered,)),)
            return (Part(f"indicator:{indicator}", _INDICATOR), *named)
        case ReviseIndicator() | BreakSeries() | RetireIndicator():
            return (Part(f"indicator:{command.indicator}", _INDICATOR),)
        case RecordValue() | ReviseValue():
            tag = value_tag(command.indicator, command.period, command.group)
            return (Part(f"indicator:{command.indicator}", _DEFINED), Part(tag, _VALUE))
        case LinkInterestBallot(indicator=indicator, ballot=ballot):
            return (Part(f"indicator:{indicator}", _INDICATOR), Part(f"ballot:{ballot}", (BallotOpened,)))
    return ()


def evolve(state: Any, event: Event) -> Any:
    """Return the indicator, value, ballot or body after `event`."""
    match event, state:
        case ((IndicatorValueRecorded() | IndicatorValueRevised()), _):
            return Value(_content(event))
        case IndicatorDefined(), None:
            return Indicator(event.title, event.unit, event.direction, event.affects_children)
        case BallotOpened(), None:
            return Known(frozenset(each.option for each in event.options))
        case BodyRegistered(), None:
            return Known()
        case _, Indicator():
            return _after(state, event)
    return state


def _after(indicator: Indicator, event: Event) -> Indicator:
    match event:
        case IndicatorRevised():
            changed = {name: getattr(event, name) for name in _TERMS if getattr(event, name) is not None}
            breaks = indicator.breaks if event.from_period is None else indicator.breaks | {event.from_period}
            return replace(indicator, **changed, breaks=breaks)
        case SeriesBroken(from_period=period):
            return replace(indicator, breaks=indicator.breaks | {period})
        case IndicatorRetired():
            return replace(indicator, retired=True)
        case TargetSet(target=target):
            others = tuple(each for each in indicator.targets if each[0] != target)
            return replace(indicator, targets=(*others, (target, _aim(event))))
        case InterestBallotLinked(ballot=ballot, option=option):
            return replace(indicator, options=indicator.options | {(ballot, option)})
    return indicator


_TERMS = ("title", "unit", "direction", "affects_children")


def _aim(target: TargetSet | SetTarget) -> tuple[object, ...]:
    """Return what a target says; its statement is sealed, so it never makes two targets differ."""
    names = ("direction", "baseline", "value", "by", "body", "document", "programme", "goal")
    return tuple(getattr(target, name) for name in names)


def _content(value: Any) -> tuple[object, ...]:
    interval = None if value.interval is None else (value.interval.low, value.interval.high, value.interval.level)
    return (value.value, value.n, interval, value.status, str(value.origin))


# --- How one leads to the other ---------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case DefineIndicator():
            yield _define(states, command)
        case RecordValue() | ReviseValue():
            _known(states[0], command.indicator)
            if is_to_come(command.period, at):
                raise _refused(PeriodInFuture, command)
            yield _value(states[1], command)
        case ReviseIndicator():
            yield _revise(_active(states[0], command.indicator), command)
        case BreakSeries(from_period=period):
            if period in _known(states[0], command.indicator).breaks:
                raise SeriesAlreadyBroken(indicator=command.indicator, from_period=period)
            yield SeriesBroken(**command.own())
        case RetireIndicator():
            _active(states[0], command.indicator)
            yield IndicatorRetired(**command.own())
        case SetTarget():
            yield _target(states, command)
        case LinkInterestBallot():
            yield _link(states, command)


def _known(state: Indicator | None, indicator: str) -> Indicator:
    if state is None:
        raise IndicatorUnknown(indicator=indicator)
    return state


def _active(state: Indicator | None, indicator: str) -> Indicator:
    known = _known(state, indicator)
    if known.retired:
        raise IndicatorIsRetired(indicator=indicator)
    return known


def _define(states: tuple[Any, ...], command: DefineIndicator) -> IndicatorDefined:
    if states[0] is not None:
        raise IndicatorExists(indicator=command.indicator)
    _check_body(states, command.body)
    return IndicatorDefined(**command.own() | {"numbers": tuple(number.kept() for number in command.numbers)})


def _check_body(states: tuple[Any, ...], body: str | None) -> None:
    if body is not None and states[1] is None:
        raise BodyUnknown(body=body)


def _revise(indicator: Indicator, command: ReviseIndicator) -> IndicatorRevised:
    changes = [getattr(command, name) not in {None, getattr(indicator, name)} for name in _TERMS]
    # The words of the definition are sealed: a new wording cannot be compared, so it is taken as a change.
    if not any(changes) and command.definition is None and command.comparable:
        raise RevisionChangesNothing(indicator=command.indicator)
    if command.from_period in indicator.breaks:
        raise SeriesAlreadyBroken(indicator=command.indicator, from_period=command.from_period)
    return IndicatorRevised(**command.own())


def _target(states: tuple[Any, ...], command: SetTarget) -> TargetSet:
    indicator = _active(states[0], command.indicator)
    _check_body(states, command.body)
    if dict(indicator.targets).get(command.target) == _aim(command) and command.statement is None:
        raise TargetUnchanged(target=command.target)
    return TargetSet(**command.own())


def _value(standing: Value | None, command: RecordValue | ReviseValue) -> Event:
    fields = command.own()
    if command.interval is not None:
        fields["interval"] = Interval(**command.interval.model_dump())
    if isinstance(command, RecordValue):
        if standing is not None:
            raise _refused(ValueExists, command)
        return IndicatorValueRecorded(**fields)
    if standing is None:
        raise _refused(ValueNotRecorded, command)
    if standing.content == _content(command):
        raise _refused(ValueUnchanged, command)
    return IndicatorValueRevised(**fields)


def _refused(kind: type[Rejection], command: RecordValue | ReviseValue) -> Rejection:
    return kind(indicator=command.indicator, period=command.period, group=command.group)


def _link(states: tuple[Any, ...], command: LinkInterestBallot) -> InterestBallotLinked:
    indicator, ballot = _active(states[0], command.indicator), states[1]
    if ballot is None:
        raise InterestBallotUnknown(ballot=command.ballot)
    if command.option not in ballot.options:
        raise InterestOptionUnknown(ballot=command.ballot, option=command.option)
    if (command.ballot, command.option) in indicator.options:
        raise InterestBallotAlreadyLinked(indicator=command.indicator, ballot=command.ballot, option=command.option)
    return InterestBallotLinked(**command.own())


SLICE = Slice(
    name="indicators",
    commands=(
        DefineIndicator,
        ReviseIndicator,
        BreakSeries,
        RetireIndicator,
        SetTarget,
        RecordValue,
        ReviseValue,
        LinkInterestBallot,
    ),
    events=(
        IndicatorDefined,
        IndicatorRevised,
        SeriesBroken,
        IndicatorRetired,
        TargetSet,
        IndicatorValueRecorded,
        IndicatorValueRevised,
        InterestBallotLinked,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
