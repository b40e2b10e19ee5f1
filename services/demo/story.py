"""The demonstration: what four documents of Nacka kommun (2015–2018) tell, as commands.

The chapters are lines of JSON, each one command in the shape of `liggare do --json`, with `from`: where the
fact stands. `S0:14-20` is a line range of one of the four documents, `E:…` names another source, and `I` marks
filler that no source tells: it is told only where it is asked for, and labelled wherever it is shown. Facts
carry over; every text is our own paraphrase. What the documents leave open stays open.

A line with `step` in place of `command` is done with what the record holds by then, as an office would do it:
tables are computed of the answers, keys are destroyed. See services.demo.telling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from pydantic_core import from_json, to_json

from ledger.messages import Command, StatedSource, Submission
from services.bootstrap import SLICES

NAMESPACE = UUID("b0d1c0de-0f5e-5c7e-8a51-201501740001")
ACTOR = "channel:demo"

SOURCES = {
    "S0": "cdd50d30b84329480235337fc212a2102cd31e082cc5e75c8d2cd472f3b9a5d7",
    "S1": "2d2c363420bf2188fea4d4a97b119cecc8894acb85c5872aaca8ed2d7b0a4b32",
    "S2": "7e99f6846b625592e53f444425aee643e35d5ae8abf2ec5e8fc84e4f55b50e21",
    "S3": "98365ea0f0919511af873d91f53d4b3a5c43c7d2607efcc960a4d4bb6be219ca",
}
"""SHA-256 of the minutes of 12 May 2015, § 64, and of 20 December 2016, § 208, and of the letters of 2018 and 2016."""

MATTER = "inflytande-och-innovation"
DECISION = "ksau-2015-05-12-64"
NETWORK = "natverk-medborgardialog"

ILLUSTRATIVE = "I"
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_COMMANDS: dict[str, type[Command]] = {
    _CAPITAL.sub("-", kind.__name__).lower(): kind for each in SLICES for kind in each.commands
}


class Told(NamedTuple):
    """One fact of the story: the row of the plot it belongs to, where it stands, and the command that tells it."""

    row: int
    origin: str
    command: Command

    @property
    def illustrative(self) -> bool:
        return self.origin == ILLUSTRATIVE


class Step(NamedTuple):
    """Something the story does with what is recorded by then: its name, and what is said with it."""

    row: int
    origin: str
    name: str
    members: dict[str, Any]

    @property
    def illustrative(self) -> bool:
        return self.origin == ILLUSTRATIVE

    @property
    def stated(self) -> dict[str, Any]:
        """Return what every command of the step states of itself: when it occurred, and where it stands."""
        return {"occurred": self.members["occurred"], "source": StatedSource.model_validate(_source(self.origin))}


def plot(*, illustrative: bool = False) -> list[Told | Step]:
    """Return the story in the order in which it is told; filler only where it is asked for."""
    return [each for each in _whole() if illustrative or not each.illustrative]


def story(*, illustrative: bool = False) -> list[Told]:
    """Return what of the story is known as commands beforehand."""
    return [each for each in plot(illustrative=illustrative) if isinstance(each, Told)]


def submission(ledger: str, command: Command) -> Submission:
    """Return a command of the story ready to be submitted; its request id is always the same, so it is told once only."""
    said = f"{type(command).__name__} {to_json(command.model_dump(mode='json')).decode()}"
    return Submission(command, uuid5(NAMESPACE, f"{ledger} {said}"), ACTOR)


@cache
def _whole() -> tuple[Told | Step, ...]:
    return tuple(_told(from_json(line)) for line in _lines())


def _lines() -> Iterator[str]:
    chapters = (each for each in files(__package__).joinpath("chapters").iterdir() if each.name.endswith(".jsonl"))
    for chapter in sorted(chapters, key=lambda each: each.name):
        yield from chapter.read_text(encoding="utf-8").splitlines()


def _told(line: dict[str, Any]) -> Told | Step:
    row, origin = line.pop("row"), line.pop("from")
    if "step" in line:
        return Step(row, origin, line.pop("step"), line)
    kind = _COMMANDS[line.pop("command")]
    members = {name: _filled(value) for name, value in line.items()}
    return Told(row, origin, kind.model_validate(members | {"source": _source(origin)}))


def _filled(value: Any) -> Any:
    """Return a value with the hash of the document where it names one: `@S0`."""
    if isinstance(value, str) and value.startswith("@"):
        return SOURCES[value[1:]]
    return value


def _source(origin: str) -> dict[str, Any]:
    kind, _, place = origin.partition(":")
    if kind == ILLUSTRATIVE:
        return {"basis": "illustrative"}
    if kind in SOURCES:
        return {"basis": "document", "document": SOURCES[kind], "anchor": f"lines {place}"}
    return {"basis": "external", "external_id": place}
