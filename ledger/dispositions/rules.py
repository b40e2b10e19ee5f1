"""Dispositions: how a command leads to events.

Closing an account reads every input of the decision's scope. Each needs its own line. Inputs that
were withdrawn, merged or rejected in moderation get theirs from the close itself, by the role
`ledger`, since the record says all there is to say; a merged input keeps its own line and points at
the input it lives on in. Every other input needs a disposition that an office stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ledger.bodies import BodyRegistered
from ledger.commitments import CommitmentMade
from ledger.decisions.events import DecisionRecorded
from ledger.dispositions.account import Account, Line, Lot, Received, Standing, evolve
from ledger.dispositions.events import (
    AccountClosed,
    AnswerContest,
    Change,
    CloseAccount,
    ContestAnswered,
    ContestDisposition,
    ContestOutcome,
    DispositionCode,
    DispositionContested,
    DispositionRecorded,
    DispositionRevised,
    RecordDisposition,
    ReviseDisposition,
    StatedVerdict,
    line_tag,
)
from ledger.dispositions.layers import merged
from ledger.dispositions.rejections import (
    AccountIncomplete,
    AccountIsClosed,
    BodyUnknown,
    ClauseUnknown,
    CommitmentUnknown,
    ContestIsOpen,
    DecisionUnknown,
    DispositionExists,
    DispositionUnknown,
    InputNotInScope,
    InputUnknown,
    MergedElsewhere,
    NoOpenContest,
    NotEarlier,
    NothingInScope,
    NotModerated,
    NotRevised,
    NotTheAuthorsContest,
    NotWithdrawn,
    PointsAtItself,
    VersionUnknown,
)
from ledger.dispositions.requirements import check_requirements
from ledger.inputs import (
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
)
from ledger.matters import MatterOpened
from ledger.messages import Command, Event, Part, Rejection, Slice
from ledger.processes import ProcessOpened

MISSING_SHOWN = 5


_STANDING = (InputWithdrawn, InputMerged, InputModerated, InputRestored)
_INPUT = (InputReceived, InputRevised, *_STANDING)
_LINE = (DispositionRecorded, DispositionRevised, DispositionContested, ContestAnswered)
_PLACES: dict[str, tuple[type[Event], ...]] = {
    "process": (ProcessOpened, InputReceived, *_STANDING),
    "matter": (MatterOpened, InputReceived, *_STANDING),
}


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case RecordDisposition() | ReviseDisposition():
            line = Part(line_tag(command.decision, command.input), _LINE)
            named = (part for part, _ in _named(command))
            return (_account(command.decision), _input(command.input), line, *named)
        case ContestDisposition() | AnswerContest():
            return (_input(command.input), Part(line_tag(command.decision, command.input), _LINE))
        case CloseAccount():
            types = (DecisionRecorded, AccountClosed, DispositionRecorded)
            return (Part(f"decision:{command.decision}", types),)
    raise TypeError(f"{type(command).__name__} is no command of dispositions")


def widen(states: tuple[Any, ...], command: Command) -> tuple[Part, ...]:
    """Return, for the close of an account, the processes and matters whose inputs it must cover."""
    if not isinstance(command, CloseAccount) or states[0] is None:
        return ()
    return tuple(Part(f"{kind}:{place}", _PLACES[kind]) for kind, place in states[0].scope)


def _account(id: str) -> Part:
    return Part(f"decision:{id}", (DecisionRecorded, AccountClosed))


def _input(id: str) -> Part:
    return Part(f"input:{id}", _INPUT)


def _named(stated: StatedVerdict) -> Iterator[tuple[Part, Rejection]]:
    """Yield what a disposition names and must exist, each with what to say if it does not."""
    if stated.recipient is not None:
        yield Part(f"body:{stated.recipient}", (BodyRegistered,)), BodyUnknown(body=stated.recipient)
    if stated.earlier_decision is not None:
        yield _account(stated.earlier_decision), DecisionUnknown(decision=stated.earlier_decision)
    for other in (stated.target, stated.conflicts_with):
        if other is not None:
            yield _input(other), InputUnknown(input=other)
    for change in stated.changed:
        if change.commitment is not None:
            made = Part(f"commitment:{change.commitment}", (CommitmentMade,))
            yield made, CommitmentUnknown(commitment=change.commitment)


# --- How one leads to the other ---------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command`, or raise a Rejection. No rule here asks the time."""
    match command:
        case RecordDisposition():
            return (_record(states, command),)
        case ReviseDisposition():
            return (_revise(states, command),)
        case ContestDisposition():
            return (_contest(states, command),)
        case AnswerContest():
            return (_answer(states, command),)
        case CloseAccount():
            return _close(states, command)
    raise TypeError(f"{type(command).__name__} is no command of dispositions")


def _record(states: tuple[Any, ...], command: RecordDisposition) -> DispositionRecorded:
    account = _check_places(states, command)
    if states[2] is not None:
        raise DispositionExists(input=command.input, decision=command.decision)
    if account.closed:
        raise AccountIsClosed(decision=command.decision)
    _check_content(states, command, account)
    return DispositionRecorded(**_stated(command))


