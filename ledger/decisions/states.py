"""Decisions: what deciding remembers of a decision, an appeal, a standpoint and what they name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ledger.bodies import BodyRegistered, DelegationOrderAdopted
from ledger.decisions.afterwards import (
    AppealDecided,
    AppealLodged,
    AppealOutcome,
    BecameFinal,
    DecisionExecuted,
    DelegatedDecisionReported,
    StandpointRecorded,
    StandpointVerified,
)
from ledger.decisions.events import DecisionRecorded, DecisionRevoked, DissentRecorded
from ledger.edtf import earliest, latest
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.matters import MatterOpened
from ledger.meetings import AttendanceRecorded, MeetingCalled, MeetingEnded
from ledger.messages import Event, Part
from ledger.processes import ProcessOpened
from ledger.surveys import SurveyCardPublished


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as far as later commands depend on it.

    `day` and `last` are the first and the last day it may have been made on, as far as that is known.
    """

    decision: str
    matter: str
    force: str
    body: str = ""
    on_behalf_of: str | None = None
    day: str | None = None
    last: str | None = None
    meeting: str | None = None
    revoked_by: str | None = None
    reported_to: tuple[str, ...] = ()
    open_appeals: tuple[str, ...] = ()
    annulled: bool = False
    final: bool = False
    executed: bool = False


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal: of which decision, lodged on which day, and whether a court has decided it."""

    decision: str
    on: str
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A standpoint: in which matter, and the decision that bears it out, if one does."""

    matter: str
    verified_by: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A body, with the body above it."""

    parent: str | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


Card = Known
"""The published card of a survey."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The adoptions of one rule of law, each with its codes, its first day and the day it holds no longer."""

    adoptions: tuple[tuple[str, str | None, tuple[str, ...]], ...] = ()

    def codes_on(self, day: str) -> tuple[str, ...]:
        """Return the codes that hold on a day: those of the adoption that began last, unless it has ended."""
        begun = [each for each in self.adoptions if each[0] <= day and (each[1] is None or each[0] < each[1])]
        if not begun:
            return ()
        _, ends, codes = max(begun, key=lambda each: each[0])
        return () if ends is not None and day >= ends else codes


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a delegation order: the body it delegates to, if it names one, and what it touches."""

    delegate: str | None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One version of a delegation order: since when it is in force, and to whom each clause delegates."""

    order: str
    valid_from: str
    number: int
    clauses: tuple[tuple[str, Clause], ...]


@dataclass(frozen=True, slots=True)
class Orders:
    """All versions of all delegation orders of one body."""

    versions: tuple[Order, ...] = ()

    def clauses_on(self, order: str, day: str) -> dict[str, Clause]:
        """Return the clauses of an order that are in force on a day, by their numbers."""
        begun = [each for each in self.versions if each.order == order and each.valid_from <= day]
        if not begun:
            return {}
        return dict(max(begun, key=lambda each: (each.valid_from, each.number)).clauses)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: who served at it, and when it ended (EDTF), as far as that is recorded."""

    served: frozenset[str] = frozenset()
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Which body a meeting is of, and on which day."""

    body: str
    date: str


# --- Parts ------------------------------------------------------------------------------------
def decision_part(id: str) -> Part:
    """Return a decision as far as its revocation goes."""
    return Part(f"decision:{id}", (DecisionRecorded, DecisionRevoked))


def life_part(id: str) -> Part:
    """Return a decision with all that happened to it afterwards."""
    types = (DelegatedDecisionReported, AppealLodged, AppealDecided, BecameFinal, DecisionExecuted)
    return Part(f"decision:{id}", (DecisionRecorded, DecisionRevoked, *types))


def appeal_part(id: str) -> Part:
    """Return an appeal."""
    return Part(f"appeal:{id}", (AppealLodged, AppealDecided))


def standpoint_part(id: str) -> Part:
    """Return a standpoint."""
    return Part(f"standpoint:{id}", (StandpointRecorded, StandpointVerified))


