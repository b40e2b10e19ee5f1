"""Programmes: adopted, replaced, followed up, reported, linked, closed; and every no."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.bodies import BodyKind, BodyRegistered
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Command, Event, Rejection
from ledger.programmes import SLICE, rules
from ledger.programmes.events import (
    AdoptProgramme,
    CloseProgramme,
    ElementKind,
    FollowUpRecorded,
    GoalLineageStated,
    LineageRelation,
    LinkProgramme,
    ProgrammeAdopted,
    ProgrammeClosed,
    ProgrammeLinked,
    ProgrammeReported,
    RecordFollowUp,
    ReportKind,
    ReportProgramme,
    StatedElement,
    StateGoalLineage,
)
from ledger.programmes.rules import (
    ElementUnknown,
    FollowUpYearToCome,
    LineageHasNoSuccessor,
    LineageNeedsSuccessor,
    LineageSkipsProgramme,
    ProgrammeAlreadyAdopted,
    ProgrammeAlreadyLinked,
    ProgrammeIsClosed,
    ProgrammeNamesUnknown,
    ProgrammeUnknown,
)
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

BOARD = BodyRegistered(body="kf", kind=BodyKind.COUNCIL, name="Kommunfullmäktige")
MATTER = MatterOpened(matter="m", title="Inflytande", language="sv", kind=MatterKind.DECISION, body="kf")
GOALS = tuple(StatedElement(element=f"g{number}", kind=ElementKind.GOAL) for number in range(1, 9))
ADOPT = AdoptProgramme(
    programme="budget-2015",
    programme_version="2015-2017",
    title="Mål och budget 2015-2017",
    period="2015/2017",
    body="kf",
    elements=(
        GOALS[0].model_copy(update={"title": "Starkt medborgarinflytande", "text": "Alla ska höras."}),
        *GOALS[1:],
    ),
)
(FIRST,) = given(SLICE, BOARD).when(ADOPT)
assert isinstance(FIRST, ProgrammeAdopted)
ADOPTED: ProgrammeAdopted = FIRST
NEXT = AdoptProgramme(
    programme="styrning-2016",
    programme_version="2",
    title="Styrning",
    period="2016/..",
    elements=GOALS[:4],
    replaces="budget-2015",
)
(LATER,) = given(SLICE, ADOPTED).when(NEXT)
LINEAGE = StateGoalLineage(
    programme="budget-2015",
    element="g1",
    relation=LineageRelation.CONTINUES,
    new_programme="styrning-2016",
    new_element="g2",
    by_role="controller",
)
LINK = LinkProgramme(programme="budget-2015", element="g1", matter="m")
LINKED = ProgrammeLinked(programme="budget-2015", element="g1", matter="m")
CLOSED = ProgrammeClosed(programme="budget-2015")


def lineage(**changed: Any) -> StateGoalLineage:
    return LINEAGE.model_copy(update=changed)


def test_s0_13_a_programme_is_adopted_with_named_and_unnamed_goals_and_a_goals_text_is_sealed() -> None:
    assert [each.title for each in ADOPTED.elements] == ["Starkt medborgarinflytande", *[None] * 7]
    assert words_of(ADOPTED) == [Words("/elements/0/text", "P", "programme:budget-2015|P", "Alla ska höras.")]
    assert ADOPTED.tags() == ("programme:budget-2015", "body:kf")


def test_s3_06_x5_a_later_version_replaces_it_and_may_say_what_became_of_a_goal() -> None:
    assert LATER.tags() == ("programme:styrning-2016", "programme:budget-2015")
    (event,) = given(SLICE, ADOPTED, LATER).when(LINEAGE)
    assert isinstance(event, GoalLineageStated)
    assert (event.relation, event.new_element) == (LineageRelation.CONTINUES, "g2")
    assert event.tags() == ("programme:budget-2015", "programme:styrning-2016")


def test_s1_02_s1_06_x16_one_programme_has_three_names_and_a_role_that_started_it() -> None:
    command = ADOPT.model_copy(
        update={
            "body": None,
            "aliases": ("projekt", "utvecklingsarbete"),
            "initiator_role": "stadsdirektören",
            "occurred": "2012",
        }
    )
    (event,) = given(SLICE).when(command)
    assert isinstance(event, ProgrammeAdopted)
    assert (event.aliases, event.initiator_role) == (("projekt", "utvecklingsarbete"), "stadsdirektören")
    assert event.occurred == "2012"


def test_s1_03_s1_04_s1_10_a_programme_is_followed_up_reported_and_closed() -> None:
    history = given(SLICE, ADOPTED)
    assert history.when(RecordFollowUp(programme="budget-2015", year=2013)) == (
        FollowUpRecorded(programme="budget-2015", year=2013),
    )
    for kind, period in ((ReportKind.FINAL, "2012/2016"), (ReportKind.OUTLOOK, "2017/2018")):
        (event,) = history.when(ReportProgramme(programme="budget-2015", kind=kind, period=period))
        assert event == ProgrammeReported(programme="budget-2015", kind=kind, period=period)
    assert history.when(CloseProgramme(programme="budget-2015")) == (CLOSED,)
    # A final report may come after the close.
    assert history.and_then(CLOSED).when(RecordFollowUp(programme="budget-2015", year=2016))


def test_s0_13_a_matter_serves_a_goal() -> None:
    (event,) = given(SLICE, ADOPTED, MATTER).when(LINK)
    assert event == LINKED
    assert event.tags() == ("programme:budget-2015", "matter:m")


def test_an_indicator_may_be_linked_before_the_ledger_knows_it() -> None:
    (event,) = given(SLICE, ADOPTED).when(LinkProgramme(programme="budget-2015", indicator="nii"))
    assert event.tags() == ("programme:budget-2015", "indicator:nii")


@drawn(relation=st.sampled_from(LineageRelation), named=st.booleans())
def test_a_lineage_names_a_successor_exactly_when_there_is_one(relation: LineageRelation, named: bool) -> None:
    command = lineage(relation=relation) if named else lineage(relation=relation, new_programme=None, new_element=None)
    has_successor = relation not in {LineageRelation.DROPPED, LineageRelation.UNKNOWN}
    history = given(SLICE, ADOPTED, LATER)
    if named == has_successor:
        assert len(history.when(command)) == 1
    else:
        with pytest.raises(LineageNeedsSuccessor if has_successor else LineageHasNoSuccessor):
            history.when(command)


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((BOARD, ADOPTED), ADOPT, ProgrammeAlreadyAdopted),
    ((), ADOPT, ProgrammeNamesUnknown),
    ((), NEXT, ProgrammeUnknown),
    ((), NEXT.model_copy(update={"replaces": "styrning-2016"}), ProgrammeUnknown),
    ((), LINEAGE, ProgrammeUnknown),
    ((ADOPTED,), LINEAGE, ProgrammeUnknown),
    ((ADOPTED, LATER), lineage(element="g9"), ElementUnknown),
    ((ADOPTED, LATER), lineage(new_element="g5"), ElementUnknown),
    ((ADOPTED, LATER), lineage(new_element=None), LineageNeedsSuccessor),
    ((ADOPTED, LATER), lineage(relation=LineageRelation.DROPPED), LineageHasNoSuccessor),
    ((ADOPTED, LATER.model_copy(update={"replaces": None})), LINEAGE, LineageSkipsProgramme),
    ((), RecordFollowUp(programme="budget-2015", year=2013), ProgrammeUnknown),
    ((ADOPTED,), RecordFollowUp(programme="budget-2015", year=2013, document="d"), ProgrammeNamesUnknown),
    ((ADOPTED,), RecordFollowUp(programme="budget-2015", year=2017), FollowUpYearToCome),
    ((ADOPTED, CLOSED), CloseProgramme(programme="budget-2015"), ProgrammeIsClosed),
    ((ADOPTED,), LINK, ProgrammeNamesUnknown),
    ((ADOPTED, MATTER), LINK.model_copy(update={"element": "g9"}), ElementUnknown),
    ((ADOPTED, MATTER, LINKED), LINK, ProgrammeAlreadyLinked),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rules)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_programmes_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


@pytest.mark.parametrize("fields", [{}, {"matter": "m", "process": "p"}])
def test_a_link_names_one_thing(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="one matter, one process or one indicator"):
        LinkProgramme.model_validate({"programme": "p"} | fields)


def test_an_element_is_named_once() -> None:
    with pytest.raises(ValidationError, match="same element twice"):
        AdoptProgramme.model_validate(dict(ADOPT) | {"elements": (GOALS[0], GOALS[0])})
