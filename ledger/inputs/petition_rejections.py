"""Petitions, criticism and parts of inputs: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class SigningAlreadyOpened(Rejection):
    """The signing of the input {input} was opened already; a change of its terms is a correction."""

    sv = "Underskrifter samlas redan in för synpunkten {input}; ändrade villkor registreras som en rättelse."
    status = Status.ALREADY_EXISTS


class SigningNotOpened(Rejection):
    """No signatures are collected for the input {input}; open the signing first."""

    sv = "Inga underskrifter samlas in för synpunkten {input}; öppna insamlingen först."


class SigningAlreadyClosed(Rejection):
    """The signing of the input {input} was closed already."""

    sv = "Insamlingen av underskrifter för synpunkten {input} är redan avslutad."


class SignaturesAreHere(Rejection):
    """The signatures of the input {input} are kept in this ledger; they are counted from it, not told to it."""

    sv = "Underskrifterna för synpunkten {input} finns i den här liggaren; de räknas ur den och uppges inte."


class CountsOutOfOrder(Rejection):
    """A count at {at} does not come after the one at {last}; state the counts in the order of time."""

    sv = "En räkning {at} kommer inte efter den {last}; ange räkningarna i tidsordning."
    status = Status.INVALID_ARGUMENT


class CountsUnchanged(Rejection):
    """The counts of the input {input} are in the ledger already; nothing would change."""

    sv = "Räkningarna för synpunkten {input} finns redan i liggaren; inget skulle ändras."


class ThresholdNotReached(Rejection):
    """The rule {rule} asks for {threshold} signatures (for a popular initiative KL 8:2); the input {input} has {signatures}."""

    sv = "Regeln {rule} kräver {threshold} underskrifter (för ett folkinitiativ KL 8:2); synpunkten {input} har {signatures}."


class ThresholdAlreadyReached(Rejection):
    """That the input {input} reached the threshold of the rule {rule} is in the ledger already."""

    sv = "Att synpunkten {input} nådde gränsen i regeln {rule} finns redan i liggaren."
    status = Status.ALREADY_EXISTS


class EligibilityAlreadyConfirmed(Rejection):
    """That the input {input} may be raised under the rule {rule} is confirmed already."""

    sv = "Att synpunkten {input} får väckas enligt regeln {rule} är redan bekräftat."
    status = Status.ALREADY_EXISTS


class AlreadySubmitted(Rejection):
    """The input {input} was put before the body {body} already."""

    sv = "Synpunkten {input} har redan lämnats till organet {body}."
    status = Status.ALREADY_EXISTS


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class CriticismAlreadyLinked(Rejection):
    """The input {input} is linked to the {target_kind} {target} already."""

    sv = "Synpunkten {input} är redan kopplad till {target_kind} {target}."
    status = Status.ALREADY_EXISTS


class InputSplitsIntoItself(Rejection):
    """The input {input} cannot be a part of itself; name the inputs its parts were received as."""

    sv = "Synpunkten {input} kan inte vara en del av sig själv; ange de synpunkter som delarna togs emot som."
    status = Status.INVALID_ARGUMENT


class PartAlreadyNamed(Rejection):
    """The input {part} is a part of the input {input} already; name it once."""

    sv = "Synpunkten {part} är redan en del av synpunkten {input}; ange den en gång."
    status = Status.ALREADY_EXISTS
