"""What happens to a decision afterwards, and standpoints that are told elsewhere."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.bodies import BodyKind, BodyRegistered
from ledger.decisions import SLICE, rejections
from ledger.decisions.afterwards import (
    AppealDecided,
    AppealLodged,
    AppealOutcome,
    BecameFinal,
    DecideAppeal,
    DecisionExecuted,
    DeclareFinal,
    DelegatedDecisionReported,
    ExecuteDecision,
    LodgeAppeal,
    RecordStandpoint,
    ReportDelegatedDecision,
    StandpointKind,
    StandpointRecorded,
    StandpointVerified,
    VerifyStandpoint,
)
from ledger.decisions.events import Clause, DecisionRecorded, DissentStance
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Command, Event, Rejection
from tests.ledger.test_decisions import REFUSED as RECORDING_REFUSED
from tests.slices import given, rejections_of

BOARD = BodyRegistered(body="styrelse", name="Kommunstyrelsen", kind=BodyKind.BOARD)
MATTER = MatterOpened(
    matter="styrning", title="Styrning och ledning", language="sv", kind=MatterKind.INFORMATION, body="styrelse"
)


def decided(force: str = "decided", decision: str = "d1") -> DecisionRecorded:
    return DecisionRecorded(
        decision=decision,
        matter="styrning",
        body="utskott",
        title="Nätverk",
        force=force,
        meeting_date="2018-04-10",
        clauses=(Clause(number=1, verb="join", text="Kommunen deltar."),),
    )


ON: dict[str, Any] = {"decision": "d1", "matter": "styrning"}
REPORT = ReportDelegatedDecision(decision="d1", to_body="styrelse", on="2018-05-14", meeting="ks-maj")
REPORTED = DelegatedDecisionReported(**ON, to_body="styrelse", on="2018-05-14", meeting="ks-maj")
LODGE = LodgeAppeal(decision="d1", appeal="a1", on="2018-04-20", court="Förvaltningsrätten", appellant="En invånare")
LODGED = AppealLodged(**ON, appeal="a1", on="2018-04-20", court="Förvaltningsrätten", appellant="En invånare")
JUDGE = DecideAppeal(decision="d1", appeal="a1", outcome=AppealOutcome.ANNULLED, on="2018-09-01", ref="1234-18")
ANNULLED = AppealDecided(**ON, appeal="a1", outcome=AppealOutcome.ANNULLED, on="2018-09-01", ref="1234-18")
DISMISSED = ANNULLED.model_copy(update={"outcome": AppealOutcome.DISMISSED})
CLOSE = DeclareFinal(decision="d1", on="2018-05-08")
FINAL = BecameFinal(**ON, on="2018-05-08")
EXECUTE = ExecuteDecision(decision="d1", on="2018-04-11", document="avtal")
EXECUTED = DecisionExecuted(**ON, on="2018-04-11", document="avtal")
TELL = RecordStandpoint(
    standpoint="v-2012",
    matter="styrning",
    party="Vänsterpartiet",
    kind=StandpointKind.EARLIER_VOTE,
    stance=DissentStance.AGAINST,
    decision="d1",
    text="röstade emot att projektet skulle genomföras",
)
TOLD = StandpointRecorded(
    standpoint="v-2012",
    matter="styrning",
    party="Vänsterpartiet",
    kind=StandpointKind.EARLIER_VOTE,
    stance="against",
    decision="d1",
    text="röstade emot att projektet skulle genomföras",
)
VERIFY = VerifyStandpoint(standpoint="v-2012", by_decision="d1")
VERIFIED = StandpointVerified(standpoint="v-2012", matter="styrning", by_decision="d1")
HISTORY = (BOARD, MATTER, decided())


@pytest.mark.parametrize(
    "history, command, event",
    [
        ((BOARD, decided("delegated")), REPORT, REPORTED),
        ((BOARD, decided("urgent")), REPORT, REPORTED),
        ((decided(),), LODGE, LODGED),
        ((decided(), LODGED), JUDGE, ANNULLED),
        ((decided(),), CLOSE, FINAL),
        ((decided(), LODGED, DISMISSED), CLOSE, FINAL),
        ((decided(), LODGED), EXECUTE, EXECUTED),
        (HISTORY, TELL, TOLD),
        ((*HISTORY, TOLD), VERIFY, VERIFIED),
    ],
)
def test_it_is_recorded(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *history).when(command) == (event,)


REFUSED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((BOARD, decided()), REPORT, rejections.NotToBeReported),
    ((BOARD, decided("delegated"), REPORTED), REPORT, rejections.DecisionAlreadyReported),
    ((decided("delegated"),), REPORT, rejections.BodyUnknown),
    ((BOARD, decided("delegated")), REPORT.model_copy(update={"on": "2018-04-09"}), rejections.BeforeTheDecision),
    ((decided("preparatory"),), LODGE, rejections.NotAppealable),
    ((decided(), LODGED), LODGE, rejections.AppealExists),
    ((decided(),), LODGE.model_copy(update={"on": "2018-04-09"}), rejections.BeforeTheDecision),
    ((), LODGE, rejections.DecisionUnknown),
    ((decided(),), JUDGE, rejections.AppealUnknown),
    (
        (decided(), decided(decision="d2"), LODGED),
        JUDGE.model_copy(update={"decision": "d2"}),
        rejections.AppealUnknown,
    ),
    ((decided(), LODGED, DISMISSED), JUDGE, rejections.AppealAlreadyDecided),
    ((decided(), LODGED), JUDGE.model_copy(update={"on": "2018-04-19"}), rejections.BeforeTheAppeal),
    ((decided("preparatory"),), CLOSE, rejections.NeverFinal),
    ((decided(), LODGED), CLOSE, rejections.AppealOpen),
    ((decided(), LODGED, ANNULLED), CLOSE, rejections.DecisionAnnulled),
    ((decided(), FINAL), CLOSE, rejections.DecisionAlreadyFinal),
    ((decided(), LODGED, ANNULLED), EXECUTE, rejections.DecisionAnnulled),
    ((decided(), EXECUTED), EXECUTE, rejections.DecisionAlreadyExecuted),
    ((*HISTORY, TOLD), TELL, rejections.StandpointExists),
    ((decided(),), TELL, rejections.MatterUnknown),
    ((MATTER,), TELL, rejections.DecisionUnknown),
    ((MATTER, decided()), TELL.model_copy(update={"body": "styrelse"}), rejections.BodyUnknown),
    ((decided(),), VERIFY, rejections.StandpointUnknown),
    ((TOLD,), VERIFY, rejections.DecisionUnknown),
    ((*HISTORY, TOLD, VERIFIED), VERIFY, rejections.StandpointAlreadyVerified),
]


@pytest.mark.parametrize("history, command, rejection", REFUSED)
def test_it_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as refused:
        given(SLICE, *history).when(command)
    assert "{" not in str(refused.value) + refused.value.message_sv


def test_every_rejection_is_shown() -> None:
    assert {rejection for _, _, rejection in (*RECORDING_REFUSED, *REFUSED)} == rejections_of(rejections)


def test_an_appeal_is_found_by_its_own_tag_and_names_nobody_in_the_clear() -> None:
    assert LODGED.tags() == ("decision:d1", "appeal:a1", "matter:styrning")


@for_all(st.lists(st.sampled_from((REPORTED, LODGED, DISMISSED, ANNULLED, FINAL, EXECUTED, TOLD, VERIFIED))))
def test_folding_never_raises_and_no_annulled_decision_becomes_final(events: list[Event]) -> None:
    try:
        given(SLICE, *HISTORY, *events).when(CLOSE)
    except Rejection:
        return
    assert ANNULLED not in events
    assert FINAL not in events
    assert LODGED not in events or DISMISSED in events
