from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ledger.bodies import BodyKind, BodyRegistered
from ledger.commitments import (
    SLICE,
    AnswerDispute,
    CommitmentDelivered,
    CommitmentDropped,
    CommitmentMade,
    CommitmentProgressed,
    DeliverCommitment,
    DeliveryDisputed,
    DeliveryEvidence,
    DisputantKind,
    DisputeAnswered,
    DisputeDelivery,
    DisputeOutcome,
    DropCommitment,
    MakeCommitment,
    ReportCommitmentProgress,
    StatedDeliveryEvidence,
    rejections,
)
from ledger.commitments.rejections import (
    CommitmentAlreadyMade,
    CommitmentIsDelivered,
    CommitmentIsDropped,
    CommitmentOwnerUnknown,
    CommitmentSourceUnknown,
    CommitmentUnknown,
    DeliveryInFuture,
    DisputeIsOpen,
    NoDisputeToAnswer,
    NothingDelivered,
)
from ledger.messages import Command, Event, Rejection
from ledger.processes import ProcessKind, ProcessOpened
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

OWNER = BodyRegistered(body="unit", kind=BodyKind.UNIT, name="Förnyelseenheten")
NETWORK = ProcessOpened(process="network", title="Nätverk", kind=ProcessKind.NETWORK, owner="unit")
MAKE = MakeCommitment(commitment="c", owner="unit", text="Pröva dialog.", due="2019-04-10", process="network")
MADE = CommitmentMade(commitment="c", owner="unit", text="Pröva dialog.", due="2019-04-10", process="network")
DELIVER = DeliverCommitment(
    commitment="c", on="2016-05-01", evidence=(StatedDeliveryEvidence(kind="document", id="report"),)
)
DELIVERED = CommitmentDelivered(
    commitment="c",
    on="2016-05-01",
    evidence=(DeliveryEvidence(kind="document", id="report"),),
    occurred="2016-05-01",
)
DISPUTE = DisputeDelivery(commitment="c", author="a1", author_kind=DisputantKind.RESIDENT, text="Nej.")
DISPUTED = DeliveryDisputed(commitment="c", author="a1", author_kind="resident", text="Nej.")
DROP = DropCommitment(commitment="c", reason="Pengarna räcker inte.")
DROPPED = CommitmentDropped(commitment="c", reason="Pengarna räcker inte.")


def answer(outcome: DisputeOutcome) -> AnswerDispute:
    return AnswerDispute(commitment="c", outcome=outcome, text="Vi har sett efter.")


def answered(outcome: str) -> DisputeAnswered:
    return DisputeAnswered(commitment="c", outcome=outcome, text="Vi har sett efter.")


def test_s2_08_a_body_commits_itself_by_a_day_and_says_what_it_follows_from() -> None:
    (event,) = given(SLICE, OWNER, NETWORK).when(MAKE)
    assert event == MADE
    assert event.tags() == ("commitment:c", "body:unit", "process:network")
    assert words_of(event) == [Words("/text", "P", "commitment:c|P", "Pröva dialog.")]


def test_a_delivery_occurred_on_its_day_and_names_what_shows_it() -> None:
    (event,) = given(SLICE, MADE).when(DELIVER)
    assert event == DELIVERED
    assert event.tags() == ("commitment:c", "document:report")


def test_progress_is_reported_while_something_is_to_be_delivered() -> None:
    report = ReportCommitmentProgress(commitment="c", text="Halvvägs.")
    assert given(SLICE, MADE).when(report) == (CommitmentProgressed(commitment="c", text="Halvvägs."),)


def test_a_dispute_is_sealed_under_its_author_and_answered() -> None:
    (event,) = given(SLICE, MADE, DELIVERED).when(DISPUTE)
    assert event == DISPUTED
    assert words_of(event) == [Words("/text", "P", "author:a1|P", "Nej.")]
    disputed = given(SLICE, MADE, DELIVERED, DISPUTED)
    assert disputed.when(answer(DisputeOutcome.UPHELD)) == (answered("upheld"),)
    assert disputed.and_then(answered("upheld")).when(DISPUTE) == (DISPUTED,)
    assert disputed.and_then(answered("reopened")).when(DELIVER) == (DELIVERED,)


def test_a_commitment_is_dropped_for_a_reason() -> None:
    assert given(SLICE, MADE).when(DROP) == (DROPPED,)


SOURCES: list[dict[str, Any]] = [{"decision": "none"}, {"process": "none"}, {"input": "none"}]
REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((OWNER, NETWORK, MADE), MAKE, CommitmentAlreadyMade),
    ((NETWORK,), MAKE, CommitmentOwnerUnknown),
    *(((OWNER, NETWORK), MAKE.model_copy(update=named), CommitmentSourceUnknown) for named in SOURCES),
    ((MADE,), DROP.model_copy(update={"by_decision": "none"}), CommitmentSourceUnknown),
    ((), DELIVER, CommitmentUnknown),
    ((), ReportCommitmentProgress(commitment="c", text="x"), CommitmentUnknown),
    ((MADE, DELIVERED), DELIVER, CommitmentIsDelivered),
    ((MADE, DELIVERED), DROP, CommitmentIsDelivered),
    ((MADE, DROPPED), DELIVER, CommitmentIsDropped),
    ((MADE,), DELIVER.model_copy(update={"on": "2016-05-18"}), DeliveryInFuture),
    ((MADE,), DISPUTE, NothingDelivered),
    ((MADE, DELIVERED, DISPUTED, answered("reopened")), DISPUTE, NothingDelivered),
    ((MADE, DELIVERED, DISPUTED), DISPUTE, DisputeIsOpen),
    ((MADE, DELIVERED), answer(DisputeOutcome.UPHELD), NoDisputeToAnswer),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_commitments_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


COMMANDS: tuple[Command, ...] = (
    DELIVER,
    DISPUTE,
    DROP,
    answer(DisputeOutcome.UPHELD),
    answer(DisputeOutcome.REOPENED),
)


@drawn(commands=st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_whatever_is_asked_at_most_one_delivery_stands_and_a_dropped_one_never_comes_back(
    commands: list[Command],
) -> None:
    asked = given(SLICE, MADE)
    topics: list[str] = []
    for command in commands:
        try:
            events = asked.when(command)
        except Rejection:
            continue
        asked = asked.and_then(*events)
        topics += [event.topic for event in events]
    reopened = sum(isinstance(event, DisputeAnswered) and event.outcome == "reopened" for event in asked.history)
    standing = topics.count("commitment-delivered") - reopened
    assert standing in {0, 1}
    assert topics.count("commitment-dropped") <= 1 - standing
    if "commitment-dropped" in topics:
        assert topics[-1] == "commitment-dropped"
