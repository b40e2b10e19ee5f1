"""Decisions: what is recorded, and the little that is refused."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.bodies import BodyKind, BodyRegistered
from ledger.decisions import SLICE, rejections
from ledger.decisions.events import (
    Clause,
    ClauseVerb,
    DecisionForce,
    DecisionRecorded,
    DecisionRevoked,
    Delegation,
    DissentKind,
    DissentRecorded,
    DissentStance,
    RecordDecision,
    RecordDissent,
    RevokeDecision,
    ScopeItem,
    StatedClause,
    StatedDelegation,
    StatedScope,
)
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Command, Event, Rejection
from ledger.processes import ProcessKind, ProcessOpened
from tests.slices import given


def body(id: str) -> BodyRegistered:
    return BodyRegistered(body=id, name="Kommunstyrelsens utskott", kind=BodyKind.COMMITTEE)


def matter(id: str) -> MatterOpened:
    return MatterOpened(
        matter=id, title="Inflytande och delaktighet", language="sv", kind=MatterKind.DECISION, body="utskott"
    )


TOWN: tuple[Event, ...] = (
    body("utskott"),
    body("styrelse"),
    matter("inflytande"),
    matter("annat"),
    ProcessOpened(process="dialog", title="Medborgardialog", kind=ProcessKind.DIALOGUE, owner="utskott"),
)
CLAUSES = (StatedClause(number=1, verb=ClauseVerb.ADOPT, text="Riktlinjerna antas."),)
DELEGATION = StatedDelegation(order="Delegationsordning 2015", clause="A 4")


def record(**fields: Any) -> RecordDecision:
    return RecordDecision(
        **{
            "decision": "p64",
            "matter": "inflytande",
            "body": "utskott",
            "title": "Riktlinjer för dialog",
            "force": DecisionForce.DECIDED,
            "clauses": CLAUSES,
            **fields,
        }
    )


def decided(id: str = "p64") -> DecisionRecorded:
    return DecisionRecorded(
        decision=id,
        matter="inflytande",
        body="utskott",
        title="Riktlinjer för dialog",
        force="decided",
        clauses=(Clause(number=1, verb="adopt", text="Riktlinjerna antas."),),
    )


DISSENT = RecordDissent(
    decision="p64",
    dissent="v-note",
    kind=DissentKind.NOTE,
    party="Vänsterpartiet",
    by_name="En ledamot",
    stance=DissentStance.MIXED,
    text="Bortfallet i enkäten är högt.",
)
DISSENTED = DissentRecorded(
    decision="p64",
    matter="inflytande",
    dissent="v-note",
    kind="note",
    party="Vänsterpartiet",
    by_name="En ledamot",
    stance="mixed",
    text="Bortfallet i enkäten är högt.",
)
REVOKE = RevokeDecision(decision="p64", by_decision="p208")
REVOKED = DecisionRevoked(decision="p64", matter="inflytande", by_decision="p208")


def test_a_decision_is_recorded() -> None:
    assert given(SLICE, *TOWN).when(record()) == (decided(),)


def test_a_preparatory_decision_names_the_body_that_will_decide() -> None:
    (event,) = given(SLICE, *TOWN).when(record(force=DecisionForce.PREPARATORY, addressed_to="styrelse"))
    assert event.tags() == ("decision:p64", "matter:inflytande", "body:utskott", "body:styrelse")


def test_a_delegated_decision_names_its_clause() -> None:
    (event,) = given(SLICE, *TOWN).when(record(force=DecisionForce.DELEGATED, delegation=DELEGATION))
    assert isinstance(event, DecisionRecorded)
    assert event.delegation == Delegation(order="Delegationsordning 2015", clause="A 4")


def test_a_decision_is_found_by_what_it_must_account_for() -> None:
    scope = (StatedScope(process="dialog"), StatedScope(matter="inflytande"), StatedScope(matter="annat"))
    (event,) = given(SLICE, *TOWN).when(record(scope=scope))
    assert isinstance(event, DecisionRecorded)
    assert event.scope[0] == ScopeItem(process="dialog")
    assert event.tags() == ("decision:p64", "matter:inflytande", "body:utskott", "process:dialog", "matter:annat")


@pytest.mark.parametrize(
    "history, command, event",
    [
        ((decided(),), DISSENT, DISSENTED),
        ((decided(), decided("p208")), REVOKE, REVOKED),
        (
            (decided(), decided("p208"), REVOKED, decided("p300")),
            RevokeDecision(decision="p208", by_decision="p300"),
            DecisionRevoked(decision="p208", matter="inflytande", by_decision="p300"),
        ),
    ],
)
def test_it_is_recorded(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *TOWN, *history).when(command) == (event,)


@pytest.mark.parametrize(
    "history, command, rejection",
    [
        ((*TOWN, decided()), record(), rejections.DecisionExists),
        (TOWN, record(matter="nowhere"), rejections.MatterNotFound),
        (TOWN, record(body="nobody"), rejections.BodyNotFound),
        (TOWN, record(force=DecisionForce.PREPARATORY, addressed_to="nobody"), rejections.BodyNotFound),
        (TOWN, record(force=DecisionForce.PREPARATORY), rejections.AddresseeMissing),
        (TOWN, record(addressed_to="styrelse"), rejections.AddresseeDoesNotFit),
        (TOWN, record(force=DecisionForce.DELEGATED), rejections.DelegationMissing),
        (TOWN, record(delegation=DELEGATION), rejections.DelegationDoesNotFit),
        (TOWN, record(scope=(StatedScope(process="none"),)), rejections.ProcessNotFound),
        (TOWN, record(scope=(StatedScope(process="dialog"), StatedScope(matter="none"))), rejections.MatterNotFound),
        ((), DISSENT, rejections.DecisionNotFound),
        ((decided(), DISSENTED), DISSENT, rejections.DissentExists),
        ((decided("p208"),), REVOKE, rejections.DecisionNotFound),
        ((decided(),), REVOKE, rejections.DecisionNotFound),
        ((decided(), decided("p208"), REVOKED), REVOKE, rejections.AlreadyRevoked),
        ((decided(),), RevokeDecision(decision="p64", by_decision="p64"), rejections.RevokesItself),
    ],
)
def test_it_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as refused:
        given(SLICE, *history).when(command)
    assert "{" not in str(refused.value) + refused.value.message_sv


@pytest.mark.parametrize(
    "fields",
    [
        {"clauses": ()},
        {"clauses": CLAUSES * 2},
        {"scope": (StatedScope(process="dialog"), StatedScope(process="dialog"))},
        {"scope": ({},)},
        {"scope": ({"process": "dialog", "matter": "inflytande"},)},
        {"force": "final"},
        {"meeting_date": "12 maj 2015"},
        {"delegation": {"order": "Delegationsordning 2015"}},
    ],
)
def test_a_decision_that_does_not_hold_together_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        record(**fields)


@pytest.mark.parametrize("missing", [{"party": None, "by_name": None}, {"text": None}])
def test_a_dissent_says_who_and_what(missing: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RecordDissent(**(DISSENT.model_dump() | missing))


def test_a_reservation_may_stand_without_a_text() -> None:
    command = RecordDissent(**(DISSENT.model_dump() | {"kind": "reservation", "text": None}))
    (event,) = given(SLICE, decided()).when(command)
    assert isinstance(event, DissentRecorded)
    assert event.text is None


@for_all(st.lists(st.sampled_from((*TOWN, decided(), decided("p208"), DISSENTED, REVOKED))))
def test_folding_never_raises_and_a_decision_is_revoked_at_most_once(events: list[Event]) -> None:
    state = None
    for event in events:
        state = SLICE.evolve(state, event)
    ledger = given(SLICE, *events)
    try:
        ledger = ledger.and_then(*ledger.when(REVOKE))
    except Rejection:
        return
    with pytest.raises(rejections.AlreadyRevoked):
        ledger.when(REVOKE)
