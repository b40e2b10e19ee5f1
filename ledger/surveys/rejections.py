"""Why a command on surveys may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


# --- What there is and is not -----------------------------------------------------------------
class SurveyAlreadyPlanned(Rejection):
    """A survey with the id {survey} exists already; choose another id."""

    sv = "En enkät med id {survey} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class SurveyUnknown(Rejection):
    """There is no survey with the id {survey} in this ledger; plan it first."""

    sv = "Det finns ingen enkät med id {survey} i den här liggaren; planera den först."
    status = Status.NOT_FOUND


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class BodyIsDissolved(Rejection):
    """The body {body} is dissolved; to record something from before, state when it occurred."""

    sv = "Organet {body} är upplöst; ange när det skedde om du registrerar något från tidigare."


class ProcessUnknown(Rejection):
    """There is no process with the id {process} in this ledger; open it first."""

    sv = "Det finns ingen process med id {process} i den här liggaren; öppna den först."
    status = Status.NOT_FOUND


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först."
    status = Status.NOT_FOUND


class QuestionUnknown(Rejection):
    """The survey {survey} has no question {question} in that version; word it first."""

    sv = "Enkäten {survey} har ingen fråga {question} i den versionen; formulera den först."
    status = Status.NOT_FOUND


class StratumUnknown(Rejection):
    """The plan of the survey {survey} has no stratum {stratum}."""

    sv = "Planen för enkäten {survey} har inget stratum {stratum}."
    status = Status.INVALID_ARGUMENT


# --- The order of things ----------------------------------------------------------------------
class SampleAlreadyDrawn(Rejection):
    """The sample of the survey {survey} is drawn already; a supplement is a survey of its own."""

    sv = "Urvalet till enkäten {survey} är redan draget; ett tilläggsurval är en egen enkät."


class SampleAboveFrame(Rejection):
    """A sample of {size} cannot be drawn for the survey {survey} from {frame}, as its plan says; state the right size."""

    sv = "Ett urval på {size} kan inte dras till enkäten {survey} ur {frame}, som planen säger; ange rätt storlek."
    status = Status.INVALID_ARGUMENT


class OpenSurveyHasNoSample(Rejection):
    """The survey {survey} is open to whoever wants to answer; no sample can be drawn for it and nobody is invited by name."""

    sv = "Enkäten {survey} är öppen för den som vill svara; inget urval kan dras till den och ingen bjuds in vid namn."


class InvitationsNeedACount(Rejection):
    """Say how many were invited to the survey {survey}: its response rate rests on that."""

    sv = "Ange hur många som bjöds in till enkäten {survey}: svarsandelen vilar på det."
    status = Status.INVALID_ARGUMENT


class FieldworkNotOpen(Rejection):
    """The fieldwork of the survey {survey} has not begun in this ledger; send invitations first."""

    sv = "Datainsamlingen i enkäten {survey} har inte börjat i den här liggaren; gör utskicket först."


class FieldworkIsClosed(Rejection):
    """The fieldwork of the survey {survey} is closed; nothing more is taken in and its questions stand."""

    sv = "Datainsamlingen i enkäten {survey} är avslutad; inget mer tas emot och frågorna ligger fast."


class FieldworkStillOpen(Rejection):
    """The fieldwork of the survey {survey} is still open; close it first."""

    sv = "Datainsamlingen i enkäten {survey} pågår; avsluta den först."


# --- Answers ----------------------------------------------------------------------------------
class AnswerDoesNotFit(Rejection):
    """The answer to the question {question} does not fit its scale; it takes: {takes}."""

    sv = "Svaret på frågan {question} passar inte dess skala; den tar: {takes}."
    status = Status.INVALID_ARGUMENT


class WordingNotStated(Rejection):
    """The question {question} is asked in two wordings; say which one the respondent was shown."""

    sv = "Frågan {question} ställs i två formuleringar; ange vilken den svarande fick se."
    status = Status.INVALID_ARGUMENT


class NoAnswerToWithdraw(Rejection):
    """This respondent has no answer in the survey {survey} that could be withdrawn."""

    sv = "Den här personen har inget svar i enkäten {survey} att ta tillbaka."


# --- Results ----------------------------------------------------------------------------------
class SelfSelectedIsNotWeighted(Rejection):
    """Those who answered the open survey {survey} chose themselves; weights would claim that they stand for others."""

    sv = "De som svarade på den öppna enkäten {survey} valde själva att göra det; vikter skulle påstå att de representerar andra."


class SelfSelectedHasNoInterval(Rejection):
    """Those who answered the open survey {survey} chose themselves; leave out intervals and standard errors."""

    sv = "De som svarade på den öppna enkäten {survey} valde själva att göra det; utelämna intervall och medelfel."
    status = Status.INVALID_ARGUMENT


class CardIncomplete(Rejection):
    """The card of the survey {survey} says nothing of: {fields}. State it, or name it under missing so that readers see it is."""

    sv = "Kortet för enkäten {survey} säger inget om: {fields}. Ange det, eller nämn det under missing så att det syns att det saknas."
    status = Status.INVALID_ARGUMENT


class CardContradictsItself(Rejection):
    """The card of the survey {survey} calls missing what is no field of a card, or what is known: {fields}."""

    sv = "Kortet för enkäten {survey} säger att något saknas som inte är ett fält på kortet, eller som är känt: {fields}."
    status = Status.INVALID_ARGUMENT


class CardMissing(Rejection):
    """The survey {survey} has no card; publish it first, for no result is shown without the card one must judge it by."""

    sv = "Enkäten {survey} har inget kort; publicera det först, för inget resultat visas utan det kort det ska bedömas efter."


class CardOutdated(Rejection):
    """Sample, questions, dispositions or weights of the survey {survey} were stated after its card; publish the card anew."""

    sv = "Urval, frågor, bortfall eller vikter i enkäten {survey} har angetts efter kortet; publicera kortet på nytt."


class DisclosureRuleMissing(Rejection):
    """No rule {rule} is adopted, so nobody has said how small a group may be shown; adopt the rule first."""

    sv = "Ingen regel {rule} är antagen, så ingen har sagt hur liten grupp som får visas; anta regeln först."


class DisclosureRuleTooLow(Rejection):
    """The rule {rule} says {value}, and so few persons would be known to each other; adopt at least {floor}, usually 5."""

    sv = "Regeln {rule} säger {value}, och så få personer skulle känna igen varandra; anta minst {floor}, vanligen 5."


class CellTooSmall(Rejection):
    """The table {table} would show a group of fewer than {min_cell} persons, or the rest of one (rule survey_min_cell); suppress the cell."""

    sv = "Tabellen {table} skulle visa en grupp med färre än {min_cell} personer, eller resten av en (regeln survey_min_cell); dölj cellen."
    status = Status.INVALID_ARGUMENT


class BaseTooSmall(Rejection):
    """The table {table} would show a share, mean or index of fewer than {min_base} answers (rule survey_min_base); suppress the cell."""

    sv = "Tabellen {table} skulle visa en andel, ett medelvärde eller index av färre än {min_base} svar (regeln survey_min_base); dölj cellen."
    status = Status.INVALID_ARGUMENT


class FigureOutsideScale(Rejection):
    """A figure of the table {table} lies outside {minimum}-{maximum}, which no answers give; compute it anew."""

    sv = "En siffra i tabellen {table} ligger utanför {minimum}-{maximum}, vilket inga svar ger; räkna om den."
    status = Status.INVALID_ARGUMENT


class FigureAboveAnswers(Rejection):
    """A figure of the table {table} rests on more than the {answers} answers in the ledger; results counted elsewhere have the origin import."""

    sv = "En siffra i tabellen {table} vilar på fler än de {answers} svar som finns i liggaren; resultat räknade på annat håll har ursprunget import."
    status = Status.INVALID_ARGUMENT


class FigureWithoutItsCounts(Rejection):
    """A figure of the table {table} lacks the counts it rests on; give n, and numerator and denominator of a share."""

    sv = "En siffra i tabellen {table} saknar antalen den vilar på; ange n, och täljare och nämnare för en andel."
    status = Status.INVALID_ARGUMENT


class TableOfTwoThings(Rejection):
    """The table {table} names both a question and an index; a table is about one of them."""

    sv = "Tabellen {table} anger både en fråga och ett index; en tabell gäller ett av dem."
    status = Status.INVALID_ARGUMENT


class SuppressedCellHoldsNumber(Rejection):
    """A cell of the table {table} is marked as hidden and holds a number; take the number out."""

    sv = "En cell i tabellen {table} är märkt som dold men innehåller ett tal; ta bort talet."
    status = Status.INVALID_ARGUMENT


class CellNotWhole(Rejection):
    """A cell of the table {table} is empty, holds half of a share or an interval, a part larger than its whole or a lower bound above the upper; mend it."""

    sv = "En cell i tabellen {table} är tom, har en halv andel eller ett halvt intervall, en del större än det hela eller en undre gräns över den övre; rätta den."
    status = Status.INVALID_ARGUMENT


class TooFewChanged(Rejection):
    """Fewer than {min_cell} respondents changed since the table {table} was released; the difference would show their answers."""

    sv = "Färre än {min_cell} svarande har ändrats sedan tabellen {table} släpptes; skillnaden skulle visa deras svar."


class HiddenCellFollows(Rejection):
    """From the table {table}, with what is released already, a group of fewer than {min_cell} persons can be worked out (rule survey_min_cell); hide further cells."""

    sv = "Ur tabellen {table}, med det som redan är släppt, går det att räkna ut en grupp med färre än {min_cell} personer (regeln survey_min_cell); dölj fler celler."
    status = Status.INVALID_ARGUMENT


class TooMuchHidden(Rejection):
    """The tables about the same as {table} hide more cells than can be checked together; release fewer groups."""

    sv = "Tabellerna om samma sak som {table} döljer fler celler än som kan prövas tillsammans; släpp färre grupper."
    status = Status.INVALID_ARGUMENT


class ReleaseAlreadyPublished(Rejection):
    """The survey {survey} has a release {release} already; choose another id."""

    sv = "Enkäten {survey} har redan ett släpp med id {release}; välj ett annat id."
    status = Status.ALREADY_EXISTS


class SnapshotGoesBack(Rejection):
    """The survey {survey} has released figures of a later position than {snapshot} already; a release never goes back."""

    sv = "Enkäten {survey} har redan släppt siffror från en senare position än {snapshot}; ett släpp går aldrig bakåt."
    status = Status.INVALID_ARGUMENT


class SnapshotAhead(Rejection):
    """The survey {survey} has nothing after position {last}, so no figures are of position {snapshot}; state {last} or an earlier one."""

    sv = "Enkäten {survey} har inget efter position {last}, så inga siffror är från position {snapshot}; ange {last} eller en tidigare."
    status = Status.INVALID_ARGUMENT


class ReleaseUnknown(Rejection):
    """The survey {survey} has no release {release}."""

    sv = "Enkäten {survey} har inget släpp {release}."
    status = Status.NOT_FOUND


class ReleaseAlreadyRetracted(Rejection):
    """The release {release} of the survey {survey} is retracted already; nothing is left to do."""

    sv = "Släppet {release} av enkäten {survey} är redan återkallat; det finns inget mer att göra."