def body_part(id: str) -> Part:
    """Return a body."""
    return Part(f"body:{id}", (BodyRegistered,))


def matter_part(id: str) -> Part:
    """Return a matter."""
    return Part(f"matter:{id}", (MatterOpened,))


# --- How they change --------------------------------------------------------------------------
def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case DecisionRecorded(), None:
            return _made(event)
        case _, Decision():
            return _decision(state, event)
        case BodyRegistered(parent=parent, kind=kind), None:
            return Body(parent, kind)
        case AppealLodged(decision=decision, on=on), None:
            return Appeal(decision, on)
        case AppealDecided(), Appeal():
            return replace(state, decided=True)
        case StandpointRecorded(matter=matter), None:
            return Standpoint(matter)
        case StandpointVerified(by_decision=by), Standpoint(verified_by=None):
            return replace(state, verified_by=by)
        case ((MatterOpened() | ProcessOpened() | DissentRecorded() | SurveyCardPublished()), None):
            return Known()
        case ((RuleAdopted() | RuleRepealed()), (None | Rules())):
            return _rules(state or Rules(), event)
        case DelegationOrderAdopted(), (None | Orders()):
            return Orders((*(state.versions if state else ()), _order(event)))
        case MeetingCalled(body=body, date=date), None:
            return Held(body, date)
        case ((AttendanceRecorded() | MeetingEnded()), (None | Meeting())):
            return _meeting(state or Meeting(), event)
    return state


def _made(event: DecisionRecorded) -> Decision:
    occurred = event.occurred
    first, last = (None, None) if occurred is None else (earliest(occurred), latest(occurred))
    return Decision(
        event.decision,
        event.matter,
        event.force,
        event.body,
        event.on_behalf_of,
        event.meeting_date or (None if first is None else first.isoformat()),
        event.meeting_date or (None if last is None else last.isoformat()),
        event.meeting,
    )


def _rules(state: Rules, event: RuleAdopted | RuleRepealed) -> Rules:
    """Return the rule of law; what a body adopted for itself alone does not bear on what the law lets delegate."""
    if event.body is not None:
        return state
    if isinstance(event, RuleAdopted):
        ends = None if event.valid_to is None else _day_after(event.valid_to)
        return Rules((*state.adoptions, (event.valid_from, ends, event.codes)))
    return Rules(
        tuple(
            (begins, event.on, codes) if begins == event.valid_from else (begins, ends, codes)
            for begins, ends, codes in state.adoptions
        )
    )


def _day_after(day: str) -> str | None:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return None


def _order(event: DelegationOrderAdopted) -> Order:
    # Without a known first day nothing says that it was not in force.
    clauses = tuple((each.number, Clause(each.delegate_body, each.flags)) for each in event.clauses)
    return Order(event.order, event.valid_from or "", event.order_version, clauses)


def _meeting(state: Meeting, event: AttendanceRecorded | MeetingEnded) -> Meeting:
    if isinstance(event, MeetingEnded):
        return replace(state, ended=event.at)
    return replace(state, served=state.served | {event.person}) if event.served else state


def _decision(state: Decision, event: Event) -> Decision:
    match event:
        # The revoking decision carries the same event; only the revoked one changes.
        case DecisionRevoked() if event.decision == state.decision and state.revoked_by is None:
            return replace(state, revoked_by=event.by_decision)
        case DelegatedDecisionReported(to_body=body):
            return replace(state, reported_to=(*state.reported_to, body))
        case AppealLodged(appeal=appeal):
            return replace(state, open_appeals=(*state.open_appeals, appeal))
        case AppealDecided(appeal=appeal, outcome=outcome):
            still_open = tuple(each for each in state.open_appeals if each != appeal)
            annulled = state.annulled or outcome is AppealOutcome.ANNULLED
            return replace(state, open_appeals=still_open, annulled=annulled)
        case BecameFinal():
            return replace(state, final=True)
        case DecisionExecuted():
            return replace(state, executed=True)
    return state
