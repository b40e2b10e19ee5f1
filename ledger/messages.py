"""The words all slices share: events, commands, rejections, and the registry of topics.

An *event* is something that happened and is kept for ever, so its fields have bare types: a rule
tightened next year must not make this year unreadable. A *command* is a request; all limits stand
there. A *rejection* is a rule's no: expected, shown to the caller, and nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from string import Formatter
from typing import Any, ClassVar, Literal, NamedTuple, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ledger.fields import Edtf, Label, Sha256Hex
from ledger.swedish import in_words

TOPIC = re.compile(r"[a-z]+(-[a-z]+)*")


# --- What is sealed ---------------------------------------------------------------------------
class Sealed(BaseModel):
    """What an entry holds in place of personal words: a commitment to them, and their class.

    `commit` is 32 bytes as unpadded base64url, `class` is "P" (public content) or "S" (private).
    The ciphertext lies beside the entry and can be destroyed; the commitment stays.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    commit: str
    sealing_class: Literal["P", "S"] = Field(alias="class")


class Sealing(NamedTuple):
    """Mark an event field as sealed: `Annotated[str | Sealed, Sealing("P", key="matter:{matter}")]`.

    `key` names the subject key, as a template over the event's own clear fields. Destroying that
    key makes every field sealed under it unreadable, and nothing else.
    """

    sealing_class: Literal["P", "S"]
    key: str


class Source(BaseModel):
    """Where a fact was taken from, when it did not arise in the ledger itself.

    `basis` says how the fact is known; `document` is the SHA-256 of the source document in hex and
    `anchor` a place in it (`lines 14-20`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    basis: Literal["document", "external", "illustrative", "import"]
    document: str | None = None
    anchor: str | None = None
    external_id: str | None = None


class StatedSource(Source):
    """A source as a caller states it. It stands in the clear: a hash and short lines, no prose."""

    document: Sha256Hex | None = None
    anchor: Label | None = None
    external_id: Label | None = None


MESSAGE = ConfigDict(frozen=True, extra="forbid", defer_build=True)
"""Of events and commands. There are hundreds, of which a process uses few: a validator is built at its first use."""


# --- What happened ----------------------------------------------------------------------------
class Event(BaseModel):
    """Something that happened. Subclasses name their permanent topic and the version of their shape.

    `occurred` (EDTF) is present only when it differs from the time of recording.
    """

    model_config = MESSAGE

    topic: ClassVar[str]
    version: ClassVar[int]
    occurred: str | None = None
    source: Source | None = None

    def __init_subclass__(cls, *, topic: str, version: int = 1) -> None:
        """Take the class arguments; they are used once pydantic has collected the fields."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(cls, **arguments: Any) -> None:
        topic, version = arguments["topic"], arguments.get("version", 1)
        if not TOPIC.fullmatch(topic):
            raise TypeError(f"{topic!r} is not a topic: lower-case words joined by hyphens")
        if topic in EVENT_TYPES:
            raise TypeError(f"topic {topic!r} belongs to {EVENT_TYPES[topic].__name__} already")
        cls.topic, cls.version = topic, version
        EVENT_TYPES[topic] = cls

    def subject(self) -> str:
        """Return the main tag: what this event is about, such as `ballot:skolvagen`."""
        raise TypeError(f"{type(self).__name__} names no subject")

    def tags(self) -> tuple[str, ...]:
        """Return all tags, the subject first. Tags are an index, derived and never stored."""
        return (self.subject(),)

    def dated(self) -> str | None:
        """Return when it counts as having happened (EDTF), for what is asked as of a date; None: when it was recorded."""
        return self.occurred


EVENT_TYPES: dict[str, type[Event]] = {}
"""Every event class by its topic. Topics are permanent: history outlives a renamed file."""


class Entry(NamedTuple):
    """One recorded event as the record keeps it, a CloudEvents 1.0 JSON object; `specversion` is always "1.0".

    `time` is the server's stamp (RFC 3339, UTC); the order is the position, not the time.
    """

    actor: str
    data: Event
    id: str
    source: str
    specversion: str
    subject: str
    time: str
    type: str


