"""Documents and staff proposals: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


# --- Documents --------------------------------------------------------------------------------
class DocumentAlreadyRegistered(Rejection):
    """A document with the id {document} is registered already; choose another id."""

    sv = "Ett dokument med id {document} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class DocumentUnknown(Rejection):
    """There is no document with the id {document} in this ledger; register it first."""

    sv = "Det finns inget dokument med id {document} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class DocumentIsWorkingDraft(Rejection):
    """A working draft is no public record and does not belong in the ledger (TF 2:12); register it when it is received or drawn up."""

    sv = "Ett arbetsutkast är ingen allmän handling och hör inte hemma i liggaren (TF 2:12); registrera det när det är inkommet eller upprättat."
    status = Status.FAILED_PRECONDITION


class DocumentDateToCome(Rejection):
    """The date {document_date} has not come yet, so no document bears it; correct the date."""

    sv = "Datumet {document_date} har inte kommit än, så ingen handling bär det; rätta datumet."
    status = Status.INVALID_ARGUMENT


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first, or register the document without one."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först eller registrera dokumentet utan ärende."
    status = Status.NOT_FOUND


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class ProcessUnknown(Rejection):
    """There is no process with the id {process} in this ledger; open it first, or leave it out."""

    sv = "Det finns ingen process med id {process} i den här liggaren; öppna den först eller utelämna den."
    status = Status.NOT_FOUND


class DocumentAlreadyPlaced(Rejection):
    """The document {document} lies in the matter {matter} already."""

    sv = "Dokumentet {document} ligger redan i ärendet {matter}."
    status = Status.ALREADY_EXISTS


class DocumentHasNumber(Rejection):
    """The document {document} bears the number {scheme} {value} already."""

    sv = "Dokumentet {document} har redan numret {scheme} {value}."
    status = Status.ALREADY_EXISTS


class QuoteExists(Rejection):
    """A quotation with the id {quote} is recorded already; choose another id."""

    sv = "Ett citat med id {quote} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


# --- Handing on -------------------------------------------------------------------------------
class ForwardExists(Rejection):
    """A forwarding with the id {forward} is recorded already; choose another id."""

    sv = "Ett överlämnande med id {forward} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ForwardUnknown(Rejection):
    """The document {document} was not handed on under the id {forward}; record the forwarding first."""

    sv = "Dokumentet {document} har inte överlämnats under id {forward}; registrera överlämnandet först."
    status = Status.NOT_FOUND


class ForwardedToOthers(Rejection):
    """The document was not handed on to the body {body}; only a body it went to can acknowledge it."""

    sv = "Dokumentet överlämnades inte till organet {body}; bara ett organ som fick det kan bekräfta mottagandet."


class ForwardAlreadyAcknowledged(Rejection):
    """The body {body} has acknowledged this already."""

    sv = "Organet {body} har redan bekräftat mottagandet."
    status = Status.ALREADY_EXISTS


# --- Secrecy and publication ------------------------------------------------------------------
class MarkExists(Rejection):
    """A secrecy mark with the id {mark} exists on this document already; choose another id."""

    sv = "En sekretessmarkering med id {mark} finns redan på dokumentet; välj ett annat id."
    status = Status.ALREADY_EXISTS


class MarkUnknown(Rejection):
    """The document {document} bears no secrecy mark with the id {mark}."""

    sv = "Dokumentet {document} har ingen sekretessmarkering med id {mark}."
    status = Status.NOT_FOUND


class MarkAlreadyLifted(Rejection):
    """The secrecy mark {mark} was taken away already."""

    sv = "Sekretessmarkeringen {mark} är redan borttagen."


class AlreadyUnpublished(Rejection):
    """What is named ({target}) is taken off what is shown already."""

    sv = "Det som anges ({target}) är redan avpublicerat."


class NotUnpublished(Rejection):
    """What is named ({target}) is shown; only what was taken off can be shown again."""

    sv = "Det som anges ({target}) visas; bara det som är avpublicerat kan publiceras igen."


# --- Staff proposals --------------------------------------------------------------------------
class ProposalOutOfTurn(Rejection):
    """The next version of the proposal {proposal} is {expected}, not {stated}; state that, or choose another id."""

    sv = "Nästa version av förslaget {proposal} är {expected}, inte {stated}; ange den eller välj ett annat id."


class ProposalChangesMatter(Rejection):
    """The proposal {proposal} belongs to the matter {matter}; a proposal in another matter needs an id of its own."""

    sv = "Förslaget {proposal} hör till ärendet {matter}; ett förslag i ett annat ärende behöver ett eget id."


class EconomyMissing(Rejection):
    """The proposal says nothing of what it costs or saves; state that, or write why there is nothing to say (none_reason)."""

    sv = "Förslaget säger inget om ekonomiska konsekvenser; ange dem eller skriv varför det inte finns några (none_reason)."
    status = Status.INVALID_ARGUMENT


class ChildrenMissing(Rejection):
    """The proposal says nothing of what it means for children; state that, or write why there is nothing to say (none_reason)."""

    sv = "Förslaget säger inget om konsekvenser för barn; ange dem eller skriv varför det inte finns några (none_reason)."
    status = Status.INVALID_ARGUMENT


class ConsequenceEmpty(Rejection):
    """Consequence number {number} is blank; give a text, an amount, or why there is none (none_reason)."""

    sv = "Konsekvens nummer {number} är tom; ange en text, ett belopp eller varför det inte finns någon (none_reason)."
    status = Status.INVALID_ARGUMENT


class ConsequenceContradictsItself(Rejection):
    """Consequence number {number} is both stated and said not to exist; leave out one of the two."""

    sv = "Konsekvens nummer {number} både anges och sägs inte finnas; utelämna det ena."
    status = Status.INVALID_ARGUMENT


class AmountWithoutCurrency(Rejection):
    """Consequence number {number} needs both amount and currency or neither; 12 kronor are amount 1200, currency SEK."""

    sv = "Konsekvens nummer {number} behöver både belopp och valuta eller inget av dem; 12 kronor är belopp 1200, valuta SEK."
    status = Status.INVALID_ARGUMENT


class ConsequenceStatedTwice(Rejection):
    """Consequence number {number} is about the same as an earlier one; put them together."""

    sv = "Konsekvens nummer {number} handlar om samma sak som en tidigare; för ihop dem."
    status = Status.INVALID_ARGUMENT
