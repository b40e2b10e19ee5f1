"""Why a command on ballots may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class BallotUnknown(Rejection):
    """There is no ballot with the id {ballot} in this ledger; open it first."""

    sv = "Det finns ingen omröstning med id {ballot} i den här liggaren; öppna den först."
    status = Status.NOT_FOUND


class BallotExists(Rejection):
    """A ballot with the id {ballot} exists already, and its definition cannot be changed; choose another id."""

    sv = "En omröstning med id {ballot} finns redan, och dess villkor kan inte ändras; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ProcessUnknown(Rejection):
    """There is no process with the id {process} in this ledger; open it before its ballot."""

    sv = "Det finns ingen process med id {process} i den här liggaren; öppna den före omröstningen."
    status = Status.NOT_FOUND


class BallotIsClosed(Rejection):
    """The ballot {ballot} is closed; votes can be neither cast nor withdrawn."""

    sv = "Omröstningen {ballot} är stängd; röster kan varken lämnas eller tas tillbaka."


class BallotAlreadyClosed(Rejection):
    """The ballot {ballot} is closed already; nothing is left to do."""

    sv = "Omröstningen {ballot} är redan stängd; det finns inget mer att göra."


class BallotNotYetOpen(Rejection):
    """The ballot {ballot} opens at {opens}; votes are not taken before."""

    sv = "Omröstningen {ballot} öppnar {opens}; inga röster tas emot dessförinnan."


class BallotHasEnded(Rejection):
    """Voting in the ballot {ballot} ended at {closes}."""

    sv = "Röstningen i omröstningen {ballot} upphörde {closes}."


class StaleDefinition(Rejection):
    """The voter saw other terms than those of the ballot {ballot}; show the ballot again before voting."""

    sv = "Den som röstar såg andra villkor än dem som gäller för omröstningen {ballot}; visa omröstningen på nytt."


class ChoiceDoesNotFit(Rejection):
    """A vote in the ballot {ballot} holds one of these choices and nothing else: {choices}."""

    sv = "En röst i omröstningen {ballot} består av ett av dessa val och inget annat: {choices}."
    status = Status.INVALID_ARGUMENT


class ChoicesDoNotFit(Rejection):
    """A vote in the ballot {ballot} names one or more of its options, each once, and nothing else."""

    sv = "En röst i omröstningen {ballot} anger ett eller flera av alternativen, vart och ett en gång, och inget annat."
    status = Status.INVALID_ARGUMENT


class OptionUnknown(Rejection):
    """The ballot {ballot} has no option {option}."""

    sv = "Omröstningen {ballot} har inget alternativ {option}."
    status = Status.INVALID_ARGUMENT


class StatementMissing(Rejection):
    """In the ballot {ballot} each statement is voted on by itself; name the statement."""

    sv = "I omröstningen {ballot} röstar man om ett påstående i taget; ange påståendet."
    status = Status.INVALID_ARGUMENT


class StatementDoesNotFit(Rejection):
    """The ballot {ballot} has no statements; leave the statement out."""

    sv = "Omröstningen {ballot} har inga påståenden; utelämna påståendet."
    status = Status.INVALID_ARGUMENT


class StatementUnknown(Rejection):
    """The statement {statement} is not an input of the process that the ballot {ballot} is about."""

    sv = "Påståendet {statement} hör inte till den process som omröstningen {ballot} gäller."
    status = Status.NOT_FOUND


class StatementNotOpen(Rejection):
    """The statement {statement} is {standing} and takes no votes."""

    sv = "Påståendet {statement} tar inte emot röster: det är tillbakadraget, sammanslaget eller underkänt."


class AlreadyVoted(Rejection):
    """This voter has voted in the ballot {ballot} already, and its votes cannot be changed."""

    sv = "Den här personen har redan röstat i omröstningen {ballot}, och rösterna där kan inte ändras."
    status = Status.ALREADY_EXISTS


class NoVoteToWithdraw(Rejection):
    """This voter has no vote in the ballot {ballot} that could be withdrawn."""

    sv = "Den här personen har ingen röst i omröstningen {ballot} att ta tillbaka."


class VoteNotLive(Rejection):
    """The voter tag {voter} has no counted vote in the ballot {ballot}; nothing of this batch was struck."""

    sv = "Röstbeteckningen {voter} har ingen räknad röst i omröstningen {ballot}; ingen röst i den här omgången ströks."


class BatchExists(Rejection):
    """The ballot {ballot} has an invalidation with the id {batch} already; choose another id."""

    sv = "Omröstningen {ballot} har redan en ogiltigförklaring med id {batch}; välj ett annat id."
    status = Status.ALREADY_EXISTS


class TooManyChoices(Rejection):
    """A vote in the ballot {ballot} names at most {most} options; leave some out."""

    sv = "En röst i omröstningen {ballot} anger högst {most} alternativ; utelämna några."
    status = Status.INVALID_ARGUMENT


class PointsDoNotFit(Rejection):
    """Points go with a paper of points, one number to each option named; in the ballot {ballot} this vote does not fit."""

    sv = "Poäng hör till röstsedlar med poäng, ett tal till varje angivet alternativ; rösten passar inte i {ballot}."
    status = Status.INVALID_ARGUMENT


class TooManyPoints(Rejection):
    """A vote in the ballot {ballot} gives at most {most} points in all; give fewer."""

    sv = "En röst i omröstningen {ballot} ger högst {most} poäng sammanlagt; ge färre."
    status = Status.INVALID_ARGUMENT


class CompletionMissing(Rejection):
    """Equal shares alone leave much of a budget unspent: state the completion beforehand, utilitarian or add1."""

    sv = "Lika andelar lämnar ensamma mycket av en budget oanvänd: ange i förväg utfyllnad, utilitarian eller add1."
    status = Status.INVALID_ARGUMENT


class ElectionsHeldElsewhere(Rejection):
    """Persons are not elected in this ledger: elections are held as the council's rules say (KL 5:55-5:58)."""

    sv = "Personer väljs inte i den här liggaren: val förrättas enligt reglerna för fullmäktige (KL 5:55–5:58)."


