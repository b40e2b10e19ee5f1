"""Documents and staff proposals: what each is and what became of it, and where to look for it.

    documents    document                what it is, numbers, signatories, quotes, forwarding, marks, life
    proposals    proposal                every version with clauses, consequences and what it relies on
    filed        matter:m|document       documents of a matter             proposals:m|proposal  its proposals
                 parent:d|document       attachments of a document         process:p|document    about a process
                 number:stem|document    documents that bear a number, without its act suffix
    taken_down   document:d, position:n  what is not shown at present

A number is never a key of one thing: the same may stand on several documents.
"""

from __future__ import annotations

from typing import Any

from ledger.documents.events import (
    DocumentForwarded,
    DocumentNumbered,
    DocumentPlaced,
    DocumentRegistered,
    ForwardAcknowledged,
    PassageQuoted,
    Republished,
    SecrecyLifted,
    SecrecyMarked,
    StaffProposalSubmitted,
    Unpublished,
)
from ledger.messages import Event, RecordedEvent
from projections.projection import Projection, State
from projections.references import external_id, moment, number_stem, words


# --- One document -----------------------------------------------------------------------------
def _document_keys(event: Any) -> tuple[str, ...]:
    if isinstance(event, Unpublished | Republished):
        kind, _, name = event.target.partition(":")
        return (name,) if kind == "document" else ()
    return (event.document,)


