from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.bodies import BodyDissolved, BodyKind, BodyRegistered
from ledger.entries import encode
from ledger.fields import ApproxNumber, StatedApproxNumber, StatedFacet
from ledger.matters import MatterClosed, MatterKind, MatterOpened, MatterReopened
from ledger.messages import Command, Event, Rejection
from ledger.processes import (
    SLICE,
    ApplyToProcess,
    AttachProcessDocument,
    ChangePhase,
    ChangeScope,
    CloseProcess,
    ConfirmPlace,
    DeclarePromise,
    DocumentPurpose,
    HoldSession,
    InvitationReceived,
    JoinProcess,
    LessonPublished,
    MemberLeft,
    MemberSeated,
    OpenProcess,
    ParticipantJoined,
    ParticipationApplied,
    ParticipationLevel,
    PauseProcess,
    PhaseChanged,
    PlaceConfirmed,
    PlanSession,
    ProcessClosed,
    ProcessDocumentAttached,
    ProcessKind,
    ProcessOpened,
    ProcessPaused,
    ProcessPhase,
    ProcessResumed,
    ProcessStage,
    PromiseDeclared,
    PublishLesson,
    ReceiveInvitation,
    ReleaseMember,
    ResumeProcess,
    ScopeChanged,
    SeatMember,
    SessionGroup,
    SessionHeld,
    SessionPlanned,
    StatedSessionGroup,
    rejections,
)
from ledger.processes.rejections import (
    AnswerDueBeforePromise,
    BodyIsDissolved,
    BodyUnknown,
    DocumentAlreadyAttached,
    GroupNamedTwice,
    LessonAlreadyPublished,
    MatterIsClosed,
    MatterUnknown,
    MemberAlreadySeated,
    MemberNotSeated,
    ParticipantAlreadyJoined,
    PartUnknown,
    PhaseUnchanged,
    ProcessAlreadyOpened,
    ProcessIsClosed,
    ProcessIsNotPaused,
    ProcessIsPaused,
    ProcessUnknown,
    PromiseContradictsItself,
    PromiseLeavesNothingOpen,
    PromiseMissing,
    PromiseUnchanged,
    ScopeUnchanged,
    SessionAlreadyRecorded,
    SessionNotYetHeld,
)
from ledger.sealing import Words, words_of
from tests.slices import given, rejections_of

UNIT = BodyRegistered(body="stab", kind=BodyKind.UNIT, name="Stadsledningskontoret")
GONE = BodyDissolved(body="stab")
MATTER = MatterOpened(matter="m", title="Dialog", language="sv", kind=MatterKind.DECISION, body="stab")
MATTER_CLOSED = MatterClosed(matter="m")
MATTER_REOPENED = MatterReopened(matter="m", reason="Nytt underlag.")
OPENED = ProcessOpened(process="panel", title="Nackapanelen", kind=ProcessKind.PANEL, owner="stab")
IN_MATTER = OPENED.model_copy(update={"matter": "m"})
CLOSED = ProcessClosed(process="panel")
OPEN = OpenProcess(process="panel", title="Nackapanelen", kind=ProcessKind.PANEL, owner="stab")
OPEN_IN_MATTER = OPEN.model_copy(update={"matter": "m"})
INVOLVE = DeclarePromise(
    process="panel",
    level=ParticipationLevel.INVOLVE,
    can_change=("Gestaltning av torget",),
    cannot_change=("Antal bostäder",),
    decided_by="stab",
    answer_due="2016-06-30",
)
INVOLVED = PromiseDeclared(
    process="panel",
    ladder="iap2",
    level=ParticipationLevel.INVOLVE,
    can_change=("Gestaltning av torget",),
    cannot_change=("Antal bostäder",),
    decided_by="stab",
    answer_due="2016-06-30",
)


def promise(**changed: object) -> DeclarePromise:
    return INVOLVE.model_copy(update=changed)


def test_a_process_is_opened_of_its_own() -> None:
    assert given(SLICE, UNIT).when(OPEN) == (OPENED,)


@pytest.mark.parametrize("history", [(UNIT, MATTER), (UNIT, MATTER, MATTER_CLOSED, MATTER_REOPENED)])
def test_a_process_is_opened_within_an_open_matter(history: tuple[Event, ...]) -> None:
    (event,) = given(SLICE, *history).when(OPEN_IN_MATTER)
    assert event == IN_MATTER
    assert event.tags() == ("process:panel", "body:stab", "matter:m")


