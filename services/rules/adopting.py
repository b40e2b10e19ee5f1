"""Adopt a standard set of rules: each becomes a command with a request id made from what it says.

So a set is adopted again without harm, and one that grew adds only what is new. What the body has
changed since stays changed: a rule that is refused because another is adopted from the same day, or
because a later one begins within its time, is counted as standing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid5

from pydantic_core import from_json, to_json

from ledger.governance import AdoptRule, RuleAlreadyAdopted, RulePeriodsOverlap
from ledger.messages import Rejection, StatedSource, Submission
from services.imports.loading import Item

NAMESPACE = UUID("4f0c5f0e-6f7a-5a53-9d57-725201700900")
ACTOR = "channel:rules"


class SetUnknown(Exception):
    """There is no standard set of rules of that name."""


def sets() -> list[str]:
    """Return the names of the sets that come with the program."""
    found = (each.name for each in files(__package__).iterdir())
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


@cache
def _rules(name: str) -> tuple[dict[str, Any], ...]:
    if name not in sets():
        raise SetUnknown(f"there is no set of rules {name!r}; there is: {', '.join(sets())}")
    return tuple(from_json(files(__package__).joinpath(f"{name}.json").read_bytes())["rules"])


def commands(name: str) -> list[AdoptRule]:
    """Return a set as commands. A rule occurs when it begins to hold, so that past days are judged by it.

    Raises SetUnknown.
    """
    return [_command(rule) for rule in _rules(name)]


def _command(rule: dict[str, Any]) -> AdoptRule:
    stated = {member: value for member, value in rule.items() if member != "source"}
    source = StatedSource(basis="external", external_id=rule["source"]) if rule["source"] else None
    return AdoptRule.model_validate(stated | {"occurred": rule["valid_from"], "source": source})


def items(name: str, ledger: str) -> Iterator[Item]:
    """Yield a set as submissions to a ledger. Raises SetUnknown."""
    for line, command in enumerate(commands(name), 1):
        said = to_json(command.model_dump(mode="json"))
        yield Item(Submission(command, uuid5(NAMESPACE, f"{ledger} {said.decode()}"), ACTOR), f"{name}.json", line)


def stands(item: Item, rejection: Rejection) -> bool:
    """Tell whether a refusal means that the body has a rule of its own making there."""
    return isinstance(rejection, RuleAlreadyAdopted | RulePeriodsOverlap)
