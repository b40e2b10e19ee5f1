"""Dispositions: what holds for any sequence of commands."""

from contextlib import suppress
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.decisions.events import Clause, DecisionRecorded, ScopeItem
from ledger.dispositions import SLICE
from ledger.dispositions.events import (
    AccountClosed,
    AnswerContest,
    CloseAccount,
    ContestAnswered,
    ContestDisposition,
    ContestOutcome,
    DispositionCode,
    DispositionContested,
    DispositionRecorded,
    DispositionRevised,
    RecordDisposition,
    ReviseDisposition,
    StatedChange,
)
from ledger.dispositions.layers import Layers, added, found, merged
from ledger.inputs import AuthorKind, InputKind, InputMerged, InputReceived, InputWithdrawn
from ledger.messages import Command, Event, Rejection
from ledger.processes import ProcessKind, ProcessOpened
from tests.slices import Given, given

INPUTS = ("i1", "i2", "i3")
DECIDED = DecisionRecorded(
    decision="d",
    matter="m",
    body="b",
    title="Beslut",
    force="decided",
    clauses=(Clause(number=1, verb="adopt", text="Antas."),),
    scope=(ScopeItem(process="p"),),
)


def received(id: str) -> InputReceived:
    return InputReceived(
        input=id,
        kind=InputKind.COMMENT,
        channel="web",
        process="p",
        author="a",
        author_kind=AuthorKind.RESIDENT,
        text="Mer skugga",
        language="sv",
    )


TOWN: tuple[Event, ...] = (
    ProcessOpened(process="p", title="Dialog", kind=ProcessKind.DIALOGUE, owner="b"),
    *map(received, INPUTS),
    DECIDED,
    InputWithdrawn(input="i3", author="a", process="p"),
)


def commands() -> st.SearchStrategy[Command]:
    line: dict[str, Any] = {"input": st.sampled_from(INPUTS), "decision": st.just("d")}
    verdict: dict[str, Any] = line | {
        "input_version": st.just(1),
        "code": st.just(DispositionCode.ADOPTED),
        "changed": st.just((StatedChange(clause=1),)),
        "by_role": st.just("secretary"),
    }
    contest = line | {"author": st.sampled_from(("a", "b")), "text": st.just("Nej.")}
    answer = line | {"outcome": st.sampled_from(ContestOutcome), "text": st.just("Jo.")}
    return st.one_of(
        st.builds(RecordDisposition, **verdict),
        st.builds(ReviseDisposition, **verdict, why=st.just("Rättelse.")),
        st.builds(ContestDisposition, **contest),
        st.builds(AnswerContest, **answer),
        st.just(CloseAccount(decision="d")),
    )


@for_all(st.lists(commands(), max_size=30))
def test_lines_revisions_and_contests_stay_in_order(asked: list[Command]) -> None:
    ledger = given(SLICE, *TOWN)
    revisions: dict[str, int] = {}
    contested: dict[str, int] = {}
    closed = False
    for command in asked:
        try:
            events = ledger.when(command)
        except Rejection:
            continue
        ledger = ledger.and_then(*events)
        for event in events:
            match event:
                case DispositionRecorded():
                    assert event.input not in revisions, "one line per input and decision"
                    assert not closed, "nothing is added after the close"
                    revisions[event.input] = 1
                case DispositionRevised():
                    assert event.revision == revisions[event.input] + 1
                    revisions[event.input] += 1
                case DispositionContested():
                    assert event.author == "a"
                    assert event.input not in contested
                    contested[event.input] = event.revision
                case ContestAnswered():
                    before = contested.pop(event.input)
                    assert event.outcome == "upheld" or event.revision > before
                case AccountClosed():
                    assert set(revisions) == set(INPUTS), "no gap"
                    assert not closed
                    closed = True


@for_all(
    st.lists(
        st.sampled_from(
            (
                *TOWN,
                InputMerged(input="i1", into="i2", process="p", reason_code="duplicate"),
                DispositionRecorded(input="i1", decision="d", code="merged", target="i2", by_role="ledger"),
                DispositionContested(input="i1", decision="d", author="a", text="Nej.", revision=1),
                ContestAnswered(input="i1", decision="d", outcome="upheld", text="Jo.", revision=1),
                AccountClosed(decision="d", matter="m", inputs=3),
            )
        )
    ),
    st.lists(commands(), max_size=5),
)
def test_folding_never_raises_and_every_command_is_answered(events: list[Event], asked: list[Command]) -> None:
    state = None
    for event in events:
        state = SLICE.evolve(state, event)
    ledger = Given(SLICE, (*TOWN, *events))
    for command in asked:
        with suppress(Rejection):
            assert ledger.when(command)


@for_all(st.lists(st.tuples(st.sampled_from("abcdefghijklmnop"), st.integers())))
def test_layers_are_a_map(entries: list[tuple[str, int]]) -> None:
    layers: Layers[int] = ()
    expected: dict[str, int] = {}
    for key, value in entries:
        before = merged(layers)
        grown = added(layers, key, value)
        assert merged(layers) == before, "what was shared is not changed"
        layers, expected[key] = grown, value
    assert merged(layers) == expected
    assert all(found(layers, key) == expected.get(key) for key in "abcdefghijklmnop")
