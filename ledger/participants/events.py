"""Participants: what happened, and what may be asked.

A participant is a random id that a channel keeps for somebody in one matter or process. Consents and
holds lie beside the words; an erasure is a process of its own:

    request ──> REQUESTED ──decide──> REFUSED
                                └───> GRANTED or PARTLY ──begin──> BEGUN ──record──> DESTROYED

It is decided on a legal basis, by one role, and carried out by another. Between begin and record the keys
are destroyed, outside the record; what was begun can only be finished. Whatever one request names is
joined for good, so a request is made for each id a person has.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from ledger.fields import Code, Id, Label, Text
from ledger.messages import Command, Event, Sealed, Sealing

KEYS_MAX = 50
MATTERS_MAX = 50

KeyId = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[!-~]{1,200}\|[PS]$")]
"""The id of a subject's key: its kind and id, and the class of words, such as author:9f2c|P."""

PrivateWords = Annotated[str | Sealed | None, Sealing("S", key="participant:{participant}")]


class ErasureOutcome(StrEnum):
    """What was decided about a request for erasure."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class ErasureBasis(StrEnum):
    """On what an erasure rests; in a public record none is made without one of these."""

    DISPOSAL_DECISION = "disposal_decision"
    STATUTE = "statute"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    UNLAWFUL_PROCESSING = "unlawful_processing"


class AccessOutcome(StrEnum):
    """What a person who asked for what is kept about them was given."""

    PROVIDED = "provided"
    PARTLY = "partly"
    REFUSED = "refused"


# --- What happened ----------------------------------------------------------------------------
class ConsentGiven(Event, topic="consent-given"):
    """A participant consented to a use of what they give."""

    participant: str
    purpose: str

    def subject(self) -> str:
        return f"participant:{self.participant}"


class ConsentWithdrawn(Event, topic="consent-withdrawn"):
    """A participant took a consent back; what was done before stays lawful (GDPR art. 7.3)."""

    participant: str
    purpose: str

    def subject(self) -> str:
        return f"participant:{self.participant}"


class AccessRequested(Event, topic="access-requested"):
    """A participant asked what is kept about them (GDPR art. 15)."""

    request: str
    participant: str

    def subject(self) -> str:
        return f"access:{self.request}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"participant:{self.participant}")


class AccessAnswered(Event, topic="access-answered"):
    """A request for access was answered."""

    request: str
    participant: str
    outcome: AccessOutcome
    by_role: str
    reasons: PrivateWords = None

    def subject(self) -> str:
        return f"access:{self.request}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"participant:{self.participant}")


class ErasureRequested(Event, topic="erasure-requested"):
    """A participant asked for words to be erased (GDPR art. 17). `scope` says which, as codes.

    `authors` are the ids under which the words were given, where they are others than the participant's own.
    """

    request: str
    participant: str
    scope: tuple[str, ...]
    authors: tuple[str, ...] = ()
    text: PrivateWords = None

    def subject(self) -> str:
        return f"erasure:{self.request}"

    def tags(self) -> tuple[str, ...]:
        return _about(self.request, self.participant, self.authors)


class ErasureDecided(Event, topic="erasure-decided"):
    """A request for erasure was decided. `keys` are those to destroy; `authors` are those of the request.

    `disposal_decision` is the number of the disposal decision (gallringsbeslut); `refusal_ground` a code.
    """

    request: str
    participant: str
    authors: tuple[str, ...] = ()
    outcome: ErasureOutcome
    by_role: str
    basis: ErasureBasis | None = None
    disposal_decision: str | None = None
    refusal_ground: str | None = None
    keys: tuple[str, ...] = ()
    reasons: Annotated[str | Sealed | None, Sealing("P", key="erasure:{request}")] = None

    def subject(self) -> str:
        return f"erasure:{self.request}"

    def tags(self) -> tuple[str, ...]:
        return _about(self.request, self.participant, self.authors)


def _about(request: str, participant: str, authors: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags of a request and of everybody it names: a refusal is found by each of them."""
    return (f"erasure:{request}", *(f"participant:{each}" for each in dict.fromkeys((participant, *authors))))


class ErasureBegun(Event, topic="erasure-begun"):
    """Another role began to destroy the keys of a decided erasure; nothing stood in its way at that moment.

    `matters` are those the words stand in.
    """

    request: str
    participant: str
    by_role: str
    matters: tuple[str, ...] = ()

    def subject(self) -> str:
        return f"erasure:{self.request}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"participant:{self.participant}", *(f"matter:{matter}" for matter in self.matters))