class RecordedEvent(NamedTuple):
    """An event at its place in the record. Positions count from 1, gapless, per ledger."""

    position: int
    entry: Entry

    @property
    def event(self) -> Event:
        return self.entry.data

    @property
    def time(self) -> str:
        return self.entry.time

    @property
    def actor(self) -> str:
        return self.entry.actor


# --- What may be asked ------------------------------------------------------------------------
class Command(BaseModel):
    """A request to record something. Frozen; all limits on form stand here.

    `creates` names the id field that takes the request id when the caller leaves it out.
    `occurred` and `source` are copied onto every event that follows from the command.
    """

    model_config = MESSAGE

    creates: ClassVar[str | None] = None
    occurred: Edtf | None = None
    source: StatedSource | None = None

    def own(self) -> dict[str, Any]:
        """Return the command's own fields by name, for an event that has the same."""
        return {name: value for name, value in self if name not in Command.model_fields}


class Part(NamedTuple):
    """One query a command depends on: the events of these types that carry this tag."""

    tag: str
    types: tuple[type[Event], ...]


# --- Why a command may be rejected ------------------------------------------------------------
class Status(StrEnum):
    """The kind of a no; the gRPC face maps each to the status code of the same name."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    OUT_OF_RANGE = "OUT_OF_RANGE"


class Rejection(Exception):
    """A rule said no. The docstring of a subclass is the sentence the caller reads.

    `sv` is the same sentence in Swedish; both may hold `{placeholders}` for the keyword arguments,
    which also travel as metadata.
    """

    sv: ClassVar[str]
    status: ClassVar[Status] = Status.FAILED_PRECONDITION
    reason: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.reason = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).upper()
        placeholders = {name for _, name, _, _ in Formatter().parse(cls.__doc__ or "") if name}
        if not cls.__dict__.get("sv") or not cls.__doc__:
            raise TypeError(f"{cls.__name__} needs its sentence in English (docstring) and Swedish (sv)")
        if {name for _, name, _, _ in Formatter().parse(cls.sv) if name} - placeholders:
            raise TypeError(f"{cls.__name__}.sv names a placeholder that its docstring lacks")

    def __init__(self, **metadata: object) -> None:
        self.metadata = {name: str(value) for name, value in metadata.items()}
        super().__init__(cast(str, type(self).__doc__).format_map(self.metadata))

    @property
    def message_sv(self) -> str:
        return self.sv.format_map({name: in_words(name, value) for name, value in self.metadata.items()})


# --- How one leads to the other ---------------------------------------------------------------
State = Any
"""What a slice remembers of one part while deciding; None before the first event."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One subject: its commands and events, and the pure functions that lead from one to the other.

    boundary(command) -> the parts the command depends on
    evolve(state, event) -> the state of one part after the event; total, never raises
    decide(states, command, at) -> the events that follow, or a Rejection; `at` is the server's UTC time
    widen(states, command) -> further parts, for a command whose boundary rests on what was read
    evolve_recorded(state, recorded) -> as evolve, for a slice that must know where events lie; `evolve` is then asked
        only for those of the same group, which have no position yet
    """

    name: str
    commands: tuple[type[Command], ...]
    events: tuple[type[Event], ...]
    boundary: Callable[[Any], tuple[Part, ...]]
    evolve: Callable[[Any, Event], Any]
    decide: Callable[[Any, Any, datetime], Iterable[Event]]
    widen: Callable[[Any, Any], tuple[Part, ...]] | None = None
    evolve_recorded: Callable[[Any, RecordedEvent], Any] | None = None


class Submission(NamedTuple):
    """A command as it waits for its turn: who asks (stamped by the server), under which request id."""

    command: Command
    request_id: UUID
    actor: str


class Receipt(NamedTuple):
    """What an accepted command is answered with; positions are first … first + len(ids) - 1.

    `leaves` are RFC 6962 leaf hashes of 32 bytes, `recorded_at` RFC 3339 UTC. `repeated` tells that
    the same request id was accepted before and nothing was recorded now.
    """

    first: int
    ids: tuple[str, ...]
    leaves: tuple[bytes, ...]
    recorded_at: str
    repeated: bool = False
