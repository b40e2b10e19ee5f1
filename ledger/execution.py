"""One group's execution: read what all members depend on, then decide them in order of arrival.

Each member sees what earlier members of the group did, so a voter who votes on ten statements, or
changes their mind at once, does not conflict with themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import NamedTuple, TypeAlias
from uuid import UUID

from ledger.clock import rfc3339
from ledger.edtf import is_to_come
from ledger.entries import Encoder, EntryTooLarge, decode, event_id, type_of
from ledger.messages import Command, Event, Part, Receipt, Rejection, Sealed, Slice, State, Submission
from ledger.outcomes import Aborted, CommandTooLarge, OccurredInFuture, Outcome, PersonErased, RequestReused
from ledger.sealing import Words, seals, with_sealed, words_of
from ledger.store.port import (
    Appender,
    Before,
    Group,
    KnownRequest,
    NewEvent,
    NewRequest,
    NewSealed,
    Probe,
    Recorded,
)
from ledger.vault.errors import KeyDestroyed
from ledger.vault.vault import ToSeal, Vault

Place: TypeAlias = tuple[str, tuple[type[Event], ...], str]
"""One part as one slice sees it, (tag, types, slice name): two slices may fold the same events
differently. A plain tuple, because a vote's group makes and looks up thousands of them."""

Cache: TypeAlias = dict[Place, tuple[int, State]]
"""States of parts that many commands share, each as of a position."""


@cache
def topics_of(types: tuple[type[Event], ...]) -> tuple[str, ...]:
    """Return the topics of some event classes."""
    return tuple(kind.topic for kind in types)


def probe_of(place: Place, after: int) -> Probe:
    """Return the question what a part has recorded after a position."""
    return Probe(place[0], topics_of(place[1]), after)


def condition_of(probe: Probe) -> tuple[str, tuple[str, ...]]:
    """Return what a probe asks about, whatever position it was read from."""
    return probe.tag, probe.topics


class Working:
    """The states of all parts a group depends on, kept up as members are accepted."""

    def __init__(self, slices: Mapping[str, Slice]) -> None:
        self._slices = slices
        self._by_tag: dict[str, list[Place]] = {}
        self.states: dict[Place, State] = {}
        self.unplaced: set[Place] = set()
        """Parts that should know where events lie and saw some of this group, which lie nowhere yet."""

    def add(self, place: Place, state: State, history: Iterable[Recorded]) -> None:
        """Take in a part: its cached state and what was recorded since."""
        asked = self._slices[place[2]]
        for recorded in history:
            decoded = decode(recorded.position, recorded.entry)
            if asked.evolve_recorded is None:
                state = asked.evolve(state, decoded.event)
            else:
                state = asked.evolve_recorded(state, decoded)
        self.states[place] = state
        if place[0] in self._by_tag:
            self._by_tag[place[0]].append(place)
        else:
            self._by_tag[place[0]] = [place]

    def accept(self, event: Event, tags: Iterable[str]) -> None:
        """Let every part that `event` belongs to see it."""
        kind, by_tag = type(event), self._by_tag
        for tag in tags:
            if tag in by_tag:
                for place in by_tag[tag]:
                    if kind in place[1]:
                        self._see(place, event)

    def catch_up(self, places: Iterable[Place], tagged: Sequence[tuple[Event, tuple[str, ...]]]) -> None:
        """Let parts that were read late see what earlier members of the group did."""
        for place in dict.fromkeys(places):
            for event, tags in tagged:
                if place[0] in tags and type(event) in place[1]:
                    self._see(place, event)

    def _see(self, place: Place, event: Event) -> None:
        asked = self._slices[place[2]]
        self.states[place] = asked.evolve(self.states[place], event)
        if asked.evolve_recorded is not None:
            self.unplaced.add(place)


class Asked(NamedTuple):
    """A submission with what is needed to decide it.

    `content` is the keyed hash of the command, `size` its length as JSON in bytes.
    """

    submission: Submission
    slice: Slice
    places: tuple[Place, ...]
    content: bytes
    size: int


class Accepted(NamedTuple):
    """A submission that was decided: the events that follow, each with its tags."""

    asked: Asked
    events: list[tuple[Event, tuple[str, ...]]]


Written: TypeAlias = tuple[int, tuple[str, ...], tuple[bytes, ...]]
"""Where a member's events lie in the group (the ordinal of the first), their ids and leaf hashes."""


