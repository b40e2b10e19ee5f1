"""Meetings: what happened at each, and by which addresses it is found.

    meetings         meeting              the meeting: agenda, attendance, items, minutes and notices
    meeting_days     body|date|meeting    one row for each meeting, in the order of a body's calendar
    items            body|year|paragraph  the address of an item; the paragraph has four digits
    item_decisions   body|date|decision   the decisions of a body's meeting day, by the paragraph they state;
             meeting:meeting|decision     or of the meeting itself, where the decision names it

A state says what was recorded. Quorum, lateness and order are judged by the views, by the rules of the day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ledger.decisions.events import DecisionRecorded
from ledger.meetings.events import (
    AdjustmentAnnounced,
    AnnouncementRemoved,
    AttendanceRecorded,
    ItemReturned,
    ItemTabled,
    ItemTaken,
    MeetingCalled,
    MeetingEnded,
    MinutesAdjusted,
    MotionMoved,
    NoticePosted,
    RecusalRecorded,
    RollCallHeld,
)
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import external_id, moment, words

Shown = dict[str, Any]


# --- The meeting ------------------------------------------------------------------------------
def _meeting_keys(event: Any) -> tuple[str, ...]:
    return (event.meeting,)


def _meeting(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case MeetingCalled() as called, None:
            return _called(called, recorded)
        case ((ItemTaken() | MotionMoved() | RollCallHeld() | ItemTabled() | ItemReturned()), dict()):
            return state | {"items": _items(state["items"], recorded)}
        case ((NoticePosted() | AttendanceRecorded() | RecusalRecorded()), dict()):
            member, shown = _around(recorded)
            return state | {member: [*state[member], shown]}
        case MeetingEnded(at=at), dict():
            return state | {"ended": {"at": at, "recorded": moment(recorded)}}
        case MinutesAdjusted() as adjusted, dict():
            return state | {"adjusted": _adjusted(adjusted, recorded)}
        case AdjustmentAnnounced(on=on, where=where), dict():
            announced = {"on": on, "where": where, "recorded": moment(recorded), "removed": None}
            return state | {"announcements": [*state["announcements"], announced]}
        case AnnouncementRemoved(on=on), dict():
            return state | {"announcements": _removed(state["announcements"], on, recorded)}
    return state


def _called(called: MeetingCalled, recorded: RecordedEvent) -> Shown:
    return {
        "meeting": called.meeting,
        "body": called.body,
        "date": called.date,
        "title": called.title,
        "agenda": [item.model_dump() for item in called.agenda],
        "external_id": external_id(recorded),
        "recorded": moment(recorded),
        "notices": [],
        "attendance": [],
        "recusals": [],
        "items": [],
        "ended": None,
        "adjusted": None,
        "announcements": [],
    }


def _around(recorded: RecordedEvent) -> tuple[str, Shown]:
    """Return which list of a meeting an event lengthens, and by what."""
    match recorded.event:
        case NoticePosted(on=on, where=where):
            return "notices", {"on": on, "where": where, "recorded": moment(recorded)}
        case AttendanceRecorded() as there:
            return "attendance", {
                "person": there.person,
                "name": words(recorded, "/name", there.name),
                "party": there.party,
                "role": there.role,
                "served": there.served,
                "from_paragraph": there.from_paragraph,
                "to_paragraph": there.to_paragraph,
                "recorded": moment(recorded),
            }
        case RecusalRecorded() as recusal:
            return "recusals", {
                "person": recusal.person,
                "paragraph": recusal.paragraph,
                "matter": recusal.matter,
                "ground": recusal.ground,
                "recorded": moment(recorded),
            }
    raise TypeError(f"{recorded.event.topic} lengthens no list of a meeting")


def _adjusted(adjusted: MinutesAdjusted, recorded: RecordedEvent) -> Shown:
    return {
        "on": adjusted.on,
        "chair": adjusted.chair,
        "adjusters": list(adjusted.adjusters),
        "minutes_hash": adjusted.minutes_hash,
        "document": adjusted.document,
        "recorded": moment(recorded),
    }


def _removed(announcements: list[Shown], on: str, recorded: RecordedEvent) -> list[Shown]:
    """Return the announcements with the last one taken down, which is the only one that can be up."""
    if not announcements or announcements[-1]["removed"] is not None:
        return announcements
    return [*announcements[:-1], announcements[-1] | {"removed": {"on": on, "recorded": moment(recorded)}}]


# --- Its items --------------------------------------------------------------------------------
def _items(items: list[Shown], recorded: RecordedEvent) -> list[Shown]:
    """Return the items in the order of their paragraphs, with what an event added."""
    match recorded.event:
        case ItemTaken() as taken:
            return sorted([*items, _taken(taken, recorded)], key=lambda item: int(item["paragraph"]))
        case MotionMoved() as moved:
            return _in_item(
                items, moved.paragraph, lambda item: {"motions": [*item["motions"], _motion(moved, recorded)]}
            )
        case RollCallHeld() as held:
            return _in_item(
                items, held.paragraph, lambda item: {"roll_calls": [*item["roll_calls"], _roll_call(held, recorded)]}
            )
        case ItemTabled() as tabled:
            state = {"state": "tabled", "tabled": {"to_meeting": tabled.to_meeting, "recorded": moment(recorded)}}
            return _in_item(items, tabled.paragraph, lambda _: state)
        case ItemReturned() as returned:
            why = {"reason": words(recorded, "/reason", returned.reason), "supporters": returned.supporters}
            state = {"state": "returned", "returned": why | {"recorded": moment(recorded)}}
            return _in_item(items, returned.paragraph, lambda _: state)
    return items


def _in_item(items: list[Shown], paragraph: int, change: Callable[[Shown], Shown]) -> list[Shown]:
    return [item | change(item) if item["paragraph"] == paragraph else item for item in items]


def _taken(taken: ItemTaken, recorded: RecordedEvent) -> Shown:
    return {
        "paragraph": taken.paragraph,
        "matter": taken.matter,
        "title": taken.title,
        "agenda_number": taken.agenda_number,
        "state": "taken",
        "recorded": moment(recorded),
        "motions": [],
        "roll_calls": [],
        "tabled": None,
        "returned": None,
    }


def _motion(moved: MotionMoved, recorded: RecordedEvent) -> Shown:
    return {
        "motion": moved.motion,
        "person": moved.person,
        "party": moved.party,
        "text": words(recorded, "/text", moved.text),
        "recorded": moment(recorded),
    }


def _roll_call(held: RollCallHeld, recorded: RecordedEvent) -> Shown:
    return {
        "roll_call": held.roll_call,
        "question": held.question,
        "yes_label": held.yes_label,
        "no_label": held.no_label,
        "votes": [vote.model_dump() for vote in held.votes],
        "counts": None if held.counts is None else held.counts.model_dump(),
        "secret": held.secret,
        "election": held.election,
        "casting_vote": held.casting_vote,
        "lot": held.lot,
        "recorded": moment(recorded),
    }


MEETINGS = Projection(
    name="meetings",
    version=1,
    types=(
        MeetingCalled,
        NoticePosted,
        AttendanceRecorded,
        RecusalRecorded,
        ItemTaken,
        MotionMoved,
        RollCallHeld,
        ItemTabled,
        ItemReturned,
        MeetingEnded,
        MinutesAdjusted,
        AdjustmentAnnounced,
        AnnouncementRemoved,
    ),
    keys=_meeting_keys,
    apply=_meeting,
)


# --- Where it is found ------------------------------------------------------------------------
def _day_keys(event: MeetingCalled) -> tuple[str, ...]:
    return (f"{event.body}|{event.date}|{event.meeting}",)


def _day(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    return {"meeting": event.meeting} if state is None and isinstance(event, MeetingCalled) else state


MEETING_DAYS = Projection(name="meeting_days", version=1, types=(MeetingCalled,), keys=_day_keys, apply=_day)


def _address_keys(event: ItemTaken) -> tuple[str, ...]:
    return (f"{event.body}|{event.year}|{event.paragraph:04d}",)


def _address(state: State, recorded: RecordedEvent) -> State:
    taken = recorded.event
    if state is not None or not isinstance(taken, ItemTaken):
        return state
    return {"meeting": taken.meeting, "paragraph": taken.paragraph, "matter": taken.matter, "title": taken.title}


ITEMS = Projection(name="items", version=1, types=(ItemTaken,), keys=_address_keys, apply=_address)


# --- What was decided there -------------------------------------------------------------------
PARAGRAPH = re.compile(r"§?\s*(\d{1,4})\b")


def paragraph_of(label: str | None) -> int | None:
    """Return the number of a paragraph as it is written ("§ 64"); None where none is written."""
    found = PARAGRAPH.match(label or "")
    return None if found is None else int(found[1])


def _decision_keys(event: DecisionRecorded) -> tuple[str, ...]:
    if event.meeting is not None:
        return (f"meeting:{event.meeting}|{event.decision}",)
    return () if event.meeting_date is None else (f"{event.body}|{event.meeting_date}|{event.decision}",)


def _decision(state: State, recorded: RecordedEvent) -> State:
    decision = recorded.event
    if state is not None or not isinstance(decision, DecisionRecorded):
        return state
    return {"decision": decision.decision, "paragraph": paragraph_of(decision.paragraph), "force": decision.force}


ITEM_DECISIONS = Projection(
    name="item_decisions", version=1, types=(DecisionRecorded,), keys=_decision_keys, apply=_decision
)