class KeyDestroyed(Event, topic="key-destroyed"):
    """The receipt: these keys are destroyed, and all words under them unreadable, for ever and for everybody."""

    request: str
    participant: str
    keys: tuple[str, ...]
    by_role: str
    matters: tuple[str, ...] = ()

    def subject(self) -> str:
        return f"erasure:{self.request}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"participant:{self.participant}", *(f"matter:{matter}" for matter in self.matters))


class RestrictionSet(Event, topic="restriction-set"):
    """A participant's words may only be kept, not used, until the restriction is lifted (GDPR art. 18)."""

    participant: str
    ground: str
    by_role: str

    def subject(self) -> str:
        return f"participant:{self.participant}"


class RestrictionLifted(Event, topic="restriction-lifted"):
    """A participant's words may be used again."""

    participant: str
    by_role: str

    def subject(self) -> str:
        return f"participant:{self.participant}"


class LegalHoldPlaced(Event, topic="legal-hold-placed"):
    """Nothing of a participant, or nothing in a matter, may be erased until the hold is lifted.

    `citation` says why: a trial, an inquiry, a claim (GDPR art. 17.3 e).
    """

    hold: str
    participant: str | None = None
    matter: str | None = None
    citation: str
    by_role: str

    def subject(self) -> str:
        return f"hold:{self.hold}"

    def tags(self) -> tuple[str, ...]:
        return _held(self.hold, self.participant, self.matter)


class LegalHoldLifted(Event, topic="legal-hold-lifted"):
    """A hold stands in the way of nothing any more."""

    hold: str
    participant: str | None = None
    matter: str | None = None
    by_role: str

    def subject(self) -> str:
        return f"hold:{self.hold}"

    def tags(self) -> tuple[str, ...]:
        return _held(self.hold, self.participant, self.matter)


def _held(hold: str, participant: str | None, matter: str | None) -> tuple[str, ...]:
    named = (("hold", hold), ("participant", participant), ("matter", matter))
    return tuple(f"{kind}:{name}" for kind, name in named if name is not None)


# --- What may be asked ------------------------------------------------------------------------
class GiveConsent(Command):
    """Record that a participant consents to a use."""

    participant: Id
    purpose: Code


class WithdrawConsent(Command):
    """Record that a participant takes a consent back."""

    participant: Id
    purpose: Code


class RequestAccess(Command):
    """Record that a participant asks what is kept about them."""

    creates: ClassVar[str | None] = "request"

    request: Id
    participant: Id


class AnswerAccess(Command):
    """Record how a request for access was answered."""

    request: Id
    outcome: AccessOutcome
    by_role: Code
    reasons: Text | None = None


class RequestErasure(Command):
    """Record that a participant asks for words to be erased."""

    creates: ClassVar[str | None] = "request"

    request: Id
    participant: Id
    scope: Annotated[tuple[Code, ...], Field(min_length=1, max_length=KEYS_MAX)]
    authors: Annotated[tuple[Id, ...], Field(max_length=KEYS_MAX)] = ()
    text: Text | None = None


class DecideErasure(Command):
    """Decide a request for erasure, on a legal basis, or refuse it with reasons.

    Without `keys`, a request that is granted whole destroys those of its authors that its scope names.
    """

    request: Id
    outcome: ErasureOutcome
    by_role: Code
    basis: ErasureBasis | None = None
    disposal_decision: Label | None = None
    refusal_ground: Code | None = None
    keys: Annotated[tuple[KeyId, ...], Field(max_length=KEYS_MAX)] = ()
    reasons: Text | None = None


class BeginErasure(Command):
    """Begin to carry out a decided erasure, by another role than decided it; from here on it is finished."""

    request: Id
    by_role: Code
    matters: Annotated[tuple[Id, ...], Field(max_length=MATTERS_MAX)] = ()


class RecordKeyDestroyed(Command):
    """Record that the keys of an erasure that was begun are destroyed."""

    request: Id


class SetRestriction(Command):
    """Restrict the use of a participant's words."""

    participant: Id
    ground: Code
    by_role: Code


class LiftRestriction(Command):
    """Lift the restriction of a participant's words."""

    participant: Id
    by_role: Code


class PlaceLegalHold(Command):
    """Forbid erasure for a participant or in a matter."""

    creates: ClassVar[str | None] = "hold"

    hold: Id
    participant: Id | None = None
    matter: Id | None = None
    citation: Label
    by_role: Code


class LiftLegalHold(Command):
    """Lift a legal hold."""

    hold: Id
    by_role: Code
