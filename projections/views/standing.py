"""Whether a decision stands, as it is shown: reports, appeals, the appeal clock, what the addressed body decided.

preparatory                                 proposes; never appealed, never final
appealable ──lodged in time──> appealed ──> final (recorded) | annulled
     └────── the time runs out ──> final
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.edtf import earliest, latest
from projections.bodies import BODIES
from projections.decisions import DECISIONS
from projections.matters import MATTERS
from projections.meetings import ITEM_DECISIONS, MEETING_DAYS, MEETINGS, paragraph_of
from projections.projection import Rows
from projections.views.answer import Answer, picked, state_of, states
from projections.views.appeal_time import appeal_time
from projections.views.deadlines import next_day

MEMBERS = ("reports", "appeals", "final", "executed")


def standing(rows: Rows, decision: dict[str, Any], on: str) -> Answer:
    """Return how a decision stands on a day."""
    clock = appeal_clock(rows, decision, on)
    state, known_by = _state(decision, clock, on)
    return picked(decision, *MEMBERS) | {
        "on": on,
        "state": state,
        "known_by": known_by,
        "appeal_clock": clock,
        "addressee_outcome": addressee_outcome(rows, decision),
        **_preparation(rows, decision),
        "flags": [*_place_flags(rows, decision), *["final_before_clock"] * is_final_early(decision, clock, on)],
    }


def is_final_early(decision: dict[str, Any], clock: Answer, on: str) -> bool:
    """Tell whether a decision was declared final, by an ISO day, on a day on which it could still be appealed."""
    final, until = decision["final"], clock["until"]
    return final is not None and until is not None and final["on"] <= min(on, until)


def _place_flags(rows: Rows, decision: dict[str, Any]) -> list[str]:
    """Return what does not fit between the paragraph a decision states and its meeting."""
    paragraph, meeting = paragraph_of(decision["paragraph"]), meeting_of(rows, decision)
    if paragraph is None or meeting is None:
        return []
    taken = [each["paragraph"] for each in meeting["items"]]
    there = decisions_at(rows, meeting["meeting"], meeting["body"], meeting["date"])
    shared = sum(each["paragraph"] == paragraph for each in there) > 1
    astray = bool(taken) and paragraph not in taken
    return ["paragraph_not_taken_up"] * astray + ["paragraph_shared"] * shared


def _state(decision: dict[str, Any], clock: Answer, on: str) -> tuple[str, str]:
    """Return the state on a day, and what says so: the record, or the rule of the appeal time."""
    lodged = [each for each in decision["appeals"] if each["on"] <= on]
    outcomes = [_outcome(each, on) for each in lodged]
    if "annulled" in outcomes:
        return "annulled", "record"
    if decision["revoked"] is not None:
        return "revoked", "record"
    if decision["force"] == "preparatory":
        return "preparatory", "record"
    if decision["final"] is not None and decision["final"]["on"] <= on:
        return "final", "record"
    until = clock["until"]
    # What the court found too late keeps nothing open, nor does what came after the last day.
    heard = [each for each, outcome in zip(lodged, outcomes, strict=True) if outcome != "rejected_late"]
    if any(until is None or each["on"] <= until for each in heard):
        return "appealed", "record"
    if until is not None and on > until and not clock["removed_early"]:
        return "final", "rule"
    return "appealable", "record" if until is None else "rule"


def _outcome(appeal: dict[str, Any], on: str) -> str | None:
    decided = appeal["decided"]
    return decided["outcome"] if decided is not None and decided["on"] <= on else None


# --- The appeal clock ---------------------------------------------------------------------------
def appeal_clock(rows: Rows, decision: dict[str, Any], on: str) -> Answer:
    """Return from which announcement one may appeal by the rule of that day, and until when, as it stands on a day."""
    meeting = None if decision["force"] == "preparatory" else meeting_of(rows, decision)
    time = None if meeting is None else appeal_time(rows, meeting, on)
    rule = None if time is None else time.rule
    until = None if time is None else time.until
    early = time is not None and time.is_cut_short
    return {
        "meeting": meeting and meeting["meeting"],
        "announced": time and time.announced,
        "days": rule and rule["value"],
        "citation": rule and rule["citation"],
        "until": until,
        "final_on": None if until is None or early else next_day(until),
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


def decisions_at(rows: Rows, meeting: str, body: str, date: str) -> list[dict[str, Any]]:
    """Return the decisions that name a meeting, or only its body and day: id, paragraph and force of each."""
    prefixes = (f"meeting:{meeting}|", f"{body}|{date}|")
    return [row.state for prefix in prefixes for row in states(rows, ITEM_DECISIONS.name, prefix)]


# --- What came of a proposal, and before ----------------------------------------------------------
def addressee_outcome(rows: Rows, decision: dict[str, Any]) -> Answer | None:
    """Return what the body a preparatory decision is addressed to decided in the same matter; None for other decisions."""
    if decision["addressed_to"] is None:
        return None
    found = [other["decision"] for other in _in_matter(rows, decision) if _answers(other, decision)]
    return {
        "body": decision["addressed_to"],
        "outcome": "decided" if found else "not_in_the_ledger",
        "decisions": found,
    }


def _preparation(rows: Rows, decision: dict[str, Any]) -> Answer:
    """Return which decisions prepared this one, and whether a council decided without any in the ledger (KL 5:26-28)."""
    prepared_by = [other["decision"] for other in _in_matter(rows, decision) if _answers(decision, other)]
    body = state_of(rows, BODIES.name, decision["body"])
    council = body is not None and body["kind"] == "council" and decision["force"] == "decided"
    return {"prepared_by": prepared_by, "unprepared": council and not prepared_by}


def _in_matter(rows: Rows, decision: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the other decisions of a decision's matter, in the order of the record."""
    matter = state_of(rows, MATTERS.name, decision["matter"])
    for name in matter["decisions"] if matter is not None else []:
        other = state_of(rows, DECISIONS.name, name)
        if other is not None and name != decision["decision"]:
            yield other


def _answers(other: dict[str, Any], decision: dict[str, Any]) -> bool:
    """Tell whether a decision is the one of the body that another is addressed to, and not from before it."""
    if other["body"] != decision["addressed_to"]:
        return False
    day, since = other["meeting_date"], decision["meeting_date"]
    if day is not None and since is not None:
        return bool(day >= since)
    return bool(other["recorded"]["position"] > decision["recorded"]["position"])


# --- Reservations -------------------------------------------------------------------------------
def dissents(rows: Rows, decision: dict[str, Any]) -> list[Answer]:
    """Return the dissents of a decision, each reservation with how it fits KL 4:27: made by one who took part, in time.

    `judged` is in_order, not_a_participant, too_late or unknown, and empty for what is no reservation.
    """
    meeting = meeting_of(rows, decision)
    return [each | {"judged": _judged(each, meeting)} for each in decision["dissents"]]


def _judged(dissent: dict[str, Any], meeting: dict[str, Any] | None) -> str:
    if dissent["kind"] != "reservation":
        return ""
    served = set() if meeting is None else {each["person"] for each in meeting["attendance"] if each["served"]}
    if served and dissent["by_member"] is not None and dissent["by_member"] not in served:
        return "not_a_participant"
    made = dissent["recorded"]["occurred"] and earliest(dissent["recorded"]["occurred"])
    ended = meeting and meeting["ended"] and latest(meeting["ended"]["at"])
    if made and ended and made > ended:
        return "too_late"
    known = dissent["by_member"] in served and made and ended
    return "in_order" if known else "unknown"
