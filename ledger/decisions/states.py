"""Decisions: what deciding remembers of a decision, an appeal, a standpoint and what they name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ledger.bodies import BodyRegistered
from ledger.decisions.aftermath import (
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
from ledger.matters import MatterOpened
from ledger.messages import Event, Part
from ledger.processes import ProcessOpened


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as far as later commands depend on it; `day` is that of its meeting, if stated."""

    decision: str
    matter: str
    force: str
    day: str | None = None
    meeting: str | None = None
    revoked_by: str | None = None
    reported_to: tuple[str, ...] = ()
    open_appeals: tuple[str, ...] = ()
    annulled: bool = False
    final: bool = False
    executed: bool = False


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal: of which decision, and whether a court has decided it."""

    decision: str
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


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


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
            return Decision(event.decision, event.matter, event.force, event.meeting_date, event.meeting)
        case _, Decision():
            return _decision(state, event)
        case BodyRegistered(parent=parent), None:
            return Body(parent)
        case AppealLodged(decision=decision), None:
            return Appeal(decision)
        case AppealDecided(), Appeal():
            return replace(state, decided=True)
        case StandpointRecorded(matter=matter), None:
            return Standpoint(matter)
        case StandpointVerified(by_decision=by), Standpoint(verified_by=None):
            return replace(state, verified_by=by)
        case ((MatterOpened() | ProcessOpened() | DissentRecorded()), None):
            return Known()
    return state


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