class ReferendumsHeldElsewhere(Rejection):
    """A referendum is held under the act on municipal referendums (1994:692); open this ballot as advisory."""

    sv = "En folkomröstning hålls enligt lagen (1994:692) om kommunala folkomröstningar; öppna den här som rådgivande."


class BallotIsSuspended(Rejection):
    """The ballot {ballot} is suspended; votes are taken again when it is resumed."""

    sv = "Omröstningen {ballot} är tillfälligt stoppad; röster tas emot igen när den återupptas."


class BallotNotSuspended(Rejection):
    """The ballot {ballot} is not suspended; there is nothing to resume."""

    sv = "Omröstningen {ballot} är inte stoppad; det finns inget att återuppta."


class BallotIsCancelled(Rejection):
    """The ballot {ballot} was cancelled before anybody had voted; open a new one."""

    sv = "Omröstningen {ballot} ställdes in innan någon hade röstat; öppna en ny."


class BallotHasVotes(Rejection):
    """Votes have been cast in the ballot {ballot}, so it cannot be cancelled; close it instead."""

    sv = "Röster har lämnats i omröstningen {ballot}, så den kan inte ställas in; stäng den i stället."


class BallotStillOpen(Rejection):
    """The ballot {ballot} is not closed; close it, and then publish its result."""

    sv = "Omröstningen {ballot} är inte stängd; stäng den och publicera sedan resultatet."


class StatementsHaveNoResult(Rejection):
    """In the ballot {ballot} nobody wins: the totals of every statement are shown at all times."""

    sv = "I omröstningen {ballot} finns ingen vinnare: varje påståendes siffror visas hela tiden."


class TallyUnchanged(Rejection):
    """The votes of the ballot {ballot} are those of its published result, edition {edition}; nothing would change."""

    sv = "Rösterna i omröstningen {ballot} är de som det publicerade resultatet (utgåva {edition}) bygger på."


class NoTallyToAudit(Rejection):
    """The ballot {ballot} has no published result to compare with; publish it first."""

    sv = "Omröstningen {ballot} har inget publicerat resultat att jämföra med; publicera det först."


class AuditExists(Rejection):
    """The ballot {ballot} has an audit with the id {audit} already; choose another id."""

    sv = "Omröstningen {ballot} har redan en granskning med id {audit}; välj ett annat id."
    status = Status.ALREADY_EXISTS
