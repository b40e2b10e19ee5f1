from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ledger.decisions.afterwards import AppealDecided, AppealLodged, AppealOutcome
from ledger.messages import Command, Event, Rejection, Sealed
from ledger.participants import (
    SLICE,
    AccessAnswered,
    AccessOutcome,
    AccessRequested,
    AnswerAccess,
    BeginErasure,
    ConsentGiven,
    ConsentWithdrawn,
    DecideErasure,
    ErasureBasis,
    ErasureBegun,
    ErasureDecided,
    ErasureOutcome,
    ErasureRequested,
    GiveConsent,
    KeyDestroyed,
    LegalHoldLifted,
    LegalHoldPlaced,
    LiftLegalHold,
    LiftRestriction,
    PlaceLegalHold,
    RecordKeyDestroyed,
    RequestAccess,
    RequestErasure,
    RestrictionLifted,
    RestrictionSet,
    SetRestriction,
    WithdrawConsent,
    rejections,
)
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

SEALED = Sealed(commit="A" * 43, sealing_class="P")

GAVE = ConsentGiven(participant="p1", purpose="publication")
WITHDREW = ConsentWithdrawn(participant="p1", purpose="publication")
ACCESS = AccessRequested(request="a1", participant="p1")
ANSWERED = AccessAnswered(request="a1", participant="p1", outcome=AccessOutcome.PROVIDED, by_role="registrar")
ASKED = ErasureRequested(request="e1", participant="p1", scope=("public_words",), authors=("p2",))
GRANTED = ErasureDecided(
    request="e1",
    participant="p1",
    authors=("p2",),
    outcome=ErasureOutcome.GRANTED,
    by_role="data_protection_officer",
    basis=ErasureBasis.CONSENT_WITHDRAWN,
    keys=("author:p1|P", "author:p2|P"),
)
REFUSED = ErasureDecided(
    request="e1",
    participant="p1",
    authors=("p2",),
    outcome=ErasureOutcome.REFUSED,
    by_role="data_protection_officer",
    refusal_ground="public_record",
    reasons=SEALED,
)
BEGUN = ErasureBegun(request="e1", participant="p1", by_role="operator", matters=("m1",))
DONE = KeyDestroyed(request="e1", participant="p1", keys=GRANTED.keys, by_role="operator", matters=("m1",))
HELD = LegalHoldPlaced(hold="h1", participant="p1", citation="Mål 1-16", by_role="archivist")
HELD_THERE = LegalHoldPlaced(hold="h2", matter="m1", citation="Mål 1-16", by_role="archivist")
LIFTED = LegalHoldLifted(hold="h1", participant="p1", by_role="archivist")
APPEALED = AppealLodged(decision="d1", matter="m1", appeal="o1", on="2016-06-01", court="Förvaltningsrätten")
DISMISSED = AppealDecided(decision="d1", matter="m1", appeal="o1", outcome=AppealOutcome.DISMISSED, on="2016-09-01")
RESTRICTED = RestrictionSet(participant="p1", ground="accuracy_contested", by_role="registrar")
FREED = RestrictionLifted(participant="p1", by_role="registrar")

ASKED_BY_P2 = ErasureRequested(request="e2", participant="p2", scope=("public_words",))
REFUSED_TO_P2 = ErasureDecided(
    request="e2", participant="p2", outcome=ErasureOutcome.REFUSED, by_role="data_protection_officer", reasons=SEALED
)
FOREIGN = GRANTED.model_copy(update={"keys": ("author:p1|P", "author:p9|P")})

REQUEST = RequestErasure(request="e1", participant="p1", scope=("public_words",), authors=("p2",))
GRANT = DecideErasure(
    request="e1",
    outcome=ErasureOutcome.GRANTED,
    by_role="data_protection_officer",
    basis=ErasureBasis.CONSENT_WITHDRAWN,
    keys=("author:p1|P", "author:p2|P", "author:p1|P"),
)
REFUSE = DecideErasure(
    request="e1",
    outcome=ErasureOutcome.REFUSED,
    by_role="data_protection_officer",
    refusal_ground="public_record",
    reasons="Handlingen är allmän och får inte gallras.",
)
BEGIN = BeginErasure(request="e1", by_role="operator", matters=("m1", "m1"))
HOLD = PlaceLegalHold(hold="h1", participant="p1", citation="Mål 1-16", by_role="archivist")


