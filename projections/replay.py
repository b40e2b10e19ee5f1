"""One projection folded in memory from pages of the record: the newest state of every key, and nothing of its past."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.messages import RecordedEvent
from projections.advance import Page, mark
from projections.projection import Projection, State, digest


class Replay:
    """Folds one projection up to a position; `error` tells where it had to stop, without anybody's words."""

    def __init__(self, projection: Projection, upto: int) -> None:
        self.projection, self.upto = projection, upto
        self.states: dict[str, State] = {}
        self.error: str | None = None
        self._topics = {kind.topic for kind in projection.types}

    def take(self, page: Page) -> None:
        """Fold the next page; after an error nothing more is folded."""
        for unreadable in page.unreadable:
            if unreadable.position <= self.upto and (unreadable.topic is None or unreadable.topic in self._topics):
                self.error = self.error or mark(unreadable.position, unreadable.error)
        if self.error is None and (events := page.events.of(self.projection.types)):
            within = page.upto <= self.upto
            self._fold(events if within else [event for event in events if event.position <= self.upto])

    def digest(self) -> str:
        """Return the digest of the states as they are now."""
        return digest(self.states.items())

    def _fold(self, events: Sequence[RecordedEvent]) -> None:
        # As `fold` does, but for the versions that nobody here asks for.
        states, keys, apply = self.states, self.projection.keys, self.projection.apply
        at = 0
        try:
            for recorded in events:
                at = recorded.position
                for key in keys(recorded.entry.data):
                    before = states.get(key)
                    state = apply(before, recorded)
                    if state is not before:
                        states[key] = state
        except Exception as error:
            self.error = mark(at, error)
