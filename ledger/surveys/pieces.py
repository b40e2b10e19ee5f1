"""Surveys: the small models that events and views share, as the record keeps them.

Decimal numbers are texts such as "49.8316": the record's JSON has no fractions.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ledger.messages import Sealed, Sealing


class Kept(BaseModel):
    """A part of an event: frozen, and nothing but its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- Who is asked -----------------------------------------------------------------------------
class Frame(Kept):
    """The list a sample was drawn from: whose, as of when (EDTF), and how many it holds."""

    source: str
    date: str | None = None
    size: int | None = None


class Stratum(Kept):
    """A part of the population that is sampled by itself; `size` is its number in the frame."""

    stratum: str
    label: str
    size: int | None = None


class StratumCount(Kept):
    """How many of a stratum were drawn."""

    stratum: str
    size: int


# --- What is asked ----------------------------------------------------------------------------
class Wording(Kept):
    """The exact words of a question in one language."""

    language: str
    text: Annotated[str | Sealed, Sealing("P", key="survey:{survey}")]


class ScaleOption(Kept):
    """One answer that may be ticked; `missing` marks one that counts as no answer (no opinion)."""

    code: str
    label: str
    missing: bool = False


class Scale(Kept):
    """How a question is answered: `number` within limits, `verbal` (one of the ordered options), `choice`, or `text`.

    A number scale may hold options besides its numbers (no opinion). `choices_max` counts what may be ticked.
    """

    kind: str
    minimum: int | None = None
    maximum: int | None = None
    minimum_label: str | None = None
    maximum_label: str | None = None
    options: tuple[ScaleOption, ...] = ()
    choices_max: int | None = None


class QuestionRef(Kept):
    """One version of a question, perhaps of another survey."""

    survey: str
    question: str
    question_version: int


# --- What came of it --------------------------------------------------------------------------
class Dispositions(Kept):
    """What became of each case of the sample, by AAPOR's classes; None where it is not known.

    I complete, P partial, R refusal, NC no contact, O other, UH and UO unknown eligibility, NE not eligible
    (övertäckning).
    """

    complete: int | None = None
    partial: int | None = None
    refusal: int | None = None
    non_contact: int | None = None
    other: int | None = None
    unknown_household: int | None = None
    unknown_other: int | None = None
    ineligible: int | None = None


class AttritionStep(Kept):
    """How many were left after a step from those who were reached to those who are counted."""

    label: str
    count: int


class MarginCell(Kept):
    """How many of the population have a code."""

    code: str
    count: int


class Margin(Kept):
    """The known distribution of one background variable, to which answers are weighted; `source` says whose count."""

    variable: str
    source: str
    cells: tuple[MarginCell, ...]


# --- The card ---------------------------------------------------------------------------------
class StatedRate(Kept):
    """A rate in percent as a source states it, which may be no more than about, or less than."""

    text: str
    minimum: str | None = None
    maximum: str | None = None
    approximate: bool = False


class ItemMissing(Kept):
    """How many of those who should have answered a question did not (partiellt bortfall)."""

    question: str
    eligible: int
    missing: int


class BreakNoted(Kept):
    """Something that makes earlier results incomparable: for one question, or for all where none is named."""

    question: str | None = None
    note: str


# --- Results ----------------------------------------------------------------------------------
class Cell(Kept):
    """One figure. `group` is a code of the table's `by`, None for all; `answer` a code of the question's scale.

    `count` counts answers; `numerator` / `denominator` is an unweighted share; `value` is the mean, the index (0–100), the
    weighted share (0–1) or the effect. `low` and `high` bound it at 95 %. A suppressed cell holds no number at all.
    """

    group: str | None = None
    answer: str | None = None
    factor: str | None = None
    count: int | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: str | None = None
    se: str | None = None
    low: str | None = None
    high: str | None = None
    n: int | None = None
    n_eff: str | None = None
    quadrant: str | None = None
    note: str | None = None
    suppressed: bool = False


class Table(Kept):
    """Figures of one kind about one question or index, for all and by one background variable.

    `r_squared`, `seed` and `replicates` belong to effects: the share explained, and how the bootstrap was drawn.
    """

    table: str
    kind: str
    question: str | None = None
    question_version: int | None = None
    index: str | None = None
    by: str | None = None
    cells: tuple[Cell, ...] = ()
    r_squared: str | None = None
    seed: int | None = None
    replicates: int | None = None