def changed(command: Command, **fields: Any) -> Command:
    return command.model_copy(update=fields)


def test_a_consent_is_given_and_taken_back_and_may_be_given_anew() -> None:
    assert given(SLICE).when(GiveConsent(participant="p1", purpose="publication")) == (GAVE,)
    assert given(SLICE, GAVE).when(WithdrawConsent(participant="p1", purpose="publication")) == (WITHDREW,)
    assert given(SLICE, GAVE, WITHDREW).when(GiveConsent(participant="p1", purpose="publication")) == (GAVE,)


def test_access_is_asked_for_and_answered() -> None:
    (asked,) = given(SLICE).when(RequestAccess(request="a1", participant="p1"))
    assert asked == ACCESS
    assert asked.tags() == ("access:a1", "participant:p1")
    answer = AnswerAccess(request="a1", outcome=AccessOutcome.PROVIDED, by_role="registrar")
    assert given(SLICE, ACCESS).when(answer) == (ANSWERED,)
    (partly,) = given(SLICE, ACCESS).when(changed(answer, outcome=AccessOutcome.PARTLY, reasons="Sekretess."))
    assert words_of(partly) == [Words("/reasons", "S", "participant:p1|S", "Sekretess.")]


def test_a_restriction_is_set_and_lifted() -> None:
    command = SetRestriction(participant="p1", ground="accuracy_contested", by_role="registrar")
    assert given(SLICE).when(command) == (RESTRICTED,)
    assert given(SLICE, RESTRICTED).when(LiftRestriction(participant="p1", by_role="registrar")) == (FREED,)


def test_69_an_erasure_is_asked_for_decided_begun_and_recorded() -> None:
    told = given(SLICE)
    for command, event in [
        (REQUEST, ASKED),
        (GRANT, GRANTED),
        (BEGIN, BEGUN),
        (RecordKeyDestroyed(request="e1"), DONE),
    ]:
        assert told.when(command) == (event,)
        told = told.and_then(event)
    assert DONE.tags() == ("erasure:e1", "participant:p1", "matter:m1")


def test_69_an_erasure_of_a_public_record_without_a_disposal_decision_is_refused_with_reasons() -> None:
    (event,) = given(SLICE, ASKED).when(REFUSE)
    assert isinstance(event, ErasureDecided)
    assert (event.outcome, event.keys, event.refusal_ground) == (ErasureOutcome.REFUSED, (), "public_record")
    assert words_of(event) == [
        Words("/reasons", "P", "erasure:e1|P", "Handlingen är allmän och får inte gallras."),
    ]


def test_an_erasure_by_disposal_decision_names_it_and_may_be_partial() -> None:
    command = changed(
        GRANT,
        outcome=ErasureOutcome.PARTLY,
        basis=ErasureBasis.DISPOSAL_DECISION,
        disposal_decision="KFKS 2019/12",
        reasons="Resten är allmän handling.",
    )
    (event,) = given(SLICE, ASKED).when(command)
    assert isinstance(event, ErasureDecided)
    assert event.disposal_decision == "KFKS 2019/12"


@pytest.mark.parametrize(
    "scope, authors, keys",
    [
        (("public_words",), (), ("author:p1|P",)),
        (("public_words",), ("p2", "p3"), ("author:p2|P", "author:p3|P")),
        (("private_words", "public_words"), ("p2",), ("author:p2|P", "author:p2|S")),
    ],
)
def test_keys_that_are_left_out_follow_from_the_authors_and_the_scope(
    scope: tuple[str, ...], authors: tuple[str, ...], keys: tuple[str, ...]
) -> None:
    asked = ASKED.model_copy(update={"scope": scope, "authors": authors})
    (event,) = given(SLICE, asked).when(changed(GRANT, keys=()))
    assert isinstance(event, ErasureDecided)
    assert (event.keys, event.authors) == (keys, authors)


