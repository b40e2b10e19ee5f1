"""The entries of a log as an offline verification hands them on: each read strictly, and every read model replayed.

    on_page ──▶ Soundness: canonical bytes, members, time ──▶ Replay of each projection ──▶ digests ──▶ compared

Memory holds the newest state of every key and one page. What comes out can be sent between processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ledger.canonical import NotCanonical
from ledger.entries import Encoder, EntryTooLarge
from ledger.messages import RecordedEvent
from ledger.store.port import CLOCK_BEHIND_SECONDS_MAX
from projections.advance import Page, decode_page
from projections.ballots import VOTES
from projections.catalogue import PROJECTIONS
from projections.projection import Projection
from projections.replay import Replay
from projections.rows.change import uncollected
from services.audit.entries import UnknownType, Unsound, examined_entry, is_uuid
from services.audit.report import Kind, Report
from services.audit.second import Figure, figures_of

PAGE_ENTRIES = 4_096
"""Entries folded at once; fewer are gathered."""

FAULTS_MAX = 100

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII).fullmatch
_BEHIND = timedelta(seconds=CLOCK_BEHIND_SECONDS_MAX)


class Fault(NamedTuple):
    """An entry that is not what an append writes, or of a type that this version does not know."""

    position: int
    kind: Kind
    reason: str


# --- One entry after the other ----------------------------------------------------------------
class Soundness:
    """Whether entries are what an append writes: canonical, of this ledger, under their main tag, time going on."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._encoder = Encoder(origin, "")
        self._time = self._newest = ""
        self._unknown: set[str] = set()
        self.faults: list[Fault] = []
        self.further = 0

    def look(self, entries: Sequence[tuple[int, bytes]], page: Page) -> None:
        """Look at a page of consecutive entries and what was read of them."""
        first, events = entries[0][0], page.events.events
        for recorded in events:
            position, entry = entries[recorded.position - first]
            if not self._as_written(recorded, entry):
                self._examine(position, entry)
        if len(events) < len(entries):
            read = {recorded.position for recorded in events}
            for position, entry in entries:
                if position not in read:
                    self._examine(position, entry)

    def _as_written(self, recorded: RecordedEvent, entry: bytes) -> bool:
        """Tell whether writing the event again gives these bytes: then all that they say is right, at little cost."""
        held = recorded.entry
        if held.time != self._time:
            self._look_at_time(recorded.position, held.time)
            self._time, self._encoder = held.time, Encoder(self._origin, held.time)
        if not is_uuid(held.id):
            return False
        try:
            return self._encoder.encode(held.data, id=held.id, actor=held.actor) == entry
        except (NotCanonical, EntryTooLarge):
            return False

    def _look_at_time(self, position: int, time: str) -> None:
        if not (_TIME(time) and _instant(time)):
            self._fault(Fault(position, Kind.INTEGRITY, "the entry's time is no RFC 3339 instant in UTC"))
        elif time > self._newest:
            self._newest = time
        elif (newest := _instant(self._newest)) and (now := _instant(time)) and newest - now > _BEHIND:
            reason = f"the entry's time {time} is before that of an earlier one, {self._newest}"
            self._fault(Fault(position, Kind.INTEGRITY, reason))

    def _examine(self, position: int, entry: bytes) -> None:
        try:
            examined_entry(position, entry, self._origin)
        except Unsound as error:
            self._fault(Fault(position, Kind.INTEGRITY, str(error)))
        except UnknownType as error:
            if str(error) not in self._unknown:
                self._unknown.add(str(error))
                self._fault(Fault(position, Kind.INCOMPLETE, str(error)))

    def _fault(self, fault: Fault) -> None:
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(fault)
        else:
            self.further += 1


def _instant(time: str) -> datetime | None:
    try:
        return datetime.fromisoformat(time)
    except ValueError:
        return None


# --- All of them --------------------------------------------------------------------------------
class Replayed(NamedTuple):
    """What a replay came to: how far it went, the faults of entries, and of each read model the digest or an error."""

    position: int
    faults: list[Fault]
    further: int
    digests: dict[str, str]
    errors: dict[str, str]
    figures: dict[Figure, int] | None = None
    """Those of the votes, where they were asked for and could be replayed."""


