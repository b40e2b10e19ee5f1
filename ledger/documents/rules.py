"""Documents and staff proposals: how a command leads to events.

Refused is what would make the record say something untrue: a working draft as a public record, a
body that does not exist, a proposal that is silent on economy or children. Not refused, but shown,
is what reality leaves open: no date, no number, no copy at hand, nobody who acknowledges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ledger.bodies import BodyRegistered
from ledger.documents.commands import (
    AcknowledgeForward,
    AddDocumentNumber,
    ForwardDocument,
    LiftSecrecy,
    MarkSecret,
    PlaceDocument,
    QuotePassage,
    RegisterDocument,
    Republish,
    StatedConsequence,
    SubmitStaffProposal,
    Unpublish,
)
from ledger.documents.events import (
    Consequence,
    ConsequenceKind,
    DocumentForwarded,
    DocumentNumbered,
    DocumentPlaced,
    DocumentRegistered,
    DocumentStatus,
    Evidence,
    ForwardAcknowledged,
    PassageQuoted,
    ProposedClause,
    Republished,
    SecrecyLifted,
    SecrecyMarked,
    Section,
    Signatory,
    StaffProposalSubmitted,
    Unpublished,
)
from ledger.documents.rejections import (
    AlreadyUnpublished,
    AmountWithoutCurrency,
    BodyUnknown,
    ChildrenMissing,
    ConsequenceContradictsItself,
    ConsequenceEmpty,
    ConsequenceStatedTwice,
    DocumentAlreadyPlaced,
    DocumentAlreadyRegistered,
    DocumentDateToCome,
    DocumentHasNumber,
    DocumentIsWorkingDraft,
    DocumentUnknown,
    EconomyMissing,
    ForwardAlreadyAcknowledged,
    ForwardedToOthers,
    ForwardExists,
    ForwardUnknown,
    MarkAlreadyLifted,
    MarkExists,
    MarkUnknown,
    MatterUnknown,
    NotUnpublished,
    ProcessUnknown,
    ProposalChangesMatter,
    ProposalOutOfTurn,
    QuoteExists,
)
from ledger.edtf import is_to_come
from ledger.matters import MatterOpened
from ledger.messages import Command, Event, Part, Rejection, Slice
from ledger.processes import ProcessOpened


# --- What deciding remembers --------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Document:
    """A document: the matters it lies in, its numbers, and its secrecy marks, lifted or not."""

    matters: frozenset[str]
    numbers: frozenset[tuple[str, str]]
    marks: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Forward:
    """A forwarding: of what, to whom, and who acknowledged it. `is_open` where a source names no bodies."""

    document: str
    bodies: frozenset[str]
    is_open: bool
    acknowledged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A staff proposal: the matter it is for, and its last version."""

    matter: str
    proposal_version: int


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is not shown at present."""


_DOCUMENT = (DocumentRegistered, DocumentPlaced, DocumentNumbered, SecrecyMarked, SecrecyLifted)
_Named = Iterator[tuple[Part, Rejection]]


# --- What a command depends on --------------------------------------------------------------------
def boundary(command: Command) -> tuple[Part, ...]:
    """Return the document, forwarding, proposal or target a command is about, then what it names."""
    return (*_own(command), *(part for part, _ in _named(command)))


def _own(command: Command) -> tuple[Part, ...]:
    match command:
        case RegisterDocument(document=document):
            return (_document(document),)
        case QuotePassage(quote=quote):
            return (Part(f"quote:{quote}", (PassageQuoted,)),)
        case ForwardDocument(forward=forward) | AcknowledgeForward(forward=forward):
            return (Part(f"forward:{forward}", (DocumentForwarded, ForwardAcknowledged)),)
        case Unpublish(target=target) | Republish(target=target):
            return (Part(target, (Unpublished, Republished)),)
        case SubmitStaffProposal(proposal=proposal):
            return (Part(f"proposal:{proposal}", (StaffProposalSubmitted,)),)
    return ()


def _document(id: str) -> Part:
    return Part(f"document:{id}", _DOCUMENT)


def _named(command: Command) -> _Named:
    """Yield what a command names and must exist, each with what to say if it does not."""
    match command:
        case RegisterDocument():
            if command.parent is not None:
                yield _registered(command.parent)
            if command.matter is not None:
                yield _matter(command.matter)
            if command.process is not None:
                unknown = ProcessUnknown(process=command.process)
                yield Part(f"process:{command.process}", (ProcessOpened,)), unknown
            units = (command.sender_body, *command.recipient_bodies, *(each.unit for each in command.signed_by))
            yield from (_body(unit) for unit in dict.fromkeys(units) if unit)
        case PlaceDocument():
            yield _registered(command.document)
            yield _matter(command.matter)
        case AddDocumentNumber() | QuotePassage() | AcknowledgeForward() | MarkSecret() | LiftSecrecy():
            yield _registered(command.document)
        case ForwardDocument():
            yield _registered(command.document)
            yield from (_body(body) for body in command.to_bodies)
        case Unpublish() | Republish():
            if command.document is not None:
                yield _registered(command.document)
        case SubmitStaffProposal():
            yield _registered(command.document)
            yield _matter(command.matter)
            yield from (_body(body) for body in dict.fromkeys((command.to_body, command.by_unit)))


def _registered(id: str) -> tuple[Part, Rejection]:
    return _document(id), DocumentUnknown(document=id)


def _matter(id: str) -> tuple[Part, Rejection]:
    return Part(f"matter:{id}", (MatterOpened,)), MatterUnknown(matter=id)


def _body(id: str) -> tuple[Part, Rejection]:
    return Part(f"body:{id}", (BodyRegistered,)), BodyUnknown(body=id)


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case DocumentRegistered(), None:
            matters = frozenset() if event.matter is None else frozenset({event.matter})
            return Document(matters, frozenset((each.scheme, each.value) for each in event.numbers))
        case DocumentPlaced(matter=matter), Document():
            return replace(state, matters=state.matters | {matter})
        case DocumentNumbered(number=number), Document():
            return replace(state, numbers=state.numbers | {(number.scheme, number.value)})
        case SecrecyMarked(mark=mark), Document():
            return replace(state, marks=(*state.marks, (mark, True)))
        case SecrecyLifted(mark=mark), Document():
            return replace(state, marks=tuple((name, stands and name != mark) for name, stands in state.marks))
        case DocumentForwarded(), None:
            return Forward(event.document, frozenset(event.to_bodies), event.addressees is not None)
        case ForwardAcknowledged(body=body), Forward():
            return replace(state, acknowledged=state.acknowledged | {body})
        case Unpublished(), None:
            return Taken()
        case Republished(), Taken():
            return None
        case StaffProposalSubmitted(matter=matter, proposal_version=version), None | Proposal():
            return Proposal(matter, version)
        case ((BodyRegistered() | MatterOpened() | ProcessOpened() | PassageQuoted()), None):
            return Known()
    return state


# --- What follows ---------------------------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the event that follows from `command`, or raise a Rejection."""
    own, named = states[: len(_own(command))], states[len(_own(command)) :]
    _check_own(command, *own)
    for known, (_, rejection) in zip(named, _named(command), strict=True):
        if known is None:
            raise rejection
    match command:
        case RegisterDocument():
            return (_register(command, at),)
        case PlaceDocument(document=document, matter=matter):
            if matter in named[0].matters:
                raise DocumentAlreadyPlaced(document=document, matter=matter)
            return (DocumentPlaced(document=document, matter=matter),)
        case AddDocumentNumber(document=document, number=number):
            if (number.scheme, number.value) in named[0].numbers:
                raise DocumentHasNumber(document=document, scheme=number.scheme, value=number.value)
            return (DocumentNumbered(document=document, number=number.kept()),)
        case MarkSecret() | LiftSecrecy():
            return (_secrecy(command, dict(named[0].marks)),)
        case QuotePassage() | ForwardDocument():
            kind = PassageQuoted if isinstance(command, QuotePassage) else DocumentForwarded
            return (kind(**command.own()),)
        case AcknowledgeForward():
            return (_acknowledge(own[0], command),)
        case Unpublish():
            return (_unpublish(command),)
        case Republish():
            return (Republished(target=command.target, by_role=command.by_role),)
        case SubmitStaffProposal():
            return (_propose(own[0], command),)
    raise TypeError(f"{type(command).__name__} is no command of documents")


