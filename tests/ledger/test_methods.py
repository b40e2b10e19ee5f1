from __future__ import annotations

import pytest

from ledger import methods
from ledger.bodies import BodyKind, BodyRegistered
from ledger.fields import Facet, StatedFacet
from ledger.messages import Command, Event, Rejection
from ledger.methods import (
    SLICE,
    AssessmentAlreadyRecorded,
    AssessorNotIndependent,
    AssessorNotOwner,
    AssessorUnknown,
    AssessTrial,
    ChannelAlreadyRegistered,
    ChannelKind,
    ChannelRegistered,
    GroupAlreadyRegistered,
    GroupRegistered,
    MethodAlreadyRegistered,
    MethodRegistered,
    RegisterChannel,
    RegisterGroup,
    RegisterMethod,
    StatedTrialEvidence,
    TrialAssessed,
    TrialClaimant,
    TrialEvidence,
    TrialEvidenceContradicts,
    TrialUnknown,
    TrialVerdict,
    TriedMethodUnknown,
)
from ledger.processes import ProcessKind, ProcessOpened
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

UNIT = BodyRegistered(body="unit", kind=BodyKind.UNIT, name="Förnyelseenheten")
AUDIT = BodyRegistered(body="audit", kind=BodyKind.UNIT, name="Revisionen")
TRIAL = ProcessOpened(process="trial", title="Test av dialog", kind=ProcessKind.TRIAL, owner="unit")
REGISTER = RegisterMethod(
    method="dialog",
    name_sv="dialog",
    name_en="dialogue",
    aliases=("dialogisk metodik",),
    facets=(StatedFacet(component="way_of_working", attribute="small_scale"),),
)
REGISTERED = MethodRegistered(
    method="dialog",
    name_sv="dialog",
    name_en="dialogue",
    aliases=("dialogisk metodik",),
    facets=(Facet(component="way_of_working", attribute="small_scale"),),
)
CHOICE = RegisterChannel(channel="provider_choice", kind=ChannelKind.EXIT, name_sv="Kundval", from_date="1985")
CHOICE_REGISTERED = ChannelRegistered(channel="provider_choice", kind="exit", name_sv="Kundval", from_date="1985")
REPORT = StatedTrialEvidence(kind="document", id="report")
ASSESS = AssessTrial(
    assessment="a",
    method="dialog",
    process="trial",
    verdict=TrialVerdict.WORKS,
    evidence=(REPORT,),
    claimed_by=TrialClaimant.OWNER,
    by_body="unit",
    text="Den fungerar.",
)
HISTORY = (UNIT, AUDIT, TRIAL, REGISTERED)


def assess(**changed: object) -> AssessTrial:
    return ASSESS.model_copy(update=changed)


def test_s3_09_s3_15_s3_17_a_method_is_registered_with_its_other_names_and_traits() -> None:
    assert given(SLICE).when(REGISTER) == (REGISTERED,)


def test_s0_33_s2_23_a_channel_is_registered_with_its_kind_and_since_when() -> None:
    (event,) = given(SLICE).when(CHOICE)
    assert event == CHOICE_REGISTERED
    assert event.tags() == ("channel:provider_choice",)


CIVIL = RegisterGroup(group="civil_society", name_sv="civilsamhälle", name_en="civil society")
CIVIL_REGISTERED = GroupRegistered(group="civil_society", name_sv="civilsamhälle", name_en="civil society")


def test_s3_27_a_group_of_people_is_registered_by_its_name() -> None:
    assert given(SLICE).when(CIVIL) == (CIVIL_REGISTERED,)


def test_s3_10_s3_16_a_trial_is_assessed_by_who_ran_it_and_on_what() -> None:
    (event,) = given(SLICE, *HISTORY).when(ASSESS)
    assert event == TrialAssessed(
        assessment="a",
        method="dialog",
        process="trial",
        verdict="works",
        evidence=(TrialEvidence(kind="document", id="report"),),
        claimed_by="owner",
        by_body="unit",
        text="Den fungerar.",
    )
    assert event.tags() == ("method:dialog", "assessment:a", "process:trial", "body:unit", "document:report")
    assert words_of(event) == [Words("/text", "P", "process:trial|P", "Den fungerar.")]


def test_another_body_assesses_independently_and_may_have_nothing_to_show() -> None:
    none = (StatedTrialEvidence(kind="none"),)
    (event,) = given(SLICE, *HISTORY).when(
        assess(claimed_by=TrialClaimant.INDEPENDENT, by_body="audit", evidence=none, text=None)
    )
    assert isinstance(event, TrialAssessed)
    assert (event.claimed_by, event.evidence) == ("independent", (TrialEvidence(kind="none"),))


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((REGISTERED,), REGISTER, MethodAlreadyRegistered),
    ((CHOICE_REGISTERED,), CHOICE, ChannelAlreadyRegistered),
    ((CIVIL_REGISTERED,), CIVIL, GroupAlreadyRegistered),
    ((UNIT, TRIAL), ASSESS, TriedMethodUnknown),
    ((UNIT, REGISTERED), ASSESS, TrialUnknown),
    ((TRIAL, REGISTERED), ASSESS, AssessorUnknown),
    (HISTORY, assess(claimed_by=TrialClaimant.INDEPENDENT), AssessorNotIndependent),
    (HISTORY, assess(by_body="audit"), AssessorNotOwner),
    (HISTORY, assess(evidence=(StatedTrialEvidence(kind="survey"),)), TrialEvidenceContradicts),
    (HISTORY, assess(evidence=(StatedTrialEvidence(kind="none", id="x"),)), TrialEvidenceContradicts),
    (HISTORY, assess(evidence=(StatedTrialEvidence(kind="none"), REPORT)), TrialEvidenceContradicts),
    (
        (
            *HISTORY,
            TrialAssessed(
                assessment="a", method="m2", process="p2", verdict="fails", claimed_by="owner", by_body="unit"
            ),
        ),
        ASSESS,
        AssessmentAlreadyRecorded,
    ),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(methods)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_methods_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)
