from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from ledger.bodies import (
    SLICE,
    AdoptDelegationOrder,
    BodyDissolved,
    BodyKind,
    BodyRegistered,
    BodyRenamed,
    DelegationClause,
    DelegationOrderAdopted,
    DissolveBody,
    EndMandate,
    GrantMandate,
    MandateEnded,
    MandateGranted,
    MandateRole,
    RegisterBody,
    RenameBody,
    Reporting,
    StatedDelegationClause,
    rejections,
)
from ledger.bodies.rejections import (
    BodyAlreadyDissolved,
    BodyAlreadyRegistered,
    BodyIsDissolved,
    BodyIsItsOwnParent,
    BodyUnknown,
    ChairTaken,
    DelegateUnknown,
    MandateAlreadyEnds,
    MandateEndsBeforeItBegins,
    MandateExists,
    MandateUnknown,
    NameUnchanged,
    OrderDayMissing,
    OrderNotLater,
    OrderOfAnotherBody,
    OrderVersionNotNew,
)
from ledger.fields import ExternalNumber, StatedNumber
from ledger.messages import Command, Event, Rejection, Status
from ledger.sealing import words_of
from tests.slices import given, rejections_of

BOARD = BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen", name_en="Executive board")
COMMITTEE = BodyRegistered(body="ksau", kind=BodyKind.COMMITTEE, name="Kommunstyrelsens arbetsutskott", parent="ks")
DISSOLVED = BodyDissolved(body="ks")
CHAIR = MandateGranted(
    body="ks", mandate="m1", person="p1", party="M", role="chair", from_date="2015-01-01", to_date="2018-12-31"
)
CLAUSE = StatedDelegationClause(number="2", delegate_body="ksau", reporting=Reporting.REPORT)
ORDER = DelegationOrderAdopted(
    body="ks",
    order="delegationsordning",
    order_version=1,
    clauses=(DelegationClause(number="2", delegate_body="ksau", reporting="report"),),
)
DATED = ORDER.model_copy(update={"order_version": 2, "valid_from": "2018-03-01"})


def chair(from_date: str, to_date: str | None = None) -> GrantMandate:
    return GrantMandate(
        body="ks", mandate="m2", person="p2", role=MandateRole.CHAIR, from_date=from_date, to_date=to_date
    )


def order(order_version: int = 2, valid_from: str | None = "2018-03-01", **more: str) -> AdoptDelegationOrder:
    fields: dict[str, Any] = {"body": "ks", "order": "delegationsordning"} | more
    return AdoptDelegationOrder(**fields, order_version=order_version, valid_from=valid_from, clauses=(CLAUSE,))


def test_a_body_is_registered_with_its_numbers() -> None:
    number = StatedNumber(scheme="organisation_number", value="212000-0167")
    command = RegisterBody(
        body="nacka", kind=BodyKind.COUNCIL, name="Nacka kommunfullmäktige", name_en="Council", numbers=(number,)
    )
    assert given(SLICE).when(command) == (
        BodyRegistered(
            body="nacka",
            kind=BodyKind.COUNCIL,
            name="Nacka kommunfullmäktige",
            name_en="Council",
            numbers=(ExternalNumber(scheme="organisation_number", value="212000-0167"),),
        ),
    )


def test_s0_02_a_committee_belongs_to_a_board() -> None:
    command = RegisterBody(body="ksau", kind=BodyKind.COMMITTEE, name="Kommunstyrelsens arbetsutskott", parent="ks")
    assert given(SLICE, BOARD).when(command) == (COMMITTEE,)


def test_a_body_takes_a_new_name() -> None:
    command = RenameBody(body="ks", name="Kommunstyrelsen i Nacka")
    assert given(SLICE, BOARD).when(command) == (BodyRenamed(body="ks", name="Kommunstyrelsen i Nacka"),)


def test_a_body_may_lose_only_its_english_name() -> None:
    renamed = BodyRenamed(body="ks", name="Kommunstyrelsen")
    assert given(SLICE, BOARD).when(RenameBody(body="ks", name="Kommunstyrelsen")) == (renamed,)


def test_a_board_with_committees_can_be_dissolved() -> None:
    assert given(SLICE, BOARD, COMMITTEE).when(DissolveBody(body="ks")) == (DISSOLVED,)


