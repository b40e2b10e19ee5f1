"""Meetings: what deciding remembers of one, and how events change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ledger.bodies import BodyRegistered
from ledger.matters import MatterOpened
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
    RecusalRecorded,
    RollCallHeld,
)
from ledger.messages import Event

NO_LAST = 2**53
"""Above every paragraph: where a stretch has no end."""


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A person's attendance from one paragraph to another."""

    person: str
    served: bool
    first: int
    last: int

    @staticmethod
    def of(person: str, served: bool, first: int | None, last: int | None) -> Stretch:
        return Stretch(person, served, first or 0, last or NO_LAST)

    def overlaps(self, other: Stretch) -> bool:
        return self.person == other.person and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Item:
    """An item that was taken up; `settled` is tabled or returned, None while it is neither."""

    paragraph: int
    matter: str | None
    settled: str | None = None


@dataclass(frozen=True, slots=True)
class Recusal:
    """Who takes no part in which item or matter."""

    person: str
    paragraph: int | None
    matter: str | None


@dataclass(frozen=True, slots=True)
class Numbering:
    """The paragraphs of one body in one year."""

    paragraphs: frozenset[int]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as far as later commands depend on it; `announced` is the day of a notice that is still up."""

    meeting: str
    body: str
    date: str
    ended: str | None = None
    adjusted: str | None = None
    announced: str | None = None
    attendance: tuple[Stretch, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def year(self) -> int:
        return int(self.date[:4])

    def item(self, paragraph: int) -> Item | None:
        return next((each for each in self.items if each.paragraph == paragraph), None)

    def is_recorded_recusal(self, person: str, paragraph: int | None, matter: str | None) -> bool:
        return Recusal(person, paragraph, matter) in self.recusals

    def is_recused(self, person: str, paragraph: int) -> bool:
        """Tell whether a person takes no part in an item, by its paragraph or by its matter."""
        item = self.item(paragraph)
        matter = None if item is None else item.matter
        return any(
            each.person == person
            and (each.paragraph == paragraph or (each.matter is not None and each.matter == matter))
            for each in self.recusals
        )

    def may_have_served(self, person: str, paragraph: int) -> bool:
        """Tell whether a person served at a paragraph; where nobody's attendance is recorded, anyone may have."""
        return not self.attendance or any(
            each.person == person and each.served and each.first <= paragraph <= each.last for each in self.attendance
        )

    def settle(self, paragraph: int, settled: str) -> Meeting:
        items = (replace(each, settled=settled) if each.paragraph == paragraph else each for each in self.items)
        return replace(self, items=tuple(items))


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case MeetingCalled(), None:
            return Meeting(event.meeting, event.body, event.date)
        case ItemTaken(paragraph=paragraph), None:
            return Numbering(frozenset({paragraph}))
        case ItemTaken(paragraph=paragraph), Numbering(paragraphs=paragraphs):
            return Numbering(paragraphs | {paragraph})
        case ((BodyRegistered() | MatterOpened() | MotionMoved() | RollCallHeld()), None):
            return Known()
        # An item put off to a meeting carries that meeting's tag too; only its own changes.
        case _, Meeting() if getattr(event, "meeting", None) == state.meeting:
            return _after(state, event)
    return state


def _after(meeting: Meeting, event: Event) -> Meeting:
    match event:
        case AttendanceRecorded():
            stretch = Stretch.of(event.person, event.served, event.from_paragraph, event.to_paragraph)
            return replace(meeting, attendance=(*meeting.attendance, stretch))
        case RecusalRecorded():
            recusal = Recusal(event.person, event.paragraph, event.matter)
            return replace(meeting, recusals=(*meeting.recusals, recusal))
        case ItemTaken():
            return replace(meeting, items=(*meeting.items, Item(event.paragraph, event.matter)))
        case ItemTabled(paragraph=paragraph):
            return meeting.settle(paragraph, "tabled")
        case ItemReturned(paragraph=paragraph):
            return meeting.settle(paragraph, "returned")
        case MeetingEnded(at=at):
            return replace(meeting, ended=at)
        case MinutesAdjusted(on=on):
            return replace(meeting, adjusted=on)
        case AdjustmentAnnounced(on=on):
            return replace(meeting, announced=on)
        case AnnouncementRemoved():
            return replace(meeting, announced=None)
    return meeting
