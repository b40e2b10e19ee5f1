"""What is named and not in the ledger is a gap, until it is there."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.assignments.events import AssignmentAccountStated, AssignmentGiven, AssignmentReported
from ledger.claims import ClaimEvidenceKind, ClaimKind, ClaimRecorded, Evidence
from ledger.decisions.pieces import BasisDocument, ClauseReference, Reliance
from ledger.documents.events import DocumentDirection, DocumentKind, DocumentRegistered, DocumentStatus
from ledger.inputs import CriticismLinked, CriticismTarget
from ledger.matters import MatterClosed
from ledger.meetings import ItemTaken, MeetingCalled, MeetingEnded, RecusalRecorded
from ledger.messages import Event
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, decided, received

RULE = "reference_not_in_ledger"
DAY = "2016-05-17"
REPORT = DocumentRegistered(
    document="report",
    title="Rapport",
    language="sv",
    kind=DocumentKind.REPORT,
    status=DocumentStatus.RECEIVED,
    direction=DocumentDirection.INCOMING,
)
TASK = AssignmentGiven(
    assignment="task",
    matter="m1",
    decision="d1",
    clause=1,
    by_body="ks",
    to_unit="office",
    text=SEALED,
    with_groups=(),
    report_to="ks",
)
ACCOUNT = AssignmentAccountStated(assignment="task", matter="m1", account="a", document="report")
REPORTED = AssignmentReported(assignment="task", matter="m1", document="report", on="2016-05-16")
CLAIM = ClaimRecorded(
    claim="c",
    kind=ClaimKind.FACT,
    text=SEALED,
    evidence=(
        Evidence(kind=ClaimEvidenceKind.DOCUMENT, id="report"),
        Evidence(kind=ClaimEvidenceKind.EXTERNAL, id="elsewhere"),
    ),
)
CRITICISM = CriticismLinked(input="i1", target_kind=CriticismTarget.INDICATOR, target="nii")


def clause_names(kind: str, id: str) -> Event:
    decision = decided("d1")
    (clause,) = decision.clauses
    named = clause.model_copy(update={"refs": (ClauseReference(kind=kind, id=id),)})
    return decision.model_copy(update={"clauses": (named,)})


def found(*events: Event, on: str = DAY) -> list[tuple[str, dict[str, str], list[int]]]:
    listed: list[dict[str, Any]] = gaps(rows_of(*TOWN, *events), Page(100), RULE, on=on)["gaps"]
    return [
        (each["subject"], {fact["name"]: fact["value"] for fact in each["facts"]}, each["positions"]) for each in listed
    ]


@pytest.mark.parametrize(
    "events, subject, facts",
    [
        (
            (decided("d1", basis_documents=(BasisDocument(document="report"),)),),
            "decision:d1",
            {"named_as": "basis", "document": "report"},
        ),
        (
            (clause_names("programme", "goals"),),
            "decision:d1",
            {"named_as": "clause_reference", "programme": "goals"},
        ),
        (
            (decided("d1", relied_on=(Reliance(kind="survey", id="s1", quality_unknown=True),)),),
            "decision:d1",
            {"named_as": "relied_on", "survey": "s1"},
        ),
        ((decided("d1", proposal="p9"),), "decision:d1", {"named_as": "answers", "proposal": "p9"}),
        ((decided("d1"), TASK, ACCOUNT), "assignment:task", {"named_as": "account", "document": "report"}),
        ((decided("d1"), TASK, REPORTED), "assignment:task", {"named_as": "report", "document": "report"}),
        (
            (decided("d1"), TASK.model_copy(update={"effect_indicator": "nii"})),
            "assignment:task",
            {"named_as": "effect_measured_by", "indicator": "nii"},
        ),
        ((CLAIM,), "claim:c", {"named_as": "evidence", "document": "report"}),
        ((received("i1"), CRITICISM), "input:i1", {"named_as": "criticised", "indicator": "nii"}),
        ((MatterClosed(matter="m1", decision="d9"),), "matter:m1", {"named_as": "closed_by", "decision": "d9"}),
    ],
)
def test_what_is_named_and_is_not_here_is_a_gap_of_what_names_it(
    events: tuple[Event, ...], subject: str, facts: dict[str, str]
) -> None:
    assert found(*events) == [(subject, facts, [len(TOWN) + len(events)])]


def test_what_is_here_sooner_or_later_is_none() -> None:
    named = decided("d1", basis_documents=(BasisDocument(document="report"),))
    assert found(named, TASK, ACCOUNT, REPORTED, CLAIM, MatterClosed(matter="m1", decision="d1"), REPORT) == []
    assert found(clause_names("body", "ks")) == []


MEETING = MeetingCalled(meeting="m", body="ks", date="2016-05-16")
ITEM = ItemTaken(meeting="m", body="ks", year=2016, paragraph=64, matter="m1", title="Skolvägen")
ENDED = MeetingEnded(meeting="m", body="ks", at="2016-05-16")


def recused(**of: Any) -> RecusalRecorded:
    return RecusalRecorded(meeting="m", body="ks", person="p", ground="kin", **of)


def test_a_recusal_is_for_an_item_or_a_matter_of_its_meeting_once_that_is_over() -> None:
    assert found(MEETING, recused(paragraph=64), recused(matter="m1"), ITEM, ENDED) == []
    of = (MEETING, ITEM, recused(paragraph=65), recused(matter="m2"))
    gaps_of_meeting = [
        ("meeting:m", {"named_as": "recusal", "item": "65"}, [len(TOWN) + 3]),
        ("meeting:m", {"named_as": "recusal", "matter": "m2"}, [len(TOWN) + 4]),
    ]
    assert found(*of, on="2016-05-16") == []
    assert found(*of, on=DAY) == found(*of, ENDED, on="2016-05-16") == gaps_of_meeting
