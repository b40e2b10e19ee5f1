"""Meetings: what may be asked, with its limits."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledger.fields import Code, Date, Edtf, Id, Label, PersonName, Sha256Hex, Text
from ledger.meetings.events import AttendanceRole, Choice, Settling
from ledger.messages import Command
from ledger.tally import roll_call

AGENDA_MAX = 200
VOTES_MAX = 200
ADJUSTERS_MAX = 10
PARAGRAPH_MAX = 9999
PERSONS_MAX = 1000

Paragraph = Annotated[int, Field(ge=1, le=PARAGRAPH_MAX)]
"""The number of a paragraph (§) of the minutes."""

Persons = Annotated[int, Field(ge=0, le=PERSONS_MAX)]
"""A number of persons at a meeting."""

SERVING = frozenset({AttendanceRole.CHAIR, AttendanceRole.VICE_CHAIR, AttendanceRole.MEMBER, AttendanceRole.SUBSTITUTE})
"""The capacities in which a person may serve."""


class _Stated(BaseModel):
    """A part of a command, frozen like the command."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StatedAgendaItem(_Stated):
    """One point of an agenda, as it is asked for."""

    number: Annotated[int, Field(ge=1, le=AGENDA_MAX)]
    matter: Id | None = None
    title: Label


class StatedMemberVote(_Stated):
    """How one member voted, as it is asked for."""

    person: Id
    party: Label | None = None
    choice: Choice


class StatedVoteCounts(_Stated):
    """How many voted how, as it is asked for."""

    yes: Persons
    no: Persons
    abstain: Persons = 0


# --- Before and around ------------------------------------------------------------------------
class CallMeeting(Command):
    """Call a body to a meeting; the agenda numbers its points once each."""

    creates: ClassVar[str | None] = "meeting"

    meeting: Id
    body: Id
    date: Date
    title: Label | None = None
    agenda: Annotated[tuple[StatedAgendaItem, ...], Field(max_length=AGENDA_MAX)] = ()

    @model_validator(mode="after")
    def _numbers_once(self) -> CallMeeting:
        if len({item.number for item in self.agenda}) < len(self.agenda):
            raise ValueError("agenda holds the same number twice")
        return self


class PostNotice(Command):
    """Record that the meeting was made known on the notice board."""

    meeting: Id
    on: Date
    where: Label


class RecordAttendance(Command):
    """Record that a person was at the meeting; one who served for some paragraphs is recorded once for each stretch."""

    meeting: Id
    person: Id
    name: PersonName | None = None
    party: Label | None = None
    role: AttendanceRole
    served: bool = False
    from_paragraph: Paragraph | None = None
    to_paragraph: Paragraph | None = None

    @model_validator(mode="after")
    def _serves_in_order(self) -> RecordAttendance:
        if self.served and self.role not in SERVING:
            raise ValueError("a secretary, an official or a guest does not serve; leave served out")
        if (self.to_paragraph or PARAGRAPH_MAX) < (self.from_paragraph or 1):
            raise ValueError("to_paragraph is before from_paragraph; the last one is the first one at the earliest")
        return self


class RecordRecusal(Command):
    """Record that a person took no part in an item, or in a matter, because of a conflict of interest."""

    meeting: Id
    person: Id
    paragraph: Paragraph | None = None
    matter: Id | None = None
    ground: Code

    @model_validator(mode="after")
    def _is_from_one(self) -> RecordRecusal:
        if (self.paragraph is None) == (self.matter is None):
            raise ValueError("a recusal is from an item or from a matter; state one of paragraph and matter")
        return self


class EndMeeting(Command):
    """Record when the meeting was closed, as exactly as it is known."""

    meeting: Id
    at: Edtf


# --- Items ------------------------------------------------------------------------------------
class TakeItem(Command):
    """Record that an item was taken up under a paragraph."""

    meeting: Id
    paragraph: Paragraph
    matter: Id | None = None
    title: Label
    agenda_number: Annotated[int, Field(ge=1, le=AGENDA_MAX)] | None = None


