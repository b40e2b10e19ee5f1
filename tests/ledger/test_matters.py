from __future__ import annotations

import pytest
from pydantic import ValidationError

from ledger import matters
from ledger.bodies import BodyDissolved, BodyKind, BodyRegistered
from ledger.fields import ExternalNumber, StatedNumber
from ledger.matters import (
    SLICE,
    AddMatterNumber,
    BodyIsDissolved,
    BodyUnknown,
    CloseMatter,
    LinkMatter,
    LinkRunsBothWays,
    MatterAlreadyClosed,
    MatterAlreadyLinked,
    MatterAlreadyOpened,
    MatterClosed,
    MatterHasNumber,
    MatterKind,
    MatterLinked,
    MatterLinksToItself,
    MatterNotClosed,
    MatterNumberAdded,
    MatterOpened,
    MatterRelation,
    MatterReopened,
    MatterUnknown,
    OpenMatter,
    ReopenMatter,
)
from ledger.messages import Command, Event, Rejection
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

BODY = BodyRegistered(body="ksau", kind=BodyKind.COMMITTEE, name="Kommunstyrelsens arbetsutskott")
GONE = BodyDissolved(body="ksau")
DNR = ExternalNumber(scheme="dnr", value="KFKS 2015/174-001")
STATED = StatedNumber(scheme="dnr", value="KFKS 2015/174-001")
TITLE = "Medborgardialog inom stadsutveckling"


def opened(matter: str = "dialog", numbers: tuple[ExternalNumber, ...] = ()) -> MatterOpened:
    return MatterOpened(
        matter=matter, title=TITLE, language="sv", kind=MatterKind.DECISION, body="ksau", numbers=numbers
    )


def opening(matter: str = "dialog", numbers: tuple[StatedNumber, ...] = (), occurred: str | None = None) -> OpenMatter:
    return OpenMatter(
        matter=matter, title=TITLE, kind=MatterKind.DECISION, body="ksau", numbers=numbers, occurred=occurred
    )


def link(matter: str, other: str, relation: MatterRelation = MatterRelation.FOLLOWS_UP) -> LinkMatter:
    return LinkMatter(matter=matter, other=other, relation=relation)


def linked(matter: str, other: str, relation: MatterRelation = MatterRelation.FOLLOWS_UP) -> MatterLinked:
    return MatterLinked(matter=matter, other=other, relation=relation)


CLOSED = MatterClosed(matter="dialog")
REOPENED = MatterReopened(matter="dialog", reason="Ett yttrande kom in för sent.")


def test_s0_04_the_diary_number_is_kept_as_written() -> None:
    assert given(SLICE, BODY).when(opening(numbers=(STATED,))) == (opened(numbers=(DNR,)),)


def test_x6_two_matters_may_bear_one_number() -> None:
    assert given(SLICE, BODY, opened(numbers=(DNR,))).when(opening("letter", (STATED,))) == (opened("letter", (DNR,)),)


def test_s0_05_a_title_says_its_language() -> None:
    command = OpenMatter(matter="m", title="Public dialogue", language="en", kind=MatterKind.INFORMATION, body="ksau")
    (event,) = given(SLICE, BODY).when(command)
    assert isinstance(event, MatterOpened)
    assert (event.title, event.language) == ("Public dialogue", "en")


def test_an_old_matter_of_a_dissolved_body_is_recorded_with_its_date() -> None:
    (event,) = given(SLICE, BODY, GONE).when(opening(occurred="2012-05"))
    assert event == opened().model_copy(update={"occurred": "2012-05"})


@pytest.mark.parametrize("history", [(opened(),), (opened(), CLOSED)])
def test_a_matter_open_or_closed_takes_another_number(history: tuple[Event, ...]) -> None:
    command = AddMatterNumber(matter="dialog", number=STATED)
    assert given(SLICE, *history).when(command) == (MatterNumberAdded(matter="dialog", number=DNR),)


def test_a_matter_follows_up_another_with_the_date_its_source_gives() -> None:
    command = LinkMatter(matter="letter", other="dialog", relation=MatterRelation.FOLLOWS_UP, said_date="2015-05-18")
    (event,) = given(SLICE, opened(), opened("letter"), CLOSED).when(command)
    assert event == MatterLinked(
        matter="letter", other="dialog", relation=MatterRelation.FOLLOWS_UP, said_date="2015-05-18"
    )
    assert event.tags() == ("matter:letter", "matter:dialog", "matter:letter|other:dialog")


def test_two_matters_may_be_linked_in_several_ways() -> None:
    history = (opened("a"), opened("b"), linked("a", "b"))
    assert given(SLICE, *history).when(link("a", "b", MatterRelation.MERGES)) == (
        linked("a", "b", MatterRelation.MERGES),
    )
    assert given(SLICE, *history).when(link("b", "a", MatterRelation.SPLITS)) == (
        linked("b", "a", MatterRelation.SPLITS),
    )


def test_a_matter_is_closed_by_a_decision_and_reopened_with_a_reason() -> None:
    assert given(SLICE, opened()).when(CloseMatter(matter="dialog", decision="d-64")) == (
        MatterClosed(matter="dialog", decision="d-64"),
    )
    command = ReopenMatter(matter="dialog", reason="Ett yttrande kom in för sent.")
    assert given(SLICE, opened(), CLOSED).when(command) == (REOPENED,)
    assert given(SLICE, opened(), CLOSED, REOPENED).when(CloseMatter(matter="dialog")) == (CLOSED,)


def test_the_reason_to_reopen_is_sealed_under_the_matters_key() -> None:
    assert words_of(REOPENED) == [Words("/reason", "P", "matter:dialog|P", "Ett yttrande kom in för sent.")]


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((BODY, opened()), opening(), MatterAlreadyOpened),
    ((), opening(), BodyUnknown),
    ((BODY, GONE), opening(), BodyIsDissolved),
    ((), AddMatterNumber(matter="dialog", number=STATED), MatterUnknown),
    ((), CloseMatter(matter="dialog"), MatterUnknown),
    ((), ReopenMatter(matter="dialog", reason="Nytt underlag."), MatterUnknown),
    ((opened("a"),), link("a", "b"), MatterUnknown),
    ((opened("b"),), link("a", "b"), MatterUnknown),
    ((opened(numbers=(DNR,)),), AddMatterNumber(matter="dialog", number=STATED), MatterHasNumber),
    (
        (opened(), MatterNumberAdded(matter="dialog", number=DNR)),
        AddMatterNumber(matter="dialog", number=STATED),
        MatterHasNumber,
    ),
    ((opened("a"),), link("a", "a"), MatterLinksToItself),
    ((opened("a"), opened("b"), linked("a", "b")), link("a", "b"), MatterAlreadyLinked),
    ((opened("a"), opened("b"), linked("a", "b")), link("b", "a"), LinkRunsBothWays),
    ((opened(), CLOSED), CloseMatter(matter="dialog"), MatterAlreadyClosed),
    ((opened(),), ReopenMatter(matter="dialog", reason="Nytt underlag."), MatterNotClosed),
    ((opened(), CLOSED, REOPENED), ReopenMatter(matter="dialog", reason="Igen."), MatterNotClosed),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(matters)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_matters_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


@pytest.mark.parametrize(
    "fields", [{"title": "rad\nrad"}, {"language": "svenska!"}, {"kind": "gossip"}, {"matter": "å"}]
)
def test_a_matter_with_a_bad_field_is_no_command(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        OpenMatter.model_validate({"matter": "m", "title": "t", "kind": "decision", "body": "b"} | fields)
    assert caught.value.errors()[0]["loc"][0] == next(iter(fields))
