"""What each disposition code and reason must show for itself, and must not carry.

    code                    requires
    adopted                 a changed clause, passage or commitment
    adopted_partly          the same, and reason code and text for the rest
    already_planned         the earlier decision, reason code and text
    considered_not_adopted  reason code and text
    forwarded               the recipient and the day by which it is to answer
    solved_otherwise        reason code, and in the text what was done
    deferred                the day, or the event, that brings it up again
    out_of_scope            the clause of the scope, reason code and text
    merged                  the input it was merged with
    withdrawn               that the author withdrew it
    moderated               that a moderator rejected it, and the reason code

Three reasons ask for more: `other` for a text of some length, `conflicts_with_other_input` for that
input, and `insufficient_support` for the rule and the count. One asks for less: `not_stated`, alone, stands for what
another system states without saying why, so neither a text nor what was changed can be asked for. No office of the
ledger's own can use it: the command must name the source it was taken from.
"""

from __future__ import annotations

from ledger.dispositions.events import DispositionCode as Code
from ledger.dispositions.events import ReasonCode, RecordDisposition, ReviseDisposition, StatedVerdict
from ledger.messages import Rejection, Status

OTHER_CHARACTERS_MIN = 30

_OTHERS = frozenset({"document", "external", "import"})
"""The bases of sources that are somebody else's words."""

_CHANGING = frozenset({Code.ADOPTED, Code.ADOPTED_PARTLY})
_REASONED = frozenset(
    {
        Code.ADOPTED_PARTLY,
        Code.ALREADY_PLANNED,
        Code.CONSIDERED_NOT_ADOPTED,
        Code.SOLVED_OTHERWISE,
        Code.OUT_OF_SCOPE,
    }
)
_OWN_FIELDS: dict[str, frozenset[Code]] = {
    "changed": _CHANGING,
    "recipient": frozenset({Code.FORWARDED}),
    "due": frozenset({Code.FORWARDED, Code.DEFERRED}),
    "trigger": frozenset({Code.DEFERRED}),
    "target": frozenset({Code.MERGED}),
    "earlier_decision": frozenset({Code.ALREADY_PLANNED}),
    "scope_clause": frozenset({Code.OUT_OF_SCOPE}),
}
"""Fields that mean something under these codes only."""

_REASON_FIELDS = {
    "conflicts_with": ReasonCode.CONFLICTS_WITH_OTHER_INPUT,
    "support_rule": ReasonCode.INSUFFICIENT_SUPPORT,
    "support_count": ReasonCode.INSUFFICIENT_SUPPORT,
}
"""Fields that mean something with this reason only."""


class ChangeMissing(Rejection):
    """An adopted input changed something: name the clause, the passage or the commitment."""

    sv = "En synpunkt som tagits med har ändrat något: ange beslutssats, textställe eller åtagande."
    status = Status.INVALID_ARGUMENT


class ReasonMissing(Rejection):
    """The disposition {code} needs at least one reason code of the register."""

    sv = "Utfallet {code} behöver minst en orsakskod ur registret."
    status = Status.INVALID_ARGUMENT


class TextMissing(Rejection):
    """The disposition {code} needs a text that explains it to the author."""

    sv = "Utfallet {code} behöver en text som förklarar det för den som lämnade synpunkten."
    status = Status.INVALID_ARGUMENT


class ReasonTooShort(Rejection):
    """The reason "other" says nothing by itself; explain it in at least {characters} characters."""

    sv = "Orsaken ”annat” säger inget i sig; förklara den med minst {characters} tecken."
    status = Status.INVALID_ARGUMENT


class NotStatedByASource(Rejection):
    """Only what another system states can come without a reason: name that source, or state the reason."""

    sv = "Bara det som ett annat system uppger kan komma utan skäl: ange den källan, eller ange skälet."
    status = Status.INVALID_ARGUMENT


class ReasonIsStated(Rejection):
    """The reason "not stated" stands alone; leave it out where another reason is stated."""

    sv = "Orsaken ”ej angiven” står ensam; utelämna den där en annan orsak anges."
    status = Status.INVALID_ARGUMENT


class EarlierDecisionMissing(Rejection):
    """What was planned already was decided earlier: name that decision."""

    sv = "Det som redan var planerat har beslutats tidigare: ange det beslutet."
    status = Status.INVALID_ARGUMENT


class RecipientMissing(Rejection):
    """A forwarded input goes to another body: name it."""

    sv = "En synpunkt som lämnas vidare går till ett annat organ: ange vilket."
    status = Status.INVALID_ARGUMENT


