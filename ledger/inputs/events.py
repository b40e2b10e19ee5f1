"""Inputs: what residents, organisations and officials bring in; what happened, and what may be asked.

    receive ──> RECEIVED ──accept──> ACCEPTED ──revise──> RECEIVED
                   ^  └──────┬───────────┘
                   │         ├──withdraw──> WITHDRAWN    for good: it is the author's word
                   │         ├──reject────> REJECTED ─┐
                   │         └──merge─────> MERGED   ─┤
                   └────────────restore───────────────┘

An input may come before any matter or process exists. Its words are its author's and sealed under the
author's key: destroying that key takes the words and leaves the history whole. The author is a random id
per matter or process; where the caller names none, the input's own id stands in as an author of this one
input, so that the key always has a name.

Support is pinned to the version of the text that was supported. A merged input keeps its own line and
its own supporters; no merge can run in a circle, since only a live input takes in another one.

How signatures are collected and what became of a petition stands in `petitions.py`, what an input
criticises and into which parts it was split in `links.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from ledger.fields import Code, Id, Label, Language, Text, VoterTag, check_line
from ledger.messages import Command, Event, Sealed, Sealing

Attribute = Annotated[str, StringConstraints(max_length=100), AfterValidator(check_line)]
"""An attribute of a resident as the channel asked for it, such as an area's name or 30–44; always sealed."""

Version = Annotated[int, Field(ge=1, le=1_000_000)]

# Whole aliases, also for the optional ones: a mark inside `… | None` would not be found, and not be sealed.
AuthorsText = Annotated[str | Sealed, Sealing("P", key="author:{author}")]
AuthorsAttribute = Annotated[str | Sealed | None, Sealing("S", key="author:{author}")]
# A reason may quote the input, so it goes with the author's key, whoever wrote it.
Reason = Annotated[str | Sealed | None, Sealing("P", key="author:{author}")]


# --- What happened ----------------------------------------------------------------------------
class InputKind(StrEnum):
    """What sort of input it is."""

    COMMENT = "comment"
    PROPOSAL = "proposal"
    INITIATIVE = "initiative"
    PETITION = "petition"
    CRITICISM = "criticism"
    MEETING_NOTE = "meeting_note"
    STATEMENT = "statement"


class AuthorKind(StrEnum):
    """In what capacity somebody speaks; never who."""

    RESIDENT = "resident"
    ORGANISATION = "organisation"
    OFFICIAL = "official"


class Instrument(StrEnum):
    """Which rules an initiative follows: medborgarförslag (KL 8:1), folkinitiativ (KL 8:2), e-petition (local)."""

    RESIDENT_INITIATIVE = "resident_initiative"
    POPULAR_INITIATIVE = "popular_initiative"
    E_PETITION = "e_petition"


class Stance(StrEnum):
    """How somebody who comments on an input stands to it, in their own words or by their own tick."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Verdict(StrEnum):
    """What a moderator found."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


def _places(input: str, process: str | None, matter: str | None) -> tuple[str, ...]:
    """Return the tags of an event that changes what belongs to a process or a matter."""
    places = [f"input:{input}"]
    if process is not None:
        places.append(f"process:{process}")
    if matter is not None:
        places.append(f"matter:{matter}")
    return tuple(places)


class InputReceived(Event, topic="input-received"):
    """An input came in; its text is version 1. `channel` is a code of the register of channels.

    `instrument` names the rules an initiative or a petition follows. `party` and `role` belong to
    somebody in office, who acts in public; of a resident they are never kept. `district`, `theme` and
    `subtheme` say what the input is about, in the words of whoever sorted it, and nothing of its author.
    `about` is the input that it comments on, `stance` how the comment stands to it.
    """

    input: str
    kind: InputKind
    channel: str
    process: str | None = None
    matter: str | None = None
    author: str
    author_kind: AuthorKind
    text: AuthorsText
    language: str
    area: AuthorsAttribute = None
    age_band: AuthorsAttribute = None
    group: AuthorsAttribute = None
    instrument: Instrument | None = None
    party: str | None = None
    role: str | None = None
    district: str | None = None
    theme: str | None = None
    subtheme: str | None = None
    about: str | None = None
    stance: Stance | None = None

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        # The input commented on has a tag of its own for this: `input:` would make every comment part of its state.
        named = {"district": self.district, "theme": self.theme, "about": self.about}
        more = (f"{name}:{value}" for name, value in named.items() if value is not None)
        return (*_places(self.input, self.process, self.matter), *more)


