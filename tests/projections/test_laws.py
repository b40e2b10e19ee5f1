"""What holds for every projection: nothing is unprojected, nothing raises, parts add up, words stay out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import projections.catalogue
from ledger.canonical import canonical
from ledger.messages import Event, RecordedEvent, Sealed
from projections.projection import Projection, digest, fold
from tests.events import EVENTS
from tests.projections.history import record

PROJECTIONS = projections.catalogue.PROJECTIONS
COMMITMENT = "c0ffee" * 7 + "A"

each_projection = pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)


# --- Any event whatever -----------------------------------------------------------------------
def anything(annotation: Any) -> st.SearchStrategy[Any]:
    """Return values an event field may hold, few enough that ids meet again."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in {Union, UnionType}:
        plain = [each for each in arguments if each is not str] if Sealed in arguments else list(arguments)
        return st.one_of([anything(each) for each in plain])
    if origin is tuple:
        return st.lists(anything(arguments[0]), max_size=3).map(tuple)
    if annotation is type(None):
        return st.none()
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(1, 3)
    if annotation is str:
        return st.sampled_from(["a", "b", "c", "2016-05-16", "answer", "withdrawn"])
    if annotation is Sealed:
        return st.just(Sealed(commit=COMMITMENT, sealing_class="P"))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    assert issubclass(annotation, BaseModel), annotation
    return built(annotation)


def built(kind: type[BaseModel]) -> st.SearchStrategy[Any]:
    left_out = {"source"} if issubclass(kind, Event) else set()
    fields = {name: anything(field.annotation) for name, field in kind.model_fields.items() if name not in left_out}
    if "occurred" in fields:
        fields["occurred"] = st.sampled_from([None, "2016-05-16", "2015", "../2018", "2016-05-16T10:00:00+02:00"])
    return st.builds(kind.model_construct, **fields)


@cache
def histories(projection: Projection) -> st.SearchStrategy[list[RecordedEvent]]:
    """Return histories of the events a projection knows, and now and then of one it does not."""
    known = [built(kind) for kind in projection.types]
    return st.lists(st.one_of([*known, built(EVENTS[0]), built(EVENTS[-1])]), max_size=25).map(record)


HISTORIES = st.sampled_from(PROJECTIONS).flatmap(histories)


def folded(projection: Projection, history: list[RecordedEvent]) -> dict[str, Any]:
    states: dict[str, Any] = {}
    fold(projection, history, states)
    return states


def figures(projection: Projection, states: Mapping[str, Any]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for key, state in states.items():
        if state is not None:
            for group, number in projection.emit(key, state):
                counted[group] += number
    return counted


# --- Laws -------------------------------------------------------------------------------------
def test_every_event_has_a_read_model_or_a_stated_reason() -> None:
    shown = {kind for projection in PROJECTIONS for kind in projection.types}
    excused = projections.catalogue.NOT_PROJECTED
    assert shown | set(excused) == set(EVENTS)
    assert not shown & set(excused)
    assert all(excused.values())
    assert len({projection.name for projection in PROJECTIONS}) == len(PROJECTIONS)


@each_projection
@settings(max_examples=25)
@given(data=st.data())
def test_any_history_gives_states_that_hold_no_words_and_have_one_byte_form(
    projection: Projection, data: st.DataObject
) -> None:
    history = data.draw(histories(projection))
    for key, state in folded(projection, history).items():
        assert COMMITMENT.encode() not in canonical([key, state])


@each_projection
@settings(max_examples=25)
@given(data=st.data(), cut=st.integers(0, 25))
def test_a_history_folded_in_two_pages_gives_the_same(projection: Projection, data: st.DataObject, cut: int) -> None:
    history = data.draw(histories(projection))
    states: dict[str, Any] = {}
    fold(projection, history[:cut], states)
    fold(projection, history[cut:], states)
    assert digest(states.items()) == digest(folded(projection, history).items())


@each_projection
@settings(max_examples=25)
@given(data=st.data())
def test_differences_of_what_states_emit_add_up_to_what_the_last_ones_emit(
    projection: Projection, data: st.DataObject
) -> None:
    history = data.draw(histories(projection))
    states: dict[str, Any] = {}
    counted: Counter[str] = Counter()
    for event in history:
        before = dict(states)
        fold(projection, [event], states)
        for key in states.keys() | before.keys():
            if states.get(key) is not before.get(key):
                counted.update(figures(projection, {key: states.get(key)}))
                counted.subtract(figures(projection, {key: before.get(key)}))
    assert {name: number for name, number in counted.items() if number} == figures(projection, states)


@each_projection
@settings(max_examples=25)
@given(data=st.data())
def test_a_state_once_given_out_is_never_changed(projection: Projection, data: st.DataObject) -> None:
    history = data.draw(histories(projection))
    states: dict[str, Any] = {}
    kept: list[tuple[Any, bytes]] = []
    for event in history:
        kept += [(state, canonical(state)) for _, _, state in fold(projection, [event], states)]
    assert all(canonical(state) == before for state, before in kept)


@each_projection
@given(event=st.one_of([built(kind) for kind in EVENTS]))
def test_no_event_is_too_strange_to_be_first(projection: Projection, event: Event) -> None:
    folded(projection, record([event]))