def test_a_refusal_binds_other_requests_but_not_a_new_one_of_the_same_person() -> None:
    anew = ASKED_BY_P2.model_copy(update={"request": "e3"})
    (event,) = given(SLICE, ASKED_BY_P2, REFUSED_TO_P2, anew).when(changed(GRANT, request="e3", keys=("author:p2|P",)))
    assert isinstance(event, ErasureDecided)
    assert event.keys == ("author:p2|P",)
    told = given(SLICE, ASKED_BY_P2, anew, REFUSED_TO_P2)
    with pytest.raises(rejections.KeyRefused):
        told.when(changed(GRANT, request="e3", keys=("author:p2|P",)))


def test_a_refusal_about_one_author_leaves_the_other_words_of_the_same_participant() -> None:
    other = ErasureRequested(request="e2", participant="p1", scope=("public_words",), authors=("p3",))
    refused = REFUSED_TO_P2.model_copy(update={"participant": "p1", "authors": ("p3",)})
    assert given(SLICE, ASKED, other, refused).when(GRANT) == (GRANTED,)


def test_a_hold_on_an_author_of_the_request_stands_in_its_way() -> None:
    with pytest.raises(rejections.LegalHoldStands):
        given(SLICE, ASKED, GRANTED, HELD.model_copy(update={"participant": "p2"})).when(BEGIN)


def test_the_words_of_a_request_are_private() -> None:
    (event,) = given(SLICE).when(changed(REQUEST, text="Ta bort mitt namn."))
    assert words_of(event) == [Words("/text", "S", "participant:p1|S", "Ta bort mitt namn.")]


@pytest.mark.parametrize("history", [(HELD, LIFTED), (APPEALED, DISMISSED), (RESTRICTED,)])
def test_what_no_longer_stands_hinders_nothing(history: tuple[Event, ...]) -> None:
    assert given(SLICE, ASKED, GRANTED, *history).when(BEGIN) == (BEGUN,)


def test_a_hold_on_another_hinders_nothing() -> None:
    elsewhere = (
        HELD.model_copy(update={"participant": "p9"}),
        HELD_THERE.model_copy(update={"matter": "m9"}),
        APPEALED.model_copy(update={"matter": "m9"}),
    )
    assert given(SLICE, ASKED, GRANTED, *elsewhere).when(BEGIN) == (BEGUN,)


