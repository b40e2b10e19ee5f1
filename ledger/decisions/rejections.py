"""Decisions: why a command may be rejected, in plain words and with the remedy.

Little is refused: a decision was made whether or not it followed the book. Refused is only what
would make the record itself say something untrue, such as a delegated decision without its clause.
"""

from ledger.messages import Rejection, Status


# --- Decisions --------------------------------------------------------------------------------
class DecisionExists(Rejection):
    """A decision with the id {decision} is recorded already; choose another id."""

    sv = "Ett beslut med id {decision} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class DecisionUnknown(Rejection):
    """There is no decision with the id {decision} in this ledger; record it first."""

    sv = "Det finns inget beslut med id {decision} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först."
    status = Status.NOT_FOUND


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class ProcessUnknown(Rejection):
    """There is no process with the id {process} in this ledger; correct the scope of the decision."""

    sv = "Det finns ingen process med id {process} i den här liggaren; rätta beslutets omfattning."
    status = Status.NOT_FOUND


class AddresseeMissing(Rejection):
    """A preparatory decision is addressed to the body that will decide (KL 13:2); name it."""

    sv = "Ett beredande beslut riktas till det organ som ska besluta (KL 13:2); ange organet."
    status = Status.INVALID_ARGUMENT


class AddresseeDoesNotFit(Rejection):
    """Only a preparatory decision is addressed to another body; leave the addressee out."""

    sv = "Bara ett beredande beslut riktas till ett annat organ; utelämna mottagaren."
    status = Status.INVALID_ARGUMENT


class DelegationMissing(Rejection):
    """A delegated decision needs the clause of the delegation order it rests on; state both."""

    sv = "Ett delegationsbeslut måste ange den punkt i delegationsordningen som det vilar på; ange båda."
    status = Status.INVALID_ARGUMENT


class DelegationDoesNotFit(Rejection):
    """Only a delegated decision rests on a delegation order; leave the delegation out."""

    sv = "Bara ett delegationsbeslut vilar på en delegationsordning; utelämna delegationen."
    status = Status.INVALID_ARGUMENT


class DelegatorMissing(Rejection):
    """The body {body} has no body above it; state on behalf of which body the decision was made (KL 6:37)."""

    sv = "Organet {body} har inget organ över sig; ange för vilket organs räkning beslutet fattades (KL 6:37)."
    status = Status.INVALID_ARGUMENT


class ClauseNotInForce(Rejection):
    """No order {order} of {body} has a clause {clause} in force on {day}, so the decision has nothing to rest on (KL 6:37-38). Record the delegation order first, or correct the order, the clause or the day."""

    sv = (
        "Ingen ordning {order} för {body} har en punkt {clause} som gäller {day}, så beslutet har inget att vila på "
        "(KL 6:37-38). Registrera delegationsordningen först, eller rätta ordningen, punkten eller dagen."
    )


class NotTheDelegate(Rejection):
    """The clause {clause} of {order} delegates to {delegate}, not to {body} (KL 6:37); correct the clause or the body."""

    sv = "Punkt {clause} i {order} delegerar till {delegate}, inte till {body} (KL 6:37); rätta punkten eller organet."


class NotDelegable(Rejection):
    """A matter about {flags} must not be delegated (KL 6:38); the body decides it itself."""

    sv = "Ett ärende om {flags} får inte delegeras (KL 6:38); organet beslutar själv."


class MeetingOfAnotherBody(Rejection):
    """The meeting {meeting} is of {met}, and {body} does not decide there; correct the body or the meeting."""

    sv = "Sammanträdet {meeting} är ett sammanträde med {met}, och {body} beslutar inte där; rätta organet eller sammanträdet."
    status = Status.INVALID_ARGUMENT


class MeetingOnAnotherDay(Rejection):
    """The meeting {meeting} was on {date}, not on {meeting_date}; correct the day or the meeting."""

    sv = "Sammanträdet {meeting} var {date}, inte {meeting_date}; rätta dagen eller sammanträdet."
    status = Status.INVALID_ARGUMENT


class MeetingDateToCome(Rejection):
    """The day {meeting_date} has not come yet; record the decision when it has been made."""

    sv = "Dagen {meeting_date} har inte kommit än; registrera beslutet när det har fattats."
    status = Status.INVALID_ARGUMENT


class SurveyWithoutCard(Rejection):
    """The survey {survey} has no published card here; publish the card, or state that its quality is unknown."""

    sv = "Enkäten {survey} har inget publicerat kort här; publicera kortet, eller ange att kvaliteten är okänd."


class NotAParticipant(Rejection):
    """Only one who took part in the decision may make a reservation (KL 4:27); {member} did not serve at the meeting. Record it as a note or a special opinion, or correct the attendance."""

    sv = (
        "Bara den som deltog i beslutet får reservera sig (KL 4:27); {member} tjänstgjorde inte vid sammanträdet. "
        "Registrera det som protokollsanteckning eller särskilt yttrande, eller rätta närvaron."
    )


class ReservationTooLate(Rejection):
    """A reservation is made before the meeting ends (KL 4:27): it was made {occurred}, and the meeting ended {ended}. Record it as a note or a special opinion, or correct the time."""

    sv = (
        "En reservation görs innan sammanträdet avslutas (KL 4:27): den gjordes {occurred}, och sammanträdet "
        "avslutades {ended}. Registrera det som protokollsanteckning eller särskilt yttrande, eller rätta tiden."
    )


