"""The difference of two JSON values: it leads from the one to the other, says nothing of what is equal, and is readable."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from services.audit.difference import ABSENT, applied, difference, pointer

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b", "~/", "ä"]) | st.just(1.0)
named = st.lists(
    st.fixed_dictionaries({"id": st.integers(0, 9), "title": scalars}, optional={"n": scalars}),
    unique_by=lambda item: item["id"],
    max_size=8,
)
values = st.recursive(
    scalars | named,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["id", "a", "b/c", "~"]), inner, max_size=4)
    ),
    max_leaves=25,
)


def spelled(value: Any) -> str:
    """Tell 1, 1.0 and true apart, which Python does not."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{spelled(value[name])}" for name in sorted(value)) + "}"
    return f"[{','.join(map(spelled, value))}]" if isinstance(value, list) else repr(value)


@given(values, values)
def test_the_difference_leads_from_the_one_to_the_other(before: Any, after: Any) -> None:
    kept = copy.deepcopy(before)
    changes = difference(before, after)
    assert spelled(applied(before, changes)) == spelled(after)
    assert spelled(before) == spelled(kept)
    assert bool(changes) is (spelled(before) != spelled(after))
    to_json([change.to_json() for change in changes])


@given(values)
def test_equal_values_do_not_differ(value: Any) -> None:
    assert difference(value, copy.deepcopy(value)) == []


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_what_stays_in_order_is_not_moved(before: list[int], after: list[int]) -> None:
    changes = difference(before, after)
    assert applied(before, changes) == after
    moved = sum(change.moved_to is not None for change in changes)
    assert sum(change.before is ABSENT and change.moved_to is None for change in changes) == len(
        set(after) - set(before)
    )
    assert moved < max(1, len(set(before) & set(after)))


def told(before: Any, after: Any) -> list[dict[str, Any]]:
    return [change.to_json() for change in difference(before, after)]


def test_items_belong_together_by_what_they_are_called() -> None:
    before = {"inputs": [{"id": "a", "votes": 1}, {"id": "b", "votes": 2}]}
    after = {"inputs": [{"id": "c", "votes": 1}, {"id": "a", "votes": 1}, {"id": "b", "votes": 3}]}
    assert told(before, after) == [
        {"path": "/inputs/1/votes", "before": 2, "after": 3},
        {"path": "/inputs/0", "after": {"id": "c", "votes": 1}},
    ]
    assert difference(before, after)[0].named == ("/inputs", '[id="b"]', "/votes")


def test_a_member_that_names_no_item_is_chosen_where_it_tells_most_in_common() -> None:
    before = [{"option": "ja", "votes": 1}, {"option": "nej", "votes": 2}]
    after = [{"option": "ja", "votes": 2}, {"option": "nej", "votes": 3}]
    assert [change["path"] for change in told(before, after)] == ["/0/votes", "/1/votes"]


def test_an_item_that_moved_and_changed_says_both() -> None:
    before = [{"id": 1, "x": 0}, {"id": 2, "x": 0}, {"id": 3, "x": 0}]
    after = [{"id": 2, "x": 0}, {"id": 3, "x": 0}, {"id": 1, "x": 5}]
    assert told(before, after) == [{"path": "/0", "moved_to": "/2"}, {"path": "/0/x", "before": 0, "after": 5}]


def test_lists_without_names_end_alike() -> None:
    assert told([[1], [2], [2]], [[1], [9], [2], [2]]) == [{"path": "/1", "after": [9]}]


def test_what_is_absent_is_not_null() -> None:
    assert told({"a": None}, {}) == [{"path": "/a", "before": None}]
    assert told(ABSENT, {"a": 1}) == [{"path": "", "after": {"a": 1}}]
    assert applied(ABSENT, difference(ABSENT, [1])) == [1]


@pytest.mark.parametrize(("path", "spelled"), [((), ""), (("a/b", "~", 0), "/a~1b/~0/0"), (("",), "/")])
def test_paths_are_json_pointers(path: tuple[str | int, ...], spelled: str) -> None:
    assert pointer(path) == spelled


def test_nested_lists_take_no_longer_than_their_size() -> None:
    deep_one: Any = 1
    deep_two: Any = 2
    for _ in range(60):
        deep_one, deep_two = [[deep_one], 0, []], [[deep_two], 0, []]
    assert len(difference(deep_one, deep_two)) == 2
