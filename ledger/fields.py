"""Constrained field types for commands: what a caller may write into each kind of field.

Every refusal says what is wrong in words; the field's name comes with pydantic's error location.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ledger.edtf import LENGTH_MAX, check_edtf

TEXT_CHARACTERS_MAX = 20_000
LABEL_CHARACTERS_MAX = 300
NAME_CHARACTERS_MAX = 200

BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters, marks and signs that show nothing; all of the categories Cf, Zl and Zp do the same."""


def _nfc_without_controls(value: str, allowed: str) -> str:
    for character in value:
        # Cs: a lone surrogate has no UTF-8 form; Cn: unassigned, could change meaning later.
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed:
            raise ValueError(f"holds the control character U+{ord(character):04X}; remove it")
    value = unicodedata.normalize("NFC", value)
    if not value.strip():
        raise ValueError("is empty; write something or leave the field out")
    return value


def check_text(value: str) -> str:
    """Return free text in NFC; line breaks and tabs may stay, other controls may not."""
    return _nfc_without_controls(value.replace("\r\n", "\n"), "\n\t")


def check_line(value: str) -> str:
    """Return one line in NFC, of characters that can be seen: two names that look alike are alike.

    Controls, text directions, unassigned and invisible characters (zero width joiners too) raise ValueError.
    """
    value = _nfc_without_controls(value, "")
    if not value.isascii():
        for character in value:
            _check_visible(character)
    return value.strip()


def _check_visible(character: str) -> None:
    if character in BIDI_CONTROLS:
        raise ValueError(f"holds the text direction control U+{ord(character):04X}; remove it")
    category = unicodedata.category(character)
    if category == "Cn":
        raise ValueError(f"holds the unassigned character U+{ord(character):04X}; remove it")
    if category in {"Zl", "Zp"} or character in INVISIBLE or category == "Cf":
        name = unicodedata.name(character, "no name").lower()
        raise ValueError(f"holds the invisible character U+{ord(character):04X} ({name}); remove it")


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""A client-chosen id: lower-case letters, digits and hyphens, 1 to 64; a UUID fits."""

VoterTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""A per-ballot pseudonym of a voter, made by the registrar (base64url of an HMAC)."""

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A code from a register, snake_case."""

Label = Annotated[str, StringConstraints(max_length=LABEL_CHARACTERS_MAX), AfterValidator(check_line)]
"""A short title written in office; clear in the record, so never a resident's words."""

Text = Annotated[str, StringConstraints(max_length=TEXT_CHARACTERS_MAX), AfterValidator(check_text)]
"""Free text by anyone; always sealed in the record."""

PersonName = Annotated[str, StringConstraints(max_length=NAME_CHARACTERS_MAX), AfterValidator(check_line)]
"""The name of a person; always sealed in the record."""

Sha256Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
"""A BCP 47 language tag, such as sv or en."""


def check_date(value: str) -> str:
    """Return an ISO 8601 calendar date unchanged; raise ValueError when there is no such day."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("is not a date; write it as 2015-12-14")
    try:
        date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not a day of the calendar") from None
    return value


Date = Annotated[str, AfterValidator(check_date)]

Edtf = Annotated[str, StringConstraints(max_length=LENGTH_MAX), AfterValidator(check_edtf)]
"""When something occurred, as exactly as it is known (EDTF, ISO 8601-2 level 1)."""


# --- Numbers other registers use --------------------------------------------------------------
class ExternalNumber(BaseModel):
    """A number by which somebody else knows the same thing: dnr "KFKS 2015/174-001", an organisation number.

    Kept verbatim, never read as a key and never unique: the same number may stand on several things.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str
    value: str


class StatedNumber(BaseModel):
    """An external number as a caller states it, with its limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: Code
    value: Label

    def kept(self) -> ExternalNumber:
        """Return the number as the record keeps it."""
        return ExternalNumber(scheme=self.scheme, value=self.value)


def _each_once(numbers: tuple[StatedNumber, ...]) -> tuple[StatedNumber, ...]:
    for place, number in enumerate(numbers):
        if number in numbers[:place]:
            raise ValueError(f"states the number {number.scheme} {number.value} twice; state it once")
    return numbers


Numbers = Annotated[tuple[StatedNumber, ...], Field(max_length=20), AfterValidator(_each_once)]
"""At most 20 external numbers, none of them twice."""


# --- Numbers that are not exact ---------------------------------------------------------------
class ApproxNumber(BaseModel):
    """A number as exactly as a source gives it: "8–10", "about 50"; its own words, where it has some, in `text`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum: int | None = None
    maximum: int | None = None
    approximate: bool = False
    text: str | None = None


class StatedApproxNumber(BaseModel):
    """An approximate number as a caller states it, with its limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum: Annotated[int, Field(ge=0, le=10**12)] | None = None
    maximum: Annotated[int, Field(ge=0, le=10**12)] | None = None
    approximate: bool = False
    text: Label | None = None

    @model_validator(mode="after")
    def _says_a_number(self) -> StatedApproxNumber:
        if self.minimum is None and self.maximum is None and self.text is None:
            raise ValueError("states no number; give minimum, maximum or text")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum must not be greater than maximum")
        return self

    def kept(self) -> ApproxNumber:
        """Return the number as the record keeps it."""
        return ApproxNumber(**self.model_dump())


# --- Traits of how work is done ---------------------------------------------------------------
class Facet(BaseModel):
    """One trait: in the approach (förhållningssätt), the way of working (arbetssätt) or the method itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    component: str
    attribute: str


class StatedFacet(BaseModel):
    """One trait as a caller states it, such as small_scale in the way of working."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    component: Literal["approach", "way_of_working", "method"]
    attribute: Code

    def kept(self) -> Facet:
        """Return the trait as the record keeps it."""
        return Facet(component=self.component, attribute=self.attribute)
