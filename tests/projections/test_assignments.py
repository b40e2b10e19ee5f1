"""Assignments as they are shown: judged on a day, told twice, with or without those who were to take part."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st

from ledger.assignments.events import (
    AssignmentAccountStated,
    AssignmentCancelled,
    AssignmentClosed,
    AssignmentProgressReported,
    DueDateChanged,
    ReportNoted,
)
from ledger.meetings import MeetingCalled
from ledger.messages import Event
from ledger.processes import ProcessKind, ProcessOpened, SessionGroup, SessionHeld
from participation.transparency.v1 import assignments_pb2
from projections.views import assignments
from projections.views.answer import Page, read_page_token
from projections.views.gaps import gaps
from tests.projections.history import rows_of
from tests.projections.seeds import ASSIGNED, LETTER, REPORTED, SEEDS, TOLD, board
from tests.projections.town import SEALED

PANEL = ProcessOpened(
    process="panel", title="Panel", kind=ProcessKind.PANEL, owner="fe", matter="m1", groups=("staff", "residents")
)


def shown(*events: Event, on: str, id: str = "metoder") -> dict[str, Any]:
    answer = assignments.assignment(rows_of(*SEEDS, *events), id, on=on)
    assert answer is not None
    ParseDict(answer, assignments_pb2.GetAssignmentResponse())
    return answer


def listed(*events: Event, on: str, **asked: Any) -> list[dict[str, Any]]:
    answer = assignments.assignments(rows_of(*SEEDS, *events), on=on, **asked)
    ParseDict(answer, assignments_pb2.ListAssignmentsResponse())
    items: list[dict[str, Any]] = answer["assignments"]
    return items


def session(name: str, *groups: str) -> SessionHeld:
    counted = tuple(SessionGroup(group=group, count=4) for group in groups)
    return SessionHeld(process="panel", matter="m1", session=name, date="2015-09-01", groups=counted)


def test_s0_12_overdue_is_judged_on_a_day_and_is_no_status() -> None:
    days = {on: shown(on=on)["judged"]["overdue_days"] for on in ("2015-12-14", "2015-12-15", "2016-05-16")}
    assert days == {"2015-12-14": 0, "2015-12-15": 1, "2016-05-16": 154}
    assert shown(on="2016-05-16")["assignment"]["status"] == "given"
    assert [each["assignment"] for each in listed(on="2015-12-15", overdue=True)] == ["metoder"]
    assert listed(on="2015-12-14", overdue=True) == []


def test_x4_a_late_report_is_late_by_days_and_no_longer_overdue() -> None:
    judged = shown(TOLD, REPORTED, on="2016-05-16")["judged"]
    assert (judged["reported_on"], judged["days_late"], judged["overdue_days"]) == ("2016-05-16", 154, 0)
    before = shown(TOLD, REPORTED, on="2016-05-15")["judged"]
    assert (before["reported_on"], before["days_late"], before["overdue_days"]) == (None, None, 153)


def test_x1_x2_x3_another_document_tells_another_unit_text_and_date() -> None:
    answer = shown(TOLD, REPORTED, on="2016-05-16")
    own, told = answer["accounts"]
    assert (own["to_unit"], own["said_date"], own["unit_differs"]) == ("slk", "2015-05-12", False)
    assert (told["to_unit"], told["unit_differs"], told["text_differs"], told["date_differs"]) == (
        "fe",
        True,
        True,
        True,
    )
    assert told["date_is_of"] == ["tjs"], "the date is that of the staff letter"
    assert answer["conflicts"] == ["unit", "text", "date"]
    (summary,) = listed(TOLD, on="2016-05-16")
    assert (summary["accounts"], summary["conflicts"]) == (2, ["unit", "text", "date"])
    agreeing = TOLD.model_copy(update={"to_unit": "slk", "text_differs": False, "said_date": "2015-05"})
    assert shown(agreeing, on="2016-05-16")["conflicts"] == []


def test_s0_10_groups_that_were_to_take_part_stand_against_the_evidence() -> None:
    def groups(*events: Event) -> dict[str, tuple[bool, int]]:
        found = shown(*events, on="2016-01-01")["groups"]
        return {each["group"]: (each["evidenced"], each["sessions"]) for each in found}

    assert groups() == {"residents": (False, 0), "staff": (False, 0), "civil_society": (False, 0)}
    assert groups(PANEL)["residents"] == (False, 0), "a process without a session is no evidence"
    counted = groups(PANEL, session("a", "residents"), session("b", "residents", "civil_society"))
    assert counted == {"residents": (True, 2), "staff": (False, 0), "civil_society": (True, 1)}
    assert groups(PANEL, session("a"))["staff"] == (False, 0), "that a process is for them is no evidence"
    (summary,) = listed(PANEL, session("a", "residents", "staff"), on="2016-01-01")
    assert summary["groups_missing"] == ["civil_society"]


def test_s0_06_an_assignment_is_proposed_until_the_addressed_body_has_decided() -> None:
    assert shown(on="2016-01-01")["judged"]["standing"] == "proposed"
    assert shown(board(), on="2016-01-01")["judged"]["standing"] == "given"
    assert shown(board(meeting_date="2015-05-04"), on="2016-01-01")["judged"]["standing"] == "proposed"


def test_a_due_date_may_be_changed_and_the_first_one_stays_visible() -> None:
    later = DueDateChanged(assignment="metoder", matter="m1", by_decision="ks90", due="2016-06-01")
    answer = shown(board(), later, REPORTED, on="2016-05-16")
    assert (answer["judged"]["due"], answer["judged"]["first_due"]) == ("2016-06-01", "2015-12-14")
    assert answer["judged"]["days_late"] == 0
    assert answer["assignment"]["due_changes"][0]["before"] == "2015-12-14"


def test_an_assignment_without_a_date_is_due_on_the_day_of_its_meeting() -> None:
    due = ASSIGNED.model_copy(update={"assignment": "a2", "due": None, "due_meeting": "ks-dec"})
    assert shown(due, on="2016-01-01", id="a2")["judged"]["due"] is None
    meeting = MeetingCalled(meeting="ks-dec", body="ks", date="2015-12-14")
    judged = shown(due, meeting, on="2015-12-15", id="a2")["judged"]
    assert (judged["due"], judged["overdue_days"]) == ("2015-12-14", 1)


def test_what_ends_without_a_report_is_seen_and_no_longer_overdue() -> None:
    progress = AssignmentProgressReported(assignment="metoder", matter="m1", on="2015-10-01", text=SEALED)
    cancelled = AssignmentCancelled(assignment="metoder", matter="m1", reason=SEALED)
    answer = shown(progress, cancelled, on="2016-01-01")
    assert (answer["judged"]["overdue_days"], answer["judged"]["unreported_end"]) == (0, True)
    assert answer["assignment"]["status"] == "cancelled"
    noted = ReportNoted(assignment="metoder", matter="m1", decision="ks90")
    closed = AssignmentClosed(assignment="metoder", matter="m1")
    answer = shown(board(), REPORTED, noted, closed, on="2016-06-01")
    assert (answer["judged"]["unreported_end"], answer["assignment"]["noted"][0]["decision"]) == (False, "ks90")


def test_s3_22_an_expected_effect_wants_an_indicator() -> None:
    assert shown(on="2016-01-01")["judged"]["effect_unmeasured"]
    measured = ASSIGNED.model_copy(update={"assignment": "a2", "effect_indicator": "nii"})
    assert not shown(measured, on="2016-01-01", id="a2")["judged"]["effect_unmeasured"]


def test_an_effect_that_another_account_expects_wants_an_indicator_too() -> None:
    plain = ASSIGNED.model_copy(update={"assignment": "a2", "expected_effect": None})
    expects = AssignmentAccountStated(assignment="a2", matter="m1", account="brev", expected_effect=SEALED)
    assert not shown(plain, on="2016-01-01", id="a2")["judged"]["effect_unmeasured"]
    answer = shown(plain, expects, on="2016-01-01", id="a2")
    assert answer["judged"]["effect_unmeasured"]
    assert [each["expected_effect"] is None for each in answer["accounts"]] == [True, False]
    measured = plain.model_copy(update={"effect_indicator": "nii"})
    assert not shown(measured, expects, on="2016-01-01", id="a2")["judged"]["effect_unmeasured"]


def test_lists_are_filtered_and_paged_as_of_a_position() -> None:
    other = ASSIGNED.model_copy(update={"assignment": "a2", "to_unit": "fe", "matter": "m2"})
    assert [each["assignment"] for each in listed(other, on="2016-01-01", unit="slk")] == ["metoder"]
    assert [each["assignment"] for each in listed(other, on="2016-01-01", matter="m2")] == ["a2"]
    rows = rows_of(*SEEDS, other, TOLD)
    first = assignments.assignments(rows, Page(1), on="2016-01-01")
    rest = assignments.assignments(rows, Page(1, read_page_token(first["next_page_token"])[1]), on="2016-01-01")
    assert [each["assignment"] for each in (*first["assignments"], *rest["assignments"])] == ["a2", "metoder"]
    earlier = assignments.assignment(rows.at(rows.position - 1), "metoder", on="2016-01-01")
    assert earlier is not None and len(earlier["accounts"]) == 1
    assert assignments.assignment(rows, "none", on="2016-01-01") is None


@given(st.dates().map(str))
def test_an_assignment_is_never_overdue_and_late_at_once(on: str) -> None:
    judged = assignments.judge(ROWS, STATE, on)
    assert not (judged["overdue_days"] and judged["days_late"])
    assert (judged["overdue_days"] > 0) == ("2015-12-14" < on < "2016-05-16")


ROWS = rows_of(*SEEDS, TOLD, REPORTED)
ROW = ROWS.get("assignments", "metoder")
assert ROW is not None
STATE = ROW.state


def test_a_document_through_which_it_was_reported_is_missed_where_the_ledger_has_none() -> None:
    def missed(*events: Event) -> set[tuple[str, str]]:
        found = gaps(rows_of(*SEEDS, TOLD, REPORTED, *events), rule="document_not_in_ledger", on="2016-06-01")["gaps"]
        return {(each["subject"], each["facts"][0]["value"]) for each in found}

    registered = LETTER.model_copy(update={"document": REPORTED.document})
    assert missed() - missed(registered) == {("assignment:metoder", REPORTED.document)}
