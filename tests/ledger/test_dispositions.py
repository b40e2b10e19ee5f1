"""Dispositions: every input gets its line, with what its code must show for itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from ledger.bodies import BodyKind, BodyRegistered
from ledger.commitments import CommitmentMade
from ledger.decisions.events import Clause, DecisionRecorded, ScopeItem
from ledger.dispositions import SLICE, rejections, requirements
from ledger.dispositions.events import (
    AccountClosed,
    AnswerContest,
    Change,
    CloseAccount,
    ContestAnswered,
    ContestDisposition,
    ContestOutcome,
    DispositionCode,
    DispositionContested,
    DispositionRecorded,
    DispositionRevised,
    ReasonCode,
    RecordDisposition,
    ReviseDisposition,
    StatedChange,
)
from ledger.inputs import (
    AuthorKind,
    InputKind,
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    Verdict,
)
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Command, Event, Rejection, StatedSource
from ledger.processes import ProcessKind, ProcessOpened
from tests.slices import Given, given


def received(id: str, process: str | None = "dialog", matter: str | None = None) -> InputReceived:
    return InputReceived(
        input=id,
        kind=InputKind.PROPOSAL,
        channel="web",
        process=process,
        matter=matter,
        author="a1",
        author_kind=AuthorKind.RESIDENT,
        text="Fler bänkar",
        language="sv",
    )


def decided(id: str = "p64", scope: tuple[ScopeItem, ...] = (ScopeItem(process="dialog"),)) -> DecisionRecorded:
    return DecisionRecorded(
        decision=id,
        matter="parken",
        body="utskott",
        title="Parkens program",
        force="decided",
        clauses=(Clause(number=1, verb="adopt", text="Programmet antas."),),
        scope=scope,
    )


PROCESS = ProcessOpened(process="dialog", title="Dialog om parken", kind=ProcessKind.DIALOGUE, owner="utskott")
MATTER = MatterOpened(matter="parken", title="Parken", language="sv", kind=MatterKind.DECISION, body="utskott")
BODY = BodyRegistered(body="region", name="Regionen", kind=BodyKind.EXTERNAL)
BASE: tuple[Event, ...] = (PROCESS, received("bench"), received("other"), decided())

WHY = "Det ryms inte i den ram som fullmäktige satte."
CHANGED = (StatedChange(clause=1),)


def record(code: str = "adopted", **fields: Any) -> RecordDisposition:
    if code == "adopted":
        fields.setdefault("changed", CHANGED)
    stated: dict[str, Any] = {"input": "bench", "input_version": 1, "decision": "p64", "by_role": "secretary"}
    return RecordDisposition(code=DispositionCode(code), **(stated | fields))


def revise(**fields: Any) -> ReviseDisposition:
    return ReviseDisposition(**record(**fields).model_dump(), why="Ett textställe till ändrades.")


RECORDED = DispositionRecorded(
    input="bench",
    input_version=1,
    decision="p64",
    code="adopted",
    changed=(Change(clause=1),),
    by_role="secretary",
)
REVISED = DispositionRevised(**RECORDED.model_dump(), why="Ett textställe till ändrades.", revision=2)
CONTESTED = DispositionContested(input="bench", decision="p64", author="a1", text="Bänkarna saknas.", revision=1)
ANSWERED = ContestAnswered(input="bench", decision="p64", outcome="upheld", text="De kommer i vår.", revision=1)
CLOSED = AccountClosed(decision="p64", matter="parken", inputs=2)

CONTEST = ContestDisposition(input="bench", decision="p64", author="a1", text="Bänkarna saknas.")
UPHOLD = AnswerContest(input="bench", decision="p64", outcome=ContestOutcome.UPHELD, text="De kommer i vår.")
CLOSE = CloseAccount(decision="p64")


# --- What is recorded -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "history, command, event",
    [
        ((), record(), RECORDED),
        ((RECORDED,), revise(), REVISED),
        ((RECORDED, REVISED), revise(), REVISED.model_copy(update={"revision": 3})),
        ((RECORDED, CLOSED), revise(), REVISED),
        ((RECORDED,), CONTEST, CONTESTED),
        ((RECORDED, CLOSED), CONTEST, CONTESTED),
        ((RECORDED, REVISED), CONTEST, CONTESTED.model_copy(update={"revision": 2})),
        ((RECORDED, CONTESTED, ANSWERED), CONTEST, CONTESTED),
        ((RECORDED, CONTESTED), UPHOLD, ANSWERED),
        (
            (RECORDED, CONTESTED, REVISED),
            UPHOLD.model_copy(update={"outcome": ContestOutcome.REVISED}),
            ANSWERED.model_copy(update={"outcome": "revised", "revision": 2}),
        ),
    ],
)
def test_it_is_recorded(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *BASE, *history).when(command) == (event,)


def test_a_line_is_found_by_its_decision_its_input_and_both_together() -> None:
    for event in (RECORDED, REVISED, CONTESTED, ANSWERED):
        assert event.tags() == ("decision:p64", "input:bench", "decision:p64|input:bench")


def test_an_input_is_in_scope_by_its_process_or_its_matter() -> None:
    scope = (ScopeItem(matter="parken"),)
    direct = received("bench", process=None, matter="parken")
    through = received("bench", process="dialog", matter="parken")
    for each in (direct, through):
        assert given(SLICE, MATTER, each, decided(scope=scope)).when(record())


def test_an_earlier_version_can_be_accounted_for() -> None:
    revised = InputRevised(input="bench", author="a1", input_version=2, text="Fler bänkar i skugga")
    for version in (1, 2):
        assert given(SLICE, *BASE, revised).when(record(input_version=version))


@pytest.mark.parametrize(
    "history, command, rejection",
    [
        ((), record(), rejections.DecisionUnknown),
        ((decided(),), record(), rejections.InputUnknown),
        ((decided(), received("bench", process="panel")), record(), rejections.InputNotInScope),
        ((decided(), received("bench", process=None)), record(), rejections.InputNotInScope),
        ((*BASE, RECORDED), record(), rejections.DispositionExists),
        ((*BASE, RECORDED, CLOSED), record(), rejections.DispositionExists),
        ((*BASE, CLOSED), record(), rejections.AccountIsClosed),
        (BASE, record(input_version=2), rejections.VersionUnknown),
        (BASE, record(changed=(StatedChange(clause=2),)), rejections.ClauseUnknown),
        (BASE, revise(), rejections.DispositionUnknown),
        ((decided(), RECORDED), revise(), rejections.InputUnknown),
        ((), CONTEST, rejections.InputUnknown),
        (BASE, CONTEST, rejections.DispositionUnknown),
        (
            (*BASE, RECORDED),
            CONTEST.model_copy(update={"author": "a2"}),
            rejections.NotTheAuthorsContest,
        ),
        ((*BASE, RECORDED, CONTESTED), CONTEST, rejections.ContestIsOpen),
        (BASE, UPHOLD, rejections.NoOpenContest),
        ((*BASE, RECORDED), UPHOLD, rejections.NoOpenContest),
        ((*BASE, RECORDED, CONTESTED, ANSWERED), UPHOLD, rejections.NoOpenContest),
        (
            (*BASE, RECORDED, CONTESTED),
            UPHOLD.model_copy(update={"outcome": ContestOutcome.REVISED}),
            rejections.NotRevised,
        ),
    ],
)
def test_it_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as refused:
        given(SLICE, *history).when(command)
    assert "{" not in str(refused.value) + refused.value.message_sv


# --- What each code must show -----------------------------------------------------------------
REASONED: dict[str, Any] = {"reason_codes": (ReasonCode.COST,), "text": WHY}
WITHDRAWN = InputWithdrawn(input="bench", author="a1", process="dialog")
REJECTED = InputModerated(
    input="bench", author="a1", process="dialog", verdict=Verdict.REJECTED, reason_code="spam", by_role="moderator"
)
RESTORED = InputRestored(input="bench", author="a1", process="dialog", reason_code="mistake", by_role="moderator")
MERGED = InputMerged(input="bench", into="other", process="dialog", reason_code="duplicate")
OTHER_THINGS: tuple[Event, ...] = (*BASE, BODY, decided("p63"))

COMPLETE: dict[str, tuple[dict[str, Any], tuple[Event, ...]]] = {
    "adopted": ({"changed": CHANGED}, ()),
    "adopted_partly": ({"changed": (StatedChange(passage="Kapitel 3, stycke 2"),), **REASONED}, ()),
    "already_planned": ({"earlier_decision": "p63", **REASONED}, ()),
    "considered_not_adopted": (REASONED, ()),
    "forwarded": ({"recipient": "region", "due": "2016-09-01"}, ()),
    "solved_otherwise": (REASONED, ()),
    "deferred": ({"trigger": "När detaljplanen tas upp"}, ()),
    "out_of_scope": ({"scope_clause": "Punkt 2: inte gatorna", **REASONED}, ()),
    "merged": ({"target": "other"}, ()),
    "withdrawn": ({}, (WITHDRAWN,)),
    "moderated": ({"reason_codes": (ReasonCode.PRIVACY,)}, (REJECTED,)),
}
"""For each code what is enough, and what must have happened to the input."""


@pytest.mark.parametrize("code", list(DispositionCode))
def test_each_code_is_recorded_when_it_shows_what_it_must(code: DispositionCode) -> None:
    fields, history = COMPLETE[code]
    (event,) = given(SLICE, *OTHER_THINGS, *history).when(record(code, **fields))
    assert isinstance(event, DispositionRecorded)
    assert event.code == code


@pytest.mark.parametrize(
    "code, without, rejection",
    [
        ("adopted", "changed", requirements.ChangeMissing),
        ("adopted_partly", "changed", requirements.ChangeMissing),
        ("adopted_partly", "reason_codes", requirements.ReasonMissing),
        ("adopted_partly", "text", requirements.TextMissing),
        ("already_planned", "earlier_decision", requirements.EarlierDecisionMissing),
        ("already_planned", "reason_codes", requirements.ReasonMissing),
        ("already_planned", "text", requirements.TextMissing),
        ("considered_not_adopted", "reason_codes", requirements.ReasonMissing),
        ("considered_not_adopted", "text", requirements.TextMissing),
        ("forwarded", "recipient", requirements.RecipientMissing),
        ("forwarded", "due", requirements.DueMissing),
        ("solved_otherwise", "reason_codes", requirements.ReasonMissing),
        ("solved_otherwise", "text", requirements.TextMissing),
        ("deferred", "trigger", requirements.DeferralOpenEnded),
        ("out_of_scope", "scope_clause", requirements.ScopeClauseMissing),
        ("out_of_scope", "reason_codes", requirements.ReasonMissing),
        ("out_of_scope", "text", requirements.TextMissing),
        ("merged", "target", requirements.TargetMissing),
        ("moderated", "reason_codes", requirements.ReasonMissing),
    ],
)
def test_a_code_without_what_it_must_show_is_refused(code: str, without: str, rejection: type[Rejection]) -> None:
    fields, history = COMPLETE[code]
    missing: dict[str, Any] = fields | {without: () if without in {"changed", "reason_codes"} else None}
    asked = given(SLICE, *OTHER_THINGS, *history)
    with pytest.raises(rejection) as refused:
        asked.when(record(code, **missing))
    assert "{" not in str(refused.value) + refused.value.message_sv
    with pytest.raises(rejection):
        asked.and_then(RECORDED).when(ReviseDisposition(**record(code, **missing).model_dump(), why="Rättelse."))


@pytest.mark.parametrize(
    "field, value, fits",
    [
        ("changed", CHANGED, {"adopted", "adopted_partly"}),
        ("recipient", "region", {"forwarded"}),
        ("due", "2016-09-01", {"forwarded", "deferred"}),
        ("trigger", "När planen tas upp", {"deferred"}),
        ("target", "other", {"merged"}),
        ("earlier_decision", "p63", {"already_planned"}),
        ("scope_clause", "Punkt 2", {"out_of_scope"}),
        ("conflicts_with", "other", set()),
        ("support_rule", "100 namn", set()),
        ("support_count", 3, set()),
    ],
)
def test_a_field_that_says_nothing_under_the_code_is_refused(field: str, value: Any, fits: set[str]) -> None:
    for code in DispositionCode:
        fields, history = COMPLETE[code]
        asked = given(SLICE, *OTHER_THINGS, *history)
        command = record(code, **(fields | {field: value}))
        if code in fits:
            assert asked.when(command)
        else:
            with pytest.raises(requirements.FieldDoesNotFit):
                asked.when(command)


@pytest.mark.parametrize(
    "reason, fields, rejection",
    [
        ("other", {"text": "x" * 29}, requirements.ReasonTooShort),
        ("other", {"text": "x" + " " * 40}, requirements.ReasonTooShort),
        ("other", {"text": "x" * 30}, None),
        ("conflicts_with_other_input", {}, requirements.ConflictMissing),
        ("conflicts_with_other_input", {"conflicts_with": "other"}, None),
        ("conflicts_with_other_input", {"conflicts_with": "nothing"}, rejections.InputUnknown),
        ("conflicts_with_other_input", {"conflicts_with": "bench"}, rejections.PointsAtItself),
        ("insufficient_support", {}, requirements.SupportMissing),
        ("insufficient_support", {"support_rule": "100 namn"}, requirements.SupportMissing),
        ("insufficient_support", {"support_count": 3}, requirements.SupportMissing),
        ("insufficient_support", {"support_rule": "100 namn", "support_count": 0}, None),
    ],
)
def test_some_reasons_ask_for_more(reason: str, fields: dict[str, Any], rejection: type[Rejection] | None) -> None:
    fields = {"reason_codes": (ReasonCode(reason),), "text": WHY} | fields
    command = record("considered_not_adopted", **fields)
    if rejection is None:
        assert given(SLICE, *OTHER_THINGS).when(command)
    else:
        with pytest.raises(rejection):
            given(SLICE, *OTHER_THINGS).when(command)


BARE: dict[str, Any] = {"reason_codes": (ReasonCode.NOT_STATED,), "changed": ()}
IMPORTED = StatedSource(basis="import", document="ab" * 32, anchor="row 7")


@pytest.mark.parametrize("code", ["adopted", "adopted_partly", "considered_not_adopted", "solved_otherwise"])
def test_what_another_system_states_may_come_without_a_reason_and_says_so(code: str) -> None:
    (event,) = given(SLICE, *OTHER_THINGS).when(record(code, **BARE, source=IMPORTED))
    assert isinstance(event, DispositionRecorded)
    assert (event.code, event.reason_codes, event.text, event.changed) == (code, ("not_stated",), None, ())


@pytest.mark.parametrize(
    "fields, rejection",
    [
        ({}, requirements.NotStatedByASource),
        ({"source": StatedSource(basis="illustrative")}, requirements.NotStatedByASource),
        ({"source": IMPORTED, "reason_codes": (ReasonCode.COST, ReasonCode.NOT_STATED)}, requirements.ReasonIsStated),
    ],
)
def test_no_office_of_our_own_leaves_its_reason_out(fields: dict[str, Any], rejection: type[Rejection]) -> None:
    for command in (record(**BARE | fields), ReviseDisposition(**record(**BARE | fields).model_dump(), why=WHY)):
        with pytest.raises(rejection):
            given(SLICE, *OTHER_THINGS, *((RECORDED,) if isinstance(command, ReviseDisposition) else ())).when(command)


@pytest.mark.parametrize(
    "history, command, rejection",
    [
        (BASE, record(changed=(StatedChange(commitment="bron"),)), rejections.CommitmentUnknown),
        (BASE, record("forwarded", recipient="region", due="2016-09-01"), rejections.BodyUnknown),
        (BASE, record("already_planned", earlier_decision="p63", **REASONED), rejections.DecisionUnknown),
        (BASE, record("already_planned", earlier_decision="p64", **REASONED), rejections.NotEarlier),
        (BASE, record("merged", target="nothing"), rejections.InputUnknown),
        (BASE, record("merged", target="bench"), rejections.PointsAtItself),
        ((*BASE, received("third"), MERGED), record("merged", target="third"), rejections.MergedElsewhere),
        (BASE, record("withdrawn"), rejections.NotWithdrawn),
        ((*BASE, REJECTED, RESTORED), record("moderated", reason_codes=(ReasonCode.LAW,)), rejections.NotModerated),
    ],
)
def test_what_a_disposition_claims_must_be_in_the_record(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


def test_a_commitment_that_was_made_accounts_for_an_input() -> None:
    made = CommitmentMade(commitment="bron", owner="utskott", text="Bron byggs.")
    (event,) = given(SLICE, *BASE, made).when(record(changed=(StatedChange(commitment="bron"),)))
    assert event == RECORDED.model_copy(update={"changed": (Change(commitment="bron"),)})


@pytest.mark.parametrize("change", [{}, {"clause": 1, "passage": "Kapitel 3"}])
def test_a_change_names_exactly_one_thing(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        StatedChange(**change)


# --- Closing the account ----------------------------------------------------------------------
def line(input: str) -> DispositionRecorded:
    return RECORDED.model_copy(update={"input": input})


def test_an_account_closes_when_every_input_has_its_line() -> None:
    assert given(SLICE, *BASE, RECORDED, line("other")).when(CLOSE) == (CLOSED,)


def test_an_account_with_a_gap_stays_open_and_says_where() -> None:
    missing = [received(f"i{n}") for n in range(8)]
    with pytest.raises(rejections.AccountIncomplete) as refused:
        given(SLICE, *BASE, *missing, RECORDED).when(CLOSE)
    assert refused.value.metadata == {"decision": "p64", "count": "9", "inputs": "i0, i1, i2, i3, i4, …"}


@pytest.mark.parametrize(
    "event, code, target",
    [(WITHDRAWN, "withdrawn", None), (REJECTED, "moderated", None), (MERGED, "merged", "other")],
)
def test_an_input_that_accounts_for_itself_gets_its_line_from_the_record(
    event: Event, code: str, target: str | None
) -> None:
    own = DispositionRecorded(input="bench", decision="p64", code=code, target=target, by_role="ledger")
    assert given(SLICE, *BASE, event, line("other")).when(CLOSE) == (own, CLOSED)


def test_an_office_may_say_more_about_a_withdrawn_input_and_its_line_stands() -> None:
    assert given(SLICE, *BASE, RECORDED, WITHDRAWN, line("other")).when(CLOSE) == (CLOSED,)


def test_a_restored_input_needs_its_line_again() -> None:
    with pytest.raises(rejections.AccountIncomplete):
        given(SLICE, *BASE, REJECTED, RESTORED, line("other")).when(CLOSE)


def test_an_account_covers_all_processes_and_matters_of_its_scope() -> None:
    panel = ProcessOpened(process="panel", title="Panel", kind=ProcessKind.PANEL, owner="utskott")
    scope = (ScopeItem(process="dialog"), ScopeItem(process="panel"), ScopeItem(matter="parken"))
    inputs = (received("a"), received("b", "panel", "parken"), received("c", None, "parken"))
    asked = given(SLICE, PROCESS, panel, MATTER, *inputs, decided(scope=scope))
    with pytest.raises(rejections.AccountIncomplete) as refused:
        asked.when(CLOSE)
    assert refused.value.metadata["inputs"] == "a, b, c"
    (closed,) = asked.and_then(*map(line, "abc")).when(CLOSE)
    assert closed == AccountClosed(decision="p64", matter="parken", inputs=3)


def test_a_line_of_another_decision_does_not_count() -> None:
    elsewhere = [line(each).model_copy(update={"decision": "p63"}) for each in ("bench", "other")]
    with pytest.raises(rejections.AccountIncomplete):
        given(SLICE, *BASE, *elsewhere).when(CLOSE)


@pytest.mark.parametrize(
    "history, rejection",
    [
        ((), rejections.DecisionUnknown),
        ((decided(scope=()),), rejections.NothingInScope),
        ((*BASE, RECORDED, line("other"), CLOSED), rejections.AccountIsClosed),
    ],
)
def test_closing_is_refused(history: tuple[Event, ...], rejection: type[Rejection]) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(CLOSE)


def test_an_account_of_ten_thousand_inputs_closes_in_reasonable_time() -> None:
    ids = [f"i{n}" for n in range(10_000)]
    history = Given(SLICE, (PROCESS, decided(), *map(received, ids), *map(line, ids)))
    (closed,) = history.when(CLOSE)
    assert isinstance(closed, AccountClosed)
    assert closed.inputs == 10_000
