"""Promised against delivered: what a process promised, and which tests of that level the record passes, by rule table 1.

    level              tests
    1 inform           a decision that answers for the process is recorded; what was asked for is answered
    2 consult          promise and scope before the first input; inputs ended before the decision; all accounted for
                       with reasons; nine in ten answers on time
    3 involve          a two-way step; something was changed after input, or every line says why not
    4 collaborate      an input of a resident or an organisation changed a clause of the decision
    5 empower          a binding rule before the first vote; the decision equals the outcome recomputed from the record

The delivered level is the highest one of which, and of all below it, every test passes. A test that the record cannot
decide is not passed: what cannot be shown was not delivered. It is told as `not_on_record`, not as failed.
Source: the project's study of participation, §4.5; ladders: SKR (2019) and IAP2 (2018), level for level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ledger.ballots.events import BallotOpened
from ledger.decisions.events import DecisionRecorded
from ledger.dispositions.events import DispositionRecorded, DispositionRevised
from ledger.inputs.events import InputReceived
from ledger.messages import Event
from ledger.processes import PromiseDeclared, SessionHeld
from ledger.responses import FollowUpAsked, ResponseDue, ResponseGiven
from projections.ballots import BALLOTS
from projections.decisions import DECISIONS
from projections.measures.account import UNREASONED
from projections.measures.answers import owed
from projections.measures.measure import Breakdown, Finding, Measure, Result, Stratum, count_of
from projections.measures.population import READ, Asked
from projections.measures.scope import Scope
from projections.processes import PROCESSES
from projections.references import day_of_moment
from projections.responses import RESPONSES
from projections.views.answer import events, state_of, states
from projections.views.promises import LEVELS

PROMISED_LEVEL = Measure(
    "promised_level",
    1,
    "Of the processes that made a promise, how many delivered the promised level, by rule table 1, and which test "
    "each of the others failed. Levels: inform, consult, involve, collaborate, empower; the latest promise counts. "
    "Delivered is the highest level of which, and of all below it, every test passes. Tests: (1) decision_recorded, "
    "asked_and_answered; (2) promise_before_inputs, scope_before_inputs, inputs_ended_before_decision, "
    "accounted_with_reasons, answers_on_time (of those whose day has passed, at least 90 %); (3) two_way_step (a "
    "session in which a group took part, or an answer and what was asked on), changed_after_input (or every line "
    "says why not); (4) clause_from_inputs; (5) rule_before_vote, decision_equals_outcome. A test the record cannot "
    "decide is told as not_on_record and is not passed. A process that is still open may pass later. No score is "
    "made, and processes are not ranked.",
    "Av de processer som lovade något: hur många som gav det utlovade inflytandet enligt regeltabell 1, och vilket "
    "prov var och en av de andra inte klarade. Nivåer: information, konsultation, dialog, inflytande, medbeslutande; "
    "det senaste löftet gäller. Uppnådd är den högsta nivå där alla prov är klarade, och alla prov på lägre nivåer. "
    "Prov: (1) ett beslut finns, det som efterfrågades har fått besked; (2) löftet och ramen kom före första "
    "synpunkten, synpunkterna slutade före beslutet, alla fick besked med skäl, minst 90 procent av svaren i tid; "
    "(3) ett steg åt båda håll (en träff där en grupp deltog, eller ett svar och en följdfråga), något ändrades "
    "efter synpunkter eller varje besked säger varför inte; (4) en beslutspunkt ändrades av en synpunkt; (5) en "
    "bindande regel före omröstningen, beslutet är detsamma som utfallet. Ett prov som liggaren inte kan avgöra "
    "redovisas så och är inte klarat. En process som pågår kan klara det senare. Inga poäng sätts och processer "
    "rangordnas inte.",
    (*READ, RESPONSES, BALLOTS),
    parts=frozenset({"body", "matter", "process"}),
)

ON_TIME = Fraction(9, 10)
PASSED, FAILED, UNKNOWN = "passed", "failed", "not_on_record"

Order = tuple[str, int]
"""A Swedish day and a position: what came first, by when it occurred and then by when it was recorded."""


class Seen(NamedTuple):
    """A process as its tests see it: its state, its inputs, and the decisions that answer for it, the first one first.

    Where some of them said what became of inputs, the others, such as the one that began the process, are left out.
    """

    state: dict[str, Any]
    asked: Asked
    decisions: Sequence[dict[str, Any]]


class Verdict(NamedTuple):
    """What a test found, and the day of what it found."""

    outcome: str
    day: str | None = None


class Test(NamedTuple):
    """A test of one level: its name, the function, and the types of events it looks at."""

    level: int
    name: str
    verdict: Callable[[Seen], Verdict]
    types: tuple[type[Event], ...]


def _judged(is_passed: bool | None, day: str | None = None) -> Verdict:
    return Verdict({True: PASSED, False: FAILED, None: UNKNOWN}[is_passed], day)


def _order(moment: dict[str, Any]) -> Order:
    return day_of_moment(moment), int(moment["position"])


# --- 1: information ---------------------------------------------------------------------------
def _decision_recorded(seen: Seen) -> Verdict:
    if not seen.decisions:
        return _judged(False)
    return _judged(True, _order(seen.decisions[0]["recorded"])[0])


def _asked_and_answered(seen: Seen) -> Verdict:
    """No input was taken in, or every one has a disposition or an answer."""
    answered = {row.key for row in states(seen.asked.rows, RESPONSES.name) if row.state["answer"] is not None}
    return _judged(all(each.is_answered_for or each.input in answered for each in seen.asked.public))


# --- 2: consultation --------------------------------------------------------------------------
def _promise_before_inputs(seen: Seen) -> Verdict:
    return _before_inputs(seen, seen.state["promises"][:1])


def _scope_before_inputs(seen: Seen) -> Verdict:
    """What can and cannot be changed was said before the first input came in."""
    told = [each for each in seen.state["promises"] if each["can_change"] or each["cannot_change"]]
    return _before_inputs(seen, told[:1])


def _before_inputs(seen: Seen, told: Sequence[dict[str, Any]]) -> Verdict:
    if not told:
        return _judged(False)
    said, first = _order(told[0]["recorded"]), seen.state["first_input"]
    return _judged(first is None or said < _order(first), said[0])


def _inputs_ended(seen: Seen) -> Verdict:
    """No resident's or organisation's input came after the first decision; without a decision nothing has been decided yet."""
    if not seen.decisions:
        return _judged(None)
    decided = _order(seen.decisions[0]["recorded"])[0]
    last = max((each.day for each in seen.asked.public), default="")
    return _judged(last <= decided, last or decided)


def _accounted_with_reasons(seen: Seen) -> Verdict:
    """Every input has a disposition, and every one that is to give a reason gives one."""
    return _judged(
        all(
            each.is_answered_for and (each.code in UNREASONED or each.wording is None or _has_reason(each.wording))
            for each in seen.asked.public
        )
    )


def _has_reason(wording: dict[str, Any]) -> bool:
    # What is forwarded or deferred says by whom, or when, it is to be answered: that is its reason.
    return bool(set(wording["reason_codes"]) - {"not_stated"}) or wording["code"] in {"forwarded", "deferred"}


def _answers_on_time(seen: Seen) -> Verdict:
    due = [each for each in owed(seen.asked, official=False) if each.due < seen.asked.on]
    if not due:
        return _judged(True if not seen.asked.public else None)
    return _judged(Fraction(sum(each.stands == "on_time" for each in due), len(due)) >= ON_TIME)


# --- 3: dialogue ------------------------------------------------------------------------------
def _two_way_step(seen: Seen) -> Verdict:
    """A session was held in which a group took part, or an answer was followed by what its author asked on."""
    met = [
        each for each in seen.state["sessions"] if each["held"] and any(group["count"] != 0 for group in each["groups"])
    ]
    if met:
        return _judged(True, _order(met[0]["held"])[0])
    of_process = {each.input for each in seen.asked.public}
    rows = (row.state for row in states(seen.asked.rows, RESPONSES.name) if row.key in of_process)
    return _judged(any(each["answer"] is not None and each["follow_ups"] for each in rows))


def _changed_after_input(seen: Seen) -> Verdict:
    """An input changed a clause, a passage or a commitment, or every input's line says why it did not."""
    wordings = [each.wording for each in seen.asked.public]
    if not wordings:
        return _judged(None)
    changed = any(each is not None and each["changed"] for each in wordings)
    return _judged(changed or all(each is not None and _has_reason(each) for each in wordings))