def _document(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    if state is None:
        if not isinstance(event, DocumentRegistered):
            return None
        state = _registered(event, recorded)
    step = {"type": event.topic, "subject": event.subject(), "recorded": moment(recorded)}
    return state | _changed(state, recorded) | {"timeline": [*state["timeline"], step]}


def _registered(document: DocumentRegistered, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "document": document.document,
        "title": document.title,
        "language": document.language,
        "kind": str(document.kind),
        "status": str(document.status),
        "direction": str(document.direction),
        "process": document.process,
        "matters": [] if document.matter is None else [document.matter],
        "document_date": document.document_date,
        "sender_body": document.sender_body,
        "recipient_bodies": list(document.recipient_bodies),
        "sender": words(recorded, "/sender", document.sender),
        "recipient": words(recorded, "/recipient", document.recipient),
        "sha256": document.sha256,
        "media_type": document.media_type,
        "parent": document.parent,
        "attachment_number": document.attachment_number,
        "numbers": [number.model_dump() for number in document.numbers],
        "signed_by": [_signatory(each, place, recorded) for place, each in enumerate(document.signed_by)],
        "sections": [{"heading": str(each.heading), "anchor": each.anchor} for each in document.sections],
        "external_id": external_id(recorded),
        "recorded": moment(recorded),
        "quotes": [],
        "forwards": [],
        "marks": [],
        "unpublished": None,
        "proposals": [],
        "timeline": [],
    }


def _signatory(signatory: Any, place: int, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "subject": signatory.subject,
        "name": words(recorded, f"/signed_by/{place}/name", signatory.name),
        "role": signatory.role,
        "unit": signatory.unit,
        "title_line": signatory.title_line,
    }


def _changed(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    match recorded.event:
        case DocumentPlaced(matter=matter):
            return {"matters": list(dict.fromkeys([*state["matters"], matter]))}
        case DocumentNumbered(number=number):
            return {"numbers": [*state["numbers"], number.model_dump()]}
        case PassageQuoted() as quote:
            return {"quotes": [*state["quotes"], _quote(quote, recorded)]}
        case DocumentForwarded() as forward:
            return {"forwards": [*state["forwards"], _forward(forward, recorded)]}
        case ForwardAcknowledged(forward=forward, body=body):
            got = {"body": body, "recorded": moment(recorded)}
            return {"forwards": [_acknowledged(each, forward, got) for each in state["forwards"]]}
        case SecrecyMarked() as mark:
            return {"marks": [*state["marks"], _mark(mark, recorded)]}
        case SecrecyLifted(mark=mark, by_role=role):
            lifted = {"by_role": role, "recorded": moment(recorded)}
            return {"marks": [each | {"lifted": lifted} if each["mark"] == mark else each for each in state["marks"]]}
        case Unpublished() as taken:
            return {"unpublished": _taken(taken, recorded)}
        case Republished():
            return {"unpublished": None}
        case StaffProposalSubmitted(proposal=proposal):
            return {"proposals": list(dict.fromkeys([*state["proposals"], proposal]))}
    return {}


def _quote(quote: PassageQuoted, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "quote": quote.quote,
        "from_anchor": quote.from_anchor,
        "to_anchor": quote.to_anchor,
        "text": words(recorded, "/text", quote.text),
        "recorded": moment(recorded),
    }


def _forward(forward: DocumentForwarded, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "forward": forward.forward,
        "to_bodies": list(forward.to_bodies),
        "addressees": forward.addressees,
        "purpose": str(forward.purpose),
        "by_decision": forward.by_decision,
        "recorded": moment(recorded),
        "acknowledged": [],
    }


def _acknowledged(forward: dict[str, Any], acknowledged: str, got: dict[str, Any]) -> dict[str, Any]:
    if forward["forward"] != acknowledged:
        return forward
    return forward | {"acknowledged": [*forward["acknowledged"], got]}


def _mark(mark: SecrecyMarked, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "mark": mark.mark,
        "part": str(mark.part),
        "provision": mark.provision,
        "by_role": mark.by_role,
        "recorded": moment(recorded),
        "lifted": None,
    }


def _taken(taken: Unpublished, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "reason_code": taken.reason_code,
        "reason": words(recorded, "/reason", taken.reason),
        "by_role": taken.by_role,
        "recorded": moment(recorded),
    }


DOCUMENTS = Projection(
    name="documents",
    version=1,
    types=(
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
    keys=_document_keys,
    apply=_document,
)


# --- One proposal -------------------------------------------------------------------------------
def _proposal_keys(event: StaffProposalSubmitted) -> tuple[str, ...]:
    return (event.proposal,)


def _proposal(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    assert isinstance(event, StaffProposalSubmitted)
    before = [] if state is None else state["versions"]
    return {
        "proposal": event.proposal,
        "matter": event.matter if state is None else state["matter"],
        "proposal_version": event.proposal_version,
        "versions": [*before, _version(event, recorded)],
    }


def _version(proposal: StaffProposalSubmitted, recorded: RecordedEvent) -> dict[str, Any]:
    """Return one whole version; the last one of `versions` holds."""
    return {
        "proposal_version": proposal.proposal_version,
        "document": proposal.document,
        "to_body": proposal.to_body,
        "by_unit": proposal.by_unit,
        "clauses": [
            {
                "number": each.number,
                "verb": str(each.verb),
                "text": words(recorded, f"/clauses/{place}/text", each.text),
            }
            for place, each in enumerate(proposal.clauses)
        ],
        "consequences": [
            {
                "kind": str(each.kind),
                "text": words(recorded, f"/consequences/{place}/text", each.text),
                "amount": each.amount,
                "currency": each.currency,
                "none_reason": each.none_reason,
            }
            for place, each in enumerate(proposal.consequences)
        ],
        "relied_on": [{"kind": str(each.kind), "id": each.id} for each in proposal.relied_on],
        "assessment": words(recorded, "/assessment", proposal.assessment),
        "recorded": moment(recorded),
    }


PROPOSALS = Projection(
    name="proposals",
    version=1,
    types=(StaffProposalSubmitted,),
    keys=_proposal_keys,
    apply=_proposal,
)


# --- Where to look for it -----------------------------------------------------------------------
def _filed_keys(event: Event) -> tuple[str, ...]:
    match event:
        case DocumentRegistered(document=document):
            matter = () if event.matter is None else (f"matter:{event.matter}|{document}",)
            parent = () if event.parent is None else (f"parent:{event.parent}|{document}",)
            process = () if event.process is None else (f"process:{event.process}|{document}",)
            numbers = (f"number:{number_stem(each.value)}|{document}" for each in event.numbers)
            return (*matter, *parent, *process, *dict.fromkeys(numbers))
        case DocumentPlaced(document=document, matter=str(placed)):
            return (f"matter:{placed}|{document}",)
        case DocumentNumbered(document=document, number=number):
            return (f"number:{number_stem(number.value)}|{document}",)
        case StaffProposalSubmitted(matter=str(placed), proposal=proposal):
            return (f"proposals:{placed}|{proposal}",)
    return ()


def _filed(state: State, recorded: RecordedEvent) -> State:
    """Return the id of what is filed under the key; the key itself says how."""
    event: Any = recorded.event
    return event.proposal if isinstance(event, StaffProposalSubmitted) else event.document


FILED = Projection(
    name="filed",
    version=1,
    types=(DocumentRegistered, DocumentPlaced, DocumentNumbered, StaffProposalSubmitted),
    keys=_filed_keys,
    apply=_filed,
)


# --- What is not shown ----------------------------------------------------------------------------
def _target(event: Any) -> tuple[str, ...]:
    return (event.target,)


def _taken_down(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    return _taken(event, recorded) if isinstance(event, Unpublished) else None


TAKEN_DOWN = Projection(
    name="taken_down",
    version=1,
    types=(Unpublished, Republished),
    keys=_target,
    apply=_taken_down,
)