def test_a_unit_of_a_dissolved_board_is_registered_when_the_date_is_stated() -> None:
    command = RegisterBody(body="stab", kind=BodyKind.UNIT, name="Stab", parent="ks", occurred="2012")
    (registered,) = given(SLICE, BOARD, DISSOLVED).when(command)
    assert isinstance(registered, BodyRegistered)
    assert (registered.parent, registered.occurred) == ("ks", "2012")


# --- Mandates and delegation orders -----------------------------------------------------------------
def test_a_mandate_keeps_the_name_apart_from_party_and_office() -> None:
    command = GrantMandate(
        body="ks",
        mandate="m1",
        person="p1",
        name="Rolf Wasteson",
        party="V",
        role=MandateRole.MEMBER,
        from_date="2014-10-15",
    )
    (granted,) = given(SLICE, BOARD).when(command)
    assert isinstance(granted, MandateGranted)
    assert [(each.pointer, each.key) for each in words_of(granted)] == [("/name", "officer:p1|P")]
    assert (granted.party, granted.role, granted.to_date) == ("V", "member", None)
    assert granted.tags() == ("body:ks", "mandate:m1", "officer:p1")


def test_the_next_chair_begins_the_day_after_the_last_one_ends() -> None:
    (granted,) = given(SLICE, BOARD, CHAIR).when(chair("2019-01-01"))
    assert isinstance(granted, MandateGranted)
    before = MandateEnded(body="ks", mandate="m1", to_date="2016-06-30")
    assert given(SLICE, BOARD, CHAIR, before).when(chair("2016-07-01", "2018-12-31"))
    with pytest.raises(ChairTaken):
        given(SLICE, BOARD, CHAIR, before).when(chair("2016-06-30"))


def test_a_mandate_may_end_before_its_last_day() -> None:
    command = EndMandate(body="ks", mandate="m1", to_date="2015-01-01")
    assert given(SLICE, BOARD, CHAIR).when(command) == (MandateEnded(body="ks", mandate="m1", to_date="2015-01-01"),)


DAYS = st.dates(date(2015, 1, 1), date(2018, 12, 31)).map(date.isoformat)


@drawn(terms=st.lists(st.tuples(DAYS, DAYS).map(sorted), min_size=1, max_size=6))
def test_no_day_ever_has_two_chairs(terms: list[list[str]]) -> None:
    past = given(SLICE, BOARD)
    held: list[list[str]] = []
    for place, (first, last) in enumerate(terms):
        command = chair(first, last).model_copy(update={"mandate": f"m{place}"})
        free = all(last < start or end < first for start, end in held)
        try:
            past = past.and_then(*past.when(command))
            held.append([first, last])
            assert free
        except ChairTaken:
            assert not free


def test_s2_04_a_clause_stands_without_its_words_and_its_first_day() -> None:
    command = order(order_version=1, valid_from=None)
    assert given(SLICE, BOARD, COMMITTEE).when(command) == (ORDER,)
    assert ORDER.tags() == ("body:ks", "delegation:ks", "order:delegationsordning", "body:ksau")


def test_the_words_of_a_clause_are_sealed_under_the_body() -> None:
    clause = StatedDelegationClause(number="2.1b", text="Beslut om bidrag", reporting=Reporting.NONE)
    command = AdoptDelegationOrder(body="ks", order="o", clauses=(clause,))
    (adopted,) = given(SLICE, BOARD).when(command)
    assert [(each.pointer, each.key, each.value) for each in words_of(adopted)] == [
        ("/clauses/0/text", "body:ks|P", "Beslut om bidrag")
    ]


