"""What a measure is, and a figure: a number that never stands without what it was made from.

    Measure   a name, a version, and what it means in English and Swedish; its hash names that definition
    Figure    numerator, denominator, n, value, interval, why it is hidden, and which events it is made of

Numbers that are no counts are decimal texts with stated places. A share of fewer than LEAST is hidden here, in the one
place that makes shares, so that no page can forget it: value, interval and numerator are left out, n is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

from ledger.canonical import canonical
from projections.projection import Projection
from projections.statistics.intervals import LEVEL, wilson
from projections.views.answer import Answer
from projections.views.survey_response import decimal

LEAST = 20
"""How many must stand behind an estimate or a cell of persons before it is shown."""

PLACES = 4
"""Decimals of a share, a coefficient or the end of its interval."""

FEW, PROTECTS, NOTHING, NOT_REACHED, NOT_ON_RECORD, NO_DIFFERENCE = (
    "fewer_than_20",
    "protects_others",
    "nothing_to_count",
    "not_reached",
    "not_on_record",
    "no_difference",
)
"""Why there is no value: too few; it would give away one of too few; nothing to be a share of; not come to yet; not held; all alike."""


# --- The definition ---------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Measure:
    """One published definition. A change of its words or of its meaning is a new `version`, and so a new hash.

    `unit` is that of its first figure: share, days or coefficient. `parts` are the parts of a ledger it may be asked of,
    by the names of `Scope`.
    """

    name: str
    version: int
    text_en: str
    text_sv: str
    projections: tuple[Projection, ...]
    unit: str = "share"
    parts: frozenset[str] = frozenset({"body", "matter", "process", "decision", "kind", "since", "until"})

    def stated(self) -> Answer:
        """Return name, version and `sha256` in hex over the RFC 8785 bytes of the whole definition."""
        return {"name": self.name, "version": self.version, "sha256": self._sha256()}

    def whole(self) -> Answer:
        """Return the definition with its words in both languages and the versions of its read models."""
        models = [{"name": each.name, "version": each.version} for each in self.projections]
        return self.stated() | {"text": self.text_en, "text_sv": self.text_sv, "read_models": models}

    def _sha256(self) -> str:
        models = {each.name: each.version for each in self.projections}
        words = {"text": self.text_en, "text_sv": self.text_sv}
        parts = {"name": self.name, "version": self.version, **words, "read_models": models}
        return hashlib.sha256(canonical(parts)).hexdigest()


# --- The figure -------------------------------------------------------------------------------
class Span(NamedTuple):
    """From where to where, by which method and at which level; None where an end was not reached."""

    method: str
    low: str | None
    high: str | None
    level: str = f"{LEVEL:.2f}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and all it was made from.

    `value` and the ends of `span` are decimal texts. `n` is how many stand behind it. `hidden` says why there is no
    value, empty where there is one. `events` are the queries that list the events it was made from.
    """

    name: str
    n: int | None
    value: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    unit: str = "share"
    span: Span | None = None
    hidden: str = ""
    events: Sequence[Answer] = field(default_factory=tuple)

    def shown(self) -> Answer:
        """Return the figure as plain JSON."""
        span = None if self.span is None else self.span._asdict()
        return {
            "name": self.name,
            "unit": self.unit,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "n": self.n,
            "value": self.value,
            "interval": span,
            "hidden": self.hidden,
            "events": list(self.events),
        }

    def concealed(self, why: str) -> Figure:
        """Return the figure with what it says left out; how many stand behind it is told."""
        return replace(self, value=None, numerator=None, span=None, hidden=why)


def text(value: Fraction | float, places: int = PLACES) -> str:
    """Return a number as a decimal text, rounded half up."""
    return decimal(Fraction(value), places)


def count_of(name: str, numerator: int, denominator: int, events: Iterable[Answer] = ()) -> Figure:
    """Return a share of a whole that was counted to the last one: no estimate, so no interval and no least number."""
    value = text(Fraction(numerator, denominator)) if denominator else None
    hidden = "" if denominator else NOTHING
    return Figure(name, denominator, value, numerator, denominator, hidden=hidden, events=tuple(events))


def share_of(name: str, numerator: int, denominator: int, events: Iterable[Answer] = ()) -> Figure:
    """Return a share as an estimate, with Wilson's 95 % interval; hidden where fewer than LEAST stand behind it."""
    bare = Figure(name, denominator, None, numerator, denominator, events=tuple(events))
    if denominator < LEAST:
        return bare.concealed(FEW if denominator else NOTHING)
    low, high = wilson(numerator / denominator, denominator)
    value = text(Fraction(numerator, denominator))
    return replace(bare, value=value, span=Span("wilson", text(low), text(high)))


def missing(name: str, unit: str = "share") -> Figure:
    """Return a figure of something that the ledger does not hold."""
    return Figure(name, None, unit=unit, hidden=NOT_ON_RECORD)


# --- The strata -------------------------------------------------------------------------------
class Stratum(NamedTuple):
    """One cell of a breakdown: its code, its figures, and how many met what (None where that is hidden)."""

    key: str
    figures: Sequence[Figure]
    parts: dict[str, int] | None = None

    def shown(self) -> Answer:
        """Return the cell as plain JSON."""
        return {"key": self.key, "figures": [each.shown() for each in self.figures], "parts": parts(self.parts)}


class Breakdown(NamedTuple):
    """Cells by one attribute, of residents and organisations (`of` is public) or of official inputs alone."""

    by: str
    of: str
    cells: Sequence[Stratum]

    def shown(self) -> Answer:
        """Return the breakdown as plain JSON."""
        return {"by": self.by, "of": self.of, "cells": [each.shown() for each in self.cells]}


def parts(counts: dict[str, int] | None) -> list[Answer]:
    """Return counts by code as plain JSON; empty where they are hidden."""
    return [{"code": code, "count": count} for code, count in (counts or {}).items()]


class Finding(NamedTuple):
    """One test of a rule table: which, of what, whether it holds (passed, failed, not_on_record), and since which day."""

    level: int
    test: str
    subject: str
    outcome: str
    day: str | None = None
    events: Sequence[Answer] = ()

    def shown(self) -> Answer:
        """Return the finding as plain JSON."""
        return self._asdict() | {"events": list(self.events)}


@dataclass(frozen=True, slots=True)
class Result:
    """All a measure says. The first figure is its headline, and the others are to be shown beside it."""

    figures: Sequence[Figure]
    parts: dict[str, int] = field(default_factory=dict)
    strata: Sequence[Breakdown] = ()
    findings: Sequence[Finding] = ()
    not_on_record: Sequence[str] = ()

    def shown(self) -> Answer:
        """Return the result as plain JSON."""
        return {
            "figures": [each.shown() for each in self.figures],
            "parts": parts(self.parts),
            "strata": [each.shown() for each in self.strata],
            "findings": [each.shown() for each in self.findings],
            "not_on_record": list(self.not_on_record),
        }
