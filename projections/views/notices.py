"""The notice board: whether minutes were adjusted in time, announced in time and left up through the appeal time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.governance import RULES
from projections.meetings import MEETING_DAYS, MEETINGS
from projections.projection import Row, Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, picked, state_of, states
from projections.views.appeal_time import AppealTime, appeal_time
from projections.views.bodies import said
from projections.views.deadlines import days_between, last_day
from projections.views.rules import rule_on

DEFINITION = Definition(
    "notices",
    1,
    "Each deadline is counted in days by the rule in force on the day it begins, and moved to the next working day "
    "where its last day is a day off: the adjustment from the day of the meeting (adjustment_days), the announcement "
    "from the adjustment (announcement_days), the appeal time from the first announcement that was left up through it "
    "(appeal_days), else from the last. What "
    "happened on its last day is on time; what has not happened is waiting until that day and overdue after it. An "
    "announcement is left up if it came down after the appeal time, or is still up; one taken down before came down "
    "too early, and the appeal time has not run out. Where no rule was adopted nothing is judged (no_rule). Nothing "
    "here was refused: it is recorded as it was, and flagged.",
    (MEETINGS, MEETING_DAYS, RULES),
)

FLAGGED = frozenset({"late", "overdue", "too_early"})

Shown = dict[str, Any]


# --- One meeting's minutes ----------------------------------------------------------------------
def minutes(rows: Rows, meeting: Shown, on: str) -> Answer:
    """Return how far the minutes of a meeting have come by an ISO day, each step judged by the rule of its day."""
    adjusted = _by(meeting["adjusted"], on)
    announcements = [each for each in meeting["announcements"] if each["on"] <= on]
    time = appeal_time(rows, meeting, on)
    announced = None if time is None else time.announced
    adjustment = _adjustment(rows, meeting, adjusted, on)
    announcement = _announcement(rows, meeting, adjusted, announced, on)
    left_up = _left_up(time, on)
    steps = (adjustment, announcement, left_up)
    return {
        "state": _state(adjusted, announcements[-1] if announcements else None, on),
        "adjustment": adjustment,
        "announcement": announcement,
        "left_up": left_up,
        "other_announcements": [_told(each, on) for each in announcements if each is not announced],
        "flagged": any(step["status"] in FLAGGED for step in steps),
    }


def was_held(meeting: Shown) -> bool:
    """Tell whether anything says that a meeting took place."""
    return any(meeting[each] for each in ("items", "attendance", "ended", "adjusted"))


def _by(fact: Shown | None, on: str) -> Shown | None:
    """Return a dated fact if it had happened by a day."""
    return fact if fact is not None and fact["on"] <= on else None


def _state(adjusted: Shown | None, announced: Shown | None, on: str) -> str:
    if announced is not None:
        return "announced" if _by(announced["removed"], on) is None else "removed"
    return "drafted" if adjusted is None else "adjusted"


def _adjustment(rows: Rows, meeting: Shown, adjusted: Shown | None, on: str) -> Answer:
    fact = adjusted or dict.fromkeys(("on", "chair", "minutes_hash", "document", "recorded")) | {"adjusters": []}
    if not was_held(meeting):
        return fact | _unjudged("not_held")
    return fact | _deadline(rows, "adjustment_days", meeting["body"], meeting["date"], adjusted, on)


def _announcement(rows: Rows, meeting: Shown, adjusted: Shown | None, announced: Shown | None, on: str) -> Answer:
    fact = dict.fromkeys(("on", "where", "recorded")) if announced is None else _told(announced, on)
    if adjusted is None:
        return fact | _unjudged("not_begun")
    # A notice put up anew follows the first one; the deadline is that of the first.
    first = _by(meeting["announcements"][0], on) if meeting["announcements"] else None
    return fact | _deadline(rows, "announcement_days", meeting["body"], adjusted["on"], first, on)


def _deadline(rows: Rows, name: str, body: str, begins: str, done: Shown | None, on: str) -> Answer:
    """Return when something was due and how it stands; `days` are counted from the day the time began."""
    rule = rule_on(rows, name, begins, body)
    days = None if done is None else days_between(begins, done["on"])
    if rule is None or rule["value"] is None:
        return _unjudged("no_rule") | {"days": days}
    due = last_day(begins, rule["value"])
    status = ("waiting" if on <= due else "overdue") if done is None else "on_time" if done["on"] <= due else "late"
    return {"days": days, "due": due, "status": status, "rule": said(rule)}


def _unjudged(status: str) -> Answer:
    return {"days": None, "due": None, "status": status, "rule": None}


def _left_up(time: AppealTime | None, on: str) -> Answer:
    """Return how long the announcement that counts was left up, and when the appeal time ends by it."""
    if time is None:
        return {"removed_on": None, "recorded": None, "appeal_until": None, "appeal_over": None} | _up("not_begun")
    removed = time.removed
    days = days_between(time.announced["on"], on if removed is None else removed["on"])
    fact = {
        "removed_on": removed and removed["on"],
        "recorded": removed and removed["recorded"],
        "appeal_until": time.until,
        "appeal_over": time.is_over(on),
    }
    if time.rule is None:
        return fact | _up("no_rule", days)
    status = "up" if removed is None else "too_early" if time.is_cut_short else "left_up"
    return fact | _up(status, days, said(time.rule))


def _up(status: str, days: int | None = None, rule: Answer | None = None) -> Answer:
    return {"days_up": days, "status": status, "rule": rule}


def _told(announced: Shown, on: str) -> Answer:
    removed = _by(announced["removed"], on)
    return picked(announced, "on", "where", "recorded") | {"removed_on": removed and removed["on"]}


# --- The board ----------------------------------------------------------------------------------
def notices(rows: Rows, page: Page = FIRST_PAGE, body: str | None = None, flagged: bool = False, *, on: str) -> Answer:
    """Return a page of the meetings held by an ISO day with the notices of their minutes, of a body or all.

    `flagged` leaves out those where nothing is late or came down too early.
    """
    found = (
        row
        for row in meetings_of(rows, body, page.after)
        if was_held(row.state) and row.state["date"] <= on and (not flagged or minutes(rows, row.state, on)["flagged"])
    )
    items, token = one_page(rows, found, page, lambda row: _notice(rows, row.state, on))
    return answer(rows, DEFINITION, on=on, notices=items, next_page_token=token)


def meetings_of(rows: Rows, body: str | None, after: str = "", days: str = "") -> Iterator[Row]:
    """Yield whole meetings: of a body by day, those whose day begins with `days`; of all by id."""
    if body is None:
        yield from (row for row in states(rows, MEETINGS.name, after=after) if row.state["date"].startswith(days))
        return
    for row in states(rows, MEETING_DAYS.name, f"{body}|{days}", after):
        state = state_of(rows, MEETINGS.name, row.state["meeting"])
        if state is not None:
            yield Row(row.key, row.position, state)


def _notice(rows: Rows, meeting: Shown, on: str) -> Answer:
    return picked(meeting, "meeting", "body", "date", "title") | {"minutes": minutes(rows, meeting, on)}