def test_a_later_version_begins_later() -> None:
    (adopted,) = given(SLICE, BOARD, COMMITTEE, ORDER).when(order())
    assert adopted == DATED


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((BOARD,), RegisterBody(body="ks", kind=BodyKind.UNIT, name="Annat"), BodyAlreadyRegistered),
    ((DISSOLVED, BOARD, DISSOLVED), RegisterBody(body="ks", kind=BodyKind.UNIT, name="Annat"), BodyAlreadyRegistered),
    ((), RegisterBody(body="ksau", kind=BodyKind.COMMITTEE, name="KSAU", parent="ks"), BodyUnknown),
    ((), RegisterBody(body="ks", kind=BodyKind.BOARD, name="KS", parent="ks"), BodyIsItsOwnParent),
    ((), RenameBody(body="ks", name="KS"), BodyUnknown),
    ((), DissolveBody(body="ks"), BodyUnknown),
    ((BOARD, DISSOLVED), RegisterBody(body="au", kind=BodyKind.UNIT, name="AU", parent="ks"), BodyIsDissolved),
    ((BOARD, DISSOLVED), RenameBody(body="ks", name="KS"), BodyIsDissolved),
    ((BOARD, DISSOLVED), DissolveBody(body="ks"), BodyAlreadyDissolved),
    ((BOARD,), RenameBody(body="ks", name="Kommunstyrelsen", name_en="Executive board"), NameUnchanged),
    ((), chair("2015-01-01"), BodyUnknown),
    ((BOARD, DISSOLVED), chair("2015-01-01"), BodyIsDissolved),
    ((BOARD, CHAIR), chair("2019-01-01").model_copy(update={"mandate": "m1"}), MandateExists),
    ((BOARD, CHAIR), chair("2018-12-31"), ChairTaken),
    ((BOARD, CHAIR), chair("2012-01-01"), ChairTaken),
    ((BOARD,), EndMandate(body="ks", mandate="m1", to_date="2016-01-01"), MandateUnknown),
    ((BOARD, COMMITTEE, CHAIR), EndMandate(body="ksau", mandate="m1", to_date="2016-01-01"), MandateUnknown),
    ((BOARD, CHAIR), EndMandate(body="ks", mandate="m1", to_date="2014-12-31"), MandateEndsBeforeItBegins),
    ((BOARD, CHAIR), EndMandate(body="ks", mandate="m1", to_date="2018-12-31"), MandateAlreadyEnds),
    ((BOARD,), order(), DelegateUnknown),
    ((BOARD, COMMITTEE, ORDER), order(body="ksau"), OrderOfAnotherBody),
    ((BOARD, COMMITTEE, ORDER, DATED), order(2, "2019-01-01"), OrderVersionNotNew),
    ((BOARD, COMMITTEE, ORDER, DATED), order(3, "2018-03-01"), OrderNotLater),
    ((BOARD, COMMITTEE, ORDER), order(2, None), OrderDayMissing),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_bodies_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


def test_a_case_officer_reads_why_in_both_languages() -> None:
    with pytest.raises(BodyUnknown) as caught:
        given(SLICE).when(DissolveBody(body="ks"))
    assert caught.value.status is Status.NOT_FOUND
    assert caught.value.reason == "BODY_UNKNOWN"
    assert str(caught.value) == "There is no body with the id ks in this ledger; register it first."
    assert caught.value.message_sv == "Det finns inget organ med id ks i den här liggaren; registrera det först."


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "Nämnd\u202e"},
        {"name": "Nämnd\x00"},
        {"name": "x" * 301},
        {"body": "KS"},
        {"kind": "guild"},
        {"parent": ""},
        {"numbers": [{"scheme": "dnr", "value": "1"}, {"scheme": "dnr", "value": "1"}]},
        {"numbers": [{"scheme": "dnr", "value": str(number)} for number in range(21)]},
    ],
)
def test_a_registration_with_a_bad_field_is_no_command(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        RegisterBody.model_validate({"body": "ks", "kind": "board", "name": "Nämnd"} | fields)
    assert caught.value.errors()[0]["loc"][0] == next(iter(fields))


@pytest.mark.parametrize(
    "command, fields, words",
    [
        (
            GrantMandate,
            {"body": "a", "mandate": "m", "person": "p", "role": "chair", "from_date": "2015-02-01"}
            | {"to_date": "2015-01-31"},
            "to_date is before from_date",
        ),
        (StatedDelegationClause, {"number": "två", "reporting": "none"}, "is not the number of a clause"),
        (
            StatedDelegationClause,
            {"number": "2", "reporting": "none", "delegate_body": "a", "delegate_role": "Chef"},
            "a clause delegates to a body or to an office",
        ),
        (
            AdoptDelegationOrder,
            {"body": "a", "order": "o", "clauses": [{"number": "2", "reporting": "none"}] * 2},
            "clauses holds the same number twice",
        ),
    ],
)
def test_what_contradicts_itself_is_no_command(command: type[BaseModel], fields: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        command.model_validate(fields)
