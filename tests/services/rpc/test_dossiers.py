"""The answers about matters, documents and programmes fit their messages, member for member."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict

from ledger.corrections import Corrected
from ledger.decisions.events import DecisionRevoked
from ledger.dispositions.events import AccountClosed
from ledger.documents.events import (
    DocumentForwarded,
    ForwardAcknowledged,
    ForwardPurpose,
    MarkedPart,
    PassageQuoted,
    SecrecyLifted,
    SecrecyMarked,
    Section,
    SectionKind,
    Unpublished,
)
from ledger.matters import MatterClosed, MatterLinked, MatterRelation, MatterReopened
from ledger.messages import Command, Event, Source
from ledger.processes import ProcessClosed
from ledger.programmes.events import (
    FollowUpRecorded,
    GoalLineageStated,
    LineageRelation,
    ProgrammeClosed,
    ProgrammeLinked,
    ProgrammeReported,
    ReportKind,
)
from participation.transparency.v1 import (
    decisions_pb2,
    documents_pb2,
    matters_pb2,
    process_views_pb2,
    programme_views_pb2,
)
from projections.views import decisions, documents, matters, processes, programmes
from projections.views.corrections import with_corrections
from services.bootstrap import SLICES
from services.rpc.commands import command_maps
from tests.ledger.test_documents import FORWARD, MARK, PROPOSE, REGISTER, TAKE_OFF
from tests.ledger.test_programmes import ADOPT, LINEAGE
from tests.projections.history import rows_of
from tests.projections.test_documents import ACT, FIRST, LETTER, MINUTES, proposed
from tests.projections.test_programmes import EIGHT, FOUR, OPENNESS
from tests.projections.town import MATTER, SEALED, TOWN, decided, received

SOURCE = Source(basis="document", document="0" * 64, anchor="rad 33")
HISTORY: tuple[Event, ...] = (
    *TOWN,
    received("i1"),
    LETTER.model_copy(
        update={
            "numbers": (ACT,),
            "sections": (Section(heading=SectionKind.FACTS, anchor="rad 1"),),
            "sender": SEALED,
            "source": SOURCE,
        }
    ),
    FIRST,
    MINUTES,
    PassageQuoted(quote="q", document="letter", from_anchor="rad 1", text=SEALED),
    DocumentForwarded(forward="f", document="letter", to_bodies=("ks", "au"), purpose=ForwardPurpose.INFORMATION),
    ForwardAcknowledged(forward="f", document="letter", body="ks"),
    SecrecyMarked(mark="s", document="letter", part=MarkedPart.TITLE, provision="OSL 25:1", by_role="registrator"),
    SecrecyLifted(mark="s", document="letter", by_role="registrator"),
    Unpublished(target="document:minutes", reason_code="personal_data", reason=SEALED, by_role="registrator"),
    proposed(text=SEALED, amount=0, currency="SEK"),
    decided("d", meeting_date="2015-05-12"),
    MATTER.model_copy(update={"matter": "m2"}),
    MatterLinked(matter="m2", other="m1", relation=MatterRelation.FOLLOWS_UP, said_date="2015-04-27"),
    EIGHT,
    FOUR,
    OPENNESS,
    GoalLineageStated(
        programme="v1",
        element="g1",
        relation=LineageRelation.CONTINUES,
        new_programme="v2",
        new_element="g3",
        by_role="controller",
    ),
    FollowUpRecorded(programme="v1", year=2016, summary=SEALED),
    ProgrammeReported(programme="v1", kind=ReportKind.FINAL, period="2015/2017", summary=SEALED),
    ProgrammeLinked(programme="v1", element="g1", matter="m1"),
    ProgrammeClosed(programme="openness", summary=SEALED),
    MatterClosed(matter="m2", decision="d", source=SOURCE),
    MatterReopened(matter="m2", reason=SEALED, source=SOURCE),
    MatterClosed(matter="m2", source=SOURCE),
    ProcessClosed(process="p1", source=SOURCE),
    AccountClosed(decision="d", matter="m1", inputs=1, source=SOURCE),
    *(
        Corrected(
            correction=f"c{number}",
            tag=tag,
            position=number,
            topic_corrected="matter-opened",
            pointer="/title",
            was='"A"',
            becomes='"B"',
            holder=tag,
            reason=SEALED,
            by_role="registrar",
            dated_as="2015",
        )
        for number, tag in enumerate(("matter:m1", "document:letter", "programme:v1"), 1)
    ),
    DecisionRevoked(decision="d", matter="m1", by_decision="d2", source=SOURCE),
)
ROWS = rows_of(*HISTORY)
DAY = "2016-05-17"


@pytest.mark.parametrize(
    "shown, message",
    [
        (with_corrections("matter", matters.matter)(ROWS, "m1", on=DAY), matters_pb2.GetMatterResponse),
        (matters.matter(ROWS, "m2", DAY), matters_pb2.GetMatterResponse),
        (matters.matters(ROWS, number="KFKS 2015/174"), matters_pb2.ListMattersResponse),
        (processes.process(ROWS, "p1", on=DAY), process_views_pb2.GetProcessResponse),
        (decisions.decision(ROWS, "d", on=DAY), decisions_pb2.GetDecisionResponse),
        (with_corrections("document", documents.document)(ROWS, "letter"), documents_pb2.GetDocumentResponse),
        (documents.document(ROWS, "minutes"), documents_pb2.GetDocumentResponse),
        (documents.documents(ROWS), documents_pb2.ListDocumentsResponse),
        (
            with_corrections("programme", programmes.programme)(ROWS, "v1", on=DAY),
            programme_views_pb2.GetProgrammeResponse,
        ),
        (programmes.programme(ROWS, "v2", DAY), programme_views_pb2.GetProgrammeResponse),
        (programmes.programme(ROWS, "openness", DAY), programme_views_pb2.GetProgrammeResponse),
        (programmes.programmes(ROWS), programme_views_pb2.ListProgrammesResponse),
        (programmes.goals(ROWS, DAY), programme_views_pb2.GetGoalsResponse),
    ],
)
def test_what_a_view_shows_is_what_its_message_holds(shown: Any, message: Any) -> None:
    read = MessageToDict(ParseDict(shown, message()), preserving_proto_field_name=True)
    assert told(read) == told(shown)


def test_a_correction_is_shown_beside_what_it_corrects() -> None:
    for kind, view, name in (
        ("matter", matters.matter, "m1"),
        ("document", documents.document, "letter"),
        ("programme", programmes.programme, "v1"),
    ):
        shown = with_corrections(kind, view)(ROWS, name)
        assert shown is not None
        assert [(each["pointer"], each["becomes"]) for each in shown["corrections"]] == [("/title", '"B"')]


def told(value: Any) -> Any:
    """Return a JSON value without what a message does not tell apart from nothing, numbers of 64 bits as numbers."""
    if isinstance(value, dict):
        members = {name: told(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member not in (None, "", [], {}, 0, False)}
    if isinstance(value, list):
        return [told(item) for item in value]
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def test_s2_12_an_amount_of_nothing_is_told_apart_from_no_amount() -> None:
    shown = documents.document(ROWS, "letter")
    assert shown is not None
    answer = ParseDict(shown, documents_pb2.GetDocumentResponse())
    economy, children = answer.proposals[0].consequences
    assert (economy.HasField("amount"), economy.amount) == (True, 0)
    assert not children.HasField("amount")


@pytest.mark.parametrize(
    "command", [REGISTER, PROPOSE, FORWARD, MARK, TAKE_OFF, ADOPT, LINEAGE], ids=lambda each: type(each).__name__
)
def test_a_command_survives_its_request(command: Command) -> None:
    asked = command_maps("l", SLICES)[type(command).__name__]
    request_id = UUID("6f6c2d3e-8d0e-4b4e-9a9c-0123456789ab")
    assert asked.submission(asked.request(command, request_id), "role:registrar").command == command
