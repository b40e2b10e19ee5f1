"""Meetings: what happened, from the call to the day the notice of adjusted minutes came down.

    call ──> CALLED ──take items, move, vote, table, return──> (ended) ──adjust minutes──> ADJUSTED
    ADJUSTED ──announce──> ANNOUNCED ──remove──> REMOVED ──announce again──> ANNOUNCED

A meeting is one sitting of one body on one day. What is taken up gets a paragraph (§), whose number
is unique in a body and year. Persons are ids made by chance; their names lie sealed under them. Once
its minutes are adjusted a meeting takes no more events but the notice and corrections.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ledger.messages import Event, Sealed, Sealing


class AttendanceRole(StrEnum):
    """In which capacity a person was at a meeting."""

    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    MEMBER = "member"
    SUBSTITUTE = "substitute"
    SECRETARY = "secretary"
    OFFICIAL = "official"
    GUEST = "guest"


class Choice(StrEnum):
    """What a member answers to the question of a roll call."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Settling(StrEnum):
    """How a tie went, by the chair's casting vote or by lot."""

    YES = "yes"
    NO = "no"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AgendaItem(_Piece):
    """One point of an agenda; the matter is named where it is known."""

    number: int
    matter: str | None = None
    title: str


class MemberVote(_Piece):
    """How one member voted."""

    person: str
    party: str | None = None
    choice: str


class VoteCounts(_Piece):
    """How many voted how, where nobody says who."""

    yes: int
    no: int
    abstain: int = 0


def item_tag(meeting: str, paragraph: int) -> str:
    """Return the tag of one item of a meeting, `meeting:m|item:64`."""
    return f"meeting:{meeting}|item:{paragraph}"


def year_tag(body: str, year: int) -> str:
    """Return the tag under which the paragraphs of a body are numbered in a year, `body:ksau|year:2015`."""
    return f"body:{body}|year:{year}"


def _tags(meeting: str, body: str, *others: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"meeting:{meeting}", f"body:{body}", *others)))


# --- Before and around ------------------------------------------------------------------------
class MeetingCalled(Event, topic="meeting-called"):
    """A body was called to meet on a day, with an agenda."""

    meeting: str
    body: str
    date: str
    title: str | None = None
    agenda: tuple[AgendaItem, ...] = ()

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        matters = (f"matter:{item.matter}" for item in self.agenda if item.matter)
        return _tags(self.meeting, self.body, *matters)


class NoticePosted(Event, topic="notice-posted"):
    """The meeting was made known on the notice board."""

    meeting: str
    body: str
    on: str
    where: str

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.meeting, self.body)

    def dated(self) -> str | None:
        return self.occurred or self.on


class AttendanceRecorded(Event, topic="attendance-recorded"):
    """A person was at the meeting; `served` tells whether as one who could vote, for which paragraphs if not all."""

    meeting: str
    body: str
    person: str
    name: Annotated[str | Sealed | None, Sealing("P", key="officer:{person}")] = None
    party: str | None = None
    role: str
    served: bool
    from_paragraph: int | None = None
    to_paragraph: int | None = None

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.meeting, self.body, f"officer:{self.person}")


class RecusalRecorded(Event, topic="recusal-recorded"):
    """A person took no part in an item, or in a matter, because of a conflict of interest (jäv)."""

    meeting: str
    body: str
    person: str
    paragraph: int | None = None
    matter: str | None = None
    ground: str

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        item = () if self.paragraph is None else (item_tag(self.meeting, self.paragraph),)
        matter = () if self.matter is None else (f"matter:{self.matter}",)
        return _tags(self.meeting, self.body, *item, *matter, f"officer:{self.person}")


class MeetingEnded(Event, topic="meeting-ended"):
    """The meeting was closed; `at` is as exact as it is known (EDTF)."""

    meeting: str
    body: str
    at: str

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.meeting, self.body)


# --- Items ------------------------------------------------------------------------------------
class ItemTaken(Event, topic="item-taken"):
    """An item was taken up, under its paragraph of the year."""

    meeting: str
    body: str
    year: int
    paragraph: int
    matter: str | None = None
    title: str
    agenda_number: int | None = None

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        matter = () if self.matter is None else (f"matter:{self.matter}",)
        item = item_tag(self.meeting, self.paragraph)
        return _tags(self.meeting, self.body, item, year_tag(self.body, self.year), *matter)


class MotionMoved(Event, topic="motion-moved"):
    """A proposal was put to the meeting (yrkande)."""

    meeting: str
    body: str
    motion: str
    paragraph: int
    person: str | None = None
    party: str | None = None
    text: Annotated[str | Sealed, Sealing("P", key="meeting:{meeting}")]

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        person = () if self.person is None else (f"officer:{self.person}",)
        return _tags(self.meeting, self.body, item_tag(self.meeting, self.paragraph), f"motion:{self.motion}", *person)


class RollCallHeld(Event, topic="roll-call-held"):
    """The members voted on a question; each vote by name, or only the counts where the vote was secret or is known so."""

    meeting: str
    body: str
    roll_call: str
    paragraph: int
    question: str
    yes_label: str | None = None
    no_label: str | None = None
    votes: tuple[MemberVote, ...] = ()
    counts: VoteCounts | None = None
    secret: bool = False
    election: bool = False
    casting_vote: str | None = None
    lot: str | None = None

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        item = item_tag(self.meeting, self.paragraph)
        voters = (f"officer:{vote.person}" for vote in self.votes)
        return _tags(self.meeting, self.body, item, f"roll-call:{self.roll_call}", *voters)


class ItemTabled(Event, topic="item-tabled"):
    """An item was put off to a later meeting (bordläggning)."""

    meeting: str
    body: str
    paragraph: int
    to_meeting: str | None = None

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        to = () if self.to_meeting is None else (f"meeting:{self.to_meeting}",)
        return _tags(self.meeting, self.body, item_tag(self.meeting, self.paragraph), *to)


class ItemReturned(Event, topic="item-returned"):
    """An item was sent back for more preparation, with the reason (återremiss)."""

    meeting: str
    body: str
    paragraph: int
    reason: Annotated[str | Sealed, Sealing("P", key="meeting:{meeting}")]
    supporters: int | None = None

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.meeting, self.body, item_tag(self.meeting, self.paragraph))


# --- Minutes ----------------------------------------------------------------------------------
class MinutesAdjusted(Event, topic="minutes-adjusted"):
    """The minutes were adjusted by the chair and the adjusters; `minutes_hash` is the SHA-256 of the adjusted minutes."""

    meeting: str
    body: str
    on: str
    chair: str
    adjusters: tuple[str, ...] = ()
    minutes_hash: str
    document: str | None = None

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        document = () if self.document is None else (f"document:{self.document}",)
        persons = (f"officer:{person}" for person in (self.chair, *self.adjusters))
        return _tags(self.meeting, self.body, *document, *persons)

    def dated(self) -> str | None:
        return self.occurred or self.on


class AdjustmentAnnounced(Event, topic="adjustment-announced"):
    """It was announced on the notice board that the minutes are adjusted."""

    meeting: str
    body: str
    on: str
    where: str

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.meeting, self.body)

    def dated(self) -> str | None:
        return self.occurred or self.on


class AnnouncementRemoved(Event, topic="announcement-removed"):
    """The announcement of the adjusted minutes was taken down."""

    meeting: str
    body: str
    on: str

    def subject(self) -> str:
        return f"meeting:{self.meeting}"

    def tags(self) -> tuple[str, ...]:
        return _tags(self.meeting, self.body)

    def dated(self) -> str | None:
        return self.occurred or self.on
