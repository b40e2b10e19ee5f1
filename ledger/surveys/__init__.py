"""Surveys (enkäter): who was asked what, who answered, and figures that never stand without the card to judge them by.

`events` says what happened, `commands` what may be asked, `rules` how one leads to the other.
"""

from ledger.surveys.events import (
    AnswerReceived,
    AnswerWithdrawn,
    CaseDispositionsStated,
    FieldworkClosed,
    InvitationsSent,
    QuestionVersioned,
    ResultRetracted,
    ResultsPublished,
    SampleDrawn,
    SurveyCardPublished,
    SurveyPlanned,
    WeightsComputed,
)
from ledger.surveys.rules import SLICE

__all__ = [
    "SLICE",
    "AnswerReceived",
    "AnswerWithdrawn",
    "CaseDispositionsStated",
    "FieldworkClosed",
    "InvitationsSent",
    "QuestionVersioned",
    "ResultRetracted",
    "ResultsPublished",
    "SampleDrawn",
    "SurveyCardPublished",
    "SurveyPlanned",
    "WeightsComputed",
]
