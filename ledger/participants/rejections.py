"""Participants: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


# --- Consent, access, restriction -------------------------------------------------------------
class ConsentAlreadyGiven(Rejection):
    """The participant {participant} has consented to {purpose} already; nothing would change."""

    sv = "Deltagaren {participant} har redan samtyckt till {purpose}; inget skulle ändras."


class ConsentNotGiven(Rejection):
    """The participant {participant} has no consent to {purpose} to take back."""

    sv = "Deltagaren {participant} har inget samtycke till {purpose} att ta tillbaka."


class AccessExists(Rejection):
    """A request for access with the id {request} is recorded already; choose another id."""

    sv = "En begäran om registerutdrag med id {request} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class AccessUnknown(Rejection):
    """There is no request for access with the id {request} in this ledger; record it first."""

    sv = "Det finns ingen begäran om registerutdrag med id {request} i den här liggaren; registrera den först."
    status = Status.NOT_FOUND


class AccessAlreadyAnswered(Rejection):
    """The request for access {request} is answered already."""

    sv = "Begäran om registerutdrag {request} är redan besvarad."


class AccessReasonsMissing(Rejection):
    """An answer that leaves something out needs its reasons (GDPR art. 12.4); state them."""

    sv = "Ett svar som utelämnar något måste motiveras (dataskyddsförordningen art. 12.4); ange skälen."
    status = Status.INVALID_ARGUMENT


class RestrictionAlreadySet(Rejection):
    """The words of the participant {participant} are restricted already; nothing would change."""

    sv = "Användningen av deltagaren {participant}s ord är redan begränsad; inget skulle ändras."


class RestrictionNotSet(Rejection):
    """The words of the participant {participant} are not restricted; there is nothing to lift."""

    sv = "Användningen av deltagaren {participant}s ord är inte begränsad; det finns inget att häva."


# --- Erasure ----------------------------------------------------------------------------------
class ErasureExists(Rejection):
    """A request for erasure with the id {request} is recorded already; choose another id."""

    sv = "En begäran om radering med id {request} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ErasureUnknown(Rejection):
    """There is no request for erasure with the id {request} in this ledger; record it first."""

    sv = "Det finns ingen begäran om radering med id {request} i den här liggaren; registrera den först."
    status = Status.NOT_FOUND


class ErasureAlreadyDecided(Rejection):
    """The request for erasure {request} is decided already; what is new in it is a new request."""

    sv = "Begäran om radering {request} är redan avgjord; gör en ny begäran om något har tillkommit."


class ErasureReasonsMissing(Rejection):
    """A request that is refused, or granted in part, needs reasons (GDPR art. 12.4); state them."""

    sv = "En begäran som avslås, eller bifalls delvis, måste motiveras (dataskyddsförordningen art. 12.4); ange skälen."
    status = Status.INVALID_ARGUMENT


class ErasureBasisMissing(Rejection):
    """Words of a public record are erased on a legal basis alone; state which one."""

    sv = "Ord i en allmän handling raderas bara på rättslig grund; ange vilken."
    status = Status.INVALID_ARGUMENT


class DisposalDecisionMissing(Rejection):
    """An erasure that rests on a disposal decision needs its number; state it."""

    sv = "En radering som vilar på ett gallringsbeslut måste ange beslutets nummer; ange det."
    status = Status.INVALID_ARGUMENT


class ErasureKeysMissing(Rejection):
    """Which keys to destroy does not follow from the request: a part is granted, or its scope holds other codes than public_words and private_words; name them, such as author:a-1|P."""

    sv = "Vilka nycklar som ska förstöras följer inte av begäran: en del bifalls, eller så har omfattningen andra koder än public_words och private_words; ange dem, till exempel author:a-1|P."
    status = Status.INVALID_ARGUMENT


class KeyOutsideRequest(Rejection):
    """The key {key} does not belong to those whose words the request {request} is about, or not to its scope ({named}; {scope}); leave it out, and decide a request of the person it belongs to (GDPR art. 17)."""

    sv = "Nyckeln {key} hör inte till dem vars ord begäran {request} gäller, eller inte till dess omfattning ({named}; {scope}); utelämna den och avgör en begäran från den person den hör till (dataskyddsförordningen art. 17)."


class KeyRefused(Rejection):
    """Erasing what the key {key} holds was refused in the request {refusal}; it cannot be destroyed through {request}. Leave it out, or decide a new request of the same person, made after the refusal (GDPR art. 17)."""

    sv = "Radering av det som nyckeln {key} bär avslogs i begäran {refusal}; den kan inte förstöras genom {request}. Utelämna den, eller avgör en ny begäran från samma person, gjord efter avslaget (dataskyddsförordningen art. 17)."


class RefusalErases(Rejection):
    """A request that is refused destroys no keys and rests on no basis for erasure; leave both out."""

    sv = "En avslagen begäran förstör inga nycklar och vilar inte på någon grund för radering; utelämna båda."
    status = Status.INVALID_ARGUMENT


class KeyOfMany(Rejection):
    """The key {key} holds the words of many, not of one person; it cannot be destroyed for one request."""

    sv = "Nyckeln {key} bär mångas ord och inte en persons; den kan inte förstöras för en begäran."
    status = Status.INVALID_ARGUMENT


class ErasureNotGranted(Rejection):
    """The request for erasure {request} is not granted; nothing may be destroyed for it."""

    sv = "Begäran om radering {request} är inte bifallen; inget får förstöras för den."


class ErasureAlreadyBegun(Rejection):
    """The erasure {request} is begun already; finish it."""

    sv = "Raderingen {request} är redan påbörjad; slutför den."


class ErasureNotBegun(Rejection):
    """The erasure {request} is not begun, so it is not known that nothing stands in its way; begin it first."""

    sv = "Raderingen {request} är inte påbörjad, så det är inte känt att inget hindrar den; påbörja den först."


class ErasureDone(Rejection):
    """The keys of the erasure {request} are recorded as destroyed already."""

    sv = "Nycklarna för raderingen {request} är redan registrerade som förstörda."


class SameRole(Rejection):
    """The role {role} decided this erasure; another role must carry it out."""

    sv = "Rollen {role} beslutade om raderingen; en annan roll måste verkställa den."
    status = Status.PERMISSION_DENIED


# --- What stands in its way -------------------------------------------------------------------
class AppealPending(Rejection):
    """The appeal {appeal} in the matter {matter} is not decided; nothing may be erased there before it is."""

    sv = "Överklagandet {appeal} i ärendet {matter} är inte avgjort; inget får raderas där dessförinnan."


class LegalHoldStands(Rejection):
    """The legal hold {hold} forbids erasure; lift it first."""

    sv = "Spärren {hold} hindrar radering; häv den först."


class HoldExists(Rejection):
    """A legal hold with the id {hold} is recorded already; choose another id."""

    sv = "En spärr med id {hold} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class HoldUnknown(Rejection):
    """There is no legal hold with the id {hold} in this ledger; place it first."""

    sv = "Det finns ingen spärr med id {hold} i den här liggaren; registrera den först."
    status = Status.NOT_FOUND


class HoldAlreadyLifted(Rejection):
    """The legal hold {hold} is lifted already."""

    sv = "Spärren {hold} är redan hävd."


class HoldOnNothing(Rejection):
    """A legal hold names a participant or a matter; state at least one."""

    sv = "En spärr gäller en deltagare eller ett ärende; ange minst ett."
    status = Status.INVALID_ARGUMENT


class HoldTooLate(Rejection):
    """The erasure {request} is under way; its keys may be destroyed already, so no hold can stop it."""

    sv = "Raderingen {request} pågår; dess nycklar kan redan vara förstörda, så ingen spärr kan hindra den."
