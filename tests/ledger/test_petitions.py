"""Petitions, criticism and parts: what may be recorded, what not, and that no fall of a count is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.bodies import BodyKind, BodyRegistered
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.inputs import (
    SLICE,
    AuthorKind,
    CloseSigning,
    ConfirmEligibility,
    CriticismLinked,
    CriticismTarget,
    DebateOutcome,
    DebateRecorded,
    EligibilityConfirmed,
    InputKind,
    InputModerated,
    InputReceived,
    InputSplit,
    InputWithdrawn,
    LinkCriticism,
    OpenSigning,
    ReachThreshold,
    RecordDebate,
    RecordSignatureCounts,
    SignatureCount,
    SignaturesCounted,
    SignaturesHeld,
    SignaturesInvalidated,
    SigningClosed,
    SigningOpened,
    SplitInput,
    StatedSignatureCount,
    StatedThreshold,
    SubmittedToBody,
    SubmitToBody,
    SupportGiven,
    SupportWithdrawn,
    Threshold,
    ThresholdReached,
    Verdict,
    petition_rejections,
)
from ledger.inputs.petition_rejections import (
    AlreadySubmitted,
    BodyUnknown,
    CountsOutOfOrder,
    CountsUnchanged,
    CriticismAlreadyLinked,
    EligibilityAlreadyConfirmed,
    InputSplitsIntoItself,
    PartAlreadyNamed,
    SignaturesAreHere,
    SigningAlreadyClosed,
    SigningAlreadyOpened,
    SigningNotOpened,
    ThresholdAlreadyReached,
    ThresholdNotReached,
)
from ledger.inputs.rejections import InputIsRejected, InputIsWithdrawn, InputsOfTwoProcesses, InputUnknown
from ledger.messages import Command, Event, Rejection
from tests.slices import given, rejections_of

RULE = "petition_debate_signatures"


def received(input: str = "i", process: str | None = None) -> InputReceived:
    return InputReceived(
        input=input,
        kind=InputKind.PETITION,
        channel="web",
        process=process,
        author="a",
        author_kind=AuthorKind.RESIDENT,
        text="Bygg en bro.",
        language="sv",
    )


def instant(minute: int) -> str:
    return f"2016-06-25T{minute // 60:02}:{minute % 60:02}:00Z"


def counts(*numbers: tuple[int, int]) -> tuple[StatedSignatureCount, ...]:
    return tuple(StatedSignatureCount(at=instant(minute), count=count) for minute, count in numbers)


def counted(*numbers: tuple[int, int]) -> SignaturesCounted:
    return SignaturesCounted(
        input="i", counts=tuple(SignatureCount(at=instant(minute), count=count) for minute, count in numbers)
    )


def struck(count: int, after: int, before: int, reason_code: str = "unknown") -> SignaturesInvalidated:
    return SignaturesInvalidated(
        input="i", count=count, reason_code=reason_code, after=instant(after), before=instant(before)
    )


BODY = BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen")
INPUT = received()
GONE = InputWithdrawn(input="i", author="a")
REJECTED = InputModerated(
    input="i", author="a", verdict=Verdict.REJECTED, reason_code="irrelevant", by_role="moderator"
)
ELSEWHERE = SigningOpened(input="i", held=SignaturesHeld.ELSEWHERE, thresholds=(Threshold(rule=RULE, signatures=3),))
HERE = ELSEWHERE.model_copy(update={"held": SignaturesHeld.LEDGER})
OPEN = OpenSigning(input="i", held=SignaturesHeld.ELSEWHERE, thresholds=(StatedThreshold(rule=RULE, signatures=3),))
CLOSE = CloseSigning(input="i")
CLOSED = SigningClosed(input="i")
COUNT = RecordSignatureCounts(input="i", counts=counts((0, 10), (2, 12)))
REACH = ReachThreshold(input="i", rule=RULE)
REACHED = ThresholdReached(input="i", rule=RULE)
CONFIRM = ConfirmEligibility(input="i", rule="resident_initiative", snapshot="2015-05-01", by_role="registrar")
CONFIRMED = EligibilityConfirmed(input="i", rule="resident_initiative", snapshot="2015-05-01", by_role="registrar")
SUBMIT = SubmitToBody(input="i", body="ks", on="2016-05-16")
SUBMITTED = SubmittedToBody(input="i", body="ks", on="2016-05-16")
DEBATE = RecordDebate(input="i", outcome=DebateOutcome.HELD, on="2016-05-12")
DEBATED = DebateRecorded(input="i", outcome=DebateOutcome.HELD, on="2016-05-12")
LINK = LinkCriticism(input="i", target_kind=CriticismTarget.SURVEY, target="scb-2015")
LINKED = CriticismLinked(input="i", target_kind=CriticismTarget.SURVEY, target="scb-2015")
SPLIT = SplitInput(input="i", parts=("j", "k"), reason_code="several_subjects", by_role="registrar")
WAS_SPLIT = InputSplit(input="i", parts=("j", "k"), reason_code="several_subjects", by_role="registrar")
PARTS = (received("j"), received("k"))


def signed(*supporters: str) -> tuple[SupportGiven, ...]:
    return tuple(SupportGiven(input="i", supporter=each, input_version=1) for each in supporters)


THREE = signed("ann", "bo", "cy")


@pytest.mark.parametrize(
    "history, command, events",
    [
        ((INPUT,), OPEN, (ELSEWHERE,)),
        ((INPUT, ELSEWHERE), CLOSE, (CLOSED,)),
        ((INPUT, ELSEWHERE, CLOSED), COUNT, (counted((0, 10), (2, 12)),)),
        ((INPUT, ELSEWHERE), COUNT, (counted((0, 10), (2, 12)),)),
        ((INPUT, ELSEWHERE, GONE), COUNT, (counted((0, 10), (2, 12)),)),
        ((INPUT, ELSEWHERE, counted((0, 10))), COUNT, (counted((2, 12)),)),
        ((INPUT,), REACH, (REACHED,)),
        ((INPUT, ELSEWHERE, REJECTED), REACH, (REACHED,)),
        (
            (INPUT, ELSEWHERE),
            REACH.model_copy(update={"signatures": 3}),
            (REACHED.model_copy(update={"signatures": 3}),),
        ),
        ((INPUT, HERE, *THREE), REACH, (REACHED.model_copy(update={"signatures": 3}),)),
        (
            (INPUT, HERE, *THREE, *signed("dag"), SupportWithdrawn(input="i", supporter="ann")),
            REACH,
            (REACHED.model_copy(update={"signatures": 3}),),
        ),
        ((INPUT,), CONFIRM, (CONFIRMED,)),
        ((INPUT, BODY), SUBMIT, (SUBMITTED,)),
        ((INPUT,), DEBATE, (DEBATED,)),
        ((INPUT, BODY), DEBATE.model_copy(update={"body": "ks"}), (DEBATED.model_copy(update={"body": "ks"}),)),
        ((INPUT,), LINK, (LINKED,)),
        ((INPUT, GONE), LINK, (LINKED,)),
        ((INPUT, LINKED), LINK.model_copy(update={"target": "t"}), (LINKED.model_copy(update={"target": "t"}),)),
        ((INPUT, *PARTS), SPLIT, (WAS_SPLIT,)),
    ],
)
def test_it_is_recorded(history: tuple[Event, ...], command: Command, events: tuple[Event, ...]) -> None:
    assert given(SLICE, *history).when(command) == events


REFUSED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((), OPEN, InputUnknown),
    ((INPUT, GONE), OPEN, InputIsWithdrawn),
    ((INPUT, ELSEWHERE), OPEN, SigningAlreadyOpened),
    ((INPUT,), COUNT, SigningNotOpened),
    ((INPUT,), CLOSE, SigningNotOpened),
    ((INPUT, HERE, CLOSED), CLOSE, SigningAlreadyClosed),
    ((INPUT, HERE), COUNT, SignaturesAreHere),
    ((INPUT, ELSEWHERE, counted((3, 9))), COUNT, CountsOutOfOrder),
    ((INPUT, ELSEWHERE), COUNT.model_copy(update={"counts": counts((2, 9), (2, 10))}), CountsOutOfOrder),
    ((INPUT, ELSEWHERE, counted((0, 10), (2, 12))), COUNT, CountsUnchanged),
    ((), REACH, InputUnknown),
    ((INPUT, REACHED), REACH, ThresholdAlreadyReached),
    ((INPUT, ELSEWHERE), REACH.model_copy(update={"signatures": 2}), ThresholdNotReached),
    ((INPUT, HERE, *signed("ann", "bo")), REACH.model_copy(update={"signatures": 9}), ThresholdNotReached),
    ((INPUT, CONFIRMED), CONFIRM, EligibilityAlreadyConfirmed),
    ((INPUT, REJECTED), CONFIRM, InputIsRejected),
    ((INPUT,), SUBMIT, BodyUnknown),
    ((INPUT, BODY, SUBMITTED), SUBMIT, AlreadySubmitted),
    ((INPUT, BODY, GONE), SUBMIT, InputIsWithdrawn),
    ((INPUT,), DEBATE.model_copy(update={"body": "ks"}), BodyUnknown),
    ((), LINK, InputUnknown),
    ((INPUT, LINKED), LINK, CriticismAlreadyLinked),
    ((INPUT,), SPLIT, InputUnknown),
    ((INPUT, *PARTS), SPLIT.model_copy(update={"parts": ("j", "i")}), InputSplitsIntoItself),
    ((INPUT, *PARTS), SPLIT.model_copy(update={"parts": ("j", "j")}), PartAlreadyNamed),
    ((INPUT, *PARTS, WAS_SPLIT), SPLIT, PartAlreadyNamed),
    ((INPUT, PARTS[0], received("k", "p")), SPLIT, InputsOfTwoProcesses),
]


@pytest.mark.parametrize("history, command, rejection", REFUSED)
def test_it_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as refused:
        given(SLICE, *history).when(command)
    assert "{" not in str(refused.value) + refused.value.message_sv


PERCENT = "popular_initiative_percent"
KL_8_2 = RuleAdopted(rule=PERCENT, value=10, unit="percent", citation="KL 8:2", valid_from="2018-01-01")
STRICTER = RuleAdopted(rule=PERCENT, value=20, unit="percent", citation="KL 8:2", valid_from="2024-01-01")
OF_101 = SigningOpened(input="i", held=SignaturesHeld.ELSEWHERE, thresholds=(Threshold(rule=PERCENT),), electorate=101)


def share(signatures: int) -> ReachThreshold:
    return ReachThreshold(input="i", rule=PERCENT, signatures=signatures)


@pytest.mark.parametrize(
    "began, asked",
    [
        ({"opens": "2023-12-01T00:00:00Z"}, 11),
        ({"occurred": "2023-12"}, 11),
        ({"occurred": "2024-02"}, 21),
        ({"opens": "2017-12-01T00:00:00Z"}, 0),
        ({"opens": "2023-12-01T00:00:00Z", "electorate": None}, 0),
        ({"thresholds": (Threshold(rule=PERCENT, signatures=3),), "occurred": "2024-02"}, 3),
        ({}, 0),
    ],
)
def test_a_share_of_the_electorate_is_asked_for_by_the_law_of_the_day_the_signing_opened(
    began: dict[str, object], asked: int
) -> None:
    history = given(SLICE, KL_8_2, STRICTER, INPUT, OF_101.model_copy(update=began))
    assert history.when(share(asked)) == (ThresholdReached(input="i", rule=PERCENT, signatures=asked),)
    if asked:
        with pytest.raises(ThresholdNotReached, match=f"asks for {asked} signatures"):
            history.when(share(asked - 1))


def test_a_repealed_rule_asks_for_nothing() -> None:
    repealed = RuleRepealed(rule=PERCENT, valid_from="2018-01-01", on="2020-01-01")
    opened = OF_101.model_copy(update={"occurred": "2020-01-01"})
    assert given(SLICE, KL_8_2, repealed, INPUT, opened).when(share(1))


def test_every_no_is_shown() -> None:
    assert rejections_of(petition_rejections) <= {rejection for _, _, rejection in REFUSED}


def test_a_part_may_be_split_itself_whatever_the_whole_was_split_into() -> None:
    again = SplitInput(input="j", parts=("k",), reason_code="several_subjects", by_role="registrar")
    assert len(given(SLICE, INPUT, *PARTS, WAS_SPLIT).when(again)) == 1


def test_a_fall_is_recorded_with_what_is_known_of_it_within_an_event_and_between_two() -> None:
    falling = RecordSignatureCounts(input="i", counts=counts((4, 11), (6, 20), (8, 15)))
    history = (INPUT, ELSEWHERE, counted((0, 10), (2, 12)))
    assert given(SLICE, *history).when(falling) == (
        counted((4, 11), (6, 20), (8, 15)),
        struck(1, 2, 4),
        struck(5, 6, 8),
    )
    known = falling.model_copy(update={"reason_code": "duplicate", "authority": "Valnämnden", "rule": "one_each"})
    for event in given(SLICE, *history).when(known)[1:]:
        assert isinstance(event, SignaturesInvalidated)
        assert (event.reason_code, event.authority, event.rule) == ("duplicate", "Valnämnden", "one_each")


@for_all(
    series=st.lists(st.integers(0, 30), min_size=1, max_size=20),
    cuts=st.sets(st.integers(1, 19)),
    overlap=st.integers(0, 2),
)
def test_however_a_series_is_cut_into_events_the_falls_are_the_same(
    series: list[int], cuts: set[int], overlap: int
) -> None:
    numbers = list(enumerate(series))
    ledger = given(SLICE, INPUT, ELSEWHERE)
    bounds = [0, *sorted(cut for cut in cuts if cut < len(numbers)), len(numbers)]
    for (before, start), (_, end) in pairwise(zip([0, *bounds], bounds, strict=False)):
        first = max(before, start - overlap)
        ledger = ledger.and_then(*ledger.when(RecordSignatureCounts(input="i", counts=counts(*numbers[first:end]))))
    found = [event for event in ledger.history if isinstance(event, SignaturesInvalidated)]
    kept = [each for event in ledger.history if isinstance(event, SignaturesCounted) for each in event.counts]
    assert [each.count for each in kept] == series
    assert [(event.count, event.after, event.before) for event in found] == [
        (earlier - later, instant(place), instant(place + 1))
        for place, (earlier, later) in enumerate(pairwise(series))
        if later < earlier
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"opens": "2016-06-25T08:00:00Z", "closes": "2016-06-25T08:00:00Z"},
        {"opens": "2016-06-25"},
        {"closes": "2016-02-30T08:00:00Z"},
        {"thresholds": ({"rule": "r", "signatures": 1}, {"rule": "r", "signatures": 2})},
        {"thresholds": ({"rule": "r", "signatures": 0},)},
        {"electorate": 0},
        {"window_days": 0},
    ],
)
def test_the_terms_of_a_signing_fit_together(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OpenSigning.model_validate({"input": "i", "held": "ledger", **fields})


def test_a_debate_that_was_held_says_when() -> None:
    with pytest.raises(ValidationError, match="on is missing"):
        RecordDebate(input="i", outcome=DebateOutcome.HELD)
    assert RecordDebate(input="i", outcome=DebateOutcome.NOT_HELD).on is None


def test_links_and_parts_are_found_from_both_sides() -> None:
    assert LINKED.tags() == ("input:i", "survey:scb-2015")
    assert WAS_SPLIT.tags() == ("input:i", "input:j", "input:k")
    assert SUBMITTED.tags() == ("input:i", "body:ks")
    assert (DEBATED.tags(), DEBATED.model_copy(update={"body": "ks"}).tags()) == (
        ("input:i",),
        ("input:i", "body:ks"),
    )
