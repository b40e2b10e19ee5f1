"""Indicators: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class IndicatorExists(Rejection):
    """An indicator with the id {indicator} is defined already; revise it, or choose another id."""

    sv = "Ett nyckeltal med id {indicator} är redan definierat; ändra det eller välj ett annat id."
    status = Status.ALREADY_EXISTS


class IndicatorUnknown(Rejection):
    """There is no indicator with the id {indicator} in this ledger; define it first."""

    sv = "Det finns inget nyckeltal med id {indicator} i den här liggaren; definiera det först."
    status = Status.NOT_FOUND


class IndicatorIsRetired(Rejection):
    """The indicator {indicator} is retired; only values of periods before can still be recorded."""

    sv = "Nyckeltalet {indicator} är avvecklat; bara värden för tidigare perioder kan ännu registreras."


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class RevisionChangesNothing(Rejection):
    """The revision of the indicator {indicator} says nothing else than before; state what changes."""

    sv = "Ändringen av nyckeltalet {indicator} säger inget annat än tidigare; ange vad som ändras."
    status = Status.INVALID_ARGUMENT


class SeriesAlreadyBroken(Rejection):
    """The series of the indicator {indicator} is broken at {from_period} already."""

    sv = "Serien för nyckeltalet {indicator} är redan bruten vid {from_period}."
    status = Status.ALREADY_EXISTS


class TargetUnchanged(Rejection):
    """The target {target} says exactly this already; nothing would change."""

    sv = "Målet {target} säger redan exakt detta; inget skulle ändras."


class ValueExists(Rejection):
    """The indicator {indicator} has a value for {period} ({group}) already; revise it and say why."""

    sv = "Nyckeltalet {indicator} har redan ett värde för {period} ({group}); ändra det och ange varför."
    status = Status.ALREADY_EXISTS


class ValueNotRecorded(Rejection):
    """The indicator {indicator} has no value for {period} ({group}) that could be revised; record it first."""

    sv = "Nyckeltalet {indicator} har inget värde för {period} ({group}) att ändra; registrera det först."
    status = Status.NOT_FOUND


class ValueUnchanged(Rejection):
    """The indicator {indicator} has exactly this value for {period} ({group}) already; nothing would change."""

    sv = "Nyckeltalet {indicator} har redan exakt det värdet för {period} ({group}); inget skulle ändras."


class PeriodInFuture(Rejection):
    """The period {period} has not begun, so the indicator {indicator} has no value for it; what is aimed at is a target."""

    sv = (
        "Perioden {period} har inte börjat, så nyckeltalet {indicator} har inget värde för den; ange ett mål i stället."
    )
    status = Status.INVALID_ARGUMENT


class InterestBallotUnknown(Rejection):
    """There is no ballot with the id {ballot} in this ledger; open it first."""

    sv = "Det finns ingen omröstning med id {ballot} i den här liggaren; öppna den först."
    status = Status.NOT_FOUND


class InterestOptionUnknown(Rejection):
    """The ballot {ballot} has no option {option} that could stand for this indicator."""

    sv = "Omröstningen {ballot} har inget alternativ {option} som kan stå för det här nyckeltalet."
    status = Status.INVALID_ARGUMENT


class InterestBallotAlreadyLinked(Rejection):
    """The option {option} of the ballot {ballot} stands for the indicator {indicator} already."""

    sv = "Alternativet {option} i omröstningen {ballot} står redan för nyckeltalet {indicator}."
    status = Status.ALREADY_EXISTS