def test_a_hold_may_be_placed_again_once_an_erasure_is_finished() -> None:
    placed = given(SLICE, ASKED, GRANTED, BEGUN, DONE).when(HOLD)
    assert placed == (HELD,)
    there = changed(HOLD, participant=None, matter="m1", hold="h2")
    assert given(SLICE, ASKED, GRANTED, BEGUN, DONE).when(there) == (HELD_THERE,)
    assert given(SLICE, HELD).when(LiftLegalHold(hold="h1", by_role="archivist")) == (LIFTED,)


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((GAVE,), GiveConsent(participant="p1", purpose="publication"), rejections.ConsentAlreadyGiven),
    ((), WithdrawConsent(participant="p1", purpose="publication"), rejections.ConsentNotGiven),
    ((GAVE,), WithdrawConsent(participant="p1", purpose="other"), rejections.ConsentNotGiven),
    ((ACCESS,), RequestAccess(request="a1", participant="p2"), rejections.AccessExists),
    ((), AnswerAccess(request="a1", outcome=AccessOutcome.PROVIDED, by_role="r"), rejections.AccessUnknown),
    (
        (ACCESS, ANSWERED),
        AnswerAccess(request="a1", outcome=AccessOutcome.PROVIDED, by_role="r"),
        rejections.AccessAlreadyAnswered,
    ),
    (
        (ACCESS,),
        AnswerAccess(request="a1", outcome=AccessOutcome.PARTLY, by_role="r"),
        rejections.AccessReasonsMissing,
    ),
    (
        (RESTRICTED,),
        SetRestriction(participant="p1", ground="x", by_role="r"),
        rejections.RestrictionAlreadySet,
    ),
    ((RESTRICTED, FREED), LiftRestriction(participant="p1", by_role="r"), rejections.RestrictionNotSet),
    ((ASKED,), REQUEST, rejections.ErasureExists),
    ((), GRANT, rejections.ErasureUnknown),
    ((), BEGIN, rejections.ErasureUnknown),
    ((ASKED, GRANTED), REFUSE, rejections.ErasureAlreadyDecided),
    ((ASKED,), changed(REFUSE, reasons=None), rejections.ErasureReasonsMissing),
    ((ASKED,), changed(GRANT, outcome=ErasureOutcome.PARTLY), rejections.ErasureReasonsMissing),
    ((ASKED,), changed(GRANT, basis=None), rejections.ErasureBasisMissing),
    ((ASKED,), changed(GRANT, basis=ErasureBasis.DISPOSAL_DECISION), rejections.DisposalDecisionMissing),
    (
        (ASKED,),
        changed(GRANT, outcome=ErasureOutcome.PARTLY, reasons="En del.", keys=()),
        rejections.ErasureKeysMissing,
    ),
    (
        (ASKED.model_copy(update={"scope": ("public_words", "answers")}),),
        changed(GRANT, keys=()),
        rejections.ErasureKeysMissing,
    ),
    ((ASKED,), changed(GRANT, keys=("author:p1|P", "author:p9|P")), rejections.KeyOutsideRequest),
    ((ASKED,), changed(GRANT, keys=("author:p1|S",)), rejections.KeyOutsideRequest),
    ((ASKED,), changed(GRANT, keys=("staff:p1|P",)), rejections.KeyOutsideRequest),
    ((ASKED, FOREIGN), BEGIN, rejections.KeyOutsideRequest),
    ((ASKED, ASKED_BY_P2, REFUSED_TO_P2), GRANT, rejections.KeyRefused),
    ((ASKED_BY_P2, REFUSED_TO_P2, ASKED), GRANT, rejections.KeyRefused),
    ((ASKED, ASKED_BY_P2, GRANTED, REFUSED_TO_P2), BEGIN, rejections.KeyRefused),
    ((ASKED,), changed(REFUSE, keys=("author:p1|P",)), rejections.RefusalErases),
    ((ASKED,), changed(REFUSE, basis=ErasureBasis.STATUTE), rejections.RefusalErases),
    ((ASKED,), changed(GRANT, keys=("author:p1|P", "matter:m1|P")), rejections.KeyOfMany),
    ((ASKED,), BEGIN, rejections.ErasureNotGranted),
    ((ASKED, REFUSED), BEGIN, rejections.ErasureNotGranted),
    ((ASKED, GRANTED, BEGUN), BEGIN, rejections.ErasureAlreadyBegun),
    ((ASKED, GRANTED), changed(BEGIN, by_role="data_protection_officer"), rejections.SameRole),
    ((ASKED, GRANTED, APPEALED), BEGIN, rejections.AppealPending),
    ((ASKED, GRANTED, HELD), BEGIN, rejections.LegalHoldStands),
    ((ASKED, GRANTED, HELD_THERE), BEGIN, rejections.LegalHoldStands),
    ((ASKED, GRANTED), RecordKeyDestroyed(request="e1"), rejections.ErasureNotBegun),
    ((ASKED, REFUSED), RecordKeyDestroyed(request="e1"), rejections.ErasureNotBegun),
    ((ASKED, GRANTED, BEGUN, DONE), RecordKeyDestroyed(request="e1"), rejections.ErasureDone),
    ((HELD,), HOLD, rejections.HoldExists),
    ((), changed(HOLD, participant=None), rejections.HoldOnNothing),
    ((ASKED, GRANTED, BEGUN), HOLD, rejections.HoldTooLate),
    ((ASKED, GRANTED, BEGUN), changed(HOLD, participant=None, matter="m1"), rejections.HoldTooLate),
    ((), LiftLegalHold(hold="h1", by_role="archivist"), rejections.HoldUnknown),
    ((HELD, LIFTED), LiftLegalHold(hold="h1", by_role="archivist"), rejections.HoldAlreadyLifted),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_participants_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


@pytest.mark.parametrize("key", ["author:p1", "author:p1|X", "author:p 1|P", "p1|P", "author:|P", ""])
def test_what_is_no_key_is_no_command(key: str) -> None:
    with pytest.raises(ValidationError):
        DecideErasure.model_validate(GRANT.model_dump() | {"keys": [key]})
