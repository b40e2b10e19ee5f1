"""Ledgers in which every text that anybody may write is an attack: the commands of the user guide, their words exchanged.

A *world* is one such ledger. Each field of text goes through all vectors, a few at a time, in the worlds one after the
other; a command whose fields have had them all keeps its own words. The guide's commands fit together, whatever they say.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4
from zlib import crc32

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from pydantic import BaseModel

from ledger.log.note import SigningKey
from ledger.log.rotation import endorse, retire
from ledger.messages import Command, Receipt, Submission
from services.bootstrap import Running
from services.cli.doing import command_named
from services.rpc.mapping import ENVELOPE, _model_of
from tests.adversary.fields import LEDGER, MAPS, TextField, text_fields
from tests.adversary.markup import VECTORS, Vector, packed, written

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "user-guide.md"
LEAST = 100
"""Characters that the shortest field of free text takes."""

SIZES = (300, 200, LEAST)
"""What fields of free text hold at least; longer ones are filled like a line of 300."""

WHERE_STATED = frozenset(
    {
        "AdoptDelegationOrder.clauses.delegate_role",
        "CorrectEvent.becomes",
        "CorrectEvent.text",
        "PublishCard.known_limits",
        "PublishCard.weights",
        "ReceiveAnswer.answers.text",
        "ReceiveInput.party",
        "ReceiveInput.role",
        *(
            f"{kind}.{name}"
            for kind in ("RecordDisposition", "ReviseDisposition")
            for name in ("changed.passage", "trigger", "scope_clause", "support_rule")
        ),
        "RecordSignatureCounts.authority",
        "SubmitStaffProposal.consequences.none_reason",
        "SubmitStaffProposal.consequences.text",
    }
)
"""Fields that a rule takes only beside certain others: filled where the command states them."""

RULED = {
    "CorrectEvent.was": "repeats what is recorded, so it carries what the title it corrects does",
    "RecordDecision.delegation.order": "names an order that is in force",
    "RecordDecision.delegation.clause": "names a clause of that order",
    "RecordDisposition.changed.commitment": "names a commitment",
    "ReviseDisposition.changed.commitment": "names a commitment",
}
"""Fields whose type takes any text, and that a rule holds to what the record knows: refused there."""

_CORRECTED = {"programme-adopted": "AdoptProgramme", "matter-reopened": "ReopenMatter"}
_WAS, _TITLE = "CorrectEvent.was", "AdoptProgramme.title"
LIKE = {"CorrectEvent.becomes": "AdoptProgramme.title"}
"""Fields that hold the JSON of another field, and take what that one takes."""


class Hostile(NamedTuple):
    """A command of a world, and what its fields carry of which vectors."""

    command: Command
    carried: tuple[tuple[str, str, tuple[int, ...]], ...]
    """Path, value as the field keeps it, numbers of the vectors."""


def guide() -> list[dict[str, Any]]:
    """Return the commands of the user guide, and those that need something made: a key, a position."""
    lines = [line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith('{"command"')]
    more = Path(__file__).with_name("more.jsonl").read_text("utf-8").splitlines()
    return [*(json.loads(line.replace("$position", "1")) for line in lines), *map(json.loads, more), *_custody()]


def _custody() -> Iterator[dict[str, Any]]:
    key = SigningKey.generate(LEDGER)
    named, vkey = key.verifier.key_id.hex(), key.verifier.format()
    yield {"command": "announce-signing-key", "key": named, "vkey": vkey, "endorsement": endorse(LEDGER, vkey, key)}
    statement = retire(LEDGER, vkey, "scheduled", key)
    yield {"command": "retire-signing-key", "key": named, "reason": "scheduled", "statement": statement}
    yield {"command": "record-restoration", "at": 1, "leaf": "0" * 64, "found": "missing", "taken_from": "a copy"}


@dataclass
class Filler:
    """Goes through all vectors for each field of free text; `left` are the groups a field has not carried yet."""

    left: dict[str, list[list[Vector]]] = field(default_factory=dict)
    title: str = ""
    """Of the first programme of the world at hand."""

    def __post_init__(self) -> None:
        for path, each in text_fields().items():
            groups = list(packed(carriable(path), _room(each))) if path not in RULED else []
            # No two fields carry the same at once: there are rules against lines that repeat each other.
            start = crc32(path.encode()) % max(1, len(groups))
            self.left[path] = [*groups[start:], *groups[:start]]

    def is_done(self) -> bool:
        """Tell whether every field has carried everything."""
        return not any(self.left.values())

    def carries(self, path: str) -> bool:
        """Tell whether a field of text takes what anybody may write."""
        return path not in RULED and bool(carriable(path))

    def again(self, path: str, numbers: tuple[int, ...], times: int) -> None:
        """Have a field carry some vectors so many times more, so that a command does that is still shown at the end."""
        self.left[path] += [[each for each in VECTORS if each.number in numbers]] * times

    def world(self, position_of: Callable[[str], int]) -> Iterator[Hostile]:
        """Yield the commands of the next world; `position_of` tells where the first event of a command was recorded."""
        self.title = ""
        for number, stated in enumerate(guide()):
            kind = command_named(stated["command"])
            if stated.get("position"):
                stated["position"] = position_of(_CORRECTED[stated["topic"]])
            name, carried = kind.__name__, list[tuple[str, str, tuple[int, ...]]]()
            given = {key: value for key, value in stated.items() if key != "command"}
            given.setdefault("source", {"basis": "document"})
            if kind.creates is not None:
                given.setdefault(kind.creates, f"made-{number}")
            filled = self._filled(name, MAPS[name].request_class.DESCRIPTOR, kind, given, carried)
            if name == _TITLE.partition(".")[0]:
                self.title = self.title or filled["title"]
            yield Hostile(kind.model_validate(filled), tuple(carried))

    def _filled(
        self, path: str, descriptor: Descriptor, model: type[BaseModel], given: dict[str, Any], carried: list[Any]
    ) -> dict[str, Any]:
        filled = dict(given)
        for each in descriptor.fields:
            if each.name in ENVELOPE:
                continue
            place, own = f"{path}.{each.name}", given.get(each.name)
            if each.message_type is not None:
                filled |= self._part(place, each, _model_of(model, each.name), own, carried)
            elif place == _WAS and own is not None:
                filled[each.name] = json.dumps(self.title, ensure_ascii=False)
            elif self.left.get(place) and (own is not None or place not in WHERE_STATED):
                group = self.left[place].pop(0)
                if place in LIKE and written(group) == self.title:
                    # A correction changes something.
                    group = [*group[1:], group[0]]
                value = text_fields()[LIKE.get(place, place)].taken(written(group))
                assert value is not None, (place, written(group))
                value = json.dumps(value, ensure_ascii=False) if place in LIKE else value
                filled[each.name] = [value] if each.is_repeated else value
                carried.append((place, value, tuple(vector.number for vector in group)))
        return filled

    def _part(
        self, place: str, each: FieldDescriptor, model: type[BaseModel], own: Any, carried: list[Any]
    ) -> dict[str, Any]:
        if own is None:
            return {}
        assert each.message_type is not None
        parts = own if each.is_repeated else [own]
        found = [self._filled(place, each.message_type, model, part, carried) for part in parts]
        return {each.name: found if each.is_repeated else found[0]}


@cache
def carriable(path: str) -> tuple[Vector, ...]:
    """Return the vectors that a field of text takes."""
    takes = text_fields()[LIKE.get(path, path)].taken
    return tuple(vector for vector in VECTORS if takes(vector.text) is not None)


def _room(each: TextField) -> int:
    """Return how many characters a field takes, of those that vectors are packed for."""
    return next((size for size in SIZES if each.taken("x" * size) is not None), 0)


class Placed(NamedTuple):
    """Where a command was recorded, and what its events carry: fields with their values and vectors."""

    positions: range
    carried: tuple[tuple[str, str, tuple[int, ...]], ...]


async def made(ledger: Running, filler: Filler) -> list[Placed]:
    """Record the next world, and return which event carries what. Every command must be accepted."""
    first: dict[str, int] = {}
    placed, last = list[Placed](), 0
    for each in filler.world(first.__getitem__):
        (outcome,) = await ledger.submit([Submission(each.command, uuid4(), "channel:test")])
        assert isinstance(outcome, Receipt), (type(each.command).__name__, outcome)
        first.setdefault(type(each.command).__name__, outcome.first)
        last = outcome.first + len(outcome.ids) - 1
        if each.carried:
            placed.append(Placed(range(outcome.first, last + 1), each.carried))
    await asyncio.wait_for(ledger.projected(last), 60)
    return placed