def test_s2_16_s3_27_a_process_names_its_channels_and_groups() -> None:
    command = OpenProcess(
        process="p",
        title="Samråd",
        kind=ProcessKind.CONSULTATION,
        owner="stab",
        period="2016-03/2016-05",
        channels=("web", "paper", "telephone", "meeting"),
        groups=("residents", "civil_society", "business"),
        open_ended=True,
    )
    assert given(SLICE, UNIT).when(command) == (
        ProcessOpened(
            process="p",
            title="Samråd",
            kind=ProcessKind.CONSULTATION,
            owner="stab",
            period="2016-03/2016-05",
            channels=("web", "paper", "telephone", "meeting"),
            groups=("residents", "civil_society", "business"),
            open_ended=True,
        ),
    )


def test_s0_21_a_process_promises_how_far_influence_reaches() -> None:
    assert given(SLICE, UNIT, OPENED).when(INVOLVE) == (INVOLVED,)


def test_information_alone_needs_nothing_that_can_change() -> None:
    command = DeclarePromise(process="panel", level=ParticipationLevel.INFORM, decided_by="stab")
    assert given(SLICE, UNIT, OPENED).when(command) == (
        PromiseDeclared(process="panel", ladder="iap2", level=ParticipationLevel.INFORM, decided_by="stab"),
    )


def test_a_promise_that_shrinks_is_seen_to_have_shrunk() -> None:
    (event,) = given(SLICE, UNIT, OPENED, INVOLVED).when(promise(level=ParticipationLevel.CONSULT))
    assert event == INVOLVED.model_copy(update={"level": ParticipationLevel.CONSULT})
    # And the first one may be declared again, for it no longer holds.
    assert given(SLICE, UNIT, OPENED, INVOLVED, event).when(INVOLVE) == (INVOLVED,)


def test_a_process_is_closed_with_a_summary_under_its_key() -> None:
    (event,) = given(SLICE, OPENED).when(CloseProcess(process="panel", summary="Många ville se träd."))
    assert event == ProcessClosed(process="panel", summary="Många ville se träd.")
    assert words_of(event) == [Words("/summary", "P", "process:panel|P", "Många ville se träd.")]
    assert given(SLICE, OPENED).when(CloseProcess(process="panel")) == (CLOSED,)


def test_a_dissolved_body_may_be_shown_to_have_run_a_process_once() -> None:
    (event,) = given(SLICE, UNIT, GONE).when(OPEN.model_copy(update={"occurred": "2014"}))
    assert event.occurred == "2014"


# --- The frame, the phases, who takes part ----------------------------------------------------------
SKL = BodyRegistered(body="skl", kind=BodyKind.EXTERNAL, name="SKL")
PROMISED = (UNIT, OPENED, INVOLVED)
COLLECT = ChangePhase(process="panel", phase=ProcessPhase.COLLECTING, until="2016-06-30")
COLLECTING = PhaseChanged(process="panel", phase="collecting", until="2016-06-30")
PAUSED = ProcessPaused(process="panel")
INFORMED = PromiseDeclared(process="panel", ladder="iap2", level=ParticipationLevel.INFORM, decided_by="stab")
HOLD = HoldSession(
    process="panel",
    session="s1",
    date="2016-05-10",
    groups=(StatedSessionGroup(group="older_residents", count=12), StatedSessionGroup(group="staff")),
    shown_indicators=("nii",),
    notes_document="notes",
)
HELD = SessionHeld(process="panel", session="s1", date="2016-05-10")
PLANNED = SessionPlanned(process="panel", session="s1", number=1, date="2016-05")
TEACH = PublishLesson(process="panel", lesson="l1", method="dialog", text="Fråga tidigt.")
LEARNT = LessonPublished(process="panel", lesson="l1", text="Fråga tidigt.")
JOIN = JoinProcess(process="panel", body="skl", duty="Ett utvecklingsarbete var")
JOINED = ParticipantJoined(process="panel", body="skl", role="member", duty="Ett utvecklingsarbete var")