class MoveMotion(Command):
    """Record a proposal put to the meeting, by a person or a party."""

    creates: ClassVar[str | None] = "motion"

    meeting: Id
    motion: Id
    paragraph: Paragraph
    person: Id | None = None
    party: Label | None = None
    text: Text

    @model_validator(mode="after")
    def _says_who(self) -> MoveMotion:
        if self.person is None and self.party is None:
            raise ValueError("a motion is moved by a person or a party; give person or party")
        return self


class HoldRollCall(Command):
    """Record how the members voted. A tie is settled by the chair, in an election by lot (KL 5:55-56, 6:33)."""

    creates: ClassVar[str | None] = "roll_call"

    meeting: Id
    roll_call: Id
    paragraph: Paragraph
    question: Label
    yes_label: Label | None = None
    no_label: Label | None = None
    votes: Annotated[tuple[StatedMemberVote, ...], Field(max_length=VOTES_MAX)] = ()
    counts: StatedVoteCounts | None = None
    secret: bool = False
    election: bool = False
    casting_vote: Settling | None = None
    lot: Settling | None = None

    @model_validator(mode="after")
    def _votes_once(self) -> HoldRollCall:
        if self.secret and self.votes:
            raise ValueError("a secret vote has only counts; leave votes out")
        if bool(self.votes) == (self.counts is not None):
            raise ValueError("a roll call has votes by name or only counts; state one of votes and counts")
        if len({vote.person for vote in self.votes}) < len(self.votes):
            raise ValueError("votes names the same person twice; each has one vote")
        return self

    @model_validator(mode="after")
    def _settles_ties_alone(self) -> HoldRollCall:
        if self.casting_vote is not None and self.election:
            raise ValueError("an election is settled by lot; state lot instead of casting_vote")
        if self.lot is not None and not self.election:
            raise ValueError("a question is settled by the chair; state casting_vote instead of lot")
        yes, no, abstain = self.totals()
        tied = roll_call(yes, no, abstain).passed is None
        if not tied and (self.casting_vote, self.lot) != (None, None):
            raise ValueError("the vote is no tie; leave casting_vote and lot out")
        return self

    def totals(self) -> tuple[int, int, int]:
        """Return how many voted yes, no, and abstained."""
        if self.counts is not None:
            return self.counts.yes, self.counts.no, self.counts.abstain
        yes, no, abstain = (sum(vote.choice is each for vote in self.votes) for each in Choice)
        return yes, no, abstain


class TableItem(Command):
    """Record that an item was put off to a later meeting, which is named where it is known."""

    meeting: Id
    paragraph: Paragraph
    to_meeting: Id | None = None


class ReturnItem(Command):
    """Record that an item was sent back, with the reason and how many supported it."""

    meeting: Id
    paragraph: Paragraph
    reason: Text
    supporters: Persons | None = None


# --- Minutes ----------------------------------------------------------------------------------
class AdjustMinutes(Command):
    """Record that the minutes were adjusted. `minutes_hash` is the SHA-256 in hex of the adjusted minutes."""

    meeting: Id
    on: Date
    chair: Id
    adjusters: Annotated[tuple[Id, ...], Field(max_length=ADJUSTERS_MAX)] = ()
    minutes_hash: Sha256Hex
    document: Id | None = None

    @model_validator(mode="after")
    def _adjusters_once(self) -> AdjustMinutes:
        if len(set(self.adjusters)) < len(self.adjusters):
            raise ValueError("adjusters names the same person twice")
        return self


class AnnounceAdjustment(Command):
    """Record that the adjusted minutes were announced on the notice board."""

    meeting: Id
    on: Date
    where: Label


class RemoveAnnouncement(Command):
    """Record that the announcement was taken down."""

    meeting: Id
    on: Date
