"""Processes as they are shown: promises that shrank, sessions, what can be influenced when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.bodies import BodyKind, BodyRegistered
from ledger.commitments import CommitmentMade
from ledger.fields import Facet
from ledger.messages import Event
from ledger.methods import ChannelRegistered
from ledger.processes import (
    InvitationReceived,
    LessonPublished,
    MemberLeft,
    MemberSeated,
    ParticipantJoined,
    ParticipationApplied,
    ParticipationLevel,
    PhaseChanged,
    PlaceConfirmed,
    ProcessClosed,
    ProcessDocumentAttached,
    ProcessKind,
    ProcessOpened,
    ProcessPaused,
    ProcessResumed,
    PromiseDeclared,
    ScopeChanged,
    SessionGroup,
    SessionPlanned,
)
from projections.rows.memory import happened_by
from projections.views import processes
from projections.views.promises import LEVELS, judged
from tests.projections.history import record, rows_of, rows_over
from tests.projections.town import NETWORK, NETWORK_LETTER, NETWORK_STARTED, SEALED, TOWN, decided, received

SKL = BodyRegistered(body="skl", kind=BodyKind.EXTERNAL, name="SKL")


def promise(level: ParticipationLevel, *can_change: str, process: str = "network", **more: Any) -> PromiseDeclared:
    return PromiseDeclared(process=process, ladder="iap2", level=level, can_change=can_change, decided_by="ks", **more)


def shown(*events: Event, on: str = "2018-06-01", process: str = "network") -> dict[str, Any]:
    view = processes.process(rows_of(*TOWN, SKL, *events), process, on=on)
    assert view is not None
    return view


# --- Terms ------------------------------------------------------------------------------------
def test_s2_03_s2_07_s2_17_s2_21_s2_22_the_terms_keep_every_precision_and_say_where_they_are_from() -> None:
    view = shown(NETWORK)
    terms = view["terms"]
    assert (view["process"]["period"], terms["period_as_decided"]) == ("2018-04-10/2019-04-10", "2018-04/2019-04")
    assert (terms["participants"]["minimum"], terms["participants"]["maximum"]) == (8, 10)
    assert (terms["scope_method"], terms["scope_object"]) == ("hur dialogen förs", "vad dialogen rör")
    assert (terms["unit_named_later"], terms["operating_units"]) == (True, [])
    assert (terms["programme"], terms["decision"], terms["legal_basis"]) == ("goals", "join", "KL 8:3")
    assert view["process"]["opened"]["source"]["anchor"] == "lines 9-25"


def test_s0_15_s3_24_a_process_says_how_far_it_came_and_which_projects_it_was_made_of() -> None:
    tried = ProcessOpened(
        process="art", title="Konsten", kind=ProcessKind.TRIAL, owner="ks", stage="ongoing_or_tried", parts=("p1",)
    )
    rows = rows_of(*TOWN, tried)
    view = processes.process(rows, "art", on="2016-01-01")
    assert view is not None
    assert (view["terms"]["stage"], view["terms"]["parts"]) == ("ongoing_or_tried", ["p1"])
    assert {each["process"]: each["stage"] for each in processes.processes(rows)["processes"]} == {
        "art": "ongoing_or_tried",
        "p1": None,
    }


def test_s0_17_s0_18_s0_20_s3_26_each_unit_runs_its_process_of_its_kind_and_may_leave_its_end_open() -> None:
    units = (
        ("technical", ProcessKind.DIALOGUE),
        ("education", ProcessKind.QUALITY_WORK),
        ("business", ProcessKind.PANEL),
    )
    opened = [
        ProcessOpened(process=unit, title=unit, kind=kind, owner=unit, open_ended=True, source=NETWORK_LETTER)
        for unit, kind in units
    ]
    rows = rows_of(*TOWN, *opened)
    listed = {each["process"]: (each["kind"], each["owner"]) for each in processes.processes(rows)["processes"]}
    assert {name: listed[name] for name, _ in units} == {
        "technical": ("dialogue", "technical"),
        "education": ("quality_work", "education"),
        "business": ("panel", "business"),
    }
    view = processes.process(rows, "business", on="2016-01-01")
    assert view is not None
    assert (view["process"]["open_ended"], view["process"]["opened"]["source"]["anchor"]) == (True, "lines 9-25")


def test_a_frame_that_changed_is_seen_as_it_is_and_as_it_was() -> None:
    change = ScopeChanged(process="network", planned_sessions=5, groups=("residents",), reason=SEALED)
    terms = shown(NETWORK, change)["terms"]
    assert terms["planned_sessions"] == 5
    assert terms["scope_changes"][0]["fields"] == [
        {"field": "planned_sessions", "before": ["7"], "after": ["5"]},
        {"field": "groups", "before": ["residents", "older_residents"], "after": ["residents"]},
    ]
    assert terms["scope_changes"][0]["reason"] == {"position": 7, "pointer": "/reason"}


# --- What was done ----------------------------------------------------------------------------
def test_s2_06_s2_09_invitation_application_and_confirmation_stand_in_order_before_the_decision() -> None:
    steps: tuple[Event, ...] = (
        InvitationReceived(process="network", organisation="skl", occurred="../2018-04-10"),
        ParticipationApplied(process="network", organisation="skl", occurred="../2018-04-10"),
        PlaceConfirmed(process="network", organisation="skl", document="letter", occurred="../2018-04-10"),
    )
    view = shown(NETWORK, *steps, decided("join"))
    course = view["course"]["steps"]
    assert [each["step"] for each in course] == ["invited", "applied", "confirmed"]
    assert course[2]["document"] == "letter"
    assert all(each["recorded"]["position"] < 10 for each in course)


def test_s2_11_s2_19_planned_and_held_sessions_stand_beside_each_other_with_what_was_shown() -> None:
    course = shown(NETWORK, SessionPlanned(process="network", session="s2", date="2018-06"), NETWORK_STARTED)["course"]
    assert (course["sessions_planned"], course["sessions_held"]["value"]) == (7, 1)
    assert course["sessions_held"]["events"] == {"types": ["session-held"], "tags": ["process:network"]}
    assert [(each["session"], each["held"] is not None) for each in course["sessions"]] == [("s2", False), ("s1", True)]
    assert course["shown_indicators"] == ["nii"]


def test_a_planned_session_that_was_held_is_one_session() -> None:
    plan = SessionPlanned(process="network", session="s1", number=1, date="2018-04", place="Stadshuset")
    (session,) = shown(NETWORK, plan, NETWORK_STARTED)["course"]["sessions"]
    assert (session["number"], session["planned_date"], session["date"]) == (1, "2018-04", "2018-04-10")
    assert (session["place"], session["groups"][0]["count"]) == ("Stadshuset", 12)


def test_without_a_stated_number_the_recorded_sessions_are_the_planned_ones() -> None:
    bare = NETWORK.model_copy(update={"planned_sessions": None})
    assert shown(bare, NETWORK_STARTED)["course"]["sessions_planned"] == 1


def test_a_session_recorded_after_the_close_is_shown_and_said_to_be() -> None:
    (session,) = shown(NETWORK, ProcessClosed(process="network"), NETWORK_STARTED)["course"]["sessions"]
    assert session["recorded_after_close"] is True


def test_s2_08_s2_21_a_participant_has_a_duty_and_the_unit_is_named_later() -> None:
    view = shown(
        NETWORK,
        ParticipantJoined(process="network", body="au", role="operating_unit", duty="Pröva dialog"),
        CommitmentMade(commitment="c1", owner="au", text=SEALED, due="2018-05-01", process="network"),
        CommitmentMade(commitment="c2", owner="skl", text=SEALED, process="network"),
    )
    assert view["terms"]["operating_units"] == ["au"]
    (participant,) = view["course"]["participants"]
    assert participant["commitments"] == [{"commitment": "c1", "status": "broken"}]
    assert view["course"]["commitments"] == ["c1", "c2"]


def test_s2_20_a_lesson_is_found_in_its_process() -> None:
    lesson = LessonPublished(process="network", lesson="l1", method="dialog", text=SEALED)
    (published,) = shown(NETWORK, lesson)["course"]["lessons"]
    assert (published["lesson"], published["text"]) == ("l1", {"position": 7, "pointer": "/text"})


def test_a_pause_ends_where_the_process_goes_on() -> None:
    paused = (NETWORK, promise(ParticipationLevel.INVOLVE, "Mått"), ProcessPaused(process="network", reason=SEALED))
    view = shown(*paused)
    assert (view["course"]["paused"], view["influence"]["closed_because"]) == (True, "paused")
    again = shown(*paused, ProcessResumed(process="network"))
    assert (again["course"]["paused"], again["influence"]["open"]) == (False, True)
    assert again["course"]["pauses"][0]["resumed"]["position"] == 9


def test_s0_20_a_panel_counts_its_seats_and_names_nobody() -> None:
    seats = [MemberSeated(process="network", member=f"m{n}", name=SEALED) for n in range(3)]
    view = shown(NETWORK, *seats, MemberLeft(process="network", member="m1"))
    assert view["course"]["members"] == {"seated": 2, "ever": 3}
    assert "m1" not in str(view["course"])


def test_s0_22_a_status_report_is_found_in_its_process_and_whether_the_ledger_has_it() -> None:
    attached = ProcessDocumentAttached(process="network", document="report", purpose="status_report")
    (document,) = shown(NETWORK, attached)["course"]["documents"]
    assert (document["document"], document["purpose"], document["in_ledger"]) == ("report", "status_report", False)


# --- Promises ---------------------------------------------------------------------------------
COLLECTING = PhaseChanged(process="network", phase="collecting", until="2018-09-30")


def test_s0_21_a_promise_that_takes_something_back_after_collecting_began_is_flagged() -> None:
    course = shown(
        NETWORK,
        promise(ParticipationLevel.INVOLVE, "Mått", "Kanaler", answer_due="2018-12-01"),
        promise(ParticipationLevel.COLLABORATE, "Mått", "Kanaler", answer_due="2018-12-01"),
        COLLECTING,
        promise(ParticipationLevel.CONSULT, "Mått", answer_due="2019-03-01"),
    )["course"]
    assert [each["flags"] for each in course["promises"]] == [
        [],
        [],
        ["level_lowered", "can_change_dropped", "answer_postponed"],
    ]
    assert course["promises"][1]["changes"] == ["level_raised"]
    assert course["began_collecting"]["position"] == 9


def test_a_promise_that_shrinks_before_anybody_spoke_is_shown_and_not_flagged() -> None:
    course = shown(
        NETWORK, promise(ParticipationLevel.INVOLVE, "Mått"), promise(ParticipationLevel.CONSULT, "Mått"), COLLECTING
    )["course"]
    assert course["promises"][1] == {"number": 2, "changes": ["level_lowered"], "after_collecting": False, "flags": []}


def test_the_first_input_begins_the_collecting_where_no_phase_does() -> None:
    course = shown(
        NETWORK,
        promise(ParticipationLevel.INVOLVE, "Mått"),
        received("i1", process="network", matter=None),
        received("i2", process="network", matter=None),
        promise(ParticipationLevel.INFORM),
    )["course"]
    assert course["began_collecting"]["position"] == 8
    assert course["promises"][1]["flags"] == ["level_lowered", "can_change_dropped"]


@given(levels=st.lists(st.sampled_from(LEVELS), min_size=1, max_size=6))
def test_only_what_takes_back_is_ever_flagged_and_the_first_promise_never(levels: list[str]) -> None:
    moments = [{"occurred": None, "time": f"2018-05-0{n}T08:00:00Z", "position": n + 1} for n in range(1, 7)]
    state = {
        "phases": [],
        "first_input": {"occurred": None, "time": "2018-05-01T08:00:00Z", "position": 1},
        "promises": [
            {"ladder": "iap2", "level": level, "can_change": [], "decided_by": "ks", "answer_due": None, "recorded": at}
            for level, at in zip(levels, moments, strict=False)
        ],
    }
    found = judged(state)
    assert found[0]["flags"] == []
    for number in range(1, len(levels)):
        lowered = LEVELS.index(levels[number]) < LEVELS.index(levels[number - 1])
        assert found[number]["flags"] == (["level_lowered"] if lowered else [])


def test_s3_18_involvement_is_claimed_until_a_session_evidences_it() -> None:
    claimed = (NETWORK, promise(ParticipationLevel.INVOLVE, "Mått"))
    assert shown(*claimed)["course"]["participation"] == "claimed"
    assert shown(*claimed, NETWORK_STARTED)["course"]["participation"] == "evidenced"
    assert shown(NETWORK, promise(ParticipationLevel.CONSULT, "Mått"))["course"]["participation"] is None


def test_s3_18_creating_together_is_claimed_until_a_session_evidences_it() -> None:
    traits = (Facet(component="approach", attribute="co_creation"),)
    together = NETWORK.model_copy(update={"facets": traits})
    assert shown(together)["course"]["participation"] == "claimed"
    assert shown(together, NETWORK_STARTED)["course"]["participation"] == "evidenced"


def test_a_session_to_which_nobody_came_evidences_nothing() -> None:
    empty = NETWORK_STARTED.model_copy(update={"groups": (SessionGroup(group="residents", count=0),)})
    course = shown(NETWORK, promise(ParticipationLevel.INVOLVE, "Mått"), empty)["course"]
    assert course["participation"] == "claimed"
    assert {each["group"]: each["evidenced"] for each in course["groups"]} == {
        "residents": False,
        "older_residents": False,
    }


# --- What can be influenced (question 2) ------------------------------------------------------
OPEN = (NETWORK, promise(ParticipationLevel.INVOLVE, "Mått", answer_due="2018-12-01"), COLLECTING)


@pytest.mark.parametrize(
    "on, reason",
    [("2018-04-09", "not_begun"), ("2018-04-10", None), ("2018-09-30", None), ("2018-10-01", "ended")],
)
def test_question_2_something_can_be_influenced_from_the_first_day_to_the_last(on: str, reason: str | None) -> None:
    influence = shown(*OPEN, on=on)["influence"]
    assert (influence["open"], influence["closed_because"]) == (reason is None, reason)
    assert (influence["level"], influence["can_change"], influence["until"]) == ("involve", ["Mått"], "2018-09-30")


@pytest.mark.parametrize(
    "events, reason",
    [
        ((), "no_promise"),
        ((promise(ParticipationLevel.INFORM),), "information_only"),
        ((*OPEN[1:], PhaseChanged(process="network", phase="analysing")), "not_collecting"),
        ((*OPEN[1:], ProcessClosed(process="network")), "closed"),
    ],
)
def test_question_2_what_cannot_be_influenced_says_why(events: tuple[Event, ...], reason: str) -> None:
    assert shown(NETWORK, *events)["influence"]["closed_because"] == reason


def test_question_2_the_period_ends_what_no_phase_does() -> None:
    influence = shown(NETWORK, promise(ParticipationLevel.CONSULT, "Mått"), on="2019-04-11")["influence"]
    assert (influence["closed_because"], influence["until"], influence["until_source"]) == (
        "ended",
        "2019-04-10",
        "period",
    )


def test_question_2_the_open_processes_are_listed_as_of_a_day_and_a_position() -> None:
    rows = rows_of(*TOWN, SKL, *OPEN)
    listed = processes.open_processes(rows, on="2018-06-01")
    assert [(each["process"], each["influence"]["level"]) for each in listed["open_processes"]] == [
        ("network", "involve")
    ]
    assert processes.open_processes(rows, on="2020-01-01")["open_processes"] == []
    assert processes.open_processes(rows.at(6), on="2018-06-01")["open_processes"] == []


def test_s0_33_a_channel_where_one_chooses_a_provider_is_no_way_to_influence() -> None:
    channels = (
        ChannelRegistered(channel="provider_choice", kind="exit", name_sv="Kundval"),
        ChannelRegistered(channel="web", kind="voice", name_sv="Webb", from_date="2018"),
    )
    home_care = ProcessOpened(
        process="care",
        title="Hemtjänst",
        kind=ProcessKind.DIALOGUE,
        owner="ks",
        channels=("provider_choice", "web", "phone"),
    )
    view = shown(*channels, home_care, promise(ParticipationLevel.CONSULT, "Tider", process="care"), process="care")
    assert view["influence"]["channels"] == ["web", "phone"]
    assert [(each["channel"], each["kind"]) for each in view["terms"]["channels"]] == [
        ("provider_choice", "exit"),
        ("web", "voice"),
        ("phone", None),
    ]


def test_by_a_day_only_what_had_happened_counts() -> None:
    history = record(
        [
            *TOWN,
            NETWORK,
            NETWORK_STARTED,
            NETWORK_STARTED.model_copy(update={"session": "s2", "occurred": "2018-05-15"}),
        ]
    )

    rows = rows_over(happened_by(date(2018, 5, 1), history))
    view = processes.process(rows, "network", on="2018-05-01")
    assert view is not None
    assert view["course"]["sessions_held"]["value"] == 1
