"""The decisions of the seed documents as bare events: § 64 of 2015, its assignment, and what came of it."""

from __future__ import annotations

from typing import Any

from ledger.assignments.events import AssignmentAccountStated, AssignmentGiven, AssignmentReported
from ledger.bodies import BodyKind, BodyRegistered
from ledger.decisions.events import Clause, DecisionRecorded, DissentRecorded
from ledger.decisions.pieces import Accordance, BasisDocument, ClauseReference, Reliance
from ledger.documents.events import (
    Consequence,
    ConsequenceKind,
    DocumentDirection,
    DocumentKind,
    DocumentRegistered,
    DocumentStatus,
    Evidence,
    EvidenceKind,
    ProposedClause,
    ProposedVerb,
    StaffProposalSubmitted,
)
from ledger.meetings import MeetingCalled
from ledger.messages import Event
from tests.projections.town import MATTER, SEALED

BODIES: tuple[Event, ...] = (
    BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen"),
    BodyRegistered(body="ksau", kind=BodyKind.COMMITTEE, name="Arbetsutskottet", parent="ks"),
    BodyRegistered(body="slk", kind=BodyKind.UNIT, name="Stadsledningskontoret", parent="ks"),
    BodyRegistered(body="fe", kind=BodyKind.UNIT, name="Förnyelseenheten", parent="slk"),
)
LETTER = DocumentRegistered(
    document="tjs",
    title="Inflytande och innovation",
    language="sv",
    kind=DocumentKind.STAFF_LETTER,
    status=DocumentStatus.ESTABLISHED,
    direction=DocumentDirection.INTERNAL,
    matter="m1",
    document_date="2015-04-27",
    sha256="a" * 64,
)
VERBS = (ProposedVerb.NOTE, ProposedVerb.FORWARD, ProposedVerb.ASSIGN)


def proposed(version: int = 1, *, verbs: tuple[ProposedVerb, ...] = VERBS, **more: Any) -> StaffProposalSubmitted:
    """Return the staff proposal behind § 64, whose consequences the seed does not tell."""
    consequences = (
        Consequence(kind=ConsequenceKind.ECONOMY, none_reason="not in the source"),
        Consequence(kind=ConsequenceKind.CHILDREN, none_reason="not in the source"),
    )
    return StaffProposalSubmitted(
        proposal="forslag",
        document="tjs",
        matter="m1",
        to_body="ksau",
        by_unit="fe",
        proposal_version=version,
        clauses=tuple(ProposedClause(number=n, verb=verb, text=SEALED) for n, verb in enumerate(verbs, 1)),
        consequences=more.pop("consequences", consequences),
        relied_on=(Evidence(kind=EvidenceKind.SURVEY, id="scb-2014"),),
        **more,
    )


MEETING = MeetingCalled(meeting="ksau-0512", body="ksau", date="2015-05-12")


def p64(**more: Any) -> DecisionRecorded:
    """Return § 64: preparatory, to the board, in accordance with the unit's proposal."""
    report = ClauseReference(kind="document", id="rapport", said_date="2015-04-27")
    return DecisionRecorded(
        **{
            "decision": "p64",
            "matter": "m1",
            "body": "ksau",
            "title": "Inflytande och innovation",
            "force": "preparatory",
            "addressed_to": "ks",
            "paragraph": "§ 64",
            "meeting_date": "2015-05-12",
            "clauses": (
                Clause(number=1, verb="note", text=SEALED, refs=(report,)),
                Clause(number=2, verb="forward", text=SEALED),
                Clause(number=3, verb="assign", text=SEALED),
            ),
            "proposal": "forslag",
            "accordance": Accordance(unit="fe", stated=True),
            "basis_documents": (BasisDocument(document="tjs", sha256="a" * 64), BasisDocument(document="bilaga-2")),
            "relied_on": (Reliance(kind="survey", id="scb-2015", quality_unknown=True),),
            **more,
        }
    )


def board(decision: str = "ks90", **more: Any) -> DecisionRecorded:
    """Return a decision of the board in the same matter."""
    return DecisionRecorded(
        **{
            "decision": decision,
            "matter": "m1",
            "body": "ks",
            "title": "Inflytande och innovation",
            "force": "decided",
            "meeting_date": "2015-05-25",
            "clauses": (Clause(number=1, verb="adopt", text=SEALED),),
            **more,
        }
    )


NOTE = DissentRecorded(
    decision="p64",
    matter="m1",
    dissent="wasteson",
    kind="note",
    party="Vänsterpartiet",
    by_name=SEALED,
    stance="mixed",
    text=SEALED,
    annotation=SEALED,
)
ASSIGNED = AssignmentGiven(
    assignment="metoder",
    matter="m1",
    decision="p64",
    clause=3,
    by_body="ks",
    to_unit="slk",
    text=SEALED,
    with_groups=("residents", "staff", "civil_society"),
    report_to="ks",
    due="2015-12-14",
    expected_effect=SEALED,
)
TOLD = AssignmentAccountStated(
    assignment="metoder",
    matter="m1",
    account="tjs-2016",
    document="tjs-2016",
    to_unit="fe",
    text=SEALED,
    text_differs=True,
    said_date="2015-04-27",
)
REPORTED = AssignmentReported(assignment="metoder", matter="m1", document="rapport-2016", on="2016-05-16")
SEEDS: tuple[Event, ...] = (*BODIES, MATTER, LETTER, proposed(), MEETING, p64(), NOTE, ASSIGNED)
