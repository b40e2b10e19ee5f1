"""What holds for bodies, matters, processes and inputs, whatever was recorded and whatever is asked."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from ledger import bodies, inputs, matters, processes
from ledger.bodies import BodyKind, BodyRegistered, BodyRenamed
from ledger.fields import ApproxNumber, ExternalNumber, StatedApproxNumber, StatedNumber
from ledger.inputs import petition_rejections, rejections
from ledger.matters import MatterKind, MatterOpened
from ledger.messages import Command, Event, Rejection, Sealed, Sealing, Slice, Source
from ledger.processes import ProcessClosed, ProcessKind, ProcessOpened
from tests.slices import Given, given, rejections_of

SLICES: tuple[Slice, ...] = (bodies.SLICE, matters.SLICE, processes.SLICE, inputs.SLICE)
EVENTS = tuple(kind for each in SLICES for kind in each.events)
REJECTIONS = sorted(
    {
        kind
        for module in (bodies.rejections, matters, processes.rejections, rejections, petition_rejections)
        for kind in rejections_of(module)
    },
    key=lambda kind: (kind.__name__, kind.__module__),
)

# Few ids, so that what is drawn is about the same few things.
IDS = st.sampled_from(["a", "b", "c"])
SEALED = st.just(Sealed.model_validate({"commit": "A" * 43, "class": "P"}))
INSTANTS = ("2016-05-01T08:00:00Z", "2016-05-01T09:00:00Z", "2016-05-02T08:00:00Z")
COUNTS = st.fixed_dictionaries({"at": st.sampled_from(INSTANTS), "count": st.integers(0, 9)})
THRESHOLDS = st.fixed_dictionaries({"rule": IDS, "signatures": st.none() | st.integers(1, 3)})
CLAUSES = st.fixed_dictionaries({"number": st.just("2"), "reporting": st.just("report"), "delegate_body": IDS})
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "from_date": st.sampled_from(["2015-01-01", "2016-01-01"]),
    "to_date": st.sampled_from(["2016-01-01", "2016-12-31"]),
    "valid_from": st.sampled_from([None, "2015-01-01", "2016-01-01"]),
    "order_version": st.integers(1, 3),
    "clauses": CLAUSES.map(lambda clause: (clause,)),
    "occurred": st.sampled_from([None, "2015"]),
    "language": st.just("sv"),
    "said_date": st.none(),
    "period": st.none(),
    "period_as_decided": st.none(),
    "date": st.just("2016-05-10"),
    "until": st.sampled_from([None, "2016-06-30"]),
    "opens": st.sampled_from([None, "2016-01-01T00:00:00Z"]),
    "closes": st.sampled_from([None, "2016-03-01T00:00:00Z", "2017-01-01T00:00:00Z"]),
    "on": st.just("2016-05-12"),
    "counts": st.lists(COUNTS, min_size=1, max_size=3).map(tuple),
    "thresholds": st.one_of(st.just(()), THRESHOLDS.map(lambda each: (each,))),
    "checks": st.just(()),
    "parts": st.sampled_from([("b",), ("c",), ("b", "c")]),
    "answer_due": st.sampled_from([None, "2016-06-30"]),
    "channels": st.just(()),
    "groups": st.just(()),
    "can_change": st.sampled_from([(), ("a",), ("a", "b")]),
    "cannot_change": st.sampled_from([(), ("c",)]),
    "open_ended": st.booleans(),
}
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: IDS,
    type(None): st.none(),
    int: st.integers(1, 4),
    bool: st.booleans(),
    Sealed: SEALED,
    Source: st.just(Source(basis="document")),
    ExternalNumber: st.builds(ExternalNumber, scheme=IDS, value=IDS),
    StatedNumber: st.builds(StatedNumber, scheme=IDS, value=IDS),
    ApproxNumber: st.just(ApproxNumber(minimum=8, maximum=10)),
    StatedApproxNumber: st.just(StatedApproxNumber(minimum=8, maximum=10)),
}


def _values(name: str, annotation: Any) -> st.SearchStrategy[Any]:
    if name in BY_NAME:
        return BY_NAME[name]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return st.sampled_from(list(annotation))
    if annotation in BY_TYPE:
        return BY_TYPE[annotation]
    if name == "numbers" or get_origin(annotation) is tuple:
        return st.just(())
    return st.one_of([_values(name, part) for part in get_args(annotation)])


@cache
def _any(kind: type[Event | Command]) -> st.SearchStrategy[Any]:
    fields = {name: _values(name, field.annotation) for name, field in kind.model_fields.items()}
    return st.builds(kind, **fields)


ANY_EVENT: st.SearchStrategy[Event] = st.one_of([_any(kind) for kind in EVENTS])


@settings(max_examples=200)
@drawn(history=st.lists(ANY_EVENT, max_size=12), subject=st.sampled_from(SLICES))
def test_what_happened_never_breaks_the_reading_of_it(history: list[Event], subject: Slice) -> None:
    state = None
    for event in history:
        before, state = state, subject.evolve(state, event)
        assert state is not None or before is None


@pytest.mark.parametrize("subject", SLICES[1:], ids=lambda subject: subject.name)
@drawn(history=st.lists(ANY_EVENT, max_size=5))
def test_what_a_slice_does_not_know_changes_nothing(subject: Slice, history: list[Event]) -> None:
    state = None
    for event in history:
        state = subject.evolve(state, event)
    assert subject.evolve(state, BodyRenamed(body="a", name="Nämnd")) is state


@settings(max_examples=200)
@drawn(
    history=st.lists(ANY_EVENT, max_size=12),
    asked=st.sampled_from(SLICES).flatmap(
        lambda subject: st.tuples(st.just(subject), st.one_of([_any(kind) for kind in subject.commands]))
    ),
)
def test_every_request_leads_to_events_or_to_a_sentence(history: list[Event], asked: tuple[Slice, Command]) -> None:
    subject, command = asked
    said = ""
    events: tuple[Event, ...] = ()
    try:
        events = given(subject, *history).when(command)
    except Rejection as rejection:
        said = f"{rejection} {rejection.message_sv}"
    assert bool(events) != bool(said)


# --- Whatever is asked of inputs, in whatever order ------------------------------------------------
TOWN: tuple[Event, ...] = (
    BodyRegistered(body="a", kind=BodyKind.BOARD, name="Nämnd"),
    MatterOpened(matter="a", title="Torget", language="sv", kind=MatterKind.DECISION, body="a"),
    ProcessOpened(process="a", title="Samråd", kind=ProcessKind.CONSULTATION, owner="a", matter="a"),
    ProcessOpened(process="b", title="Panel", kind=ProcessKind.PANEL, owner="a"),
)
# What is drawn is likely to be accepted: one author, no matter but that of the process, few withdrawals.
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "author": st.sampled_from(["a", "a", "a", "b"]),
    "matter": st.none(),
    "process": st.sampled_from(["a", "a", "a", "b", None]),
    "input_version": st.sampled_from([None, None, 1, 2]),
}
OFTEN: tuple[type[Command], ...] = (
    *inputs.SLICE.commands,
    *(inputs.ReceiveInput, inputs.MergeInput, inputs.RestoreInput),
    *(inputs.SupportInput, inputs.WithdrawSupport) * 2,
)


def _likely(kind: type[Command]) -> st.SearchStrategy[Command]:
    fields = {name: LIKELY.get(name, _values(name, field.annotation)) for name, field in kind.model_fields.items()}
    return st.builds(kind, **fields)


def _first(input: str) -> st.SearchStrategy[Command]:
    return _likely(inputs.ReceiveInput).map(lambda command: command.model_copy(update={"input": input}))


REQUESTS = st.lists(st.one_of([_likely(kind) for kind in OFTEN]), min_size=5, max_size=30)


@settings(max_examples=150, deadline=None)
@drawn(first=st.tuples(_first("a"), _first("b"), _first("c")), before=REQUESTS, after=REQUESTS)
def test_the_life_of_inputs_stays_in_order(
    first: tuple[Command, ...], before: list[Command], after: list[Command]
) -> None:
    past = _ask(given(inputs.SLICE, *TOWN), (*first, *before))
    past = _ask(past.and_then(ProcessClosed(process="a")), after)
    _check_lives(past.history)


def _ask(past: Given, requests: Iterable[Command]) -> Given:
    for request in requests:
        with contextlib.suppress(Rejection):
            past = past.and_then(*past.when(request))
    return past


def _check_lives(history: tuple[Event, ...]) -> None:
    """Walk the history with a reading of its own, which shares nothing with the slice."""
    versions: Counter[str] = Counter()
    process_of: dict[str, str | None] = {}
    at_rest: dict[str, str] = {}
    supporters: set[tuple[str, str]] = set()
    closed: set[str | None] = set()
    for event in history:
        match event:
            case ProcessClosed(process=process):
                closed.add(process)
            case inputs.InputReceived(input=input, process=process):
                assert versions[input] == 0
                assert process not in closed
                versions[input], process_of[input] = 1, process
            case inputs.InputRevised(input=input, input_version=number):
                assert number == versions[input] + 1
                assert input not in at_rest
                assert process_of[input] not in closed
                versions[input] = number
            case inputs.InputMerged(input=input, into=into):
                assert input != into
                assert not {input, into} & at_rest.keys()
                assert process_of[input] == process_of[into]
                at_rest[input] = into
                _check_no_circle(at_rest, input)
            case inputs.InputWithdrawn(input=input):
                assert input not in at_rest
                at_rest[input] = "withdrawn"
            case inputs.InputModerated(input=input, verdict=verdict):
                assert input not in at_rest
                if verdict is inputs.Verdict.REJECTED:
                    at_rest[input] = "rejected"
            case inputs.InputRestored(input=input):
                assert at_rest.pop(input) != "withdrawn"
            case inputs.SupportGiven(input=input, supporter=supporter, input_version=number):
                assert (input, supporter) not in supporters
                assert input not in at_rest
                assert process_of[input] not in closed
                assert 1 <= number <= versions[input]
                supporters.add((input, supporter))
            case inputs.SupportWithdrawn(input=input, supporter=supporter):
                supporters.remove((input, supporter))


def _check_no_circle(at_rest: dict[str, str], start: str) -> None:
    seen = [start]
    while (following := at_rest.get(seen[-1])) is not None:
        assert following not in seen
        seen.append(following)


# --- What is said and what is sealed ---------------------------------------------------------------
@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_no_is_one_sentence_in_two_languages(rejection: type[Rejection]) -> None:
    english, swedish = rejection.__doc__ or "", rejection.sv
    assert english.endswith(".")
    assert swedish.endswith(".")
    assert english != swedish
    # The outcome of a moderation is a code, so the Swedish sentence says it in words.
    assert set(re.findall(r"{\w+}", english)) - {"{verdict}"} == set(re.findall(r"{\w+}", swedish))


def test_one_reason_has_one_sentence_wherever_it_is_given() -> None:
    sentences = {(kind.reason, kind.__doc__, kind.sv, kind.status) for kind in REJECTIONS}
    assert len(sentences) == len({kind.reason for kind in REJECTIONS})


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.topic)
def test_no_free_text_escapes_the_seal(kind: type[Event]) -> None:
    for name, field in kind.model_fields.items():
        marks = [mark for mark in field.metadata if isinstance(mark, Sealing)]
        assert len(marks) == (Sealed in get_args(field.annotation)), name
        for mark in marks:
            owners = re.findall(r"{(\w+)}", mark.key)
            assert owners
            assert all(kind.model_fields[owner].is_required() for owner in owners), "a key must always have a name"


@drawn(event=ANY_EVENT)
def test_the_first_tag_is_the_subject(event: Event) -> None:
    assert event.tags()[0] == event.subject()


@pytest.mark.parametrize("kind", [kind for each in SLICES for kind in each.commands], ids=lambda kind: kind.__name__)
@drawn(data=st.data())
def test_a_command_depends_on_what_it_is_about(kind: type[Command], data: st.DataObject) -> None:
    command = data.draw(_any(kind))
    parts = next(each for each in SLICES if kind in each.commands).boundary(command)
    subject = next(name for name in kind.model_fields if name not in Command.model_fields)
    assert parts[0].tag == f"{subject}:{getattr(command, subject)}"