def test_s2_03_s2_07_s2_17_s2_19_s2_21_s2_22_a_process_keeps_the_terms_of_its_letter() -> None:
    command = OpenProcess(
        process="network",
        title="Nätverk",
        kind=ProcessKind.NETWORK,
        owner="stab",
        period="2018-04-10/2019-04-10",
        period_as_decided="2018-04/2019-04",
        methods=("dialog",),
        programme="goals",
        decision="join",
        planned_sessions=7,
        participants=StatedApproxNumber(minimum=8, maximum=10),
        unit_named_later=True,
        scope_method="hur",
        scope_object="vad",
        occurred="2018-04-10",
    )
    (event,) = given(SLICE, UNIT).when(command)
    assert isinstance(event, ProcessOpened)
    assert (event.period, event.period_as_decided) == ("2018-04-10/2019-04-10", "2018-04/2019-04")
    assert event.participants == ApproxNumber(minimum=8, maximum=10)
    assert (event.planned_sessions, event.unit_named_later) == (7, True)
    assert event.tags() == ("process:network", "body:stab", "programme:goals", "decision:join", "method:dialog")


def test_s3_09_s3_17_s3_24_s3_26_a_trial_has_traits_and_parts_and_may_be_open_ended() -> None:
    trait = StatedFacet(component="way_of_working", attribute="small_scale")
    command = OpenProcess(
        process="trial",
        title="Prototyper",
        kind=ProcessKind.TRIAL,
        owner="stab",
        open_ended=True,
        stage=ProcessStage.TRIED,
        facets=(trait,),
        parts=("panel",),
    )
    (event,) = given(SLICE, UNIT, OPENED).when(command)
    assert isinstance(event, ProcessOpened)
    assert (event.facets, event.parts, event.stage) == ((trait.kept(),), ("panel",), "tried")


def test_what_a_process_does_not_state_is_absent_from_its_entry() -> None:
    (event,) = given(SLICE, UNIT).when(OPEN)
    assert event.model_dump(exclude_none=True).keys() == {
        *("process", "title", "kind", "owner", "channels", "groups", "open_ended")
    }


def test_a_scope_changes_in_what_is_named_alone() -> None:
    change = ChangeScope(process="panel", planned_sessions=5, groups=("residents",), reason="Två ställdes in.")
    (event,) = given(SLICE, *PROMISED).when(change)
    assert event == ScopeChanged(process="panel", planned_sessions=5, groups=("residents",), reason="Två ställdes in.")
    assert words_of(event) == [Words("/reason", "P", "process:panel|P", "Två ställdes in.")]


def test_views_are_collected_only_under_a_promise_and_another_last_day_is_a_change() -> None:
    assert given(SLICE, *PROMISED).when(COLLECT) == (COLLECTING,)
    later = COLLECT.model_copy(update={"until": "2016-08-31"})
    (event,) = given(SLICE, *PROMISED, COLLECTING).when(later)
    assert event == COLLECTING.model_copy(update={"until": "2016-08-31"})


def test_analysing_needs_no_promise() -> None:
    command = ChangePhase(process="panel", phase=ProcessPhase.ANALYSING)
    assert given(SLICE, UNIT, OPENED).when(command) == (PhaseChanged(process="panel", phase="analysing"),)


def test_a_paused_process_goes_on_where_it_was() -> None:
    assert given(SLICE, *PROMISED).when(PauseProcess(process="panel")) == (PAUSED,)
    resumed = ProcessResumed(process="panel")
    assert given(SLICE, *PROMISED, PAUSED).when(ResumeProcess(process="panel")) == (resumed,)
    assert given(SLICE, *PROMISED, PAUSED, resumed).when(COLLECT) == (COLLECTING,)


def test_s2_06_s2_09_an_invitation_is_answered_by_an_application_and_a_confirmation() -> None:
    history: tuple[Event, ...] = (UNIT, SKL, OPENED)
    steps: list[tuple[Command, Event]] = [
        (
            ReceiveInvitation(process="panel", organisation="skl"),
            InvitationReceived(process="panel", organisation="skl"),
        ),
        (
            ApplyToProcess(process="panel", organisation="skl"),
            ParticipationApplied(process="panel", organisation="skl"),
        ),
        (
            ConfirmPlace(process="panel", organisation="skl", document="letter"),
            PlaceConfirmed(process="panel", organisation="skl", document="letter"),
        ),
    ]
    for command, event in steps:
        assert given(SLICE, *history).when(command) == (event,)
        history = (*history, event)
    assert history[-1].tags() == ("process:panel", "body:skl", "document:letter")


def test_s2_08_a_participant_joins_with_a_duty() -> None:
    (event,) = given(SLICE, UNIT, SKL, OPENED).when(JOIN)
    assert event == JOINED
    assert event.tags() == ("process:panel", "body:skl", "process:panel|body:skl")