def _check_own(command: Command, state: Any = None) -> None:
    """Raise where the very thing the command is about stands in its way."""
    match command, state:
        case RegisterDocument(), Document():
            raise DocumentAlreadyRegistered(document=command.document)
        case QuotePassage(), Known():
            raise QuoteExists(quote=command.quote)
        case ForwardDocument(), Forward():
            raise ForwardExists(forward=command.forward)
        case Unpublish(), Taken():
            raise AlreadyUnpublished(target=command.target)
        case Republish(), None:
            raise NotUnpublished(target=command.target)


def _register(command: RegisterDocument, at: datetime) -> DocumentRegistered:
    if command.status is DocumentStatus.WORKING:
        raise DocumentIsWorkingDraft
    if command.document_date is not None and is_to_come(command.document_date, at):
        raise DocumentDateToCome(document_date=command.document_date)
    return DocumentRegistered(
        **command.own()
        | {
            "numbers": tuple(number.kept() for number in command.numbers),
            "signed_by": tuple(Signatory(**dict(each)) for each in command.signed_by),
            "sections": tuple(Section(**dict(each)) for each in command.sections),
        }
    )


def _acknowledge(forward: Forward | None, command: AcknowledgeForward) -> ForwardAcknowledged:
    if forward is None or forward.document != command.document:
        raise ForwardUnknown(document=command.document, forward=command.forward)
    if command.body not in forward.bodies and not forward.is_open:
        raise ForwardedToOthers(body=command.body)
    if command.body in forward.acknowledged:
        raise ForwardAlreadyAcknowledged(body=command.body)
    return ForwardAcknowledged(forward=command.forward, document=command.document, body=command.body)


