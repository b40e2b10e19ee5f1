"""Claims and references: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class ClaimAlreadyRecorded(Rejection):
    """A claim with the id {claim} exists already; choose another id."""

    sv = "Ett påstående med id {claim} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ClaimUnknown(Rejection):
    """There is no claim with the id {claim} in this ledger; record it first."""

    sv = "Det finns inget påstående med id {claim} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class EvidenceAlreadyGiven(Rejection):
    """The claim {claim} is supported with the {kind} {id} already; state it once."""

    sv = "Påståendet {claim} har redan {kind} {id} som stöd; ange det en gång."
    status = Status.ALREADY_EXISTS


class ReferenceAlreadyAsserted(Rejection):
    """A reference with the id {reference} exists already; choose another id."""

    sv = "En hänvisning med id {reference} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ReferenceUnknown(Rejection):
    """There is no reference with the id {reference} in this ledger; record it first."""

    sv = "Det finns ingen hänvisning med id {reference} i den här liggaren; registrera den först."
    status = Status.NOT_FOUND


class ReferenceAlreadyResolved(Rejection):
    """The reference {reference} was resolved already; if it was resolved wrongly, record a correction."""

    sv = "Hänvisningen {reference} är redan utredd; om det blev fel, registrera en rättelse."


class TargetUnknown(Rejection):
    """There is no {target_kind} with the id {target} in this ledger; a reference is resolved by what is there."""

    sv = "Det finns inget av slaget {target_kind} med id {target} i den här liggaren; en hänvisning reds ut med det som finns."
    status = Status.NOT_FOUND
