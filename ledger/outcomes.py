"""What a submission is answered with: a receipt, a rejection, or the advice to ask again."""

from __future__ import annotations

from ledger.messages import Receipt, Rejection, Status


class RequestReused(Rejection):
    """The request id {request_id} was accepted before with other content; use a new id for a new request."""

    sv = "Begäran {request_id} har redan tagits emot med annat innehåll; använd ett nytt id för en ny begäran."
    status = Status.ALREADY_EXISTS


class OccurredInFuture(Rejection):
    """The field occurred says {occurred}, which has not happened yet; give a date that is not in the future."""

    sv = "Fältet occurred anger {occurred}, som ännu inte har inträffat; ange ett datum som inte ligger i framtiden."
    status = Status.INVALID_ARGUMENT


class CommandTooLarge(Rejection):
    """The command would make an entry of over 65,535 bytes; send fewer items in one command."""

    sv = "Kommandot skulle ge en post på över 65 535 byte; skicka färre delar per kommando."
    status = Status.INVALID_ARGUMENT


class PersonErased(Rejection):
    """The words belong to a person whose data were erased in this matter; nothing more can be recorded under that pseudonym."""

    sv = "Orden hör till en person vars uppgifter har raderats i ärendet; inget mer kan sparas under den pseudonymen."


class Aborted(Exception):
    """Others kept changing what the command depends on; nothing was recorded. Ask again with the same request id."""


Outcome = Receipt | Rejection | Aborted
