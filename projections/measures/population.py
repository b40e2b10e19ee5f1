"""The inputs a measure is about: each with who spoke, where, and what became of it, read once for all measures of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from ledger.inputs.events import AuthorKind
from ledger.messages import Event
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.inputs import INPUTS, SUPPORTS
from projections.matters import MATTERS
from projections.measures.scope import WHOLE, Scope
from projections.methods import CHANNELS
from projections.petitions import SIGNATURES
from projections.processes import PROCESSES
from projections.projection import Row, Rows, once
from projections.references import day_of_moment
from projections.views.answer import Answer, events, picked, state_of, states
from projections.views.scope import MERGED, PENDING, accounted, line, places_of

OFFICIAL = str(AuthorKind.OFFICIAL)
READ = (INPUTS, DISPOSITIONS, DECISIONS, PROCESSES, MATTERS, CHANNELS)
"""The read models an input's line is made of."""

QUERIES_MAX = 50
"""How many queries list the events of a body; with more places than that, one query lists those of the whole ledger."""


class Voice(NamedTuple):
    """One input and what became of it. `day` is the Swedish one on which it was received.

    `code` is its disposition (pending where it has none), `wording` what was said of it, None where nothing was.
    """

    input: str
    kind: str
    channel: str
    author_kind: str
    process: str | None
    matter: str | None
    district: str | None
    theme: str | None
    about: str | None
    day: str
    status: str
    code: str
    wording: dict[str, Any] | None
    contests: int
    is_illustrative: bool

    @property
    def is_official(self) -> bool:
        """Whether a body spoke to itself."""
        return self.author_kind == OFFICIAL

    @property
    def is_answered_for(self) -> bool:
        """Whether a disposition, or the record itself, says what became of it."""
        return self.code != PENDING

    @property
    def is_merged(self) -> bool:
        """Whether it counts with another input."""
        return self.status == MERGED


