"""Canonical JSON against the package `rfc8785`, over everything the record's subset holds."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.canonical import INTEGER_MAX, NotCanonical, canonical

TEXTS = st.text(st.characters(codec="utf-8"))
NAMES = st.text(st.characters(max_codepoint=127))
SCALARS = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=25
)


@settings(max_examples=400)
@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_canonical_bytes_parse_to_the_value_and_stay_as_they_are(value: Any) -> None:
    once = canonical(value)
    assert json.loads(once) == value
    assert canonical(json.loads(once)) == once


@given(st.dictionaries(NAMES, SCALARS, min_size=2), st.randoms())
def test_the_order_of_insertion_does_not_matter(members: dict[str, Any], random: Any) -> None:
    names = list(members)
    random.shuffle(names)
    assert canonical({name: members[name] for name in names}) == canonical(members)


def test_tuples_are_lists() -> None:
    assert canonical((1, ("a", ()))) == b'[1,["a",[]]]'


def test_every_character_is_written_as_rfc_8785_writes_it() -> None:
    planes = [*range(0xD800), *range(0xE000, 0x11000), 0x1F600, 0x10FFFF]
    text = "".join(map(chr, planes))
    assert canonical(text) == rfc8785.dumps(text)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        10**40,
        b"bytes",
        {1, 2},
        Ellipsis,
        {"å": 1},
        {1: 1},
        {None: 1},
        [[{"a": [0.5]}]],
        "\ud800",
        {"a": ["\udfff"]},
        {"\ud800": 1},
    ],
)
def test_what_lies_outside_the_subset_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("value", [["hemligt", "\ud800"], {"hemligt": 0.5}, b"hemligt"])
def test_a_refusal_does_not_quote_the_value(value: Any) -> None:
    with pytest.raises(NotCanonical) as caught:
        canonical(value)
    assert "hemligt" not in str(caught.value)
    assert caught.value.__cause__ is None