class DueMissing(Rejection):
    """A forwarded input is to be answered by the recipient: name the day."""

    sv = "En synpunkt som lämnas vidare ska besvaras av mottagaren: ange senaste dag."
    status = Status.INVALID_ARGUMENT


class DeferralOpenEnded(Rejection):
    """A deferred input comes up again: name the day, or the event that brings it up."""

    sv = "En synpunkt som skjuts upp tas upp igen: ange dagen, eller den händelse som för upp den."
    status = Status.INVALID_ARGUMENT


class ScopeClauseMissing(Rejection):
    """An input out of scope lies outside something stated: name the clause of the scope."""

    sv = "En synpunkt utanför ramen ligger utanför något som angetts: ange den punkten."
    status = Status.INVALID_ARGUMENT


class TargetMissing(Rejection):
    """A merged input lives on in another one: name that input."""

    sv = "En sammanslagen synpunkt lever vidare i en annan: ange vilken."
    status = Status.INVALID_ARGUMENT


class ConflictMissing(Rejection):
    """The reason names a conflict with another input: name that input."""

    sv = "Orsaken anger en konflikt med en annan synpunkt: ange vilken."
    status = Status.INVALID_ARGUMENT


class SupportMissing(Rejection):
    """The reason is insufficient support: state the rule and how many supported the input."""

    sv = "Orsaken är otillräckligt stöd: ange regeln och hur många som stödde synpunkten."
    status = Status.INVALID_ARGUMENT


class FieldDoesNotFit(Rejection):
    """The field {field} says nothing under the disposition {code} and its reasons; leave it out."""

    sv = "Fältet {field} säger inget vid utfallet {code} och dess orsaker; utelämna det."
    status = Status.INVALID_ARGUMENT


def check_requirements(stated: RecordDisposition | ReviseDisposition) -> None:
    """Raise the rejection that names what `stated` lacks, or carries in vain."""
    _check_fields(stated)
    _check_not_stated(stated)
    _check_code(stated)
    _check_reasons(stated)


def _check_fields(stated: StatedVerdict) -> None:
    for field, codes in _OWN_FIELDS.items():
        if getattr(stated, field) not in {None, ()} and stated.code not in codes:
            raise FieldDoesNotFit(field=field, code=stated.code)
    for field, reason in _REASON_FIELDS.items():
        if getattr(stated, field) is not None and reason not in stated.reason_codes:
            raise FieldDoesNotFit(field=field, code=stated.code)


def _check_not_stated(stated: RecordDisposition | ReviseDisposition) -> None:
    if ReasonCode.NOT_STATED not in stated.reason_codes:
        return
    if not _is_bare(stated):
        raise ReasonIsStated
    if stated.source is None or stated.source.basis not in _OTHERS:
        raise NotStatedByASource


def _is_bare(stated: StatedVerdict) -> bool:
    """Tell whether a source states what became of the input and no more."""
    return stated.reason_codes == (ReasonCode.NOT_STATED,)


def _check_code(stated: StatedVerdict) -> None:
    code = stated.code
    if code in _CHANGING and not stated.changed and not _is_bare(stated):
        raise ChangeMissing
    if code is Code.ALREADY_PLANNED and stated.earlier_decision is None:
        raise EarlierDecisionMissing
    if code is Code.FORWARDED and stated.recipient is None:
        raise RecipientMissing
    if code is Code.FORWARDED and stated.due is None:
        raise DueMissing
    if code is Code.DEFERRED and stated.due is None and stated.trigger is None:
        raise DeferralOpenEnded
    if code is Code.OUT_OF_SCOPE and stated.scope_clause is None:
        raise ScopeClauseMissing
    if code is Code.MERGED and stated.target is None:
        raise TargetMissing


def _check_reasons(stated: StatedVerdict) -> None:
    reasons, text = stated.reason_codes, stated.text
    if (stated.code in _REASONED or stated.code is Code.MODERATED) and not reasons:
        raise ReasonMissing(code=stated.code)
    if stated.code in _REASONED and text is None and not _is_bare(stated):
        raise TextMissing(code=stated.code)
    if ReasonCode.OTHER in reasons and len((text or "").strip()) < OTHER_CHARACTERS_MIN:
        raise ReasonTooShort(characters=OTHER_CHARACTERS_MIN)
    if ReasonCode.CONFLICTS_WITH_OTHER_INPUT in reasons and stated.conflicts_with is None:
        raise ConflictMissing
    if ReasonCode.INSUFFICIENT_SUPPORT in reasons and None in {stated.support_rule, stated.support_count}:
        raise SupportMissing
