"""Claims and references: attributed, never verified; found only in what the ledger has."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.assignments.events import AssignmentGiven
from ledger.ballots import BallotOpened
from ledger.claims import (
    SLICE,
    AddEvidence,
    AssertReference,
    ClaimEvidenced,
    ClaimEvidenceKind,
    ClaimKind,
    ClaimRecorded,
    Evidence,
    RecordClaim,
    ReferenceAsserted,
    ReferenceResolved,
    ReferenceTarget,
    ReferredThing,
    ResolveReference,
    SaidIn,
    StatedClaimEvidence,
    rejections,
)
from ledger.claims.events import target_tag
from ledger.claims.rejections import (
    ClaimAlreadyRecorded,
    ClaimUnknown,
    EvidenceAlreadyGiven,
    ReferenceAlreadyAsserted,
    ReferenceAlreadyResolved,
    ReferenceUnknown,
    TargetUnknown,
)
from ledger.documents.events import DocumentDirection, DocumentKind, DocumentRegistered, DocumentStatus
from ledger.fields import ApproxNumber, StatedApproxNumber
from ledger.inputs import AuthorKind, InputKind, InputReceived
from ledger.matters import MatterKind, MatterOpened
from ledger.meetings import RollCallHeld
from ledger.messages import Command, Event, Rejection
from ledger.sealing import Words, words_of
from tests.projections.town import decided
from tests.slices import given, rejections_of

TEXT = "Projektet har stärkt enheten."
SURVEY = StatedClaimEvidence(kind=ClaimEvidenceKind.SURVEY, id="nii-2015")
INDICATOR = StatedClaimEvidence(kind=ClaimEvidenceKind.INDICATOR, id="nii")
RECORD = RecordClaim(claim="c", kind=ClaimKind.EFFECT, text=TEXT, by_body="enheten", document="letter", matter="m")
RECORDED = ClaimRecorded(claim="c", kind=ClaimKind.EFFECT, text=TEXT, by_body="enheten", document="letter", matter="m")
ADD = AddEvidence(claim="c", evidence=(SURVEY,))
ADDED = ClaimEvidenced(claim="c", evidence=(SURVEY.kept(),))
ASSERT: dict[str, Any] = {
    "reference": "r",
    "kind": ReferredThing.VOTE,
    "what": "Vi röstade emot.",
    "said_in_kind": SaidIn.DISSENT,
    "said_in": "n1",
    "said_date": "2012?",
}
ASSERTED = ReferenceAsserted(**ASSERT)
RESOLVE = ResolveReference(reference="r", target_kind=ReferenceTarget.DECISION, target="d1", by_role="registrar")
RESOLVED = ReferenceResolved(reference="r", target_kind=ReferenceTarget.DECISION, target="d1", by_role="registrar")
DECISION = decided("d1")
TARGETS: dict[ReferenceTarget, Event] = {
    ReferenceTarget.DECISION: DECISION,
    ReferenceTarget.BALLOT: BallotOpened(
        ballot="d1", question="Q", rule="support", tie_rule="none", definition="0" * 64
    ),
    ReferenceTarget.MATTER: MatterOpened(matter="d1", title="T", language="sv", kind=MatterKind.DECISION, body="ks"),
    ReferenceTarget.INPUT: InputReceived(
        input="d1",
        kind=InputKind.COMMENT,
        channel="web",
        author="a",
        author_kind=AuthorKind.RESIDENT,
        text="T",
        language="sv",
    ),
    ReferenceTarget.DOCUMENT: DocumentRegistered(
        document="d1",
        title="T",
        language="sv",
        kind=DocumentKind.REPORT,
        status=DocumentStatus.RECEIVED,
        direction=DocumentDirection.INCOMING,
    ),
    ReferenceTarget.ASSIGNMENT: AssignmentGiven(
        assignment="d1",
        matter="m",
        decision="d0",
        clause=1,
        by_body="ks",
        to_unit="u",
        text="T",
        with_groups=(),
        report_to="ks",
    ),
    ReferenceTarget.ROLL_CALL: RollCallHeld(meeting="s", body="ks", roll_call="d1", paragraph=1, question="Q"),
}


@pytest.mark.parametrize(
    "history, command, event",
    [
        ((), RECORD, RECORDED),
        (
            (),
            RECORD.model_copy(update={"evidence": (SURVEY, INDICATOR)}),
            RECORDED.model_copy(update={"evidence": (SURVEY.kept(), INDICATOR.kept())}),
        ),
        ((RECORDED,), ADD, ADDED),
        ((), AssertReference(**ASSERT), ASSERTED),
        ((ASSERTED, DECISION), RESOLVE, RESOLVED),
    ],
)
def test_it_is_recorded(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *history).when(command) == (event,)


REFUSED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((RECORDED,), RECORD, ClaimAlreadyRecorded),
    ((), ADD, ClaimUnknown),
    ((RECORDED, ADDED), ADD, EvidenceAlreadyGiven),
    ((), RECORD.model_copy(update={"evidence": (SURVEY, SURVEY)}), EvidenceAlreadyGiven),
    ((ASSERTED,), AssertReference(**ASSERT), ReferenceAlreadyAsserted),
    ((DECISION,), RESOLVE, ReferenceUnknown),
    ((ASSERTED, DECISION, RESOLVED), RESOLVE, ReferenceAlreadyResolved),
    ((ASSERTED,), RESOLVE, TargetUnknown),
]


@pytest.mark.parametrize("history, command, rejection", REFUSED)
def test_it_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as refused:
        given(SLICE, *history).when(command)
    assert "{" not in str(refused.value) + refused.value.message_sv


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REFUSED} == rejections_of(rejections)


@pytest.mark.parametrize("kind", ReferenceTarget)
def test_a_reference_is_resolved_by_what_is_there_and_by_nothing_else(kind: ReferenceTarget) -> None:
    resolve = RESOLVE.model_copy(update={"target_kind": kind})
    (event,) = given(SLICE, ASSERTED, TARGETS[kind]).when(resolve)
    assert event.tags() == ("reference:r", target_tag(kind, "d1"))
    others = [event for other, event in TARGETS.items() if other is not kind]
    with pytest.raises(TargetUnknown):
        given(SLICE, ASSERTED, *others).when(resolve)


def test_s0_34_a_number_stays_as_approximate_as_it_was_said() -> None:
    about_fifty = StatedApproxNumber(minimum=50, approximate=True, text="50-talet bolagen")
    (event,) = given(SLICE).when(RECORD.model_copy(update={"number": about_fifty}))
    assert isinstance(event, ClaimRecorded)
    assert event.number == ApproxNumber(minimum=50, approximate=True, text="50-talet bolagen")


def test_words_and_names_are_sealed_and_party_and_role_are_not() -> None:
    (event,) = given(SLICE).when(
        RECORD.model_copy(update={"by_name": "Anna Andersson", "by_party": "V", "by_role": "ledamot"})
    )
    assert words_of(event) == [
        Words("/text", "P", "claim:c|P", TEXT),
        Words("/by_name", "P", "officer:c|P", "Anna Andersson"),
    ]
    assert words_of(ASSERTED) == [Words("/what", "P", "reference:r|P", "Vi röstade emot.")]
    assert event.tags() == ("claim:c", "document:letter", "matter:m")


@for_all(st.lists(st.sampled_from((SURVEY, INDICATOR, StatedClaimEvidence(kind=ClaimEvidenceKind.INPUT, id="nii")))))
def test_no_evidence_is_kept_twice(stated: list[StatedClaimEvidence]) -> None:
    ledger = given(SLICE, RECORDED)
    kept: list[Evidence] = []
    for each in stated:
        add = AddEvidence(claim="c", evidence=(each,))
        if each.kept() in kept:
            with pytest.raises(EvidenceAlreadyGiven):
                ledger.when(add)
        else:
            ledger = ledger.and_then(*ledger.when(add))
            kept.append(each.kept())
