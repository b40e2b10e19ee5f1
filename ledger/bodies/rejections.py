"""Bodies: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class BodyAlreadyRegistered(Rejection):
    """A body with the id {body} is registered already; choose another id."""

    sv = "Ett organ med id {body} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class BodyIsItsOwnParent(Rejection):
    """A body cannot be its own parent; name the body that {body} belongs to, or leave the parent out."""

    sv = "Ett organ kan inte vara sitt eget överordnade organ; ange det organ som {body} hör till, eller utelämna parent."
    status = Status.INVALID_ARGUMENT


class BodyIsDissolved(Rejection):
    """The body {body} is dissolved; to record something from before, state when it occurred."""

    sv = "Organet {body} är upplöst; ange när det skedde om du registrerar något från tidigare."


class BodyAlreadyDissolved(Rejection):
    """The body {body} is dissolved already."""

    sv = "Organet {body} är redan upplöst."


class NameUnchanged(Rejection):
    """The body {body} has this name already; nothing would change."""

    sv = "Organet {body} heter redan så; inget skulle ändras."


class MandateExists(Rejection):
    """A mandate with the id {mandate} is recorded already; choose another id."""

    sv = "Ett uppdrag med id {mandate} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class MandateUnknown(Rejection):
    """There is no mandate with the id {mandate} in the body {body}; grant it first."""

    sv = "Det finns inget uppdrag med id {mandate} i organet {body}; registrera det först."
    status = Status.NOT_FOUND


class ChairTaken(Rejection):
    """The body {body} has a chair in that time already, by the mandate {mandate}; end that one first."""

    sv = "Organet {body} har redan en ordförande under den tiden, genom uppdraget {mandate}; avsluta det först."


class MandateEndsBeforeItBegins(Rejection):
    """The mandate {mandate} begins on {from_date}; its last day cannot be before that."""

    sv = "Uppdraget {mandate} börjar {from_date}; den sista dagen kan inte ligga före det."
    status = Status.INVALID_ARGUMENT


class MandateAlreadyEnds(Rejection):
    """The mandate {mandate} ends on {to_date} already; to prolong it grant a new one from the day after."""

    sv = "Uppdraget {mandate} upphör redan {to_date}; registrera ett nytt från dagen efter för att förlänga det."


class DelegateUnknown(Rejection):
    """There is no body with the id {body} to delegate to in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} att delegera till i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class OrderOfAnotherBody(Rejection):
    """The delegation order {order} is that of the body {body}; choose another id for this one."""

    sv = "Delegationsordningen {order} tillhör organet {body}; välj ett annat id för den här."
    status = Status.ALREADY_EXISTS


class OrderVersionNotNew(Rejection):
    """The delegation order {order} has version {order_version} already; give this one a higher number."""

    sv = "Delegationsordningen {order} har redan version {order_version}; ge den här ett högre nummer."
    status = Status.ALREADY_EXISTS


class OrderNotLater(Rejection):
    """Version {order_version} of the delegation order {order} is in force from {valid_from}; a later version begins later."""

    sv = "Version {order_version} av delegationsordningen {order} gäller från {valid_from}; en senare version börjar senare."


class OrderDayMissing(Rejection):
    """State from which day version {order_version} of the delegation order {order} is in force; only a first version may leave it out."""

    sv = "Ange från vilken dag version {order_version} av delegationsordningen {order} gäller; bara en första version får sakna det."
    status = Status.INVALID_ARGUMENT
