"""Corrections: what was recorded wrongly, said openly beside what was recorded (rättelser).

An adjusted record is never changed in silence (JO 581-2013, JO 3339-2013): the wrong entry stays, and a
correction names its position, the field, the value it had and the value it should have had, who says so
and why. Views show both. What has a command of its own for changing one's mind (a revised disposition,
a new due date, a renamed body, a withdrawn vote) is not a mistake in the record and is not corrected here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field, StringConstraints, ValidationError
from pydantic_core import from_json

from ledger.canonical import canonical
from ledger.fields import Code, Id, Text
from ledger.messages import EVENT_TYPES, Command, Event, Part, RecordedEvent, Rejection, Sealed, Sealing, Slice, Status
from ledger.sealing import sealed_of

UNCORRECTED = frozenset(
    {"corrected", "vote-cast", "vote-withdrawn", "support-given", "support-withdrawn", "answer-received"}
)
"""Topics of which single events are not corrected: a choice is its maker's, and struck under a rule if it must be."""

VALUE_CHARACTERS_MAX = 4000
EVENTS_NAMED_MAX = 10

Tag = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[a-z0-9][a-z0-9-]{0,63}$")]
"""What an event is about: a kind and an id, such as decision:ks-12."""
Topic = Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=64)]
"""The permanent name of a type of event, such as decision-recorded."""
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[a-z0-9_]+){1,6}$", max_length=200)]
"""A JSON Pointer (RFC 6901) into the data of an event, such as /clauses/0/number."""
Value = Annotated[str, StringConstraints(max_length=VALUE_CHARACTERS_MAX)]
"""The value of a field in the clear, as JSON."""
Position = Annotated[int, Field(ge=1, le=2**53 - 1)]
"""The place of an event in the record, counted from 1."""


# --- What happened ----------------------------------------------------------------------------
class Corrected(Event, topic="corrected"):
    """A field of an event at `position` was recorded wrongly.

    `tag` is the subject of the wrong event, `pointer` a JSON Pointer (RFC 6901) into its data. A clear value
    stands as RFC 8785 JSON in `was` and `becomes`; sealed words are replaced by `text`, sealed under `holder`,
    the key of the words they replace. `dated_as` is when the wrong event occurred, else was recorded.
    """

    correction: str
    tag: str
    position: int
    topic_corrected: str
    pointer: str
    was: str | None = None
    becomes: str | None = None
    holder: str
    text: Annotated[str | Sealed | None, Sealing("P", key="{holder}")] = None
    reason: Annotated[str | Sealed, Sealing("P", key="correction:{correction}")]
    by_role: str
    dated_as: str

    def subject(self) -> str:
        return self.tag

    def tags(self) -> tuple[str, ...]:
        return (self.tag, f"correction:{self.correction}")

    def dated(self) -> str | None:
        return self.dated_as


# --- What may be asked ------------------------------------------------------------------------
class CorrectEvent(Command):
    """Say what a recorded field should have been.

    Give `becomes` (the new value as JSON) for a field in the clear, `text` for sealed words. `was`, when
    given, must be the value as it stands: the caller saw what is corrected.
    """

    creates: ClassVar[str | None] = "correction"

    correction: Id
    tag: Tag
    position: Position
    topic: Topic
    pointer: Pointer
    was: Value | None = None
    becomes: Value | None = None
    text: Text | None = None
    reason: Text
    by_role: Code


# --- Why it may be rejected -------------------------------------------------------------------
class CorrectionExists(Rejection):
    """A correction with the id {correction} is recorded already; choose another id."""

    sv = "En rättelse med id {correction} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class TopicNotCorrected(Rejection):
    """Events of the type {topic} are not corrected; an unknown type, or a choice that is struck or taken back instead."""

    sv = "Händelser av typen {topic} rättas inte; typen är okänd, eller ett val som i stället ogiltigförklaras eller tas tillbaka."
    status = Status.INVALID_ARGUMENT


class EventUnknown(Rejection):
    """There is no event {topic} about {tag} at position {position}; look it up and state its position."""

    sv = "Det finns ingen händelse {topic} om {tag} på position {position}; slå upp den och ange dess position."
    status = Status.NOT_FOUND


