"""What a gap is: something the record says is missing, late or contradictory, with where it says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from projections.projection import Rows
from projections.views.answer import Answer


class Gap(NamedTuple):
    """One gap: what it is about (`decision:ks-12`), what it consists of, and the positions of the events that show it.

    The values of `facts` are texts; a number or a date stands as it is written.
    """

    subject: str
    facts: dict[str, str]
    positions: tuple[int, ...]

    def shown(self, rule: str) -> Answer:
        """Return the gap as an answer shows it."""
        facts = [{"name": name, "value": value} for name, value in self.facts.items()]
        return {"rule": rule, "subject": self.subject, "facts": facts, "positions": list(self.positions)}


class Rule(NamedTuple):
    """A rule that finds gaps of one kind, judged on an ISO day."""

    name: str
    text: str
    find: Callable[[Rows, str], Iterator[Gap]]


def position(shown: dict[str, Any]) -> int:
    """Return where something was recorded."""
    return int(shown["recorded"]["position"])
