"""Indicators (nyckeltal): definitions, targets and values over time, and what residents want to follow.

`events` says what happened, `commands` what may be asked, `rules` how one leads to the other.
"""

from ledger.indicators.commands import (
    BreakSeries,
    DefineIndicator,
    LinkInterestBallot,
    RecordValue,
    RetireIndicator,
    ReviseIndicator,
    ReviseValue,
    SetTarget,
    StatedInterval,
)
from ledger.indicators.events import (
    IndicatorDefined,
    IndicatorDirection,
    IndicatorGroup,
    IndicatorOrigin,
    IndicatorRetired,
    IndicatorRevised,
    IndicatorValueRecorded,
    IndicatorValueRevised,
    InterestBallotLinked,
    Interval,
    SeriesBroken,
    TargetSet,
)
from ledger.indicators.rules import SLICE

__all__ = [
    "SLICE",
    "BreakSeries",
    "DefineIndicator",
    "IndicatorDefined",
    "IndicatorDirection",
    "IndicatorGroup",
    "IndicatorOrigin",
    "IndicatorRetired",
    "IndicatorRevised",
    "IndicatorValueRecorded",
    "IndicatorValueRevised",
    "InterestBallotLinked",
    "Interval",
    "LinkInterestBallot",
    "RecordValue",
    "RetireIndicator",
    "ReviseIndicator",
    "ReviseValue",
    "SeriesBroken",
    "SetTarget",
    "StatedInterval",
    "TargetSet",
]