def test_s0_10_s0_19_s2_11_s2_19_a_session_is_held_as_planned_with_its_groups_and_indicators() -> None:
    (event,) = given(SLICE, UNIT, MATTER, IN_MATTER, PLANNED).when(HOLD)
    assert event == SessionHeld(
        process="panel",
        session="s1",
        matter="m",
        date="2016-05-10",
        groups=(SessionGroup(group="older_residents", count=12), SessionGroup(group="staff")),
        shown_indicators=("nii",),
        notes_document="notes",
        occurred="2016-05-10",
    )
    assert event.tags() == ("process:panel", "process:panel|session:s1", "matter:m", "indicator:nii", "document:notes")


def test_a_session_occurred_on_its_day_unless_the_caller_knows_better() -> None:
    (event,) = given(SLICE, UNIT, OPENED).when(HOLD.model_copy(update={"occurred": "2016-05-10T18:00:00+02:00"}))
    assert event.occurred == "2016-05-10T18:00:00+02:00"


def test_notes_and_lessons_may_come_after_the_close() -> None:
    assert given(SLICE, UNIT, OPENED, CLOSED).when(HOLD)[0].topic == "session-held"
    (event,) = given(SLICE, UNIT, OPENED, CLOSED).when(TEACH)
    assert event.tags() == ("process:panel", "process:panel|lesson:l1", "method:dialog")
    assert words_of(event) == [Words("/text", "P", "process:panel|P", "Fråga tidigt.")]


SEAT = SeatMember(process="panel", member="m1", name="Anna Andersson")
SEATED = MemberSeated(process="panel", member="m1", name="Anna Andersson")
LEFT = MemberLeft(process="panel", member="m1")
ATTACH = AttachProcessDocument(process="panel", document="report", purpose=DocumentPurpose.STATUS_REPORT)
ATTACHED = ProcessDocumentAttached(process="panel", document="report", purpose="status_report")


def test_s0_20_a_seat_in_a_standing_panel_is_private_and_can_be_left_and_taken_again() -> None:
    (event,) = given(SLICE, UNIT, OPENED).when(SEAT)
    assert event == SEATED
    assert words_of(event) == [Words("/name", "S", "author:m1|S", "Anna Andersson")]
    assert given(SLICE, UNIT, OPENED, SEATED).when(ReleaseMember(process="panel", member="m1")) == (LEFT,)
    assert given(SLICE, UNIT, OPENED, SEATED, LEFT).when(SEAT) == (SEATED,)


def test_s0_22_a_status_report_is_attached_also_after_the_close() -> None:
    (event,) = given(SLICE, UNIT, OPENED, CLOSED).when(ATTACH)
    assert event == ATTACHED
    assert event.tags() == ("process:panel", "document:report")


def test_the_same_session_id_in_another_process_is_another_session() -> None:
    other = HELD.model_copy(update={"process": "other"})
    assert given(SLICE, UNIT, OPENED, other).when(HOLD)[0].topic == "session-held"


@drawn(
    first=st.sampled_from(list(ParticipationLevel)),
    second=st.sampled_from(list(ParticipationLevel)),
)
def test_what_may_be_collected_depends_on_the_last_promise_alone(
    first: ParticipationLevel, second: ParticipationLevel
) -> None:
    promises = [INVOLVED.model_copy(update={"level": level}) for level in (first, second)]
    asked = given(SLICE, UNIT, OPENED, *promises)
    if second is ParticipationLevel.INFORM:
        with pytest.raises(PromiseMissing):
            asked.when(COLLECT)
    else:
        assert asked.when(COLLECT) == (COLLECTING,)


REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((UNIT,), OPEN.model_copy(update={"parts": ("none",)}), PartUnknown),
    (PROMISED, ChangeScope(process="panel", reason="Inget."), ScopeUnchanged),
    ((UNIT, OPENED), COLLECT, PromiseMissing),
    ((UNIT, OPENED, INFORMED), COLLECT, PromiseMissing),
    ((*PROMISED, COLLECTING), COLLECT, PhaseUnchanged),
    ((*PROMISED, PAUSED), COLLECT, ProcessIsPaused),
    ((*PROMISED, PAUSED), PauseProcess(process="panel"), ProcessIsPaused),
    (PROMISED, ResumeProcess(process="panel"), ProcessIsNotPaused),
    ((UNIT, OPENED), ReceiveInvitation(process="panel", organisation="skl"), BodyUnknown),
    ((UNIT, SKL, OPENED, CLOSED), JOIN, ProcessIsClosed),
    ((UNIT, SKL, OPENED, JOINED), JOIN, ParticipantAlreadyJoined),
    ((UNIT, OPENED, HELD), HOLD, SessionAlreadyRecorded),
    ((UNIT, OPENED, PLANNED), PlanSession(process="panel", session="s1"), SessionAlreadyRecorded),
    ((UNIT, OPENED), HOLD.model_copy(update={"date": "2016-05-18"}), SessionNotYetHeld),
    ((UNIT, OPENED), HOLD.model_copy(update={"groups": HOLD.groups * 2}), GroupNamedTwice),
    ((UNIT,), HOLD, ProcessUnknown),
    ((UNIT, OPENED, LEARNT), TEACH, LessonAlreadyPublished),
    ((UNIT, OPENED, SEATED), SEAT, MemberAlreadySeated),
    ((UNIT, OPENED, CLOSED), SEAT, ProcessIsClosed),
    ((UNIT, OPENED), ReleaseMember(process="panel", member="m1"), MemberNotSeated),
    ((UNIT, OPENED, SEATED, LEFT), ReleaseMember(process="panel", member="m1"), MemberNotSeated),
    ((UNIT, OPENED, ATTACHED), ATTACH, DocumentAlreadyAttached),
    ((UNIT, OPENED), OPEN, ProcessAlreadyOpened),
    ((UNIT, OPENED, CLOSED), OPEN, ProcessAlreadyOpened),
    ((), OPEN, BodyUnknown),
    ((UNIT, GONE), OPEN, BodyIsDissolved),
    ((UNIT,), OPEN_IN_MATTER, MatterUnknown),
    ((UNIT, MATTER, MATTER_CLOSED), OPEN_IN_MATTER, MatterIsClosed),
    ((UNIT,), INVOLVE, ProcessUnknown),
    ((UNIT, OPENED, CLOSED), INVOLVE, ProcessIsClosed),
    ((OPENED,), INVOLVE, BodyUnknown),
    ((UNIT, OPENED, GONE), INVOLVE, BodyIsDissolved),
    ((UNIT, OPENED), promise(cannot_change=("Gestaltning av torget",)), PromiseContradictsItself),
    ((UNIT, OPENED, INVOLVED), INVOLVE, PromiseUnchanged),
    ((UNIT, OPENED), promise(answer_due="2016-05-15"), AnswerDueBeforePromise),
    ((UNIT, OPENED), promise(answer_due="2015-12-31", occurred="2016"), AnswerDueBeforePromise),
    ((), CloseProcess(process="panel"), ProcessUnknown),
    ((OPENED, CLOSED), CloseProcess(process="panel"), ProcessIsClosed),
    *(
        ((UNIT, OPENED), promise(level=level, can_change=()), PromiseLeavesNothingOpen)
        for level in ParticipationLevel
        if level is not ParticipationLevel.INFORM
    ),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_the_register_of_processes_says_no(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


@pytest.mark.parametrize(
    "fields",
    [{"answer_due": "2016-02-30"}, {"can_change": ["x"] * 21}, {"can_change": [""]}, {"ladder": "IAP2"}, {"level": ""}],
)
def test_a_promise_with_a_bad_field_is_no_command(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        DeclarePromise.model_validate({"process": "p", "level": "inform", "decided_by": "b"} | fields)
    assert caught.value.errors()[0]["loc"][0] == next(iter(fields))


def test_the_longest_promise_fits_one_entry() -> None:
    clauses = tuple(f"{number:02}" + "\N{DECIDUOUS TREE}" * 298 for number in range(20))
    longest = DeclarePromise(
        process="p" * 64,
        ladder="i" * 64,
        level=ParticipationLevel.COLLABORATE,
        can_change=clauses,
        cannot_change=tuple(clause[::-1] for clause in clauses),
        decided_by="stab",
    )
    opened = OPENED.model_copy(update={"process": "p" * 64})
    (event,) = given(SLICE, UNIT, opened).when(longest)
    assert (
        len(
            encode(event, id="0190b0a0-0000-8000-8000-000000000000", ledger="l", actor="a", time="2016-05-16T12:00:00Z")
        )
        > 48_000
    )