class Asked:
    """One moment, one part of the ledger, one day to judge on; what was read of it is kept for further measures."""

    def __init__(self, rows: Rows, scope: Scope, on: str) -> None:
        self.rows, self.scope, self.on = rows, scope, on

    # --- Inputs -------------------------------------------------------------------------------
    @cached_property
    def received(self) -> list[Voice]:
        """Every input of the scope, those merged into others too, in the order of their ids."""
        found = self._of_decision() if self.scope.decision else self._of_ledger()
        chosen = (each for each in found if self.scope.kind in {"", each.kind} and self.scope.holds(each.day))
        return sorted(chosen, key=lambda each: each.input)

    @cached_property
    def voices(self) -> list[Voice]:
        """The inputs of the scope that count: those merged into others, and mere comments on others, left out."""
        return [each for each in self.received if not each.is_merged and self._is_owed(each)]

    def _is_owed(self, voice: Voice) -> bool:
        """Tell whether an input is owed an outcome: any is but a comment on another one that no decision answers for."""
        return voice.about is None or bool({("process", voice.process), ("matter", voice.matter)} & self._answered_for)

    @cached_property
    def _answered_for(self) -> set[tuple[str, str | None]]:
        """The processes and matters that some decision answers for."""
        found: set[tuple[str, str | None]] = set()
        for row in states(self.rows, DECISIONS.name):
            for item in row.state["scope"]:
                found.add(("matter", item["matter"]) if item["process"] is None else ("process", item["process"]))
        return found

    @cached_property
    def public(self) -> list[Voice]:
        """Those of residents and organisations."""
        return [each for each in self.voices if not each.is_official]

    @cached_property
    def official(self) -> list[Voice]:
        """Those by which a body spoke to itself."""
        return [each for each in self.voices if each.is_official]

    def _of_decision(self) -> Iterator[Voice]:
        """Yield what a decision answers for, by its own account."""
        for row, traced in accounted(self.rows, self.scope.decision):
            known = state_of(self.rows, INPUTS.name, row.key.partition("|")[2])
            yield _voice(known, traced)

    def _of_ledger(self) -> Iterator[Voice]:
        """Yield what was received in a part of the ledger, each with its latest disposition in any decision."""
        every = once(self.rows, "voices", self._all)
        if self.scope.place is None:
            yield from every
        else:
            yield from (each for each in every if self.is_within(each.process, each.matter))

    def _all(self) -> list[Voice]:
        """Return everything that was received."""
        account, found = self._latest.get, []
        for row in states(self.rows, INPUTS.name):
            facts = picked(row.state, "external_id", "author_kind", "kind", "status", "merged_into")
            facts["received"] = row.state["received"]["position"]
            found.append(_voice(row.state, line(self.rows, account, Row(f"|{row.key}", self.rows.position, facts))))
        return found

    @cached_property
    def _latest(self) -> dict[str, dict[str, Any]]:
        """The disposition of each input that was stated last, in whichever decision."""
        found: dict[str, dict[str, Any]] = {}
        for row in states(self.rows, DISPOSITIONS.name):
            source = row.state["input"]
            if source not in found or _stated_at(row.state) > _stated_at(found[source]):
                found[source] = row.state
        return found

    # --- Support ------------------------------------------------------------------------------
    @cached_property
    def support(self) -> dict[str, int]:
        """How many support each input now; where signatures are kept elsewhere, as many as were told last.

        An input that nobody supports is left out.
        """
        figures = self.rows.figures(SUPPORTS.name)
        live = {name.removesuffix("|live"): number for name, number in figures.items() if name.endswith("|live")}
        counted: dict[str, tuple[str, int]] = {}
        for row in states(self.rows, SIGNATURES.name):
            last, source = row.state["last"], row.key.partition("|")[0]
            if last is not None and last["at"] >= counted.get(source, ("", 0))[0]:
                counted[source] = (last["at"], last["count"])
        return {source: count for source, (_, count) in counted.items()} | live

    # --- Places -------------------------------------------------------------------------------
    def is_within(self, process: str | None, matter: str | None) -> bool:
        """Tell whether what belongs to a process and a matter belongs to the scope's place."""
        match self.scope.place:
            case ("process", id):
                return process == id
            case ("matter", id):
                return matter == id
            case ("body", id):
                return self.owner(process, matter) == id
        return True

    def is_within_process(self, process: str | None) -> bool:
        """Tell whether a process, and the matter it belongs to, lie within the scope's place."""
        matter = None if process is None else self._process_matters.get(process)
        return self.is_within(process, matter)

    @cached_property
    def _process_matters(self) -> dict[str, str | None]:
        return {row.key: row.state["matter"] for row in states(self.rows, PROCESSES.name)}

    def owner(self, process: str | None, matter: str | None) -> str:
        """Return the body that owns a process, else has a matter; empty where neither is known."""
        if process in self._process_owners:
            return self._process_owners[process]
        return self._matter_owners.get(matter, "")

    @cached_property
    def _process_owners(self) -> dict[str | None, str]:
        return {row.key: str(row.state["owner"]) for row in states(self.rows, PROCESSES.name)}

    @cached_property
    def _matter_owners(self) -> dict[str | None, str]:
        return {row.key: str(row.state["body"]) for row in states(self.rows, MATTERS.name)}

    @cached_property
    def exits(self) -> frozenset[str]:
        """The channels by which one chooses another provider, and says nothing."""
        return frozenset(row.key for row in states(self.rows, CHANNELS.name) if row.state["kind"] == "exit")

    # --- Events -------------------------------------------------------------------------------
    def at_places(self, *types: type[Event]) -> list[Answer]:
        """Return queries for events that are tagged with their process or matter."""
        tags = self._place_tags
        return [events(types)] if tags is None else self.among(types, tags)

    def at_inputs(self, *types: type[Event]) -> list[Answer]:
        """Return queries for events that are tagged with their input alone; those of many inputs are among all of the types."""
        if len(self.received) > QUERIES_MAX or self.scope == WHOLE:
            return [events(types)]
        return self.among(types, (f"input:{each.input}" for each in self.received))

    def of_decisions(self, *types: type[Event]) -> list[Answer]:
        """Return queries for events that are tagged with their decision."""
        if self.scope.place is None:
            return [events(types)]
        tags = [f"decision:{each}" for each in self.deciding]
        return self.among(types, tags) if len(tags) <= QUERIES_MAX else [events(types)]

    def among(self, types: Iterable[type[Event]], tags: Iterable[str]) -> list[Answer]:
        """Return a query for each tag; without any, one that lists what there is of the place itself: nothing else is behind it."""
        found = [events(types, tag) for tag in tags]
        place = () if self.scope.place is None else (":".join(self.scope.place),)
        return found or [events(types, *place)]

    @cached_property
    def deciding(self) -> list[str]:
        """The decisions that account for inputs of the scope."""
        if self.scope.decision:
            return [self.scope.decision]
        named = {
            each for row in states(self.rows, INPUTS.name) if self._holds(row.state) for each in row.state["decisions"]
        }
        return sorted(named)

    def _holds(self, state: dict[str, Any]) -> bool:
        return self.is_within(state["process"], state["matter"])

    @cached_property
    def _place_tags(self) -> list[str] | None:
        match self.scope.place:
            case None:
                return None
            case ("decision", id):
                return places_of(state_of(self.rows, DECISIONS.name, id))
            case ("body", id):
                owned = [f"process:{each}" for each, owner in self._process_owners.items() if owner == id]
                owned += [f"matter:{each}" for each, owner in self._matter_owners.items() if owner == id]
                return owned if len(owned) <= QUERIES_MAX else None
            case (name, id):
                return [f"{name}:{id}"]


def _voice(state: dict[str, Any], traced: Answer) -> Voice:
    return Voice(
        input=state["input"],
        kind=state["kind"],
        channel=state["channel"],
        author_kind=state["author_kind"],
        process=state["process"],
        matter=state["matter"],
        district=state["district"],
        theme=state["theme"],
        about=state["about"],
        day=day_of_moment(state["received"]),
        status=state["status"],
        code=traced["code"],
        wording=traced["disposition"],
        contests=traced["contests"],
        is_illustrative=(state["received"].get("source") or {}).get("basis") == "illustrative",
    )


def _stated_at(disposition: dict[str, Any]) -> int:
    return int(disposition["revisions"][-1]["recorded"]["position"])


def by(voices: Iterable[Voice], attribute: str) -> dict[str, list[Voice]]:
    """Return inputs by one attribute, in the order of its codes; empty where an input has none."""
    found: dict[str, list[Voice]] = {}
    for each in voices:
        found.setdefault(getattr(each, attribute) or "", []).append(each)
    return {key: found[key] for key in sorted(found)}
