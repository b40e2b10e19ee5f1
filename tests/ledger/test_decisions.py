"""Decisions: what is recorded, and the little that is refused."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.bodies import BodyKind, BodyRegistered, DelegationClause, DelegationOrderAdopted
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
from ledger.decisions.pieces import (
    Accordance,
    ClauseReference,
    ReferenceKind,
    RelianceKind,
    StatedAccordance,
    StatedBasis,
    StatedReference,
    StatedReliance,
)
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.matters import MatterKind, MatterOpened
from ledger.meetings import AttendanceRecorded, MeetingCalled, MeetingEnded
from ledger.messages import Command, Event, Rejection
from ledger.processes import ProcessKind, ProcessOpened
from ledger.surveys import SurveyCardPublished
from ledger.surveys.pieces import Dispositions
from tests.slices import given


def body(id: str, parent: str | None = None) -> BodyRegistered:
    return BodyRegistered(body=id, name="Kommunstyrelsens utskott", kind=BodyKind.COMMITTEE, parent=parent)


def order(version: int, valid_from: str | None, *clauses: tuple[str, str | None]) -> DelegationOrderAdopted:
    return DelegationOrderAdopted(
        body="styrelse",
        order="ordning",
        order_version=version,
        valid_from=valid_from,
        clauses=tuple(
            DelegationClause(number=number, delegate_body=delegate, reporting="report") for number, delegate in clauses
        ),
    )


def matter(id: str) -> MatterOpened:
    return MatterOpened(
        matter=id, title="Inflytande och delaktighet", language="sv", kind=MatterKind.DECISION, body="utskott"
    )


TOWN: tuple[Event, ...] = (
    body("styrelse"),
    body("utskott", "styrelse"),
    matter("inflytande"),
    matter("annat"),
    ProcessOpened(process="dialog", title="Medborgardialog", kind=ProcessKind.DIALOGUE, owner="utskott"),
)
CLAUSES = (StatedClause(number=1, verb=ClauseVerb.ADOPT, text="Riktlinjerna antas."),)
DELEGATION = StatedDelegation(order="ordning", clause="2")
ORDERS = (
    order(1, "2015-01-01", ("1", "utskott"), ("2", "utskott")),
    order(2, "2016-01-01", ("2", None), ("3", "enhet")),
)
BARRED = RuleAdopted(
    rule="not_delegable", codes=("goals", "citizens_proposal"), citation="KL 6:38", valid_from="2016-01-01"
)


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


def delegated(**fields: Any) -> RecordDecision:
    return record(**{"force": DecisionForce.DELEGATED, "delegation": DELEGATION, "meeting_date": "2016-04-10"} | fields)


def decided(id: str = "p64", **fields: Any) -> DecisionRecorded:
    return DecisionRecorded(
        **{
            "decision": id,
            "matter": "inflytande",
            "body": "utskott",
            "title": "Riktlinjer för dialog",
            "force": "decided",
            "clauses": (Clause(number=1, verb="adopt", text="Riktlinjerna antas."),),
            **fields,
        }
    )


def dissent(**fields: Any) -> RecordDissent:
    return RecordDissent(
        **{
            "decision": "p64",
            "dissent": "v-note",
            "kind": DissentKind.NOTE,
            "party": "Vänsterpartiet",
            "by_name": "En ledamot",
            "stance": DissentStance.MIXED,
            "text": "Bortfallet i enkäten är högt.",
            **fields,
        }
    )


DISSENT = dissent()
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
CALLED = MeetingCalled(meeting="ksau", body="utskott", date="2015-05-12")
REVOKED = DecisionRevoked(decision="p64", matter="inflytande", by_decision="p208")


def test_a_decision_is_recorded() -> None:
    assert given(SLICE, *TOWN).when(record()) == (decided(),)


def test_a_preparatory_decision_names_the_body_that_will_decide() -> None:
    (event,) = given(SLICE, *TOWN).when(record(force=DecisionForce.PREPARATORY, addressed_to="styrelse"))
    assert event.tags() == ("decision:p64", "matter:inflytande", "body:utskott", "body:styrelse")


def test_a_delegated_decision_rests_on_a_clause_of_the_body_above_that_is_in_force() -> None:
    (event,) = given(SLICE, *TOWN, *ORDERS).when(delegated())
    assert isinstance(event, DecisionRecorded)
    assert event.delegation == Delegation(order="ordning", clause="2")
    assert event.on_behalf_of == "styrelse"


def test_a_delegated_decision_is_judged_by_the_order_of_its_day() -> None:
    ledger = given(SLICE, *TOWN, *ORDERS)
    first = StatedDelegation(order="ordning", clause="1")
    assert ledger.when(delegated(delegation=first, meeting_date="2015-12-31"))
    assert ledger.when(delegated(delegation=first, meeting_date=None, occurred="2015"))
    with pytest.raises(rejections.ClauseNotInForce):
        ledger.when(delegated(delegation=first))
    undated = given(SLICE, *TOWN, order(1, None, ("2", None)))
    assert undated.when(delegated(meeting_date=None, occurred="../2016-04-10"))


def test_what_must_not_be_delegated_is_judged_by_the_law_of_its_day() -> None:
    ledger = given(SLICE, *TOWN, *ORDERS, BARRED)
    with pytest.raises(rejections.NotDelegable, match="goals"):
        ledger.when(delegated(matter_flags=("traffic", "goals")))
    assert ledger.when(delegated(matter_flags=("traffic",)))
    assert ledger.when(delegated(matter_flags=("goals",), meeting_date="2015-06-01"))
    assert ledger.when(record(matter_flags=("goals",), meeting_date="2016-04-10"))
    repealed = RuleRepealed(rule="not_delegable", valid_from="2016-01-01", on="2016-03-01")
    assert ledger.and_then(repealed).when(delegated(matter_flags=("goals",)))


def test_a_decision_says_what_it_rests_on() -> None:
    card = SurveyCardPublished(
        survey="nmi", card=1, commissioner="styrelse", population="18-84", design="srs", dispositions=Dispositions()
    )
    clause = StatedClause(
        number=1,
        verb=ClauseVerb.NOTE,
        text="Rapporten noteras.",
        refs=(StatedReference(kind=ReferenceKind.DOCUMENT, id="rapport", said_date="2015-04-27"),),
    )
    command = record(
        clauses=(clause,),
        meeting="ksau-2015-05-12",
        proposal="forslag",
        compared=True,
        accordance=StatedAccordance(unit="enhet"),
        basis_documents=(StatedBasis(document="brev", sha256="0" * 64),),
        relied_on=(
            StatedReliance(kind=RelianceKind.SURVEY, id="nmi"),
            StatedReliance(kind=RelianceKind.SURVEY, id="annan", quality_unknown=True),
        ),
    )
    (event,) = given(SLICE, *TOWN, card).when(command)
    assert isinstance(event, DecisionRecorded)
    assert event.differs == ()
    assert event.accordance == Accordance(unit="enhet", stated=True)
    assert event.clauses[0].refs == (ClauseReference(kind="document", id="rapport", said_date="2015-04-27"),)
    assert event.tags()[2:] == (
        *("body:utskott", "meeting:ksau-2015-05-12", "proposal:forslag", "survey:nmi", "survey:annan"),
        *("document:brev", "document:rapport"),
    )
    (event,) = given(SLICE, *TOWN).when(record(proposal="forslag"))
    assert isinstance(event, DecisionRecorded)
    assert event.differs is None


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


# --- Reservations -----------------------------------------------------------------------------
RESERVED: dict[str, Any] = {"kind": DissentKind.RESERVATION, "by_member": "m1", "stance": DissentStance.AGAINST}
HELD = decided(meeting="ksau")
THERE = AttendanceRecorded(meeting="ksau", body="utskott", person="m1", role="member", served=True)
ASIDE = AttendanceRecorded(meeting="ksau", body="utskott", person="m2", role="substitute", served=False)
ENDED = MeetingEnded(meeting="ksau", body="utskott", at="2015-05-12")


def test_one_who_served_may_make_a_reservation_while_the_meeting_lasts() -> None:
    ledger = given(SLICE, HELD, THERE, ASIDE, ENDED)
    assert ledger.when(dissent(**RESERVED))
    assert ledger.when(dissent(**RESERVED, occurred="2015-05-12"))
    assert ledger.when(dissent(**RESERVED, occurred="2015-05"))
    with pytest.raises(rejections.ReservationTooLate):
        ledger.when(dissent(**RESERVED, occurred="2015-05-13"))
    with pytest.raises(rejections.NotAParticipant):
        ledger.when(dissent(**RESERVED | {"by_member": "m2"}))
    assert ledger.when(dissent(by_member="m2", occurred="2015-05-13")), "a note is no reservation"


def test_where_attendance_is_not_recorded_nothing_is_refused() -> None:
    assert given(SLICE, HELD).when(dissent(**RESERVED, occurred="2015-05-13"))
    assert given(SLICE, decided(), THERE, ENDED).when(dissent(**RESERVED | {"by_member": "m9"}))


def test_a_decision_is_found_by_what_it_must_account_for() -> None:
    scope = (StatedScope(process="dialog"), StatedScope(matter="inflytande"), StatedScope(matter="annat"))
    (event,) = given(SLICE, *TOWN).when(record(scope=scope))
    assert isinstance(event, DecisionRecorded)
    assert event.scope[0] == ScopeItem(process="dialog")
    assert event.tags() == ("decision:p64", "matter:inflytande", "body:utskott", "process:dialog", "matter:annat")


REFUSED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((*TOWN, decided()), record(), rejections.DecisionExists),
    (TOWN, record(matter="nowhere"), rejections.MatterUnknown),
    (TOWN, record(body="nobody"), rejections.BodyUnknown),
    (TOWN, record(force=DecisionForce.PREPARATORY, addressed_to="nobody"), rejections.BodyUnknown),
    (TOWN, record(force=DecisionForce.PREPARATORY), rejections.AddresseeMissing),
    (TOWN, record(addressed_to="styrelse"), rejections.AddresseeDoesNotFit),
    (TOWN, record(force=DecisionForce.DELEGATED), rejections.DelegationMissing),
    (TOWN, record(delegation=DELEGATION), rejections.DelegationDoesNotFit),
    (TOWN, record(on_behalf_of="styrelse"), rejections.DelegationDoesNotFit),
    (TOWN, delegated(), rejections.ClauseNotInForce),
    ((*TOWN, *ORDERS), delegated(meeting_date="2014-12-31"), rejections.ClauseNotInForce),
    ((*TOWN, *ORDERS), delegated(body="styrelse"), rejections.DelegatorMissing),
    (
        (*TOWN, *ORDERS),
        delegated(delegation=StatedDelegation(order="ordning", clause="3")),
        rejections.NotTheDelegate,
    ),
    ((*TOWN, *ORDERS, BARRED), delegated(matter_flags=("goals",)), rejections.NotDelegable),
    (
        TOWN,
        record(relied_on=(StatedReliance(kind=RelianceKind.SURVEY, id="nmi"),)),
        rejections.SurveyWithoutCard,
    ),
    ((HELD, THERE), dissent(**RESERVED | {"by_member": "m2"}), rejections.NotAParticipant),
    ((HELD, ENDED), dissent(**RESERVED, occurred="2015-06"), rejections.ReservationTooLate),
    (TOWN, record(scope=(StatedScope(process="none"),)), rejections.ProcessUnknown),
    (TOWN, record(scope=(StatedScope(process="dialog"), StatedScope(matter="none"))), rejections.MatterUnknown),
    ((), DISSENT, rejections.DecisionUnknown),
    ((decided(), DISSENTED), DISSENT, rejections.DissentExists),
    ((decided("p208"),), REVOKE, rejections.DecisionUnknown),
    ((decided(),), REVOKE, rejections.DecisionUnknown),
    ((decided(), decided("p208"), REVOKED), REVOKE, rejections.DecisionAlreadyRevoked),
    (
        (decided(), decided("p208", force="preparatory", addressed_to="styrelse")),
        REVOKE,
        rejections.RevokedByProposal,
    ),
    (
        (decided(meeting_date="2015-05-12"), decided("p208", meeting_date="2015-05-11")),
        REVOKE,
        rejections.RevokedByEarlier,
    ),
    ((*TOWN, decided(body="styrelse"), decided("p208")), REVOKE, rejections.RevokedByAnother),
    ((*TOWN, CALLED), record(meeting="ksau", body="styrelse"), rejections.MeetingOfAnotherBody),
    ((*TOWN, CALLED), record(meeting="ksau", meeting_date="2015-05-13"), rejections.MeetingOnAnotherDay),
    (TOWN, record(meeting_date="2016-05-18"), rejections.MeetingDateToCome),
    ((decided(),), RevokeDecision(decision="p64", by_decision="p64"), rejections.RevokesItself),
]


@pytest.mark.parametrize("history, command, rejection", REFUSED)
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
        {"compared": True},
        {"proposal": "forslag", "differs": (1,)},
        {"proposal": "forslag", "compared": True, "differs": (1, 1)},
        {"basis_documents": ({"document": "brev"}, {"document": "brev", "sha256": "0" * 64})},
        {"relied_on": ({"kind": "survey", "id": "nmi"}, {"kind": "survey", "id": "nmi", "quality_unknown": True})},
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
    with pytest.raises(rejections.DecisionAlreadyRevoked):
        ledger.when(REVOKE)
