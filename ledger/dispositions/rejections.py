"""Why a command on dispositions may be rejected; what each code needs stands in `requirements.py`."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class DecisionUnknown(Rejection):
    """There is no decision with the id {decision} in this ledger; record it first."""

    sv = "Det finns inget beslut med id {decision} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class InputUnknown(Rejection):
    """There is no input with the id {input} in this ledger."""

    sv = "Det finns ingen synpunkt med id {input} i den här liggaren."
    status = Status.NOT_FOUND


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class InputNotInScope(Rejection):
    """The input {input} lies outside the scope of the decision {decision}, which owes it no account."""

    sv = "Synpunkten {input} ligger utanför det som beslutet {decision} ska redovisa."


class VersionUnknown(Rejection):
    """The input {input} has no version {version}; the latest is {latest}."""

    sv = "Synpunkten {input} har ingen version {version}; den senaste är {latest}."
    status = Status.NOT_FOUND


class ClauseUnknown(Rejection):
    """The decision {decision} has no clause {clause} that could have been changed."""

    sv = "Beslutet {decision} har ingen beslutssats {clause} som kan ha ändrats."
    status = Status.NOT_FOUND


class CommitmentUnknown(Rejection):
    """There is no commitment with the id {commitment} in this ledger; make it first, then say what it follows from."""

    sv = "Det finns inget åtagande med id {commitment} i den här liggaren; registrera åtagandet först."
    status = Status.NOT_FOUND


class PointsAtItself(Rejection):
    """The input {input} is named as another input than itself; name the other one."""

    sv = "Synpunkten {input} anges i stället för en annan synpunkt; ange den andra."
    status = Status.INVALID_ARGUMENT


class NotEarlier(Rejection):
    """The decision {decision} cannot be earlier than itself; name the decision that had planned this already."""

    sv = "Beslutet {decision} kan inte vara tidigare än sig självt; ange det beslut där detta redan planerades."
    status = Status.INVALID_ARGUMENT


class NotWithdrawn(Rejection):
    """The author has not withdrawn the input {input}; choose another disposition."""

    sv = "Synpunkten {input} har inte tagits tillbaka av den som lämnade den; välj ett annat utfall."


class NotModerated(Rejection):
    """No moderator has rejected the input {input}; choose another disposition."""

    sv = "Synpunkten {input} har inte underkänts vid granskningen; välj ett annat utfall."


class MergedElsewhere(Rejection):
    """The input {input} is merged into {into}; name that one as the target."""

    sv = "Synpunkten {input} är sammanslagen med {into}; ange den som mål."


class DispositionExists(Rejection):
    """The decision {decision} has accounted for the input {input} already; revise that disposition instead."""

    sv = "Beslutet {decision} har redan redovisat synpunkten {input}; ändra den redovisningen i stället."
    status = Status.ALREADY_EXISTS


class DispositionUnknown(Rejection):
    """The decision {decision} has not accounted for the input {input} yet."""

    sv = "Beslutet {decision} har ännu inte redovisat synpunkten {input}."
    status = Status.NOT_FOUND


class AccountIsClosed(Rejection):
    """The account of the decision {decision} is closed; dispositions can be revised, but none added."""

    sv = "Redovisningen av beslutet {decision} är avslutad; utfall kan ändras, men inga läggas till."


class AccountIncomplete(Rejection):
    """The decision {decision} still owes {count} inputs an account, among them: {inputs}."""

    sv = "Beslutet {decision} har ännu inte redovisat alla synpunkter; {count} återstår, bland dem: {inputs}."


class NothingInScope(Rejection):
    """The decision {decision} names no process or matter to account for, so there is no account to close."""

    sv = "Beslutet {decision} anger ingen process eller inget ärende att redovisa, så det finns inget att avsluta."


class NotTheAuthorsContest(Rejection):
    """Only the author of the input {input} can contest its disposition."""

    sv = "Bara den som lämnade synpunkten {input} kan bestrida hur den redovisats."
    status = Status.PERMISSION_DENIED


class ContestIsOpen(Rejection):
    """The disposition of the input {input} in the decision {decision} is contested already and awaits its answer."""

    sv = "Redovisningen av synpunkten {input} i beslutet {decision} är redan bestridd och väntar på svar."
    status = Status.ALREADY_EXISTS


class NoOpenContest(Rejection):
    """No contest of the input {input} in the decision {decision} awaits an answer."""

    sv = "Inget bestridande av synpunkten {input} i beslutet {decision} väntar på svar."


class NotRevised(Rejection):
    """The disposition of the input {input} stands as it was contested; revise it first, or uphold it."""

    sv = "Redovisningen av synpunkten {input} står kvar som den bestreds; ändra den först, eller låt den stå fast."
