"""Commitments: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class CommitmentAlreadyMade(Rejection):
    """A commitment with the id {commitment} exists already; choose another id."""

    sv = "Ett åtagande med id {commitment} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class CommitmentUnknown(Rejection):
    """There is no commitment with the id {commitment} in this ledger; make it first."""

    sv = "Det finns inget åtagande med id {commitment} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class CommitmentOwnerUnknown(Rejection):
    """There is no body with the id {body} in this ledger that could commit itself; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren som kan åta sig något; registrera det först."
    status = Status.NOT_FOUND


class CommitmentSourceUnknown(Rejection):
    """There is no {kind} with the id {id} in this ledger that the commitment could follow from; record it first, or leave it out."""

    sv = "Det finns ingen post av slaget {kind} med id {id} i den här liggaren som åtagandet kan följa av; registrera den först eller utelämna den."
    status = Status.NOT_FOUND


class CommitmentIsDelivered(Rejection):
    """The commitment {commitment} is delivered; a delivery can be disputed, but not reported again or dropped."""

    sv = "Åtagandet {commitment} är levererat; en leverans kan ifrågasättas men inte rapporteras igen eller läggas ned."


class CommitmentIsDropped(Rejection):
    """The commitment {commitment} was dropped; make a new one if it is to be done after all."""

    sv = "Åtagandet {commitment} har lagts ned; gör ett nytt om det ändå ska göras."


class DeliveryInFuture(Rejection):
    """The day {on} has not come yet, so nothing can have been delivered then; report progress instead."""

    sv = "Dagen {on} har inte kommit än, så inget kan ha levererats då; rapportera läget i stället."
    status = Status.INVALID_ARGUMENT


class NothingDelivered(Rejection):
    """The commitment {commitment} is not called delivered, so there is no delivery to dispute."""

    sv = "Åtagandet {commitment} uppges inte vara levererat, så det finns ingen leverans att ifrågasätta."


class DisputeIsOpen(Rejection):
    """The delivery of {commitment} is disputed already; wait for the answer."""

    sv = "Leveransen av {commitment} är redan ifrågasatt; invänta svaret."


class NoDisputeToAnswer(Rejection):
    """The delivery of {commitment} is not disputed, so there is nothing to answer."""

    sv = "Leveransen av {commitment} är inte ifrågasatt, så det finns inget att besvara."
