"""Surveys: the parts of commands, as callers state them, with their limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ledger.fields import Code, Edtf, Id, Label, Language, Text
from ledger.surveys.events import ScaleKind, TableKind

COUNT_MAX = 10**9
OPTIONS_MAX = 100
CELLS_MAX = 600
TABLES_MAX = 100

Count = Annotated[int, Field(ge=0, le=COUNT_MAX)]
"""How many persons or answers."""
Number = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
"""A step of a scale of numbers."""
Decimal = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,9})?$")]
"""A decimal number as text: 49.8316, 0.4, -2."""


class Stated(BaseModel):
    """A part of a command."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StatedFrame(Stated):
    """The list a sample was drawn from."""

    source: Label
    date: Edtf | None = None
    size: Annotated[int, Field(ge=1, le=COUNT_MAX)] | None = None


class StatedStratum(Stated):
    """A part of the population that is sampled by itself."""

    stratum: Code
    label: Label
    size: Annotated[int, Field(ge=1, le=COUNT_MAX)] | None = None


class StatedStratumCount(Stated):
    """How many of a stratum were drawn."""

    stratum: Code
    size: Count


class StatedWording(Stated):
    """The exact words of a question in one language."""

    language: Language
    text: Text


class StatedOption(Stated):
    """One answer that may be ticked; `missing` marks one that counts as no answer."""

    code: Code
    label: Label
    missing: bool = False


class StatedScale(Stated):
    """How a question is answered; see ledger.surveys.pieces.Scale."""

    kind: ScaleKind
    minimum: Number | None = None
    maximum: Number | None = None
    minimum_label: Label | None = None
    maximum_label: Label | None = None
    options: Annotated[tuple[StatedOption, ...], Field(max_length=OPTIONS_MAX)] = ()
    choices_max: Annotated[int, Field(ge=1, le=OPTIONS_MAX)] | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> StatedScale:
        if len({option.code for option in self.options}) < len(self.options):
            raise ValueError("options holds the same code twice")
        limits = (self.minimum, self.maximum)
        if self.kind is ScaleKind.NUMBER:
            if self.minimum is None or self.maximum is None or self.minimum >= self.maximum:
                raise ValueError("a scale of numbers needs a minimum and a larger maximum")
        elif limits != (None, None):
            raise ValueError("minimum and maximum belong to a scale of numbers; leave them out")
        if self.kind in {ScaleKind.VERBAL, ScaleKind.CHOICE} and len(self.options) <= 1:
            raise ValueError("options must name at least two answers to choose between")
        if self.choices_max is not None and self.kind is not ScaleKind.CHOICE:
            raise ValueError("choices_max belongs to a choice; leave it out")
        return self


class StatedQuestionRef(Stated):
    """One version of a question, perhaps of another survey."""

    survey: Id
    question: Id
    question_version: Annotated[int, Field(ge=1, le=1000)]


class GivenAnswer(Stated):
    """What a respondent answered to one question: a number, the codes ticked, or words. Exactly one of them.

    `question_version` is the wording that was shown; left out, the latest one.
    """

    question: Id
    question_version: Annotated[int, Field(ge=1, le=1000)] | None = None
    number: Number | None = None
    codes: Annotated[tuple[Code, ...], Field(max_length=OPTIONS_MAX)] = ()
    text: Annotated[Text, Field(max_length=5000)] | None = None

    @model_validator(mode="after")
    def _is_one_answer(self) -> GivenAnswer:
        if sum((self.number is not None, bool(self.codes), self.text is not None)) != 1:
            raise ValueError("an answer is a number, codes or a text; leave out a question that was not answered")
        if len(set(self.codes)) < len(self.codes):
            raise ValueError("codes names the same code twice")
        return self


class Background(Stated):
    """A background variable of a respondent, from the frame or asked, such as age 30_49."""

    variable: Code
    code: Code


class StatedDispositions(Stated):
    """What became of each case of the sample; leave out what is not known."""

    complete: Count | None = None
    partial: Count | None = None
    refusal: Count | None = None
    non_contact: Count | None = None
    other: Count | None = None
    unknown_household: Count | None = None
    unknown_other: Count | None = None
    ineligible: Count | None = None


class StatedAttritionStep(Stated):
    """How many were left after a step."""

    label: Label
    count: Count


class StatedMarginCell(Stated):
    """How many of the population have a code."""

    code: Code
    count: Annotated[int, Field(ge=1, le=COUNT_MAX)]


class StatedMargin(Stated):
    """The known distribution of one background variable."""

    variable: Code
    source: Label
    cells: Annotated[tuple[StatedMarginCell, ...], Field(min_length=1, max_length=OPTIONS_MAX)]


class StatedResponse(Stated):
    """A rate in percent as a source states it, such as "just under 40 %"."""

    text: Label
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    approximate: bool = False


class StatedItemMissing(Stated):
    """How many of those who should have answered a question did not."""

    question: Id
    eligible: Count
    missing: Count

    @model_validator(mode="after")
    def _is_a_part(self) -> StatedItemMissing:
        if self.missing > self.eligible:
            raise ValueError("missing cannot be more than eligible")
        return self


class StatedBreak(Stated):
    """Something that makes earlier results incomparable, for one question or all."""

    question: Id | None = None
    note: Label


class StatedCell(Stated):
    """One figure; see ledger.surveys.pieces.Cell."""

    group: Code | None = None
    answer: Code | None = None
    factor: Code | None = None
    count: Count | None = None
    numerator: Count | None = None
    denominator: Count | None = None
    value: Decimal | None = None
    se: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    n: Count | None = None
    n_eff: Decimal | None = None
    quadrant: Code | None = None
    note: Label | None = None
    suppressed: bool = False

    @property
    def holds_a_number(self) -> bool:
        numbers = (self.count, self.numerator, self.value, self.se, self.low, self.n, self.n_eff, self.quadrant)
        return any(number is not None for number in numbers)


class StatedTable(Stated):
    """Figures of one kind about one question or index; see ledger.surveys.pieces.Table."""

    table: Id
    kind: TableKind
    question: Id | None = None
    question_version: Annotated[int, Field(ge=1, le=1000)] | None = None
    index: Code | None = None
    by: Code | None = None
    cells: Annotated[tuple[StatedCell, ...], Field(min_length=1, max_length=CELLS_MAX)]
    r_squared: Decimal | None = None
    seed: Annotated[int, Field(ge=0, le=2**53 - 1)] | None = None
    replicates: Annotated[int, Field(ge=1, le=100_000)] | None = None

    @model_validator(mode="after")
    def _is_one_table(self) -> StatedTable:
        places = [(cell.group, cell.answer, cell.factor) for cell in self.cells]
        if len(set(places)) < len(places):
            raise ValueError("cells holds two figures for the same group, answer and factor")
        if self.by is None and any(cell.group is not None for cell in self.cells):
            raise ValueError("by is missing: say which background variable the groups are of")
        return self
