"""Inputs: how commands on petitions, criticism and parts lead to events.

What was observed elsewhere (counts, thresholds, debates) is recorded whatever became of the input
meanwhile: a petition that was rejected had its signatures all the same.

Reaching a threshold alone reads every signature the ledger holds for the input: what it can count, nobody states
to it. That is once for each rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from ledger.inputs.checks import known, live
from ledger.inputs.links import CriticismLinked, InputSplit, LinkCriticism, SplitInput
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
from ledger.inputs.petitions import (
    CloseSigning,
    ConfirmEligibility,
    DebateRecorded,
    EligibilityConfirmed,
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
    SubmittedToBody,
    SubmitToBody,
    Threshold,
    ThresholdReached,
)
from ledger.inputs.rejections import InputsOfTwoProcesses
from ledger.inputs.states import Input, Law, Signing
from ledger.messages import Command, Event, State


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the events that follow from `command`, or raise a Rejection."""
    match command:
        case OpenSigning():
            yield _open(states[0], command)
        case CloseSigning(input=input):
            if _signing(states[0], input).closed:
                raise SigningAlreadyClosed(input=input)
            yield SigningClosed(input=input)
        case RecordSignatureCounts():
            yield from _count(states[0], command)
        case ReachThreshold():
            yield _reach(states[0], command, states[1], at)
        case ConfirmEligibility():
            yield _confirm(states[0], command)
        case SubmitToBody(input=input, body=body, on=on):
            if ("submitted", body) in live(states[0], input).done:
                raise AlreadySubmitted(input=input, body=body)
            _check_body(states[1], body)
            yield SubmittedToBody(input=input, body=body, on=on)
        case RecordDebate(body=body):
            known(states[0], command.input)
            if body is not None:
                _check_body(states[1], body)
            yield DebateRecorded(**command.own())
        case LinkCriticism():
            if ("criticises", command.target_kind, command.target) in known(states[0], command.input).done:
                raise CriticismAlreadyLinked(**command.own())
            yield CriticismLinked(**command.own())
        case SplitInput():
            yield _split(states, command)


def _check_body(state: State, body: str) -> None:
    if state is None:
        raise BodyUnknown(body=body)


def _open(state: Input | None, command: OpenSigning) -> SigningOpened:
    if live(state, command.input).signing is not None:
        raise SigningAlreadyOpened(input=command.input)
    thresholds = tuple(Threshold(rule=each.rule, signatures=each.signatures) for each in command.thresholds)
    return SigningOpened(**command.own() | {"thresholds": thresholds})


def _reach(state: Input | None, command: ReachThreshold, law: Law | None, at: datetime) -> ThresholdReached:
    signed, rule = known(state, command.input), command.rule
    if ("threshold", rule) in signed.done:
        raise ThresholdAlreadyReached(input=command.input, rule=rule)
    signing, signatures = signed.signing, command.signatures
    if signing is not None and signing.held is SignaturesHeld.LEDGER:
        # What the ledger can count itself, nobody states to it.
        signatures = signed.supporters
    threshold = None if signing is None else _asked(signing, rule, law, at)
    if threshold is not None and signatures is not None and signatures < threshold:
        raise ThresholdNotReached(input=command.input, rule=rule, threshold=threshold, signatures=signatures)
    return ThresholdReached(input=command.input, rule=rule, signatures=signatures)


def _asked(signing: Signing, rule: str, law: Law | None, at: datetime) -> int | None:
    """Return the number a rule asks for: what the signing states, else what the law said when it opened; None unknown."""
    stated = signing.asks(rule)
    held = None if law is None or stated is not None else law.on(signing.began() or at.date().isoformat())
    if held is None or held.value is None:
        return stated
    if held.unit != "percent":
        return held.value
    # Rounded up: a share that is not reached by a whole person is not reached.
    return None if signing.electorate is None else -(-signing.electorate * held.value // 100)


def _confirm(state: Input | None, command: ConfirmEligibility) -> EligibilityConfirmed:
    if ("eligible", command.rule) in live(state, command.input).done:
        raise EligibilityAlreadyConfirmed(input=command.input, rule=command.rule)
    return EligibilityConfirmed(**command.own())


def _split(states: tuple[State, ...], command: SplitInput) -> InputSplit:
    whole = live(states[0], command.input)
    for place, (part, state) in enumerate(zip(command.parts, states[1:], strict=True)):
        if part == command.input:
            raise InputSplitsIntoItself(input=part)
        if ("part", part) in whole.done or part in command.parts[:place]:
            raise PartAlreadyNamed(input=command.input, part=part)
        if live(state, part).process != whole.process:
            raise InputsOfTwoProcesses(input=command.input, into=part)
    return InputSplit(**command.own())


# --- Counts -----------------------------------------------------------------------------------
def _signing(state: Input | None, input: str) -> Signing:
    signing = known(state, input).signing
    if signing is None:
        raise SigningNotOpened(input=input)
    return signing


def _count(state: Input | None, command: RecordSignatureCounts) -> Iterator[Event]:
    signing = _signing(state, command.input)
    if signing.held is SignaturesHeld.LEDGER:
        raise SignaturesAreHere(input=command.input)
    counts = tuple(SignatureCount(at=each.at, count=each.count) for each in command.counts)
    counts = _unrecorded(counts, signing)
    if not counts:
        raise CountsUnchanged(input=command.input)
    line = (*signing.recent[-1:], *counts)
    _check_order(line)
    yield SignaturesCounted(input=command.input, counts=counts)
    for before, after in falls(line):
        yield SignaturesInvalidated(
            input=command.input,
            count=before.count - after.count,
            reason_code=command.reason_code,
            rule=command.rule,
            authority=command.authority,
            after=before.at,
            before=after.at,
        )


def _unrecorded(counts: tuple[SignatureCount, ...], signing: Signing) -> tuple[SignatureCount, ...]:
    """Return the counts without those at the beginning that the latest event holds: a longer export repeats them."""
    known_already = set(signing.recent)
    for place, each in enumerate(counts):
        if each not in known_already:
            return counts[place:]
    return ()


def _check_order(line: Iterable[SignatureCount]) -> None:
    for earlier, later in pairwise(line):
        if datetime.fromisoformat(later.at) <= datetime.fromisoformat(earlier.at):
            raise CountsOutOfOrder(at=later.at, last=earlier.at)


def falls(line: Iterable[SignatureCount]) -> Iterator[tuple[SignatureCount, SignatureCount]]:
    """Yield each pair of counts, one after the other, of which the later is lower."""
    return ((earlier, later) for earlier, later in pairwise(line) if later.count < earlier.count)