class DissentExists(Rejection):
    """A dissent with the id {dissent} is recorded already; choose another id."""

    sv = "En avvikande mening med id {dissent} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class DecisionAlreadyRevoked(Rejection):
    """The decision {decision} was revoked already, by the decision {by_decision}."""

    sv = "Beslutet {decision} har redan upphävts, genom beslutet {by_decision}."


class RevokedByProposal(Rejection):
    """The decision {by_decision} is preparatory: it proposes and takes nothing back (KL 13:2). Name the decision of the body it is addressed to."""

    sv = (
        "Beslutet {by_decision} är beredande: det föreslår och upphäver inget (KL 13:2). "
        "Ange beslutet av det organ det riktas till."
    )


class RevokedByEarlier(Rejection):
    """The decision {by_decision} was made before {day}, the day of the decision {decision}, so it cannot take it back; name the later decision that does."""

    sv = (
        "Beslutet {by_decision} fattades före {day}, dagen för beslutet {decision}, och kan inte upphäva det; "
        "ange det senare beslut som gör det."
    )


class RevokedByAnother(Rejection):
    """The decision {decision} is of {body}; {by_body} is neither that body, nor the one above it, nor the council. Name the decision of one of these."""

    sv = (
        "Beslutet {decision} är fattat av {body}; {by_body} är varken det organet, det som står över det eller "
        "fullmäktige. Ange ett beslut av något av dem."
    )


class RevokesItself(Rejection):
    """The decision {decision} cannot revoke itself; name the later decision that does."""

    sv = "Beslutet {decision} kan inte upphäva sig självt; ange det senare beslut som gör det."
    status = Status.INVALID_ARGUMENT


# --- What happens afterwards ------------------------------------------------------------------
class NotToBeReported(Rejection):
    """Only a delegated or an urgent decision is reported to a body; {decision} is neither (KL 6:39-40)."""

    sv = "Bara ett delegationsbeslut eller ett brådskande beslut anmäls; {decision} är inget av dem (KL 6:39-40)."


class DecisionAlreadyReported(Rejection):
    """The decision {decision} has been reported to {body} already."""

    sv = "Beslutet {decision} är redan anmält till {body}."


class BeforeTheDecision(Rejection):
    """The day {on} is before the decision was made, {day}; correct the day."""

    sv = "Dagen {on} är före beslutet, {day}; rätta dagen."
    status = Status.INVALID_ARGUMENT


class NotAppealable(Rejection):
    """The decision {decision} is preparatory and cannot be appealed (KL 13:2); name the decision of the addressed body."""

    sv = "Beslutet {decision} är beredande och kan inte överklagas (KL 13:2); ange beslutet av det organ det riktas till."


class AppealExists(Rejection):
    """An appeal with the id {appeal} is recorded already; choose another id."""

    sv = "Ett överklagande med id {appeal} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class AppealUnknown(Rejection):
    """There is no appeal with the id {appeal} of the decision {decision}; record it first."""

    sv = "Det finns inget överklagande med id {appeal} av beslutet {decision}; registrera det först."
    status = Status.NOT_FOUND


class AppealAlreadyDecided(Rejection):
    """The appeal {appeal} has been decided already."""

    sv = "Överklagandet {appeal} är redan avgjort."


class BeforeTheAppeal(Rejection):
    """The day {on} is before the appeal {appeal} was lodged, {lodged}; correct the day."""

    sv = "Dagen {on} är före den dag då överklagandet {appeal} gavs in, {lodged}; rätta dagen."
    status = Status.INVALID_ARGUMENT


class AppealOpen(Rejection):
    """The appeal {appeal} of the decision {decision} is not decided; record what the court did with it first."""

    sv = "Överklagandet {appeal} av beslutet {decision} är inte avgjort; registrera först vad domstolen beslutade."


class NeverFinal(Rejection):
    """The decision {decision} is preparatory and never becomes final (KL 13:2); the decision of the addressed body does."""

    sv = "Beslutet {decision} är beredande och vinner aldrig laga kraft (KL 13:2); det gör beslutet av det organ det riktas till."


class DecisionAnnulled(Rejection):
    """A court has annulled the decision {decision}; it cannot become final or be carried out any more."""

    sv = "En domstol har upphävt beslutet {decision}; det kan inte längre vinna laga kraft eller verkställas."


class DecisionAlreadyFinal(Rejection):
    """The decision {decision} is final already."""

    sv = "Beslutet {decision} har redan vunnit laga kraft."


class DecisionAlreadyExecuted(Rejection):
    """The decision {decision} is recorded as carried out already."""

    sv = "Beslutet {decision} är redan registrerat som verkställt."


# --- Standpoints ------------------------------------------------------------------------------
class StandpointExists(Rejection):
    """A standpoint with the id {standpoint} is recorded already; choose another id."""

    sv = "Ett ställningstagande med id {standpoint} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class StandpointUnknown(Rejection):
    """There is no standpoint with the id {standpoint} in this ledger; record it first."""

    sv = "Det finns inget ställningstagande med id {standpoint} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class StandpointAlreadyVerified(Rejection):
    """The standpoint {standpoint} is borne out already, by the decision {by_decision}."""

    sv = "Ställningstagandet {standpoint} är redan bekräftat, genom beslutet {by_decision}."
