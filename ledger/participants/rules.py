"""Participants: how a command leads to events. Why one may be rejected is told in `rejections`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.decisions.afterwards import AppealDecided, AppealLodged
from ledger.messages import Command, Event, Part, Slice, State
from ledger.participants import keys as of_keys
from ledger.participants import rejections as no
from ledger.participants.events import (
    AccessAnswered,
    AccessOutcome,
    AccessRequested,
    AnswerAccess,
    BeginErasure,
    ConsentGiven,
    ConsentWithdrawn,
    DecideErasure,
    ErasureBasis,
    ErasureBegun,
    ErasureDecided,
    ErasureOutcome,
    ErasureRequested,
    GiveConsent,
    KeyDestroyed,
    LegalHoldLifted,
    LegalHoldPlaced,
    LiftLegalHold,
    LiftRestriction,
    PlaceLegalHold,
    RecordKeyDestroyed,
    RequestAccess,
    RequestErasure,
    RestrictionLifted,
    RestrictionSet,
    SetRestriction,
    WithdrawConsent,
)


# --- What deciding remembers ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Told:
    """What one part tells: the same of every kind, for one event may stand in several.

    `holds` and `appeals` are those that stand, `under_way` the erasures that are begun and not finished, `course`
    the requests for erasure and what was decided about them.
    """

    consents: frozenset[str] = frozenset()
    restricted: bool = False
    holds: frozenset[str] = frozenset()
    appeals: frozenset[str] = frozenset()
    under_way: frozenset[str] = frozenset()
    access: AccessRequested | None = None
    answered: bool = False
    erasure: ErasureRequested | None = None
    decided: ErasureDecided | None = None
    begun: ErasureBegun | None = None
    hold: LegalHoldPlaced | None = None
    course: of_keys.Course = ()


NOTHING = Told()

_PARTICIPANT = (
    *(ConsentGiven, ConsentWithdrawn, RestrictionSet, RestrictionLifted),
    *(LegalHoldPlaced, LegalHoldLifted, ErasureBegun, KeyDestroyed),
)
_NAMED = (*_PARTICIPANT, ErasureRequested, ErasureDecided)
_MATTER = (AppealLodged, AppealDecided, LegalHoldPlaced, LegalHoldLifted, ErasureBegun, KeyDestroyed)


def _participant(id: str) -> Part:
    return Part(f"participant:{id}", _PARTICIPANT)


def _matter(id: str) -> Part:
    return Part(f"matter:{id}", _MATTER)


def _access(id: str) -> Part:
    return Part(f"access:{id}", (AccessRequested, AccessAnswered))


def _erasure(id: str) -> Part:
    return Part(f"erasure:{id}", (ErasureRequested, ErasureDecided, ErasureBegun, KeyDestroyed))


def _hold(id: str) -> Part:
    return Part(f"hold:{id}", (LegalHoldPlaced, LegalHoldLifted))


def boundary(command: Command) -> tuple[Part, ...]:
    """Return what the command names; what a request or a hold names in turn is found by `widen`."""
    match command:
        case GiveConsent(participant=id) | WithdrawConsent(participant=id):
            return (_participant(id),)
        case SetRestriction(participant=id) | LiftRestriction(participant=id):
            return (_participant(id),)
        case RequestAccess(request=id) | AnswerAccess(request=id):
            return (_access(id),)
        case RequestErasure(request=id) | DecideErasure(request=id) | RecordKeyDestroyed(request=id):
            return (_erasure(id),)
        case BeginErasure(request=id, matters=matters):
            return (_erasure(id), *map(_matter, dict.fromkeys(matters)))
        case PlaceLegalHold(hold=id, participant=participant, matter=matter):
            parts = [_hold(id)]
            parts += [_participant(participant)] if participant is not None else []
            return (*parts, _matter(matter)) if matter is not None else tuple(parts)
        case LiftLegalHold(hold=id):
            return (_hold(id),)
    raise TypeError(f"{type(command).__name__} is no command of participants")


def widen(states: tuple[State, ...], command: Command) -> tuple[Part, ...]:
    """Return those whom a request for erasure names: a hold may stand there, or a refusal."""
    told = states[0]
    if isinstance(command, DecideErasure | BeginErasure) and told is not None and told.erasure is not None:
        return tuple(Part(f"participant:{each}", _NAMED) for each in of_keys.named(told.erasure))
    return ()


def evolve(state: State, event: Event) -> State:
    """Return what a part tells after `event`."""
    told: Told = state or NOTHING
    match event:
        case ConsentGiven():
            return replace(told, consents=told.consents | {event.purpose})
        case ConsentWithdrawn():
            return replace(told, consents=told.consents - {event.purpose})
        case RestrictionSet() | RestrictionLifted():
            return replace(told, restricted=isinstance(event, RestrictionSet))
        case AccessRequested():
            return replace(told, access=event)
        case AccessAnswered():
            return replace(told, answered=True)
        case AppealLodged():
            return replace(told, appeals=told.appeals | {event.appeal})
        case AppealDecided():
            return replace(told, appeals=told.appeals - {event.appeal})
        case LegalHoldPlaced():
            return replace(told, hold=event, holds=told.holds | {event.hold})
        case LegalHoldLifted():
            return replace(told, holds=told.holds - {event.hold})
    return _evolve_erasure(told, event)


def _evolve_erasure(told: Told, event: Event) -> Told:
    match event:
        case ErasureRequested():
            return replace(told, erasure=event, course=(*told.course, event))
        case ErasureDecided():
            return replace(told, decided=event, course=(*told.course, event))
        case ErasureBegun():
            return replace(told, begun=event, under_way=told.under_way | {event.request})
        case KeyDestroyed():
            return replace(told, under_way=told.under_way - {event.request})
    return told


# --- Deciding ---------------------------------------------------------------------------------
def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    told = tuple(state or NOTHING for state in states)
    match command:
        case GiveConsent() | WithdrawConsent() | SetRestriction() | LiftRestriction():
            yield _of_participant(told[0], command)
        case RequestAccess() | AnswerAccess():
            yield _of_access(told[0], command)
        case RequestErasure():
            yield _requested(told[0], command)
        case DecideErasure():
            yield _decided(told, command)
        case BeginErasure():
            yield _begun(told, command)
        case RecordKeyDestroyed(request=request):
            yield _destroyed(told[0], request)
        case PlaceLegalHold():
            yield _placed(told, command)
        case LiftLegalHold():
            yield _lifted(told[0], command)


def _of_participant(told: Told, command: GiveConsent | WithdrawConsent | SetRestriction | LiftRestriction) -> Event:
    participant = command.participant
    match command:
        case GiveConsent(purpose=purpose):
            if purpose in told.consents:
                raise no.ConsentAlreadyGiven(participant=participant, purpose=purpose)
            return ConsentGiven(participant=participant, purpose=purpose)
        case WithdrawConsent(purpose=purpose):
            if purpose not in told.consents:
                raise no.ConsentNotGiven(participant=participant, purpose=purpose)
            return ConsentWithdrawn(participant=participant, purpose=purpose)
        case SetRestriction(ground=ground, by_role=role):
            if told.restricted:
                raise no.RestrictionAlreadySet(participant=participant)
            return RestrictionSet(participant=participant, ground=ground, by_role=role)
        case LiftRestriction(by_role=role):
            if not told.restricted:
                raise no.RestrictionNotSet(participant=participant)
            return RestrictionLifted(participant=participant, by_role=role)


def _of_access(told: Told, command: RequestAccess | AnswerAccess) -> Event:
    match command:
        case RequestAccess():
            if told.access is not None:
                raise no.AccessExists(request=command.request)
            return AccessRequested(request=command.request, participant=command.participant)
        case AnswerAccess():
            if told.access is None:
                raise no.AccessUnknown(request=command.request)
            if told.answered:
                raise no.AccessAlreadyAnswered(request=command.request)
            if command.outcome is not AccessOutcome.PROVIDED and command.reasons is None:
                raise no.AccessReasonsMissing
            return AccessAnswered(
                request=command.request,
                participant=told.access.participant,
                outcome=command.outcome,
                by_role=command.by_role,
                reasons=command.reasons,
            )


# --- Erasure ----------------------------------------------------------------------------------
def _requested(told: Told, command: RequestErasure) -> ErasureRequested:
    if told.erasure is not None:
        raise no.ErasureExists(request=command.request)
    return ErasureRequested(
        request=command.request,
        participant=command.participant,
        scope=command.scope,
        authors=command.authors,
        text=command.text,
    )


def _known(told: Told, request: str) -> ErasureRequested:
    if told.erasure is None:
        raise no.ErasureUnknown(request=request)
    return told.erasure


def _decided(told: tuple[Told, ...], command: DecideErasure) -> ErasureDecided:
    asked = _known(told[0], command.request)
    if told[0].decided is not None:
        raise no.ErasureAlreadyDecided(request=command.request)
    _check_grounds(command)
    keys = _keys(asked, command)
    of_keys.check(asked, keys, _courses(asked, told[1:]))
    return ErasureDecided(
        request=command.request,
        participant=asked.participant,
        authors=asked.authors,
        outcome=command.outcome,
        by_role=command.by_role,
        basis=command.basis,
        disposal_decision=command.disposal_decision,
        refusal_ground=command.refusal_ground,
        keys=keys,
        reasons=command.reasons,
    )


def _check_grounds(command: DecideErasure) -> None:
    if command.outcome is not ErasureOutcome.GRANTED and command.reasons is None:
        raise no.ErasureReasonsMissing
    if command.outcome is ErasureOutcome.REFUSED:
        if command.keys or command.basis is not None:
            raise no.RefusalErases
        return
    if command.basis is None:
        raise no.ErasureBasisMissing
    if command.basis is ErasureBasis.DISPOSAL_DECISION and command.disposal_decision is None:
        raise no.DisposalDecisionMissing


def _keys(asked: ErasureRequested, command: DecideErasure) -> tuple[str, ...]:
    """Return the keys to destroy: those stated, or those that follow from a request that is granted whole."""
    if command.outcome is ErasureOutcome.REFUSED:
        return ()
    stated = tuple(dict.fromkeys(command.keys))
    keys = stated or (of_keys.derived(asked) if command.outcome is ErasureOutcome.GRANTED else ())
    if not keys:
        raise no.ErasureKeysMissing
    return keys


def _courses(asked: ErasureRequested, told: tuple[Told, ...]) -> dict[str, of_keys.Course]:
    """Return the requests that name each of those whom a request names; `told` is in their order."""
    return {person: each.course for person, each in zip(of_keys.named(asked), told, strict=True)}


def _begun(told: tuple[Told, ...], command: BeginErasure) -> ErasureBegun:
    asked, decided = _known(told[0], command.request), told[0].decided
    if decided is None or decided.outcome is ErasureOutcome.REFUSED:
        raise no.ErasureNotGranted(request=command.request)
    if told[0].begun is not None:
        raise no.ErasureAlreadyBegun(request=command.request)
    if command.by_role == decided.by_role:
        raise no.SameRole(role=command.by_role)
    matters = tuple(dict.fromkeys(command.matters))
    of_matters, of_named = told[1 : 1 + len(matters)], told[1 + len(matters) :]
    of_keys.check(asked, decided.keys, _courses(asked, of_named))
    _check_nothing_stands(matters, of_matters, of_named)
    return ErasureBegun(
        request=command.request, participant=asked.participant, by_role=command.by_role, matters=matters
    )


def _check_nothing_stands(matters: Iterable[str], of_matters: tuple[Told, ...], participants: Iterable[Told]) -> None:
    for matter, told in zip(matters, of_matters, strict=True):
        for appeal in sorted(told.appeals):
            raise no.AppealPending(appeal=appeal, matter=matter)
    for told in (*of_matters, *participants):
        for hold in sorted(told.holds):
            raise no.LegalHoldStands(hold=hold)


def _destroyed(told: Told, request: str) -> KeyDestroyed:
    asked = _known(told, request)
    if told.begun is None or told.decided is None:
        raise no.ErasureNotBegun(request=request)
    if not told.under_way:
        raise no.ErasureDone(request=request)
    return KeyDestroyed(
        request=request,
        participant=asked.participant,
        keys=told.decided.keys,
        by_role=told.begun.by_role,
        matters=told.begun.matters,
    )


# --- Holds ------------------------------------------------------------------------------------
def _placed(told: tuple[Told, ...], command: PlaceLegalHold) -> LegalHoldPlaced:
    if told[0].hold is not None:
        raise no.HoldExists(hold=command.hold)
    if command.participant is None and command.matter is None:
        raise no.HoldOnNothing
    for request in sorted(request for each in told[1:] for request in each.under_way):
        raise no.HoldTooLate(request=request)
    return LegalHoldPlaced(
        hold=command.hold,
        participant=command.participant,
        matter=command.matter,
        citation=command.citation,
        by_role=command.by_role,
    )


def _lifted(told: Told, command: LiftLegalHold) -> LegalHoldLifted:
    if told.hold is None:
        raise no.HoldUnknown(hold=command.hold)
    if not told.holds:
        raise no.HoldAlreadyLifted(hold=command.hold)
    return LegalHoldLifted(
        hold=command.hold, participant=told.hold.participant, matter=told.hold.matter, by_role=command.by_role
    )


SLICE = Slice(
    name="participants",
    commands=(
        *(GiveConsent, WithdrawConsent, RequestAccess, AnswerAccess, RequestErasure, DecideErasure, BeginErasure),
        *(RecordKeyDestroyed, SetRestriction, LiftRestriction, PlaceLegalHold, LiftLegalHold),
    ),
    events=(
        *(ConsentGiven, ConsentWithdrawn, AccessRequested, AccessAnswered, ErasureRequested, ErasureDecided),
        *(ErasureBegun, KeyDestroyed, RestrictionSet, RestrictionLifted, LegalHoldPlaced, LegalHoldLifted),
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
)
