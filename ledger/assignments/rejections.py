"""Assignments: why a command may be rejected, in plain words and with the remedy."""

from ledger.messages import Rejection, Status


class AssignmentExists(Rejection):
    """An assignment with the id {assignment} is recorded already; choose another id."""

    sv = "Ett uppdrag med id {assignment} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class AssignmentUnknown(Rejection):
    """There is no assignment with the id {assignment} in this ledger; record it first."""

    sv = "Det finns inget uppdrag med id {assignment} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class DecisionUnknown(Rejection):
    """There is no decision with the id {decision} in this ledger; record it first."""

    sv = "Det finns inget beslut med id {decision} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class ClauseUnknown(Rejection):
    """The decision {decision} has no clause {clause}; an assignment stands in a clause of its decision."""

    sv = "Beslutet {decision} har ingen beslutssats {clause}; ett uppdrag ges i en beslutssats."
    status = Status.NOT_FOUND


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class AccountExists(Rejection):
    """An account with the id {account} is recorded already; choose another id."""

    sv = "En redogörelse med id {account} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class AssignmentIsOver(Rejection):
    """The assignment {assignment} is closed or cancelled; give a new one if more is to be done."""

    sv = "Uppdraget {assignment} är avslutat eller återkallat; ge ett nytt om mer ska göras."


class AssignmentAlreadyReported(Rejection):
    """The assignment {assignment} is reported already; a decision can note the report."""

    sv = "Uppdraget {assignment} är redan rapporterat; ett beslut kan notera rapporten."


class NotReported(Rejection):
    """The assignment {assignment} is not reported; record the report before it is noted."""

    sv = "Uppdraget {assignment} är inte rapporterat; registrera rapporten innan den noteras."


class DueDateUnchanged(Rejection):
    """The assignment {assignment} is due on {due} already; nothing would change."""

    sv = "Uppdraget {assignment} ska redan redovisas {due}; inget skulle ändras."


class DueBeforeDecision(Rejection):
    """The due date {due} is before the decision {decision} was made, {day}; correct the date."""

    sv = "Dagen {due}, då uppdraget ska redovisas, är före beslutet {decision}, {day}; rätta dagen."
    status = Status.INVALID_ARGUMENT


class ReportedBeforeGiven(Rejection):
    """The day {on} is before the assignment {assignment} was given, {day}; correct the day."""

    sv = "Dagen {on} är före den dag då uppdraget {assignment} gavs, {day}; rätta dagen."
    status = Status.INVALID_ARGUMENT
