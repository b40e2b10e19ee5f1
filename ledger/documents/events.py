"""Documents and staff proposals: what happened to them.

    register ──> REGISTERED ──place──> in a matter          (also in several, also later)
                 ├── number, quote, forward ──acknowledge
                 ├── mark secret ──lift                      (a warning, no decision: OSL 5:5)
                 └── unpublish ──republish                   (taken off the pages; the record stays)
    submit ──> PROPOSAL version 1 ──submit──> version 2 …

Only what was received or drawn up is a public record (allmän handling, TF 2:4 and 2:9-10); a working
draft stays outside the ledger. A document names what it is attached to when it is registered and
never changes it, so the tree of documents has no circle by construction.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ledger.fields import ExternalNumber
from ledger.messages import Event, Sealed, Sealing


class DocumentKind(StrEnum):
    """What sort of document it is; `staff_letter` is a tjänsteskrivelse."""

    STAFF_LETTER = "staff_letter"
    REPORT = "report"
    MINUTES = "minutes"
    ATTACHMENT = "attachment"
    INCOMING = "incoming"
    OUTGOING = "outgoing"
    STATUS_REPORT = "status_report"
    ANALYSIS = "analysis"
    CONFIRMATION = "confirmation"
    DESCRIPTION = "description"


class DocumentStatus(StrEnum):
    """Whether it is a public record: received (inkommen) and established (upprättad) ones are, working drafts not."""

    WORKING = "working"
    RECEIVED = "received"
    ESTABLISHED = "established"


class DocumentDirection(StrEnum):
    """Whether it came in, went out or stayed within the body."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"


class SectionKind(StrEnum):
    """What a section of a document holds; facts, assessment and proposal are kept apart."""

    FACTS = "facts"
    ASSESSMENT = "assessment"
    PROPOSAL = "proposal"
    ECONOMY = "economy"
    CHILDREN = "children"
    OTHER = "other"


class ForwardPurpose(StrEnum):
    """What a document is handed on for: kännedom, yttrande, åtgärd."""

    INFORMATION = "information"
    OPINION = "opinion"
    ACTION = "action"


class MarkedPart(StrEnum):
    """Which part of a document a secrecy mark is about."""

    WHOLE = "whole"
    TITLE = "title"
    PARTIES = "parties"
    SIGNATORIES = "signatories"
    QUOTES = "quotes"


class ProposedVerb(StrEnum):
    """What one proposed clause (beslutssats) would do; the words are those of a decision's clauses."""

    NOTE = "note"
    NOTE_TO_MINUTES = "note_to_minutes"
    FORWARD = "forward"
    ASSIGN = "assign"
    APPROVE = "approve"
    REJECT = "reject"
    ADOPT = "adopt"
    JOIN = "join"
    WRITE_OFF = "write_off"
    OTHER = "other"


class ConsequenceKind(StrEnum):
    """Whom or what a consequence is about; every staff proposal speaks of economy and of children."""

    ECONOMY = "economy"
    CHILDREN = "children"
    OTHER = "other"


class EvidenceKind(StrEnum):
    """What a proposal says it relies on."""

    SURVEY = "survey"
    INDICATOR = "indicator"
    INPUT = "input"
    PROCESS = "process"
    DECISION = "decision"
    DOCUMENT = "document"


