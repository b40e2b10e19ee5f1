"""Answers as they leave the ledger: each fits its message, says its position, its definition, its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message

from ledger.ballots.events import BallotClosed, Option, VoteCast
from ledger.decisions.events import DecisionRevoked, Delegation, DissentRecorded
from ledger.dispositions.events import (
    AccountClosed,
    Change,
    ContestAnswered,
    DispositionContested,
    DispositionRevised,
)
from ledger.inputs.events import InputMerged, InputModerated, InputRevised, SupportGiven, Verdict
from ledger.matters import MatterClosed, MatterLinked, MatterRelation, MatterReopened
from ledger.messages import EVENT_TYPES, Event
from ledger.processes import ParticipationLevel, ProcessClosed, PromiseDeclared
from ledger.responses import FollowUpAsked, ResponseCorrected, ResponseDue, ResponseGiven
from participation.transparency.v1 import (
    ballots_pb2,
    bodies_pb2,
    decision_trace_pb2,
    decisions_pb2,
    inputs_pb2,
    matters_pb2,
    process_views_pb2,
    responses_pb2,
    transparency_service_pb2,
)
from projections.views import ballots, bodies, decisions, inputs, matters, processes, responses
from projections.views.answer import PAGE_SIZE_MAX, Page, PageTokenInvalid, one_page, page_token, read_page_token
from projections.views.definitions import definitions
from tests.projections.history import rows_of
from tests.projections.town import MATTER, SEALED, TOWN, cast, decided, disposed, opened, received, struck

APPROVAL = opened(
    "b2", "approval", options=(Option(option="n", label="N"), Option(option="s", label="S")), winners=1, process="p1"
)
HISTORY: tuple[Event, ...] = (
    *TOWN,
    MATTER.model_copy(update={"matter": "m2"}),
    MatterLinked(matter="m2", other="m1", relation=MatterRelation.SPLITS),
    PromiseDeclared(process="p1", ladder="iap2", level=ParticipationLevel.INFORM, decided_by="ks"),
    received("i1"),
    received("i2"),
    received("i3"),
    InputRevised(input="i1", author="a", input_version=2, text=SEALED),
    SupportGiven(input="i2", supporter="ann", input_version=1),
    InputMerged(input="i2", into="i1", process="p1", matter="m1", reason_code="duplicate"),
    InputModerated(
        input="i3", author="a", process="p1", matter="m1", verdict=Verdict.REJECTED, reason=SEALED, by_role="moderator"
    ),
    ResponseDue(input="i1", by="2016-06-01", rule="service_guarantee"),
    ResponseDue(input="i3", by="2016-06-01", rule="service_guarantee"),
    ResponseGiven(response="r0", input="i1", kind="receipt", text=SEALED, by_office="Registrator"),
    ResponseGiven(response="r1", input="i1", kind="answer", text=SEALED, by_office="Trafik"),
    ResponseCorrected(response="r1", input="i1", text=SEALED, reason=SEALED, revision=2),
    FollowUpAsked(follow_up="f1", input="i1", author="a", text=SEALED),
    opened(electorate_size=9, quorum_numerator=1, quorum_denominator=3),
    cast("ann", "yes"),
    struck("batch-1", "ann"),
    BallotClosed(ballot="b"),
    APPROVAL,
    VoteCast(ballot="b2", voter="ann", choices=("n", "s"), revision=1),
    opened("b3", "agree_disagree_pass", process="p1"),
    VoteCast(ballot="b3", voter="ann", statement="i1", choice="agree", revision=1),
    opened("b4", "support", threshold=1),
    decided("d1", delegation=Delegation(order="o", clause="c"), reasons=SEALED),
    DissentRecorded(decision="d1", matter="m1", dissent="n1", kind="note", by_name=SEALED, stance="for", text=SEALED),
    disposed("d1", "i1", changed=(Change(clause=1),), reason_codes=("cost",), support_count=0, support_rule="10 st"),
    DispositionContested(input="i1", decision="d1", author="a", text=SEALED, revision=1),
    DispositionRevised(
        input="i1",
        input_version=2,
        decision="d1",
        code="deferred",
        due="2017-01-01",
        by_role="o",
        why=SEALED,
        revision=2,
    ),
    ContestAnswered(input="i1", decision="d1", outcome="revised", text=SEALED, revision=2),
    AccountClosed(decision="d1", matter="m1", inputs=3),
    decided("d2"),
    DecisionRevoked(decision="d1", matter="m1", by_decision="d2"),
    ProcessClosed(process="p1", summary=SEALED),
    MatterClosed(matter="m2", decision="d1"),
    MatterReopened(matter="m1", reason=SEALED),
)
ROWS = rows_of(*HISTORY)

VIEWS: dict[str, tuple[type[Message], Callable[[], Any]]] = {
    "body": (bodies_pb2.GetBodyResponse, lambda: bodies.body(ROWS, "au", on="2016-06-01")),
    "bodies": (bodies_pb2.ListBodiesResponse, lambda: bodies.bodies(ROWS)),
    "matter": (matters_pb2.GetMatterResponse, lambda: matters.matter(ROWS, "m1")),
    "closed matter": (matters_pb2.GetMatterResponse, lambda: matters.matter(ROWS, "m2")),
    "matters": (matters_pb2.ListMattersResponse, lambda: matters.matters(ROWS)),
    "process": (process_views_pb2.GetProcessResponse, lambda: processes.process(ROWS, "p1", on="2016-06-10")),
    "processes": (process_views_pb2.ListProcessesResponse, lambda: processes.processes(ROWS)),
    "input": (inputs_pb2.GetInputResponse, lambda: inputs.proposal(ROWS, "i1", on="2016-06-10")),
    "merged input": (inputs_pb2.GetInputResponse, lambda: inputs.proposal(ROWS, "i2", on="2016-06-10")),
    "rejected input": (inputs_pb2.GetInputResponse, lambda: inputs.proposal(ROWS, "i3", on="2016-06-10")),
    "inputs": (inputs_pb2.ListInputsResponse, lambda: inputs.inputs(ROWS, place="process:p1")),
    "yes or no": (ballots_pb2.GetBallotResponse, lambda: ballots.ballot(ROWS, "b")),
    "approval": (ballots_pb2.GetBallotResponse, lambda: ballots.ballot(ROWS, "b2")),
    "statements": (ballots_pb2.GetBallotResponse, lambda: ballots.ballot(ROWS, "b3")),
    "support": (ballots_pb2.GetBallotResponse, lambda: ballots.ballot(ROWS, "b4")),
    "ballots": (ballots_pb2.ListBallotsResponse, lambda: ballots.ballots(ROWS)),
    "votes": (ballots_pb2.ListBallotVotesResponse, lambda: ballots.votes(ROWS, "b")),
    "approval votes": (ballots_pb2.ListBallotVotesResponse, lambda: ballots.votes(ROWS, "b2")),
    "statement votes": (ballots_pb2.ListBallotVotesResponse, lambda: ballots.votes(ROWS, "b3")),
    "answer times": (responses_pb2.GetAnswerTimesResponse, lambda: responses.answer_times(ROWS, "2016-06-10")),
    "decision": (decisions_pb2.GetDecisionResponse, lambda: decisions.decision(ROWS, "d1", on="2016-06-01")),
    "trace": (decision_trace_pb2.ListDecisionTraceResponse, lambda: decisions.trace(ROWS, "d1")),
    "decisions": (decisions_pb2.ListDecisionsResponse, lambda: decisions.decisions(ROWS, on="2016-06-01")),
    "definitions": (transparency_service_pb2.ListDefinitionsResponse, lambda: definitions(ROWS)),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_fits_its_message_whole(name: str) -> None:
    kind, view = VIEWS[name]
    shown = view()
    message = ParseDict(shown, kind())
    assert message.position == ROWS.position  # type: ignore[attr-defined]
    assert shown["position"] == ROWS.position


def _queries(part: Any) -> list[dict[str, Any]]:
    """Return every query for events inside an answer."""
    if isinstance(part, list):
        return [query for each in part for query in _queries(each)]
    if not isinstance(part, dict):
        return []
    own = [part] if part.keys() == {"types", "tags"} else []
    return own + [query for each in part.values() for query in _queries(each)]


@pytest.mark.parametrize("name", sorted(VIEWS.keys() - {"definitions"}))
def test_what_an_answer_says_of_its_events_finds_events(name: str) -> None:
    for query in _queries(VIEWS[name][1]()):
        assert set(query["types"]) <= EVENT_TYPES.keys()
        assert all(tag in {known for event in HISTORY for known in event.tags()} or "|" in tag for tag in query["tags"])


def test_the_query_behind_votes_cast_lists_exactly_the_votes_cast() -> None:
    view = ballots.ballot(ROWS, "b")
    assert view is not None
    query = view["votes_cast"]["events"]
    found = [event for event in HISTORY if event.topic in query["types"] and set(query["tags"]) <= set(event.tags())]
    assert len(found) == view["votes_cast"]["value"] == 1


def test_every_answer_names_a_definition_that_is_published() -> None:
    published = {each["sha256"] for each in definitions(ROWS)["definitions"]}
    assert len(published) == len(definitions(ROWS)["definitions"])
    for name in VIEWS.keys() - {"definitions"}:
        assert VIEWS[name][1]()["definition"]["sha256"] in published


def test_a_definition_s_hash_changes_with_its_words_and_its_read_models() -> None:
    definition = ballots.DEFINITION
    hashes = {
        each.stated()["sha256"]
        for each in (
            definition,
            definition._replace(text=definition.text + " "),
            definition._replace(version=definition.version + 1),
            definition._replace(projections=definition.projections[:1]),
        )
    }
    assert len(hashes) == 4


def test_a_page_token_comes_back_as_it_was_given() -> None:
    assert read_page_token(page_token(17, "b|ann|s1")) == (17, "b|ann|s1")


@pytest.mark.parametrize("token", ["x", "å", "e30", "WzFd", "WyIxIiwiYSJd", "Wy0xLCJhIl0", "W3RydWUsImEiXQ"])
def test_a_made_up_page_token_is_refused(token: str) -> None:
    with pytest.raises(PageTokenInvalid):
        read_page_token(token)


def test_a_page_is_never_larger_than_the_most_allowed() -> None:
    rows = rows_of(opened(), *(cast(f"v{number:04}", "yes") for number in range(PAGE_SIZE_MAX + 1)))
    items, token = one_page(rows, rows.scan("votes"), Page(size=10**6), lambda row: {"key": row.key})
    assert len(items) == PAGE_SIZE_MAX
    assert token