# --- 4 and 5: influence and joint decision ------------------------------------------------------
def _clause_from_inputs(seen: Seen) -> Verdict:
    """A clause of the decision came from a resident's or an organisation's input; which options were up is not recorded."""
    changes = (change for each in seen.asked.public if each.wording for change in each.wording["changed"])
    return _judged(True if any(each["clause"] is not None for each in changes) else None)


def _ballots(seen: Seen) -> list[dict[str, Any]]:
    known = (state_of(seen.asked.rows, BALLOTS.name, each) for each in seen.state["ballots"])
    return [each for each in known if each is not None and each["purpose"] == "binding_referendum"]


def _rule_before_vote(seen: Seen) -> Verdict:
    """A ballot said to bind was opened; what its rule is was fixed then, before any vote could be cast."""
    return _judged(bool(_ballots(seen)))


def _decision_equals_outcome(seen: Seen) -> Verdict:
    """Which clause puts an outcome into effect is in sealed words, so the record cannot tell."""
    return _judged(None if _ballots(seen) else False)


TABLE = (
    Test(1, "decision_recorded", _decision_recorded, (DecisionRecorded,)),
    Test(1, "asked_and_answered", _asked_and_answered, (InputReceived, ResponseGiven)),
    Test(2, "promise_before_inputs", _promise_before_inputs, (PromiseDeclared, InputReceived)),
    Test(2, "scope_before_inputs", _scope_before_inputs, (PromiseDeclared, InputReceived)),
    Test(2, "inputs_ended_before_decision", _inputs_ended, (InputReceived, DecisionRecorded)),
    Test(2, "accounted_with_reasons", _accounted_with_reasons, (DispositionRecorded, DispositionRevised)),
    Test(2, "answers_on_time", _answers_on_time, (ResponseDue, ResponseGiven)),
    Test(3, "two_way_step", _two_way_step, (SessionHeld, ResponseGiven, FollowUpAsked)),
    Test(3, "changed_after_input", _changed_after_input, (DispositionRecorded, DispositionRevised)),
    Test(4, "clause_from_inputs", _clause_from_inputs, (DispositionRecorded, DispositionRevised)),
    Test(5, "rule_before_vote", _rule_before_vote, (BallotOpened,)),
    Test(5, "decision_equals_outcome", _decision_equals_outcome, (BallotOpened, DecisionRecorded)),
)
"""The rule table, by level. A change of it is a new version of the measure."""