class EventElsewhere(Rejection):
    """There is no event {topic} about {tag} at position {position}; what is recorded about it: {recorded}. State one of them."""

    sv = "Det finns ingen händelse {topic} om {tag} på position {position}; detta är registrerat: {recorded}. Ange en av dem."
    status = Status.NOT_FOUND


class EventOfAnotherTopic(Rejection):
    """The event about {tag} at position {position} is of the type {found}, not {topic}; state topic {found}."""

    sv = "Händelsen om {tag} på position {position} är av typen {found}, inte {topic}; ange topic {found}."
    status = Status.INVALID_ARGUMENT


class FieldUnknown(Rejection):
    """The event at position {position} has no field {pointer}; name a field it has."""

    sv = "Händelsen på position {position} har inget fält {pointer}; ange ett fält som den har."
    status = Status.INVALID_ARGUMENT


class FieldNamesSubject(Rejection):
    """The field {pointer} says what the event is about; record the right event and correct what else is wrong in this one."""

    sv = "Fältet {pointer} säger vad händelsen handlar om; registrera rätt händelse och rätta det övriga i den här."


class ValueHasChanged(Rejection):
    """The field {pointer} does not hold what the correction says it does; it holds {value}."""

    sv = "Fältet {pointer} innehåller inte det som rättelsen säger; det innehåller {value}."


class ValueMissing(Rejection):
    """Say what the field {pointer} should have been: becomes for a field in the clear, text for sealed words."""

    sv = "Ange vad fältet {pointer} skulle ha varit: becomes för ett öppet fält, text för förseglade ord."
    status = Status.INVALID_ARGUMENT


class ValueDoesNotFit(Rejection):
    """The new value does not fit the field {pointer}; write it as JSON of the same kind."""

    sv = "Det nya värdet passar inte i fältet {pointer}; skriv det som JSON av samma slag."
    status = Status.INVALID_ARGUMENT


class ValueNotJson(Rejection):
    r"""What becomes says for the field {pointer} is not JSON; a text stands in quotation marks of its own: "becomes": "\"DD\"", a number does not: "becomes": "12"."""

    sv = 'Det som becomes anger för fältet {pointer} är inte JSON; en text står inom egna citattecken: "becomes": "\\"DD\\"", ett tal utan: "becomes": "12".'
    status = Status.INVALID_ARGUMENT


class NothingCorrected(Rejection):
    """The field {pointer} holds this value already; nothing would be corrected."""

    sv = "Fältet {pointer} har redan detta värde; inget skulle rättas."


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Correctable:
    """The recorded events of one type about one subject by position, and the values corrections gave their fields."""

    events: dict[int, tuple[Event, str]] = field(default_factory=dict)
    values: dict[tuple[int, str], str] = field(default_factory=dict)


def boundary(command: CorrectEvent) -> tuple[Part, ...]:
    """Return the correction itself, and the events of the type in question about its subject."""
    kind = EVENT_TYPES.get(command.topic)
    own = Part(f"correction:{command.correction}", (Corrected,))
    return (own,) if kind is None or command.topic in UNCORRECTED else (own, Part(command.tag, (kind, Corrected)))


def widen(states: tuple[Correctable | None, ...], command: CorrectEvent) -> tuple[Part, ...]:
    """Return everything about the subject when the event named is not there: the no then says what is."""
    if command.topic in UNCORRECTED or (command.topic in EVENT_TYPES and _found(states[-1], command) is not None):
        return ()
    kinds = tuple(EVENT_TYPES[topic] for topic in sorted(EVENT_TYPES.keys() - UNCORRECTED))
    return (Part(command.tag, kinds),)


def evolve(state: Correctable | None, event: Event) -> Correctable | None:
    """Return the state after an event whose position is not known yet: a correction counts, its target does not."""
    known = state or Correctable()
    match event:
        case Corrected(position=position, pointer=pointer, becomes=str(value)):
            return replace(known, values=known.values | {(position, pointer): value})
        case Corrected():
            return known
    return state


def evolve_recorded(state: Correctable | None, recorded: RecordedEvent) -> Correctable | None:
    """Return the state after a recorded event."""
    if isinstance(recorded.event, Corrected):
        return evolve(state, recorded.event)
    known = state or Correctable()
    return replace(known, events=known.events | {recorded.position: (recorded.event, recorded.time)})


