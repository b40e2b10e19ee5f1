"""Given events, when a command, then events or a rejection: how every slice is told in tests.

    assert given(inputs.SLICE, opened, received).when(WithdrawInput(...)) == (InputWithdrawn(...),)

The parts are folded as the application folds them: an event belongs to a part when it carries the
part's tag and is of one of the part's types, each part starts from None, and what `widen` names is
folded likewise and appended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from ledger.messages import Command, Entry, Event, Part, RecordedEvent, Rejection, Slice

AT = datetime(2016, 5, 16, 12, 0, tzinfo=UTC)
"""The server's time where a test states none."""


@dataclass(frozen=True, slots=True)
class Given:
    """A history, in the order of recording, and the slice that is asked."""

    slice: Slice
    history: tuple[Event, ...]

    def when(self, command: Command, at: datetime = AT) -> tuple[Event, ...]:
        """Return the events that follow from `command`; a Rejection is raised as the slice raises it.

        Like the application it copies `occurred` and `source` of the command onto every event that states none.
        """
        assert isinstance(command, self.slice.commands), f"{type(command).__name__} is not of {self.slice.name}"
        states = tuple(self.fold(part) for part in self.slice.boundary(command))
        if self.slice.widen is not None:
            states += tuple(self.fold(part) for part in self.slice.widen(states, command))
        events = tuple(self.slice.decide(states, command, at))
        assert events, f"{type(command).__name__} was accepted and led to nothing"
        assert all(isinstance(event, self.slice.events) for event in events)
        return tuple(_stamped(event, command) for event in events)

    def fold(self, part: Part) -> Any:
        """Return the state of one part after the history."""
        state = None
        for position, event in enumerate(self.history, 1):
            if not isinstance(event, part.types) or part.tag not in event.tags():
                continue
            if self.slice.evolve_recorded is None:
                state = self.slice.evolve(state, event)
            else:
                state = self.slice.evolve_recorded(state, recorded_at(position, event))
        return state

    def and_then(self, *events: Event) -> Given:
        """Return the same history with `events` recorded after it."""
        return Given(self.slice, self.history + events)


def given(slice: Slice, *events: Event) -> Given:
    """Return the history in which a command is asked."""
    return Given(slice, events)


def rejections_of(module: ModuleType) -> set[type[Rejection]]:
    """Return the rejections written down in `module`, so that a test can show that each is given."""
    return {
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Rejection) and kind.__module__ == module.__name__
    }


def recorded_at(position: int, event: Event) -> RecordedEvent:
    """Return an event as recorded at a position, at the time where a test states none."""
    entry = Entry(
        actor="role:registrar",
        data=event,
        id=f"00000000-0000-8000-8000-{position:012d}",
        source="example.se/test",
        specversion="1.0",
        subject=event.subject(),
        time=AT.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        type=f"{event.topic}.v{event.version}",
    )
    return RecordedEvent(position, entry)


def _stamped(event: Event, command: Command) -> Event:
    if command.occurred is None and command.source is None:
        return event
    return event.model_copy(
        update={"occurred": event.occurred or command.occurred, "source": event.source or command.source}
    )
