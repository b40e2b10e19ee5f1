"""Whether a decision stands, as it is shown: reports, appeals, the appeal clock, what the addressed body decided.

preparatory                                 proposes; never appealed, never final
appealable ──lodged in time──> appealed ──> final (recorded) | annulled
     └────── the time runs out ──> final
"""

from __future__ import annotations

from typing import Any

from projections.decisions import DECISIONS
from projections.matters import MATTERS
from projections.meetings import MEETING_DAYS, MEETINGS
from projections.projection import Rows
from projections.views.answer import Answer, picked, state_of, states
from projections.views.deadlines import last_day, next_day
from projections.views.rules import rule_on

MEMBERS = ("reports", "appeals", "final", "executed")


def standing(rows: Rows, decision: dict[str, Any], on: str) -> Answer:
    """Return how a decision stands on a day."""
    clock = appeal_clock(rows, decision)
    state, known_by = _state(decision, clock, on)
    return picked(decision, *MEMBERS) | {
        "on": on,
        "state": state,
        "known_by": known_by,
        "appeal_clock": clock,
        "addressee_outcome": addressee_outcome(rows, decision),
    }


def _state(decision: dict[str, Any], clock: Answer, on: str) -> tuple[str, str]:
    """Return the state on a day, and what says so: the record, or the rule of the appeal time."""
    lodged = [each for each in decision["appeals"] if each["on"] <= on]
    judged = [each["decided"] for each in lodged if each["decided"] is not None and each["decided"]["on"] <= on]
    if any(each["outcome"] == "annulled" for each in judged):
        return "annulled", "record"
    if decision["revoked"] is not None:
        return "revoked", "record"
    if decision["force"] == "preparatory":
        return "preparatory", "record"
    if decision["final"] is not None and decision["final"]["on"] <= on:
        return "final", "record"
    until = clock["until"]
    if any(until is None or each["on"] <= until for each in lodged):
        return "appealed", "record"
    if until is not None and on > until and not clock["removed_early"]:
        return "final", "rule"
    return "appealable", "record" if until is None else "rule"


# --- The appeal clock ---------------------------------------------------------------------------
def appeal_clock(rows: Rows, decision: dict[str, Any]) -> Answer:
    """Return when the adjusted minutes were announced, how long one may appeal by the rule of that day, and until when.

    The time does not run out where the announcement was taken down before its last day.
    """
    none: Answer = {"meeting": None, "announced": None, "days": None, "citation": None, "until": None, "final_on": None}
    meeting = None if decision["force"] == "preparatory" else meeting_of(rows, decision)
    announced = meeting["announcements"][0] if meeting is not None and meeting["announcements"] else None
    clock = none | {"meeting": meeting and meeting["meeting"], "announced": announced, "removed_early": False}
    if announced is None:
        return clock
    rule = rule_on(rows, "appeal_days", announced["on"])
    if rule is None:
        return clock
    until = last_day(announced["on"], rule["value"])
    removed = announced["removed"]
    early = removed is not None and removed["on"] <= until
    return clock | {
        "days": rule["value"],
        "citation": rule["citation"],
        "until": until,
        "final_on": None if early else next_day(until),
        "removed_early": early,
    }


def meeting_of(rows: Rows, decision: dict[str, Any]) -> dict[str, Any] | None:
    """Return the meeting of a decision: the one it names, else the only one of its body on its day."""
    if decision["meeting"] is not None:
        named: dict[str, Any] | None = state_of(rows, MEETINGS.name, decision["meeting"])
        return named
    if decision["meeting_date"] is None:
        return None
    days = [row.key for row in states(rows, MEETING_DAYS.name, f"{decision['body']}|{decision['meeting_date']}|")]
    if len(days) != 1:
        return None
    only: dict[str, Any] | None = state_of(rows, MEETINGS.name, days[0].rpartition("|")[2])
    return only


# --- What came of a proposal --------------------------------------------------------------------
def addressee_outcome(rows: Rows, decision: dict[str, Any]) -> Answer | None:
    """Return what the body a preparatory decision is addressed to decided in the same matter; None for other decisions."""
    if decision["addressed_to"] is None:
        return None
    matter = state_of(rows, MATTERS.name, decision["matter"])
    found = [
        other["decision"]
        for name in (matter["decisions"] if matter is not None else [])
        if (other := state_of(rows, DECISIONS.name, name)) is not None and _answers(other, decision)
    ]
    return {
        "body": decision["addressed_to"],
        "outcome": "decided" if found else "not_in_the_ledger",
        "decisions": found,
    }


def _answers(other: dict[str, Any], decision: dict[str, Any]) -> bool:
    """Tell whether another decision is the addressed body's own, and not one from before."""
    if other["body"] != decision["addressed_to"] or other["decision"] == decision["decision"]:
        return False
    day, since = other["meeting_date"], decision["meeting_date"]
    if day is not None and since is not None:
        return bool(day >= since)
    return bool(other["recorded"]["position"] > decision["recorded"]["position"])