class Unread(Exception):
    """A command rests on parts that only became known while deciding it; read them and decide again."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        self.places = places
        super().__init__("further parts must be read")


class Unrecordable(Exception):
    """Some accepted submissions cannot be written down; the group is decided again without them."""

    def __init__(self, rejections: Mapping[UUID, Rejection]) -> None:
        self.rejections = rejections
        super().__init__(f"{len(rejections)} submissions cannot be written down")


@dataclass(slots=True)
class Execution:
    """One attempt at one group. `given_up` names the conditions others would not stop changing."""

    ledger: str
    store: Appender
    vault: Vault
    slices: Mapping[str, Slice]
    cache: Cache
    at: datetime
    given_up: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    group: Group = field(init=False)
    working: Working = field(init=False)
    probes: dict[Place, Probe] = field(init=False)
    depends: dict[Place, Probe] = field(init=False)
    decided: list[Accepted | Asked | Outcome] = field(init=False)
    written: dict[int, Written] = field(init=False)
    known: dict[UUID, KnownRequest] = field(init=False)
    answered: dict[int, Asked] = field(init=False)
    unrecordable: dict[UUID, Rejection] = field(default_factory=dict)

    async def run(self, asked: Sequence[Asked]) -> None:
        """Decide all that is asked and fill `group` with what is accepted."""
        while True:
            try:
                return await self._attempt(asked)
            except Unrecordable as found:
                self.unrecordable |= found.rejections

    def outcomes(self, first: int) -> list[Outcome]:
        """Return one outcome per submission, in order, once the group lies at position `first`."""
        outcomes: list[Outcome] = []
        for each in self.decided:
            if isinstance(each, Accepted):
                outcomes.append(self._receipt(each.asked, first, repeated=False))
            elif isinstance(each, Asked):
                outcomes.append(self._receipt(each, first, repeated=True))
            else:
                outcomes.append(each)
        return outcomes

    def _receipt(self, asked: Asked, first: int, *, repeated: bool) -> Receipt:
        ordinal, ids, leaves = self.written[asked.submission.request_id.int]
        return Receipt(first + ordinal, ids, leaves, self.group.recorded_at, repeated)

    async def _attempt(self, asked: Sequence[Asked]) -> None:
        self.working, self.probes, self.depends, self.answered = Working(self.slices), {}, {}, {}
        requests = [each.submission.request_id for each in asked]
        before = await self._read(requests, [place for each in asked for place in each.places])
        self.known = before.requests
        self.group = Group(before.head, rfc3339(self.at))
        self.decided = []
        for each in asked:
            try:
                self.decided.append(self._answer(each))
            except Unread as further:
                # Read later than the group: the append is conditional on these parts from the
                # group's own position on, so anything recorded in between is a conflict.
                await self._read((), further.places)
                earlier = [tagged for each in self.decided if isinstance(each, Accepted) for tagged in each.events]
                self.working.catch_up(further.places, earlier)
                self.decided.append(self._answer(each))
        self.group.conditions = list(self.depends.values())
        self._write_down([each for each in self.decided if isinstance(each, Accepted)])

    async def _read(self, requests: Sequence[UUID], places: Iterable[Place]) -> Before:
        """Read what is not in the working set yet, and fold it."""
        cache, states = self.cache, self.working.states
        missing = [place for place in dict.fromkeys(places) if place not in states]
        cached = [cache.get(place, (0, None)) for place in missing]
        probes = [probe_of(place, after) for place, (after, _) in zip(missing, cached, strict=True)]
        self.probes.update(zip(missing, probes, strict=True))
        before = await self.store.read(requests, probes)
        for place, (_, state), history in zip(missing, cached, before.histories, strict=True):
            self.working.add(place, state, history)
        return before

    # --- Deciding -----------------------------------------------------------------------------
    def _answer(self, asked: Asked) -> Accepted | Asked | Outcome:
        """Decide one submission; an `Asked` stands for the repeat of an earlier member of this group."""
        request_id = asked.submission.request_id
        earlier = self.answered.get(request_id.int)
        if earlier is not None:
            return earlier if earlier.content == asked.content else RequestReused(request_id=request_id)
        if self.known and request_id in self.known:
            known = self.known[request_id]
            same = known.content == asked.content
            return self._known_receipt(request_id, known) if same else RequestReused(request_id=request_id)
        if self.unrecordable and request_id in self.unrecordable:
            return self.unrecordable[request_id]
        try:
            return self._decide(asked)
        except Rejection as rejection:
            return rejection

    def _known_receipt(self, request_id: UUID, known: KnownRequest) -> Receipt:
        ids = tuple([event_id(self.ledger, request_id, n) for n in range(known.count)])
        leaves = tuple([known.leaves[n : n + 32] for n in range(0, len(known.leaves), 32)])
        return Receipt(known.first, ids, leaves, known.recorded_at, repeated=True)

    def _decide(self, asked: Asked) -> Accepted | Aborted:
        command, places = asked.submission.command, asked.places
        if command.occurred is not None:
            self._refuse_future(command.occurred)
        states = self.working.states
        parts = tuple([states[place] for place in places])
        if asked.slice.widen is not None:
            further = self._further(asked.slice, asked.slice.widen(parts, command))
            places += further
            parts += tuple([states[place] for place in further])
        if self.given_up and any(condition_of(self.probes[place]) in self.given_up for place in places):
            return Aborted("others kept changing what the command depends on; ask again")
        events = list(asked.slice.decide(parts, command, self.at))
        if command.occurred is not None or command.source is not None:
            for event in events:
                _stamp(event, command)
        tagged = [(event, event.tags()) for event in events]
        for event, tags in tagged:
            self.working.accept(event, tags)
        for place in places:
            self.depends[place] = self.probes[place]
        self.answered[asked.submission.request_id.int] = asked
        return Accepted(asked, tagged)

    def _further(self, each: Slice, parts: Iterable[Part]) -> tuple[Place, ...]:
        """Return further places; raise Unread with those that are not in the working set."""
        places = tuple([(tag, types, each.name) for tag, types in parts])
        if missing := tuple([place for place in places if place not in self.working.states]):
            raise Unread(missing)
        return places

    def _refuse_future(self, occurred: str) -> None:
        if is_to_come(occurred, self.at):
            raise OccurredInFuture(occurred=occurred)

    # --- Writing down -------------------------------------------------------------------------
    def _write_down(self, accepted: Sequence[Accepted]) -> None:
        """Seal and encode all events into the group; raise Unrecordable for the submissions that cannot be."""
        sealed = self._seal(accepted)
        encoder = Encoder(self.ledger, self.group.recorded_at)
        self.written = {}
        too_large: dict[UUID, Rejection] = {}
        for each in accepted:
            request_id = each.asked.submission.request_id
            try:
                self.written[request_id.int] = self._record(each, encoder, sealed)
            except EntryTooLarge:
                too_large[request_id] = CommandTooLarge()
        if too_large:
            raise Unrecordable(too_large)

    def _record(self, accepted: Accepted, encoder: Encoder, sealed: Mapping[str, Mapping[str, Sealed]]) -> Written:
        """Encode the events of one member into the group."""
        group, (asked, tagged) = self.group, accepted
        request_id, actor = asked.submission.request_id, asked.submission.actor
        ordinal, ids, leaves = len(group.events), [], []
        for n, (event, tags) in enumerate(tagged):
            name = event_id(self.ledger, request_id, n)
            recordable = with_sealed(event, sealed[name]) if name in sealed else event
            entry = encoder.encode(recordable, id=name, actor=actor)
            leaf = sha256(b"\x00" + entry).digest()
            kind = type(event)
            group.events.append(NewEvent(name, type_of(kind), kind.topic, entry, leaf, tags))
            ids.append(name)
            leaves.append(leaf)
        group.requests.append(NewRequest(request_id, ordinal, len(tagged), asked.content))
        return ordinal, tuple(ids), tuple(leaves)

    def _seal(self, accepted: Sequence[Accepted]) -> dict[str, dict[str, Sealed]]:
        """Seal the words of the whole group at once; return the commitments by event id and pointer."""
        places: list[tuple[UUID, str, int, Words]] = []
        ordinal = 0
        for asked, tagged in accepted:
            for n, (event, _) in enumerate(tagged):
                if seals(type(event)):
                    name = event_id(self.ledger, asked.submission.request_id, n)
                    places += [(asked.submission.request_id, name, ordinal + n, words) for words in words_of(event)]
            ordinal += len(tagged)
        if not places:
            return {}
        try:
            values = self.vault.seal_many(
                [ToSeal(words.key, name, words.pointer, words.value) for _, name, _, words in places]
            )
        except KeyDestroyed as erased:
            gone = [request_id for request_id, _, _, words in places if words.key in erased.key_ids]
            raise Unrecordable({request_id: PersonErased() for request_id in gone}) from None
        commitments: dict[str, dict[str, Sealed]] = {}
        for (_, name, at, words), value in zip(places, values, strict=True):
            commitment = Sealed.model_construct(commit=value.commit, sealing_class=words.sealing_class)
            commitments.setdefault(name, {})[words.pointer] = commitment
            self.group.sealed.append(NewSealed(at, words.pointer, words.key, value.nonce, value.ciphertext))
        return commitments


def _stamp(event: Event, command: Command) -> None:
    """Say when it occurred and where it is known from, unless the slice said so itself.

    The event is fresh and nobody else has seen it, so the frozen object is filled in rather than copied.
    """
    members = event.__dict__
    if members["occurred"] is None:
        members["occurred"] = command.occurred
    if members["source"] is None:
        members["source"] = command.source
