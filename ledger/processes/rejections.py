"""Processes: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class ProcessAlreadyOpened(Rejection):
    """A process with the id {process} exists already; choose another id."""

    sv = "En process med id {process} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ProcessUnknown(Rejection):
    """There is no process with the id {process} in this ledger; open it first."""

    sv = "Det finns ingen process med id {process} i den här liggaren; öppna den först."
    status = Status.NOT_FOUND


class ProcessIsClosed(Rejection):
    """The process {process} is closed and takes in nothing more."""

    sv = "Processen {process} är avslutad och tar inte emot något mer."


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class BodyIsDissolved(Rejection):
    """The body {body} is dissolved; to record something from before, state when it occurred."""

    sv = "Organet {body} är upplöst; ange när det skedde om du registrerar något från tidigare."


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först."
    status = Status.NOT_FOUND


class MatterIsClosed(Rejection):
    """The matter {matter} is closed and takes in nothing more; it can be reopened."""

    sv = "Ärendet {matter} är avslutat och tar inte emot något mer; det kan återupptas."


class PromiseLeavesNothingOpen(Rejection):
    """To promise more than information (level {level}), say what can change; where nothing can, no dialogue is held (SKR's principle)."""

    sv = (
        "För att lova mer än information (nivå {level}), ange vad som kan ändras; där inget kan påverkas förs ingen "
        "dialog (SKR:s princip)."
    )
    status = Status.INVALID_ARGUMENT


class PromiseContradictsItself(Rejection):
    """The promise says of the same thing that it can change and that it cannot: {clause}."""

    sv = "Löftet säger om samma sak att den kan ändras och att den inte kan ändras: {clause}."
    status = Status.INVALID_ARGUMENT


class AnswerDueBeforePromise(Rejection):
    """An answer is promised by {answer_due}, before the promise of {declared}; state a later day, or when it was declared."""

    sv = "Ett svar utlovas till {answer_due}, före löftet {declared}; ange en senare dag eller när löftet gavs."
    status = Status.INVALID_ARGUMENT


class PromiseUnchanged(Rejection):
    """The process {process} has exactly this promise already; nothing would change."""

    sv = "Processen {process} har redan exakt detta löfte; inget skulle ändras."


class PromiseMissing(Rejection):
    """Before {process} takes in views, declare what they can lead to: a level of at least consult, what can change, who decides."""

    sv = "Innan {process} tar emot synpunkter, lova vad de kan leda till: minst nivån konsultation, vad som kan ändras, vem som beslutar."


class PhaseUnchanged(Rejection):
    """The process {process} is in the phase {phase} already, until the same day; nothing would change."""

    sv = "Processen {process} är redan i fasen {phase}, till samma dag; inget skulle ändras."


class ScopeUnchanged(Rejection):
    """Nothing of the scope is named; state what is to change, such as the period or the planned sessions."""

    sv = "Inget av ramen anges; ange vad som ska ändras, till exempel perioden eller antalet planerade tillfällen."
    status = Status.INVALID_ARGUMENT


class ProcessIsPaused(Rejection):
    """The process {process} is paused; resume it first."""

    sv = "Processen {process} är pausad; återuppta den först."


class ProcessIsNotPaused(Rejection):
    """The process {process} is not paused, so there is nothing to resume."""

    sv = "Processen {process} är inte pausad, så det finns inget att återuppta."


class PartUnknown(Rejection):
    """There is no process with the id {part} in this ledger, so it cannot be a part of another; open it first."""

    sv = "Det finns ingen process med id {part} i den här liggaren, så den kan inte ingå i en annan; öppna den först."
    status = Status.NOT_FOUND


class ParticipantAlreadyJoined(Rejection):
    """The body {body} takes part in {process} already."""

    sv = "Organet {body} deltar redan i {process}."
    status = Status.ALREADY_EXISTS


class SessionAlreadyRecorded(Rejection):
    """The session {session} of {process} is recorded already; choose another id, or record that a planned one was held."""

    sv = "Tillfället {session} i {process} finns redan; välj ett annat id, eller registrera att ett planerat har hållits."
    status = Status.ALREADY_EXISTS


class SessionNotYetHeld(Rejection):
    """The day {date} has not come yet, so the session cannot have been held; plan it instead."""

    sv = "Dagen {date} har inte kommit än, så tillfället kan inte ha hållits; planera det i stället."
    status = Status.INVALID_ARGUMENT


class GroupNamedTwice(Rejection):
    """The group {group} is named twice in one session; state it once, with its whole number."""

    sv = "Gruppen {group} anges två gånger i samma tillfälle; ange den en gång, med hela antalet."
    status = Status.INVALID_ARGUMENT


class LessonAlreadyPublished(Rejection):
    """A lesson with the id {lesson} is published in {process} already; choose another id."""

    sv = "En lärdom med id {lesson} är redan publicerad i {process}; välj ett annat id."
    status = Status.ALREADY_EXISTS


class MemberAlreadySeated(Rejection):
    """The member {member} has a seat in {process} already."""

    sv = "Ledamoten {member} har redan en plats i {process}."
    status = Status.ALREADY_EXISTS


class MemberNotSeated(Rejection):
    """The member {member} has no seat in {process}, so there is none to leave; check the id."""

    sv = "Ledamoten {member} har ingen plats i {process} att lämna; kontrollera id:t."


class DocumentAlreadyAttached(Rejection):
    """The document {document} is attached to {process} already."""

    sv = "Dokumentet {document} är redan knutet till {process}."
    status = Status.ALREADY_EXISTS
