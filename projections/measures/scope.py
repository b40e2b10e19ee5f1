"""Of what part of a ledger a measure is asked: all of it, a body, a matter, a process, a decision, a kind, a period."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from projections.bodies import BODIES
from projections.decisions import DECISIONS
from projections.matters import MATTERS
from projections.processes import PROCESSES
from projections.projection import Rows
from projections.views.answer import state_of

READ_MODELS = {
    "body": BODIES.name,
    "matter": MATTERS.name,
    "process": PROCESSES.name,
    "decision": DECISIONS.name,
}


class Scope(NamedTuple):
    """A part of a ledger; an empty member limits nothing, and at most one of the first four is given.

    `kind` is a kind of input. `since` and `until` are ISO 8601 Swedish days, both within; what is dated is told by each
    measure.
    """

    body: str = ""
    matter: str = ""
    process: str = ""
    decision: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""

    def holds(self, day: str) -> bool:
        """Tell whether an ISO day lies within the period."""
        return self.since <= day and (not self.until or day <= self.until)

    @property
    def place(self) -> tuple[str, str] | None:
        """The one of body, matter, process and decision that is given, and its id; None for the whole ledger."""
        return next(((name, each) for name in READ_MODELS if (each := getattr(self, name))), None)


WHOLE = Scope()
"""The whole ledger, of all time."""


def misasked(scope: Scope, parts: frozenset[str]) -> tuple[str, str] | None:
    """Return the member that cannot be asked and why, in words that tell what to do instead; None where all is well."""
    given = [name for name, value in scope._asdict().items() if value]
    places = [name for name in given if name in READ_MODELS]
    if len(places) > 1:
        return places[1], f"cannot be asked for together with {places[0]}; ask for one of them"
    for name in given:
        if name not in parts:
            return name, f"does not go with this measure; it may be asked of: {', '.join(sorted(parts)) or 'all'}"
    for name in ("since", "until"):
        if (day := getattr(scope, name)) and not _is_day(day):
            return name, "is no day of the calendar; write it as 2015-12-14"
    if scope.until and scope.since > scope.until:
        return "until", f"lies before {scope.since}; let the period begin first"
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_known(rows: Rows, scope: Scope) -> bool:
    """Tell whether the ledger has what the scope names."""
    return scope.place is None or state_of(rows, READ_MODELS[scope.place[0]], scope.place[1]) is not None
