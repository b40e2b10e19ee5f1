"""Decisions: what a decision refers to and rests on, as small parts of its event.

Each part stands twice: as the record keeps it, with bare types, and as the office states it
(`Stated…`), with the limits.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from ledger.fields import Edtf, Id, Sha256Hex


class Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReferenceKind(StrEnum):
    """What a clause of a decision refers to."""

    DOCUMENT = "document"
    BODY = "body"
    PROGRAMME = "programme"
    INPUT = "input"
    SURVEY = "survey"


class RelianceKind(StrEnum):
    """What a decision relies on (vad beslutet vilar på)."""

    SURVEY = "survey"
    INDICATOR = "indicator"
    INPUT = "input"
    DOCUMENT = "document"
    PROGRAMME = "programme"


# --- As the record keeps it -------------------------------------------------------------------
class ClauseReference(Piece):
    """Something a clause names. `said_date` (EDTF) is the date by which the clause itself calls it."""

    kind: str
    id: str
    said_date: str | None = None


class BasisDocument(Piece):
    """A document the decision was made on (handlingar i ärendet), with its hash as it was that day."""

    document: str
    sha256: str | None = None


class Reliance(Piece):
    """Something the decision relies on; `quality_unknown` says that nothing is known of how good it is."""

    kind: str
    id: str
    quality_unknown: bool


class Accordance(Piece):
    """What the minutes say of the decision and a unit's proposal: made in accordance with it, or not."""

    unit: str
    stated: bool


# --- As the office states it ------------------------------------------------------------------
class StatedReference(Piece):
    """Something a clause names, as it is asked for; it need not be in the ledger."""

    kind: ReferenceKind
    id: Id
    said_date: Edtf | None = None

    def kept(self) -> ClauseReference:
        return ClauseReference(kind=self.kind, id=self.id, said_date=self.said_date)


class StatedBasis(Piece):
    """A document of the basis, as it is asked for; it need not be in the ledger."""

    document: Id
    sha256: Sha256Hex | None = None

    def kept(self) -> BasisDocument:
        return BasisDocument(document=self.document, sha256=self.sha256)


class StatedReliance(Piece):
    """Something the decision relies on, as it is asked for."""

    kind: RelianceKind
    id: Id
    quality_unknown: bool = False

    def kept(self) -> Reliance:
        return Reliance(kind=self.kind, id=self.id, quality_unknown=self.quality_unknown)


class StatedAccordance(Piece):
    """What the minutes say of a unit's proposal; `stated` is false where they say the decision departs from it."""

    unit: Id
    stated: bool = True

    def kept(self) -> Accordance:
        return Accordance(unit=self.unit, stated=self.stated)
