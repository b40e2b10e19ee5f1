"""Meetings: why a command may be rejected."""

from __future__ import annotations

from ledger.messages import Rejection, Status


class MeetingExists(Rejection):
    """A meeting with the id {meeting} is recorded already; choose another id."""

    sv = "Ett sammanträde med id {meeting} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class MeetingUnknown(Rejection):
    """There is no meeting with the id {meeting} in this ledger; call it first."""

    sv = "Det finns inget sammanträde med id {meeting} i den här liggaren; registrera kallelsen först."
    status = Status.NOT_FOUND


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it before it meets."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det innan det sammanträder."
    status = Status.NOT_FOUND


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it, or take the item without a matter."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det, eller ta upp punkten utan ärende."
    status = Status.NOT_FOUND


class ParagraphTaken(Rejection):
    """§ {paragraph} of {body} in {year} is an item already; an address names one item, so state the next paragraph."""

    sv = "§ {paragraph} hos {body} år {year} är redan en punkt; en adress anger en punkt, så ange nästa paragraf."
    status = Status.ALREADY_EXISTS


class ItemNotTaken(Rejection):
    """§ {paragraph} was not taken up at the meeting {meeting}; record that it was, first."""

    sv = "§ {paragraph} togs inte upp vid sammanträdet {meeting}; registrera först att den togs upp."
    status = Status.NOT_FOUND


class ItemSettled(Rejection):
    """§ {paragraph} was {settled} at this meeting already; an item leaves a meeting once."""

    sv = "§ {paragraph} har redan lämnat sammanträdet ({settled}); en punkt lämnar ett sammanträde en gång."


class MotionExists(Rejection):
    """A motion with the id {motion} is recorded already; choose another id."""

    sv = "Ett yrkande med id {motion} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class RollCallExists(Rejection):
    """A roll call with the id {roll_call} is recorded already; choose another id."""

    sv = "En omröstning med id {roll_call} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class AttendanceOverlaps(Rejection):
    """The attendance of {person} is recorded for these paragraphs already; record each stretch once."""

    sv = "Närvaron för {person} är redan registrerad för de paragraferna; registrera varje del en gång."
    status = Status.ALREADY_EXISTS


class RecusalExists(Rejection):
    """The recusal of {person} from this is recorded already."""

    sv = "Jävet för {person} i detta är redan registrerat."
    status = Status.ALREADY_EXISTS


class VoterDidNotServe(Rejection):
    """By the recorded attendance {person} did not serve at § {paragraph}, so has no vote there; correct one of the two (KL 4:24)."""

    sv = (
        "Enligt den registrerade närvaron tjänstgjorde {person} inte vid § {paragraph} och har ingen röst där; "
        "rätta det ena av de två (KL 4:24)."
    )


class VoterRecused(Rejection):
    """{person} is recused from § {paragraph} and takes no part in it; leave the vote out (KL 6:28-32)."""

    sv = "{person} är jävig vid § {paragraph} och deltar inte där; utelämna rösten (KL 6:28-32)."


class MeetingHasEnded(Rejection):
    """The meeting {meeting} has ended already, at {ended}."""

    sv = "Sammanträdet {meeting} är redan avslutat, {ended}."


class MinutesAreAdjusted(Rejection):
    """The minutes of the meeting {meeting} were adjusted on {on} and are never changed (JO 581-2013); record a correction with correct-event instead."""

    sv = "Protokollet från sammanträdet {meeting} justerades {on} och ändras aldrig (JO 581-2013); registrera en rättelse med correct-event."


class MinutesNotAdjusted(Rejection):
    """The minutes of the meeting {meeting} are not adjusted; record the adjustment first, then announce it (KL 8:12)."""

    sv = (
        "Protokollet från sammanträdet {meeting} är inte justerat; registrera justeringen först "
        "och tillkännage den sedan (KL 8:12)."
    )


class AdjustedBeforeMeeting(Rejection):
    """The meeting {meeting} was on {date}; its minutes cannot be adjusted before that day (KL 5:69)."""

    sv = "Sammanträdet {meeting} var {date}; protokollet kan inte justeras före den dagen (KL 5:69)."
    status = Status.INVALID_ARGUMENT


class AnnouncedBeforeAdjusted(Rejection):
    """The minutes were adjusted on {on}; the adjustment cannot be announced before that day."""

    sv = "Protokollet justerades {on}; justeringen kan inte tillkännages före den dagen."
    status = Status.INVALID_ARGUMENT


class AnnouncementStands(Rejection):
    """The adjustment is announced since {on}; record that the announcement was removed before it is announced again."""

    sv = "Justeringen är tillkännagiven sedan {on}; registrera att tillkännagivandet togs ned innan det görs på nytt."
    status = Status.ALREADY_EXISTS


class NothingAnnounced(Rejection):
    """No announcement of the meeting {meeting} is up, so none can be removed."""

    sv = "Inget tillkännagivande från sammanträdet {meeting} är uppe, så inget kan tas ned."


class RemovedBeforeAnnounced(Rejection):
    """The announcement went up on {on}; it cannot come down before that day."""

    sv = "Tillkännagivandet gjordes {on}; det kan inte tas ned före den dagen."
    status = Status.INVALID_ARGUMENT


class DayNotCome(Rejection):
    """The day {on} has not come yet; record it when it has happened."""

    sv = "Dagen {on} har inte kommit än; registrera det när det har skett."
    status = Status.INVALID_ARGUMENT