# --- The measure ------------------------------------------------------------------------------
def promised_level(asked: Asked) -> Result:
    """Return how many processes delivered what they promised, every test up to the promise, and both levels of each."""
    found = [(state, _tested(asked, state)) for state in _promising(asked)]
    levels = {state["process"]: (_promised(state), _delivered(tests)) for state, tests in found}
    kept = sum(delivered >= promised for promised, delivered in levels.values())
    queries = asked.at_places(PromiseDeclared)
    cells = [
        Stratum(process, (), {"promised": promised, "delivered": delivered})
        for process, (promised, delivered) in levels.items()
    ]
    return Result(
        [count_of("promised_level", kept, len(levels), queries)],
        strata=[Breakdown("process", "public", cells)],
        findings=[each for state, tests in found for each in tests if each.level <= _promised(state)],
    )


def _promising(asked: Asked) -> Iterator[dict[str, Any]]:
    for row in states(asked.rows, PROCESSES.name):
        is_within = asked.is_within(row.key, row.state["matter"])
        if row.state["promises"] and is_within:
            yield row.state


def _promised(state: dict[str, Any]) -> int:
    return LEVELS.index(state["promises"][-1]["level"]) + 1


def _tested(asked: Asked, state: dict[str, Any]) -> list[Finding]:
    of_process = Asked(asked.rows, Scope(process=state["process"]), asked.on)
    answering = [each for each in of_process.deciding if each in state["in_scope_of"]] or state["in_scope_of"]
    known = (state_of(asked.rows, DECISIONS.name, each) for each in answering)
    decisions = sorted((each for each in known if each is not None), key=lambda each: _order(each["recorded"]))
    seen = Seen(state, of_process, decisions)
    return [_finding(test, seen) for test in TABLE]


def _finding(test: Test, seen: Seen) -> Finding:
    outcome, day = test.verdict(seen)
    subject = f"process:{seen.state['process']}"
    return Finding(test.level, test.name, subject, outcome, day, [events(test.types, subject)])


def _delivered(tests: Sequence[Finding]) -> int:
    """Return the highest level of which, and of all below it, every test passes; 0 for none."""
    failed = [each.level for each in tests if each.outcome != PASSED]
    return min(failed, default=len(LEVELS) + 1) - 1
