"""Inputs: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class InputAlreadyReceived(Rejection):
    """An input with the id {input} exists already; choose another id."""

    sv = "En synpunkt med id {input} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class InputUnknown(Rejection):
    """There is no input with the id {input} in this ledger."""

    sv = "Det finns ingen synpunkt med id {input} i den här liggaren."
    status = Status.NOT_FOUND


class ProcessUnknown(Rejection):
    """There is no process with the id {process} in this ledger; open it first."""

    sv = "Det finns ingen process med id {process} i den här liggaren; öppna den först."
    status = Status.NOT_FOUND


class ProcessIsClosed(Rejection):
    """The process {process} is closed and takes in nothing more."""

    sv = "Processen {process} är avslutad och tar inte emot något mer."


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först."
    status = Status.NOT_FOUND


class MatterIsClosed(Rejection):
    """The matter {matter} is closed and takes in nothing more; it can be reopened."""

    sv = "Ärendet {matter} är avslutat och tar inte emot något mer; det kan återupptas."


class NotTheAuthor(Rejection):
    """The input {input} can be revised and withdrawn by its author alone."""

    sv = "Synpunkten {input} kan bara ändras och tas tillbaka av den som lämnade den."
    status = Status.PERMISSION_DENIED


class InputIsWithdrawn(Rejection):
    """The input {input} was withdrawn by its author; nothing more can be done with it."""

    sv = "Synpunkten {input} har tagits tillbaka av den som lämnade den; inget mer kan göras med den."


class InputIsRejected(Rejection):
    """The input {input} was rejected in moderation and rests until it is restored."""

    sv = "Synpunkten {input} underkändes vid granskningen och vilar tills den återställs."


class InputIsMerged(Rejection):
    """The input {input} counts with {into}; turn to that one, or restore this one first."""

    sv = "Synpunkten {input} räknas ihop med {into}; vänd dig till den, eller återställ den här först."


class InputMergesIntoItself(Rejection):
    """The input {input} cannot be merged into itself; name another input."""

    sv = "Synpunkten {input} kan inte slås ihop med sig själv; ange en annan synpunkt."
    status = Status.INVALID_ARGUMENT


class InputsOfTwoProcesses(Rejection):
    """The inputs {input} and {into} belong to different processes and cannot be merged."""

    sv = "Synpunkterna {input} och {into} hör till olika processer och kan inte slås ihop."


class VersionUnknown(Rejection):
    """The input {input} has no version {input_version}; the latest is {latest}."""

    sv = "Synpunkten {input} har ingen version {input_version}; den senaste är {latest}."
    status = Status.NOT_FOUND


class AlreadySupported(Rejection):
    """This supporter stands behind the input {input} already, in version {input_version}."""

    sv = "Den här personen stöder redan synpunkten {input}, i version {input_version}."
    status = Status.ALREADY_EXISTS


class NotSupported(Rejection):
    """This supporter does not stand behind the input {input}; there is nothing to withdraw."""

    sv = "Den här personen stöder inte synpunkten {input}; det finns inget att ta tillbaka."


class VerdictUnchanged(Rejection):
    """The input {input} is {verdict} already; nothing would change."""

    sv = "Synpunkten {input} har redan granskats med det utfallet; inget skulle ändras."


class RejectionNeedsReason(Rejection):
    """To reject the input {input}, state a reason code of the register."""

    sv = "För att underkänna synpunkten {input}, ange en orsakskod ur registret."
    status = Status.INVALID_ARGUMENT


class NothingToRestore(Rejection):
    """The input {input} is neither rejected nor merged; there is nothing to restore."""

    sv = "Synpunkten {input} är varken underkänd eller ihopslagen; det finns inget att återställa."


class StanceToNothing(Rejection):
    """A stance is towards an input that is commented on: name that input in about, or leave the stance out."""

    sv = "En ståndpunkt tas till en synpunkt som kommenteras: ange vilken i about, eller utelämna ståndpunkten."
    status = Status.INVALID_ARGUMENT


class PartyOfOfficialsOnly(Rejection):
    """Party and role belong to somebody in office; of nobody else they are kept, so leave them out."""

    sv = "Parti och roll anges bara för den som har ett uppdrag; de sparas inte för någon annan, så utelämna dem."
    status = Status.INVALID_ARGUMENT


class InstrumentDoesNotFit(Rejection):
    """The rules of {instrument} are not for an input of the kind {kind}; state another kind, or no instrument."""

    sv = "Reglerna för {instrument} gäller inte en synpunkt av slaget {kind}; ange ett annat slag, eller inget instrument."
    status = Status.INVALID_ARGUMENT


class InitiativeByResidentsOnly(Rejection):
    """A citizens' initiative is raised by a resident, not by an organisation or in office (KL 8:1); receive it as a proposal."""

    sv = "Ett medborgarförslag väcks av en folkbokförd, inte av en organisation eller i tjänsten (KL 8:1); ta emot det som ett förslag."
    status = Status.INVALID_ARGUMENT


class InitiativeNeedsAuthor(Rejection):
    """A citizens' initiative cannot be anonymous (KL 8:1): state the author's id, or receive it as a comment."""

    sv = "Ett medborgarförslag kan inte vara anonymt (KL 8:1): ange förslagsställarens id, eller ta emot det som en synpunkt."
    status = Status.INVALID_ARGUMENT


class SigningIsNotOpen(Rejection):
    """The input {input} takes no signatures now; for a list signed in time, state when it was signed."""

    sv = "Synpunkten {input} tar inte emot underskrifter nu; ange när en lista skrevs under om det skedde i tid."
