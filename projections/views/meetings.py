"""Meetings as they are shown: who was there, what was taken up and decided, how it was voted, how the minutes fared."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ledger.bodies import MandateEnded, MandateGranted
from ledger.edtf import earliest, latest
from ledger.meetings.events import AttendanceRecorded, ItemTaken
from ledger.tally import roll_call
from projections.bodies import MANDATES
from projections.governance import RULES
from projections.meetings import ITEM_DECISIONS, ITEMS, MEETING_DAYS, MEETINGS
from projections.projection import Rows
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    figure,
    one_page,
    picked,
    state_of,
    states,
)
from projections.views.bodies import held, said
from projections.views.notices import meetings_of, minutes
from projections.views.rules import rule_on
from projections.views.standing import decisions_at

DEFINITION = Definition(
    "meetings",
    1,
    "A meeting has a quorum where more of its seats than the rule quorum_percent says are filled by persons who "
    "served; at an item, by those who served at its paragraph and were not recused from it. Seats are the persons who "
    "held a mandate as member, chair or vice chair of the body on the day of the meeting. Without seats, attendance or "
    "rule it is not judged. An item is tabled or returned where that is recorded, else decided where a decision "
    "states its paragraph and meeting or day, proposed where all such decisions are preparatory, else taken. It is out of order "
    "where, in the same body and year, a lower paragraph was taken on a later day or a higher one on an earlier day, "
    "or, in the same meeting, was recorded after or before it. It is taken after the end where it was recorded, or by "
    "its own date happened, after the end of the meeting. "
    "A roll call goes by simple majority, a tie by the chair's casting vote, in an election by lot (KL 5:55-56); where "
    "neither is recorded, its outcome is not recorded. It is flagged where it has more votes than served there and "
    "were not recused, and where an open vote has counts alone. A vote is "
    "irregular where the voter was recused or, by the recorded attendance, did not serve there; it is counted as the "
    "minutes counted it. The minutes are judged as the definition of notices says.",
    (MEETINGS, MEETING_DAYS, ITEMS, ITEM_DECISIONS, MANDATES, RULES),
)

SEATS = frozenset({"member", "chair", "vice_chair"})

Shown = dict[str, Any]


class Calendar(NamedTuple):
    """When a body met, by meeting, and the paragraphs it took up in one year, each with the day of its meeting."""

    days: dict[str, str]
    paragraphs: list[tuple[int, str]]


def meeting(rows: Rows, meeting: str, *, on: str) -> Answer | None:
    """Return a meeting whole, its minutes judged on an ISO day."""
    state = state_of(rows, MEETINGS.name, meeting)
    if state is None:
        return None
    members = ("external_id", "recorded", "agenda", "notices", "attendance", "recusals", "ended")
    shown = _head(state) | picked(state, *members)
    return answer(
        rows,
        DEFINITION,
        on=on,
        meeting=shown,
        quorum=_quorum(rows, state),
        items=_items(rows, state, state["items"]),
        decisions_without_item=_without_item(rows, state),
        minutes=minutes(rows, state, on),
    )


def item(rows: Rows, paragraph: int, body: str, year: int, *, on: str) -> Answer | None:
    """Return the item at an address, paragraph 64 of ksau in 2015, with its meeting and minutes."""
    address = state_of(rows, ITEMS.name, f"{body}|{year}|{paragraph:04d}")
    state = None if address is None else state_of(rows, MEETINGS.name, address["meeting"])
    if state is None:
        return None
    taken = next(each for each in state["items"] if each["paragraph"] == paragraph)
    return answer(
        rows,
        DEFINITION,
        on=on,
        meeting=_head(state),
        item=_items(rows, state, [taken])[0],
        minutes=minutes(rows, state, on),
    )


ADDRESS = re.compile(r"/?([a-z0-9][a-z0-9-]{0,63})/(\d{4})/(\d{1,4})", re.ASCII)


def item_at(rows: Rows, address: str, *, on: str) -> Answer | None:
    """Return the item at an address as it is written, /ksau/2015/64; None for what is no address too."""
    found = ADDRESS.fullmatch(address)
    return None if found is None else item(rows, int(found[3]), found[1], int(found[2]), on=on)


def meetings(
    rows: Rows, page: Page = FIRST_PAGE, body: str | None = None, year: int | None = None, *, on: str
) -> Answer:
    """Return a page of meetings, of a body by day or of all by id, of one year or all."""
    found = meetings_of(rows, body, page.after, "" if year is None else f"{year:04d}-")
    items, token = one_page(rows, found, page, lambda row: _listed(rows, row.state, on))
    return answer(rows, DEFINITION, on=on, meetings=items, next_page_token=token)


def _head(state: Shown) -> Answer:
    return picked(state, "meeting", "body", "date", "title") | {"year": _year(state)}


def _year(state: Shown) -> int:
    """Return the year that numbers the paragraphs of a meeting."""
    return int(state["date"][:4])


def _listed(rows: Rows, state: Shown, on: str) -> Answer:
    judged = minutes(rows, state, on)
    paragraphs = [each["paragraph"] for each in state["items"]]
    return _head(state) | {
        "items": figure(len(paragraphs), (ItemTaken,), f"meeting:{state['meeting']}"),
        "first_paragraph": min(paragraphs, default=None),
        "last_paragraph": max(paragraphs, default=None),
        "minutes_state": judged["state"],
        "flagged": judged["flagged"],
        "recorded": state["recorded"],
    }


# --- Who was there ------------------------------------------------------------------------------
def _quorum(rows: Rows, state: Shown, paragraph: int | None = None) -> Answer:
    """Return how many of the seats were filled by persons who served, at a paragraph or at any."""
    body, date = state["body"], state["date"]
    served = {each["person"] for each in state["attendance"] if each["served"] and _there(each, paragraph)}
    if paragraph is not None:
        served -= _recused(state, paragraph)
    mandates = [row.state for row in states(rows, MANDATES.name, f"{body}|")]
    seats = {each["person"] for each in mandates if each["role"] in SEATS and held(each, date)}
    rule = rule_on(rows, "quorum_percent", date, body)
    judged = rule is not None and rule["value"] is not None and seats and state["attendance"]
    return {
        "served": figure(len(served), (AttendanceRecorded,), f"meeting:{state['meeting']}"),
        "seats": figure(len(seats), (MandateGranted, MandateEnded), f"body:{body}"),
        "met": len(served) * 100 > len(seats) * rule["value"] if rule is not None and judged else None,
        "rule": None if rule is None else said(rule),
    }


def _there(attendance: Shown, paragraph: int | None) -> bool:
    if paragraph is None:
        return True
    first, last = attendance["from_paragraph"] or paragraph, attendance["to_paragraph"] or paragraph
    return bool(first <= paragraph <= last)


def _recused(state: Shown, paragraph: int) -> set[str]:
    """Return who takes no part in an item, by its paragraph or by its matter."""
    matters = {each["matter"] for each in state["items"] if each["paragraph"] == paragraph} - {None}
    return {each["person"] for each in state["recusals"] if each["paragraph"] == paragraph or each["matter"] in matters}


# --- What was taken up --------------------------------------------------------------------------
def _items(rows: Rows, state: Shown, items: list[Shown]) -> list[Answer]:
    """Return items of a meeting as they are shown; the calendar of its body is read once for all of them."""
    calendar = _calendar(rows, state) if items else Calendar({}, [])
    return [_item(rows, state, each, calendar) for each in items]


def _item(rows: Rows, state: Shown, item: Shown, calendar: Calendar) -> Answer:
    decisions = _decisions(rows, state, item["paragraph"])
    return item | {
        "address": _address(state["body"], _year(state), item["paragraph"]),
        "state": _state(item, decisions),
        "decisions": decisions,
        "out_of_order": _is_out_of_order(calendar, state, item["paragraph"]),
        "taken_again": _again(rows, state, item, calendar),
        "recused": sorted(_recused(state, item["paragraph"])),
        "quorum": _quorum(rows, state, item["paragraph"]),
        "roll_calls": [_roll_call(state, item["paragraph"], each) for each in item["roll_calls"]],
        "flags": ["several_decisions"] * (len(decisions) > 1) + ["taken_after_end"] * _is_after_end(state, item),
    }


def _is_after_end(state: Shown, item: Shown) -> bool:
    """Tell whether an item was taken up after the meeting ended: by the days stated, else by the order of the record."""
    if state["ended"] is None:
        return False
    taken = item["recorded"]["occurred"] and earliest(item["recorded"]["occurred"])
    ended = latest(state["ended"]["at"])
    if taken and ended and taken != ended:
        return bool(taken > ended)
    return bool(item["recorded"]["position"] > state["ended"]["recorded"]["position"])


def _address(body: str, year: object, paragraph: int | str) -> str:
    return f"/{body}/{year}/{int(paragraph)}"


def _state(item: Shown, decisions: list[Answer]) -> str:
    if item["state"] != "taken" or not decisions:
        return str(item["state"])
    return "proposed" if all(each["force"] == "preparatory" for each in decisions) else "decided"


def _decisions(rows: Rows, state: Shown, paragraph: int) -> list[Answer]:
    """Return the decisions that state this paragraph and this meeting, or only its body and day."""
    found = decisions_at(rows, state["meeting"], state["body"], state["date"])
    return [picked(each, "decision", "force") for each in found if each["paragraph"] == paragraph]


def _without_item(rows: Rows, state: Shown) -> list[Answer]:
    """Return the decisions that name this meeting and a paragraph it did not take up, once it has items."""
    taken = {each["paragraph"] for each in state["items"]}
    named = (row.state for row in states(rows, ITEM_DECISIONS.name, f"meeting:{state['meeting']}|"))
    return [each for each in named if taken and each["paragraph"] is not None and each["paragraph"] not in taken]


def _calendar(rows: Rows, state: Shown) -> Calendar:
    body = state["body"]
    days: dict[str, str] = {
        row.state["meeting"]: row.key.split("|")[1] for row in states(rows, MEETING_DAYS.name, f"{body}|")
    }
    taken = (row.state for row in states(rows, ITEMS.name, f"{body}|{_year(state)}|"))
    return Calendar(days, [(each["paragraph"], days.get(each["meeting"]) or state["date"]) for each in taken])


def _is_out_of_order(calendar: Calendar, state: Shown, paragraph: int) -> bool:
    return any(
        (number < paragraph and day > state["date"]) or (number > paragraph and day < state["date"])
        for number, day in calendar.paragraphs
    ) or _runs_back(state["items"], paragraph)


def _runs_back(items: list[Shown], paragraph: int) -> bool:
    """Tell whether a lower paragraph of the same meeting was recorded after one, or a higher one before it."""
    taken = {each["paragraph"]: int(each["recorded"]["position"]) for each in items}
    return any(
        (number < paragraph) != (place < taken[paragraph]) for number, place in taken.items() if number != paragraph
    )


def _again(rows: Rows, state: Shown, item: Shown, calendar: Calendar) -> list[str]:
    """Return where an item that was put off or sent back came up again: the later items of its matter in the body."""
    if item["state"] == "taken" or item["matter"] is None:
        return []
    return [
        _address(*row.key.split("|"))
        for row in states(rows, ITEMS.name, f"{state['body']}|")
        if row.state["matter"] == item["matter"] and calendar.days.get(row.state["meeting"], "") > state["date"]
    ]


# --- How it was voted ---------------------------------------------------------------------------
def _roll_call(state: Shown, paragraph: int, held: Shown) -> Answer:
    votes, counts = held["votes"], held["counts"]
    if counts is None:
        counts = {choice: sum(vote["choice"] == choice for vote in votes) for choice in ("yes", "no", "abstain")}
    result = roll_call(counts["yes"], counts["no"], counts["abstain"], held["casting_vote"], held["lot"])
    served = {each["person"] for each in state["attendance"] if each["served"] and _there(each, paragraph)}
    voters = {vote["person"] for vote in votes}
    may_vote = served - _recused(state, paragraph)
    flags = {
        "more_votes_than_members": state["attendance"] and result.yes + result.no + result.abstain > len(may_vote),
        "counts_of_an_open_vote": not votes and not held["secret"],
    }
    return {name: value for name, value in held.items() if name != "counts"} | {
        "result": result._asdict() | {"outcome": _outcome(result.passed)},
        "flags": [flag for flag, raised in flags.items() if raised],
        "irregular": _irregular(state, paragraph, sorted(voters), served),
        "did_not_vote": sorted(may_vote - voters) if votes else [],
    }


def _outcome(passed: bool | None) -> str:
    if passed is None:
        return "not_recorded"
    return "passed" if passed else "lost"


def _irregular(state: Shown, paragraph: int, voters: list[str], served: set[str]) -> list[Answer]:
    recused = _recused(state, paragraph)
    whys = {person: "recused" for person in voters if person in recused}
    if state["attendance"]:
        whys |= {person: "did_not_serve" for person in voters if person not in served and person not in recused}
    return [{"person": person, "why": whys[person]} for person in voters if person in whys]