class _Piece(BaseModel):
    """A part of an event, frozen like the event."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- Documents --------------------------------------------------------------------------------
class Signatory(_Piece):
    """One who signed: `role` and `unit` as known, never guessed; `title_line` as written under the name."""

    subject: str
    name: Annotated[str | Sealed | None, Sealing("P", key="officer:{document}")] = None
    role: str | None = None
    unit: str | None = None
    title_line: str | None = None


class Section(_Piece):
    """One section of a document and where in it the section stands."""

    heading: SectionKind
    anchor: str


class DocumentRegistered(Event, topic="document-registered"):
    """A document became part of the record. `document_date` (EDTF) is the date it bears; without `sha256` no copy is at hand.

    `process` is the one it is about, as a status report is about one dialogue.
    """

    document: str
    title: str
    language: str
    kind: DocumentKind
    status: DocumentStatus
    direction: DocumentDirection
    matter: str | None = None
    document_date: str | None = None
    sender_body: str | None = None
    recipient_bodies: tuple[str, ...] = ()
    sender: Annotated[str | Sealed | None, Sealing("P", key="document:{document}")] = None
    recipient: Annotated[str | Sealed | None, Sealing("P", key="document:{document}")] = None
    sha256: str | None = None
    media_type: str | None = None
    parent: str | None = None
    attachment_number: int | None = None
    numbers: tuple[ExternalNumber, ...] = ()
    signed_by: tuple[Signatory, ...] = ()
    sections: tuple[Section, ...] = ()
    process: str | None = None

    def subject(self) -> str:
        return f"document:{self.document}"

    def tags(self) -> tuple[str, ...]:
        units = (self.sender_body, *self.recipient_bodies, *(each.unit for each in self.signed_by))
        tags = [self.subject(), *_matter(self.matter), *(f"body:{unit}" for unit in units if unit)]
        tags += [f"document:{self.parent}"] if self.parent else []
        tags += [f"process:{self.process}"] if self.process else []
        return tuple(dict.fromkeys(tags))


def _matter(matter: str | None) -> tuple[str, ...]:
    return () if matter is None else (f"matter:{matter}",)


class DocumentPlaced(Event, topic="document-placed"):
    """A document was placed in a matter after it was registered, or in one more."""

    document: str
    matter: str

    def subject(self) -> str:
        return f"document:{self.document}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"matter:{self.matter}")


class DocumentNumbered(Event, topic="document-numbered"):
    """A document got one more external number. The same number may stand on several documents."""

    document: str
    number: ExternalNumber

    def subject(self) -> str:
        return f"document:{self.document}"


class PassageQuoted(Event, topic="passage-quoted"):
    """A passage of a document, word for word, between two places in it."""

    quote: str
    document: str
    from_anchor: str
    to_anchor: str | None = None
    text: Annotated[str | Sealed, Sealing("P", key="document:{document}")]

    def subject(self) -> str:
        return f"document:{self.document}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"quote:{self.quote}")


class DocumentForwarded(Event, topic="document-forwarded"):
    """A document was handed on. `addressees` is whom a source names without saying which bodies, such as "nämnderna"."""

    forward: str
    document: str
    to_bodies: tuple[str, ...] = ()
    addressees: str | None = None
    purpose: ForwardPurpose
    by_decision: str | None = None

    def subject(self) -> str:
        return f"document:{self.document}"

    def tags(self) -> tuple[str, ...]:
        decided = () if self.by_decision is None else (f"decision:{self.by_decision}",)
        bodies = (f"body:{body}" for body in self.to_bodies)
        return (self.subject(), f"forward:{self.forward}", *dict.fromkeys(bodies), *decided)


class ForwardAcknowledged(Event, topic="forward-acknowledged"):
    """A body said that it has got what was handed on to it."""

    forward: str
    document: str
    body: str

    def subject(self) -> str:
        return f"document:{self.document}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"forward:{self.forward}", f"body:{self.body}")


class SecrecyMarked(Event, topic="secrecy-marked"):
    """A document was marked as possibly secret: a warning that cites its provision, no decision (OSL 5:5)."""

    mark: str
    document: str
    part: MarkedPart
    provision: str
    by_role: str

    def subject(self) -> str:
        return f"document:{self.document}"


class SecrecyLifted(Event, topic="secrecy-lifted"):
    """A secrecy mark was taken away."""

    mark: str
    document: str
    by_role: str

    def subject(self) -> str:
        return f"document:{self.document}"


# --- What is shown ----------------------------------------------------------------------------
class Unpublished(Event, topic="unpublished"):
    """A document, or the words of one event, were taken off what is shown. Nothing is erased.

    `target` is `document:{id}` or `position:{number}`.
    """

    target: str
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="unpublishing:{target}")] = None
    by_role: str

    def subject(self) -> str:
        return self.target


class Republished(Event, topic="republished"):
    """What had been taken off is shown again."""

    target: str
    by_role: str

    def subject(self) -> str:
        return self.target


# --- Staff proposals --------------------------------------------------------------------------
class ProposedClause(_Piece):
    """One clause as staff propose it."""

    number: int
    verb: ProposedVerb
    text: Annotated[str | Sealed, Sealing("P", key="matter:{matter}")]


class Consequence(_Piece):
    """What the proposal would lead to: in words, as an amount in öre, or why there is nothing to say."""

    kind: ConsequenceKind
    text: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None
    amount: int | None = None
    currency: str | None = None
    none_reason: str | None = None


class Evidence(_Piece):
    """Something a proposal says it relies on; it need not be in the ledger."""

    kind: EvidenceKind
    id: str


class StaffProposalSubmitted(Event, topic="staff-proposal-submitted"):
    """Staff proposed a decision to a body, in a document. A higher `proposal_version` replaces the lower one."""

    proposal: str
    document: str
    matter: str
    to_body: str
    by_unit: str
    proposal_version: int
    clauses: tuple[ProposedClause, ...]
    consequences: tuple[Consequence, ...]
    relied_on: tuple[Evidence, ...] = ()
    assessment: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None

    def subject(self) -> str:
        return f"proposal:{self.proposal}"

    def tags(self) -> tuple[str, ...]:
        names = (f"document:{self.document}", f"matter:{self.matter}", f"body:{self.to_body}", f"body:{self.by_unit}")
        relied = (f"{each.kind}:{each.id}" for each in self.relied_on)
        return tuple(dict.fromkeys((self.subject(), *names, *relied)))