def decide(states: tuple[Correctable | None, ...], command: CorrectEvent, at: datetime) -> Iterator[Event]:
    """Yield the correction, or raise a Rejection."""
    if states[0] is not None:
        raise CorrectionExists(correction=command.correction)
    if command.topic in UNCORRECTED:
        raise TopicNotCorrected(topic=command.topic)
    target = None if command.topic not in EVENT_TYPES else _found(states[1], command)
    if target is None:
        raise _missing(states[-1] or Correctable(), command)
    event, time = target
    words = next((each for each in sealed_of(event) if each.pointer == command.pointer), None)
    was: str | None = None
    becomes: str | None = None
    holder = f"correction:{command.correction}"
    if words is None:
        was, becomes = _clear(event, states[1] or Correctable(), command)
    elif command.text is None or command.becomes is not None or words.sealing_class != "P":
        raise ValueMissing(pointer=command.pointer)
    else:
        holder = words.key.removesuffix("|P")
    yield Corrected(
        correction=command.correction,
        tag=command.tag,
        position=command.position,
        topic_corrected=command.topic,
        pointer=command.pointer,
        was=was,
        becomes=becomes,
        holder=holder,
        text=command.text,
        reason=command.reason,
        by_role=command.by_role,
        dated_as=event.dated() or time,
    )


def _found(known: Correctable | None, command: CorrectEvent) -> tuple[Event, str] | None:
    found = None if known is None else known.events.get(command.position)
    return None if found is None or found[0].subject() != command.tag else found


def _missing(known: Correctable, command: CorrectEvent) -> Rejection:
    """Return the no that says what is recorded about the subject in place of the event named."""
    about = {place: event.topic for place, (event, _) in known.events.items() if event.subject() == command.tag}
    named = {"topic": command.topic, "tag": command.tag, "position": command.position}
    if command.position in about:
        return EventOfAnotherTopic(found=about[command.position], **named)
    if about:
        places = [f"{topic} ({place})" for place, topic in sorted(about.items())[:EVENTS_NAMED_MAX]]
        more = ["…"] if len(about) > EVENTS_NAMED_MAX else []
        return EventElsewhere(recorded=", ".join(places + more), **named)
    return EventUnknown(**named) if command.topic in EVENT_TYPES else TopicNotCorrected(topic=command.topic)


def _clear(event: Event, known: Correctable, command: CorrectEvent) -> tuple[str, str]:
    """Return the value as it stands and the one it should have had, both as canonical JSON."""
    if command.becomes is None or command.text is not None:
        raise ValueMissing(pointer=command.pointer)
    recorded, changed = _changed(event, command)
    was, becomes = known.values.get((command.position, command.pointer)) or _json(recorded), _json(changed)
    if command.was is not None and command.was != was:
        raise ValueHasChanged(pointer=command.pointer, value=was)
    if was == becomes:
        raise NothingCorrected(pointer=command.pointer)
    return was, becomes


def _json(value: Any) -> str:
    return canonical(value).decode()


def _changed(event: Event, command: CorrectEvent) -> tuple[Any, Any]:
    """Return the recorded value of the field and the new one, once the event is known to hold with it."""
    try:
        value = from_json(str(command.becomes))
    except ValueError:
        raise ValueNotJson(pointer=command.pointer) from None
    members = event.model_dump(mode="json", by_alias=True)
    holder, name = _place(members, command)
    recorded = holder[name]
    holder[name] = value
    try:
        corrected = type(event).model_validate(members)
    except ValidationError:
        raise ValueDoesNotFit(pointer=command.pointer) from None
    if corrected.tags() != event.tags():
        raise FieldNamesSubject(pointer=command.pointer)
    holder, name = _place(corrected.model_dump(mode="json", by_alias=True), command)
    return recorded, holder[name]


def _place(members: Any, command: CorrectEvent) -> tuple[Any, Any]:
    """Return the object or list that holds the field, and its name or number in it."""
    *path, last = command.pointer.split("/")[1:]
    try:
        for part in path:
            members = members[int(part)] if isinstance(members, list) else members[part]
        name: Any = int(last) if isinstance(members, list) else last
        members[name]
    except (KeyError, IndexError, TypeError, ValueError):
        raise FieldUnknown(position=command.position, pointer=command.pointer) from None
    return members, name


SLICE = Slice(
    name="corrections",
    commands=(CorrectEvent,),
    events=(Corrected,),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
    evolve_recorded=evolve_recorded,
)
