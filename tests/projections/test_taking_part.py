"""What is shown of taking part fits its messages whole, and its figures are the events they say they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

from ledger.bodies import BodyKind, BodyRegistered
from ledger.commitments import (
    CommitmentDelivered,
    CommitmentDropped,
    CommitmentMade,
    CommitmentProgressed,
    DeliveryDisputed,
    DeliveryEvidence,
    DisputeAnswered,
)
from ledger.dispositions.events import Change
from ledger.fields import ApproxNumber, Facet
from ledger.messages import Event, Source
from ledger.methods import ChannelRegistered, GroupRegistered, MethodRegistered, TrialAssessed, TrialEvidence
from ledger.processes import (
    InvitationReceived,
    LessonPublished,
    MemberLeft,
    MemberSeated,
    ParticipantJoined,
    ParticipationLevel,
    PhaseChanged,
    ProcessClosed,
    ProcessDocumentAttached,
    ProcessKind,
    ProcessOpened,
    ProcessPaused,
    ProcessResumed,
    PromiseDeclared,
    ScopeChanged,
    SessionGroup,
    SessionHeld,
    SessionPlanned,
)
from participation.transparency.v1 import (
    commitments_pb2,
    methods_pb2,
    participation_pb2,
    process_views_pb2,
    processes_pb2,
)
from projections.views import commitments, groups, methods, processes
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, disposed, received

SOURCE = Source(basis="document", document="a" * 64, anchor="lines 1-2")
LEVEL = ParticipationLevel.INVOLVE
HISTORY: tuple[Event, ...] = (
    *TOWN,
    BodyRegistered(body="skl", kind=BodyKind.EXTERNAL, name="SKL"),
    MethodRegistered(
        method="m", name_sv="m", aliases=("n",), facets=(Facet(component="method", attribute="x"),), source=SOURCE
    ),
    ChannelRegistered(channel="web", kind="voice", name_sv="Webb", source=SOURCE),
    ChannelRegistered(channel="provider_choice", kind="exit", name_sv="Kundval"),
    ProcessOpened(
        process="p2",
        title="Nätverk",
        kind=ProcessKind.NETWORK,
        owner="ks",
        matter="m1",
        methods=("m", "unknown"),
        channels=("web", "phone"),
        groups=("older_residents",),
        facets=(Facet(component="method", attribute="x"),),
        parts=("p1",),
        planned_sessions=7,
        participants=ApproxNumber(minimum=8, maximum=10, approximate=True, text="8–10"),
        unit_named_later=True,
        source=SOURCE,
    ),
    PromiseDeclared(process="p2", ladder="iap2", level=LEVEL, can_change=("x",), decided_by="ks", source=SOURCE),
    ScopeChanged(process="p2", planned_sessions=6, reason=SEALED, source=SOURCE),
    PhaseChanged(process="p2", phase="collecting", until="2016-06-30", source=SOURCE),
    PromiseDeclared(process="p2", ladder="iap2", level=LEVEL, can_change=("y",), decided_by="ks"),
    ProcessPaused(process="p2", reason=SEALED, source=SOURCE),
    ProcessResumed(process="p2", source=SOURCE),
    InvitationReceived(process="p2", organisation="skl", document="d", source=SOURCE),
    ParticipantJoined(process="p2", body="ks", role="operating_unit", duty="x", source=SOURCE),
    MemberSeated(process="p2", member="m1", name=SEALED),
    MemberLeft(process="p2", member="m1"),
    ProcessDocumentAttached(process="p2", document="d", purpose="analysis", source=SOURCE),
    GroupRegistered(group="staff", name_sv="medarbetare", name_en="staff"),
    SessionPlanned(process="p2", session="s1", number=1, title="Start", date="2016", source=SOURCE),
    SessionHeld(
        process="p2",
        session="s1",
        matter="m1",
        date="2016-05-17",
        groups=(SessionGroup(group="residents", count=0), SessionGroup(group="staff")),
        shown_indicators=("nii",),
        notes_document="d",
        source=SOURCE,
    ),
    SessionHeld(process="p2", session="s2", matter="m1", date="2016-05-18"),
    LessonPublished(process="p2", lesson="l", method="m", text=SEALED, source=SOURCE),
    TrialAssessed(
        assessment="a",
        method="m",
        process="p2",
        verdict="works",
        evidence=(TrialEvidence(kind="none"),),
        claimed_by="owner",
        by_body="ks",
        text=SEALED,
        source=SOURCE,
    ),
    received("i1", process="p2"),
    received("i2", process="p2").model_copy(update={"channel": "provider_choice"}),
    CommitmentMade(commitment="c", owner="ks", text=SEALED, due="2016-05-18", process="p2", source=SOURCE),
    CommitmentProgressed(commitment="c", text=SEALED, source=SOURCE),
    CommitmentDelivered(
        commitment="c", on="2016-05-20", evidence=(DeliveryEvidence(kind="document", id="d"),), text=SEALED
    ),
    DeliveryDisputed(commitment="c", author="x", author_kind="resident", text=SEALED, source=SOURCE),
    DisputeAnswered(commitment="c", outcome="upheld", text=SEALED, source=SOURCE),
    CommitmentMade(commitment="c2", owner="ks", text=SEALED),
    CommitmentDropped(commitment="c2", reason=SEALED, source=SOURCE),
    disposed("d1", "i1", "adopted", changed=(Change(commitment="c3"),)),
)
ROWS = rows_of(*HISTORY)
CLOSED = rows_of(*HISTORY, ProcessClosed(process="p2"))
ON = "2016-05-20"

VIEWS: dict[str, tuple[type[Message], Callable[[], Any]]] = {
    "process": (process_views_pb2.GetProcessResponse, lambda: processes.process(ROWS, "p2", on=ON)),
    "closed process": (process_views_pb2.GetProcessResponse, lambda: processes.process(CLOSED, "p2", on=ON)),
    "bare process": (process_views_pb2.GetProcessResponse, lambda: processes.process(ROWS, "p1", on=ON)),
    "processes": (process_views_pb2.ListProcessesResponse, lambda: processes.processes(ROWS)),
    "open processes": (processes_pb2.ListOpenProcessesResponse, lambda: processes.open_processes(ROWS, on=ON)),
    "participation": (participation_pb2.GetParticipationResponse, lambda: groups.participation(ROWS)),
    "participation of one": (participation_pb2.GetParticipationResponse, lambda: groups.participation(ROWS, "p2")),
    "method": (methods_pb2.GetMethodResponse, lambda: methods.method(ROWS, "m")),
    "unknown method": (methods_pb2.GetMethodResponse, lambda: methods.method(ROWS, "unknown")),
    "methods": (methods_pb2.ListMethodsResponse, lambda: methods.methods(ROWS)),
    "channels": (methods_pb2.ListChannelsResponse, lambda: methods.channels(ROWS)),
    "commitment": (commitments_pb2.GetCommitmentResponse, lambda: commitments.commitment(ROWS, "c", on=ON)),
    "dropped": (commitments_pb2.GetCommitmentResponse, lambda: commitments.commitment(ROWS, "c2", on=ON)),
    "commitments": (commitments_pb2.ListCommitmentsResponse, lambda: commitments.commitments(ROWS, on=ON)),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_fits_its_message_whole(name: str) -> None:
    kind, view = VIEWS[name]
    shown = view()
    said = MessageToDict(ParseDict(shown, kind()), preserving_proto_field_name=True)
    assert int(said["position"]) == shown["position"]
    assert said.keys() - {"next_page_token"} <= shown.keys()


def figures(part: Any) -> list[dict[str, Any]]:
    """Return every figure inside an answer."""
    if isinstance(part, list):
        return [found for each in part for found in figures(each)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.keys() == {"value", "events"} else []
    return own + [found for each in part.values() for found in figures(each)]


def test_every_figure_is_the_number_of_the_events_it_names() -> None:
    seen = 0
    for kind, view in VIEWS.values():
        for figure in figures(view()):
            types, tags = figure["events"]["types"], set(figure["events"]["tags"])
            matching = [each for each in HISTORY if each.topic in types and tags <= set(each.tags())]
            assert figure["value"] == len(matching), (kind.__name__, figure)
            seen += 1
    assert seen > 10
