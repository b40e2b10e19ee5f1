from __future__ import annotations

import pytest
from pydantic import ValidationError

from ledger import bodies
from ledger.bodies import (
    SLICE,
    BodyAlreadyDissolved,
    BodyAlreadyRegistered,
    BodyDissolved,
    BodyIsDissolved,
    BodyKind,
    BodyRegistered,
    BodyRenamed,
    BodyUnknown,
    DissolveBody,
    NameUnchanged,
    RegisterBody,
    RenameBody,
)
from ledger.fields import ExternalNumber, StatedNumber
from ledger.messages import Command, Event, Rejection, Status
from tests.slices import given, rejections_of

BOARD = BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen", name_en="Executive board")
COMMITTEE = BodyRegistered(body="ksau", kind=BodyKind.COMMITTEE, name="Kommunstyrelsens arbetsutskott", parent="ks")
DISSOLVED = BodyDissolved(body="ks")


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


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((BOARD,), RegisterBody(body="ks", kind=BodyKind.UNIT, name="Annat"), BodyAlreadyRegistered),
    ((DISSOLVED, BOARD, DISSOLVED), RegisterBody(body="ks", kind=BodyKind.UNIT, name="Annat"), BodyAlreadyRegistered),
    ((), RegisterBody(body="ksau", kind=BodyKind.COMMITTEE, name="KSAU", parent="ks"), BodyUnknown),
    ((), RegisterBody(body="ks", kind=BodyKind.BOARD, name="KS", parent="ks"), BodyUnknown),
    ((), RenameBody(body="ks", name="KS"), BodyUnknown),
    ((), DissolveBody(body="ks"), BodyUnknown),
    ((BOARD, DISSOLVED), RegisterBody(body="au", kind=BodyKind.UNIT, name="AU", parent="ks"), BodyIsDissolved),
    ((BOARD, DISSOLVED), RenameBody(body="ks", name="KS"), BodyIsDissolved),
    ((BOARD, DISSOLVED), DissolveBody(body="ks"), BodyAlreadyDissolved),
    ((BOARD,), RenameBody(body="ks", name="Kommunstyrelsen", name_en="Executive board"), NameUnchanged),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(bodies)


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