class InputRevised(Event, topic="input-revised"):
    """The author put a new text in place of the old one. Versions count 1, 2, 3 and so on."""

    input: str
    author: str
    input_version: int
    text: AuthorsText

    def subject(self) -> str:
        return f"input:{self.input}"


class InputWithdrawn(Event, topic="input-withdrawn"):
    """The author took the input back."""

    input: str
    author: str
    process: str | None = None
    matter: str | None = None
    reason: Reason = None

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return _places(self.input, self.process, self.matter)


class InputMerged(Event, topic="input-merged"):
    """The input says the same as another one and counts with it from now on."""

    input: str
    into: str
    process: str | None = None
    matter: str | None = None
    reason_code: str

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return _places(self.input, self.process, self.matter)


class SupportGiven(Event, topic="support-given"):
    """Somebody stands behind the input as it read in this version. `supporter` is a pseudonym."""

    input: str
    supporter: str
    input_version: int

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"input:{self.input}|supporter:{self.supporter}")


class SupportWithdrawn(Event, topic="support-withdrawn"):
    """A supporter stands behind the input no longer."""

    input: str
    supporter: str

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"input:{self.input}|supporter:{self.supporter}")


class InputModerated(Event, topic="input-moderated"):
    """A moderator accepted or rejected the input, in the role `by_role`."""

    input: str
    author: str
    process: str | None = None
    matter: str | None = None
    verdict: Verdict
    reason_code: str | None = None
    reason: Reason = None
    by_role: str

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return _places(self.input, self.process, self.matter)


class InputRestored(Event, topic="input-restored"):
    """A rejection or a merge was undone: the input stands as received again, its supporters with it."""

    input: str
    author: str
    process: str | None = None
    matter: str | None = None
    reason_code: str
    reason: Reason = None
    by_role: str

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return _places(self.input, self.process, self.matter)


# --- What may be asked ------------------------------------------------------------------------
class ReceiveInput(Command):
    """Take in an input. Into a process that belongs to a matter it comes with that matter."""

    creates: ClassVar[str | None] = "input"

    input: Id
    kind: InputKind
    channel: Code
    process: Id | None = None
    matter: Id | None = None
    author: Id | None = None
    author_kind: AuthorKind
    text: Text
    language: Language = "sv"
    area: Attribute | None = None
    age_band: Attribute | None = None
    group: Attribute | None = None
    instrument: Instrument | None = None
    party: Label | None = None
    role: Label | None = None
    district: Label | None = None
    theme: Label | None = None
    subtheme: Label | None = None
    about: Id | None = None
    stance: Stance | None = None


class ReviseInput(Command):
    """Put a new text in place of the old one, as its author."""

    input: Id
    author: Id
    text: Text


class WithdrawInput(Command):
    """Take an input back for good, as its author."""

    input: Id
    author: Id
    reason: Text | None = None


class MergeInput(Command):
    """Let an input count with another one of the same process."""

    input: Id
    into: Id
    reason_code: Code


class SupportInput(Command):
    """Stand behind an input: as it reads now, or as it read in an earlier version that was signed."""

    input: Id
    supporter: VoterTag
    input_version: Version | None = None


class WithdrawSupport(Command):
    """Stand behind an input no longer."""

    input: Id
    supporter: VoterTag


class ModerateInput(Command):
    """Accept an input, or reject it for a reason of the register."""

    input: Id
    verdict: Verdict
    reason_code: Code | None = None
    reason: Text | None = None
    by_role: Code


class RestoreInput(Command):
    """Undo the rejection or the merge of an input."""

    input: Id
    reason_code: Code
    reason: Text | None = None
    by_role: Code