def _secrecy(command: MarkSecret | LiftSecrecy, marks: dict[str, bool]) -> SecrecyMarked | SecrecyLifted:
    if isinstance(command, MarkSecret):
        if command.mark in marks:
            raise MarkExists(mark=command.mark)
        return SecrecyMarked(**command.own())
    if command.mark not in marks:
        raise MarkUnknown(document=command.document, mark=command.mark)
    if not marks[command.mark]:
        raise MarkAlreadyLifted(mark=command.mark)
    return SecrecyLifted(**command.own())


def _unpublish(command: Unpublish) -> Unpublished:
    return Unpublished(
        target=command.target, reason_code=command.reason_code, reason=command.reason, by_role=command.by_role
    )


def _propose(earlier: Proposal | None, command: SubmitStaffProposal) -> StaffProposalSubmitted:
    expected = 1 if earlier is None else earlier.proposal_version + 1
    if command.proposal_version != expected:
        raise ProposalOutOfTurn(proposal=command.proposal, expected=expected, stated=command.proposal_version)
    if earlier is not None and earlier.matter != command.matter:
        raise ProposalChangesMatter(proposal=command.proposal, matter=earlier.matter)
    _check_consequences(command.consequences)
    return StaffProposalSubmitted(
        **command.own()
        | {
            "clauses": tuple(ProposedClause(**dict(each)) for each in command.clauses),
            "consequences": tuple(Consequence(**dict(each)) for each in command.consequences),
            "relied_on": tuple(Evidence(**dict(each)) for each in command.relied_on),
        }
    )


def _check_consequences(consequences: tuple[StatedConsequence, ...]) -> None:
    """Raise unless economy and children are each spoken of once, and every consequence says one thing."""
    stated = [each.kind for each in consequences]
    if ConsequenceKind.ECONOMY not in stated:
        raise EconomyMissing
    if ConsequenceKind.CHILDREN not in stated:
        raise ChildrenMissing
    for number, each in enumerate(consequences, 1):
        if each.kind is not ConsequenceKind.OTHER and each.kind in stated[: number - 1]:
            raise ConsequenceStatedTwice(number=number)
        if (each.amount is None) != (each.currency is None):
            raise AmountWithoutCurrency(number=number)
        says_something = each.text is not None or each.amount is not None
        if not says_something and each.none_reason is None:
            raise ConsequenceEmpty(number=number)
        if says_something and each.none_reason is not None:
            raise ConsequenceContradictsItself(number=number)


SLICE = Slice(
    name="documents",
    commands=(
        RegisterDocument,
        PlaceDocument,
        AddDocumentNumber,
        QuotePassage,
        ForwardDocument,
        AcknowledgeForward,
        MarkSecret,
        LiftSecrecy,
        Unpublish,
        Republish,
        SubmitStaffProposal,
    ),
    events=(
        DocumentRegistered,
        DocumentPlaced,
        DocumentNumbered,
        PassageQuoted,
        DocumentForwarded,
        ForwardAcknowledged,
        SecrecyMarked,
        SecrecyLifted,
        Unpublished,
        Republished,
        StaffProposalSubmitted,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