def _revise(states: tuple[Any, ...], command: ReviseDisposition) -> DispositionRevised:
    account = _check_places(states, command)
    line: Line | None = states[2]
    if line is None:
        raise DispositionUnknown(input=command.input, decision=command.decision)
    _check_content(states, command, account)
    return DispositionRevised(**_stated(command), why=command.why, revision=line.revision + 1)


def _stated(command: StatedVerdict) -> dict[str, Any]:
    """Return the fields of a verdict as the event takes them."""
    stated = {name: getattr(command, name) for name in StatedVerdict.model_fields}
    stated["changed"] = tuple(
        Change(clause=each.clause, passage=each.passage, commitment=each.commitment) for each in command.changed
    )
    return stated


def _check_places(states: tuple[Any, ...], command: StatedVerdict) -> Account:
    """Return the account, once decision, input, version and scope are known to fit together."""
    account: Account | None = states[0]
    received: Received | None = states[1]
    if account is None:
        raise DecisionUnknown(decision=command.decision)
    if received is None:
        raise InputUnknown(input=command.input)
    if not {("process", received.process), ("matter", received.matter)} & set(account.scope):
        raise InputNotInScope(input=command.input, decision=command.decision)
    if command.input_version > received.version:
        raise VersionUnknown(input=command.input, version=command.input_version, latest=received.version)
    return account


def _check_content(states: tuple[Any, ...], command: RecordDisposition | ReviseDisposition, account: Account) -> None:
    check_requirements(command)
    if command.input in {command.target, command.conflicts_with}:
        raise PointsAtItself(input=command.input)
    if command.earlier_decision == command.decision:
        raise NotEarlier(decision=command.decision)
    for known, (_, rejection) in zip(states[3:], _named(command), strict=True):
        if known is None:
            raise rejection
    for change in command.changed:
        if change.clause is not None and change.clause not in account.clauses:
            raise ClauseUnknown(decision=command.decision, clause=change.clause)
    _check_standing(states[1].lot, command)


def _check_standing(lot: Lot, command: StatedVerdict) -> None:
    """Refuse a code that the record of the input contradicts."""
    match command.code:
        case DispositionCode.WITHDRAWN if lot.standing is not Standing.WITHDRAWN:
            raise NotWithdrawn(input=command.input)
        case DispositionCode.MODERATED if lot.standing is not Standing.MODERATED:
            raise NotModerated(input=command.input)
        case DispositionCode.MERGED if lot.into not in {None, command.target}:
            raise MergedElsewhere(input=command.input, into=lot.into)


def _contest(states: tuple[Any, ...], command: ContestDisposition) -> DispositionContested:
    received: Received | None = states[0]
    if received is None:
        raise InputUnknown(input=command.input)
    line: Line | None = states[1]
    if line is None:
        raise DispositionUnknown(input=command.input, decision=command.decision)
    if received.author != command.author:
        raise NotTheAuthorsContest(input=command.input)
    if line.contested is not None:
        raise ContestIsOpen(input=command.input, decision=command.decision)
    return DispositionContested(
        input=command.input,
        decision=command.decision,
        author=command.author,
        text=command.text,
        revision=line.revision,
    )


def _answer(states: tuple[Any, ...], command: AnswerContest) -> ContestAnswered:
    line: Line | None = states[1]
    if line is None or line.contested is None:
        raise NoOpenContest(input=command.input, decision=command.decision)
    if command.outcome is ContestOutcome.REVISED and line.revision == line.contested:
        raise NotRevised(input=command.input, decision=command.decision)
    return ContestAnswered(
        input=command.input,
        decision=command.decision,
        outcome=command.outcome,
        text=command.text,
        revision=line.revision,
    )


def _close(states: tuple[Any, ...], command: CloseAccount) -> tuple[Event, ...]:
    account: Account | None = states[0]
    if account is None:
        raise DecisionUnknown(decision=command.decision)
    if account.closed:
        raise AccountIsClosed(decision=command.decision)
    if not account.scope:
        raise NothingInScope(decision=command.decision)
    inputs: dict[str, Lot] = {}
    for gathering in states[1:]:
        if gathering is not None:
            inputs |= merged(gathering.inputs)
    lines = merged(account.lines)
    pending = [(each, lot) for each, lot in sorted(inputs.items()) if each not in lines]
    missing = [each for each, lot in pending if lot.standing is Standing.LIVE]
    if missing:
        shown = ", ".join(missing[:MISSING_SHOWN]) + (", …" if len(missing) > MISSING_SHOWN else "")
        raise AccountIncomplete(decision=command.decision, count=len(missing), inputs=shown)
    closed = AccountClosed(decision=command.decision, matter=account.matter, inputs=len(inputs))
    return (*(_from_record(command.decision, each, lot) for each, lot in pending), closed)


def _from_record(decision: str, input: str, lot: Lot) -> DispositionRecorded:
    """Return the line of an input that accounts for itself: withdrawn, merged or moderated."""
    return DispositionRecorded(
        input=input, decision=decision, code=lot.standing.value, target=lot.into, by_role="ledger"
    )


SLICE = Slice(
    name="dispositions",
    commands=(RecordDisposition, ReviseDisposition, ContestDisposition, AnswerContest, CloseAccount),
    events=(DispositionRecorded, DispositionRevised, DispositionContested, ContestAnswered, AccountClosed),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
)