class BundleReplay:
    """Takes the pages of a log in order and replays projections over them up to a position.

    `sound` tells whether the entries are examined as well; of several replays of one log, one does. `figures` asks for
    those of the votes, to be counted a second time.
    """

    def __init__(
        self,
        origin: str,
        upto: int,
        projections: Iterable[Projection] = PROJECTIONS,
        *,
        sound: bool = True,
        figures: bool = False,
    ) -> None:
        self._figures = figures
        self._soundness = Soundness(origin) if sound else None
        self._replays = [Replay(projection, upto) for projection in projections]
        self._waiting: list[tuple[int, bytes]] = []
        self.position = 0
        self.broken = False
        """Whether an entry was left out, so that there is nothing to go on with."""

    def on_page(self, first: int, entries: Sequence[bytes], _leaves: Sequence[bytes] = ()) -> None:
        """Take entries from the position `first` on; where some were left out nothing further is replayed."""
        if first != self.position + 1:
            self._fold()
            self.broken = True
        self.position = first + len(entries) - 1
        self._waiting += enumerate(entries, first)
        if len(self._waiting) >= PAGE_ENTRIES:
            self._fold()

    def finish(self) -> Replayed:
        """Return what it came to."""
        self._fold()
        soundness = self._soundness or Soundness("")
        digests: dict[str, str] = {}
        errors: dict[str, str] = {}
        figures = None
        if not self.broken:
            for replay in self._replays:
                name = replay.projection.name
                if replay.error is None:
                    digests[name] = replay.digest()
                    if self._figures and name == VOTES.name:
                        figures = figures_of(replay.states.items())
                else:
                    errors[name] = replay.error
        return Replayed(self.position, soundness.faults, soundness.further, digests, errors, figures)

    def _fold(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        with uncollected():
            page = decode_page(waiting)
            if self._soundness is not None:
                self._soundness.look(waiting, page)
            if not self.broken:
                for replay in self._replays:
                    replay.take(page)


# --- Compared -----------------------------------------------------------------------------------
NOT_DERIVED = "the ids of the events: they are made of requests' ids, which only the callers have"


def compare_digests(report: Report, replayed: Replayed, stated: Mapping[str, str] | None) -> None:
    """Take down what a replay found, and where it differs from the digests that were stated; None where none were."""
    for fault in replayed.faults:
        report.add(fault.kind, f"position {fault.position}", fault.reason, fault.position)
    report.further += replayed.further
    report.leave(NOT_DERIVED)
    if any(finding.kind is Kind.INTEGRITY for finding in report.findings):
        report.leave("read models: the record they come from is damaged")
        return
    report.count("read models", len(replayed.digests))
    report.digests.update(replayed.digests)
    if replayed.errors:
        _errors(report, replayed)
    if stated is None:
        report.leave("read models as they are shown: their digests were not stated, only replayed")
        return
    for name in sorted(stated):
        _compare(report, replayed, name, stated[name])
    if missing := sorted(replayed.digests.keys() - stated.keys()):
        report.leave(f"read models without a stated digest: {', '.join(missing)}")


def _compare(report: Report, replayed: Replayed, name: str, stated: str) -> None:
    place = f"read model {name} at position {replayed.position}"
    if name in replayed.errors:
        return
    if name not in replayed.digests:
        report.add(Kind.INCOMPLETE, place, "this version has no such read model; a newer liggare is needed")
    elif replayed.digests[name] != stated:
        report.add(Kind.VIEW_DIFFERS, place, "the digest that was stated is not the one a replay of the record gives")


def _errors(report: Report, replayed: Replayed) -> None:
    """Take down which read models could not be replayed; where a type is unknown that is what the finding says."""
    if any(fault.kind is Kind.INCOMPLETE for fault in replayed.faults):
        left = ", ".join(sorted(replayed.errors))
        report.leave(f"read models that events of unknown types may concern: {left}")
        return
    for name, error in sorted(replayed.errors.items()):
        place = f"read model {name} at position {replayed.position}"
        report.add(Kind.INCOMPLETE, place, f"it could not be replayed: {error}")


def stated_digests(content: Any) -> tuple[int, dict[str, str]]:
    """Return position and digests that `digests.json` states; raise ValueError for anything of another shape."""
    match content:
        case {"position": int(position), "read_models": dict(models), **further}:
            if not further and type(position) is int and position >= 0 and set(map(type, models.values())) <= {str}:
                return position, models
    raise ValueError("it does not state a position and a digest for each read model")
