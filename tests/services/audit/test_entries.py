"""One event row against itself."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic_core import from_json

from ledger.canonical import NotCanonical, canonical
from services.audit.entries import Unsound, examined, in_order
from services.audit.reading import EventRow

_SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=5)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)


@given(_VALUES)
@example({"b": 1, "a": 2})
@example({"a": [{"b": 1, "a": 2}]})
@example({"å": 1})
@example([2**53])
@example([1.0])
def test_the_quick_check_agrees_with_the_canonical_encoder(value: Any) -> None:
    try:
        ordered = repr(from_json(canonical(value))) == repr(value)
    except NotCanonical:
        ordered = False
    assert in_order(value) == ordered


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{", "not JSON"),
        (b'{"a":1}\n', "canonical"),
        (b'{"a":1, "b":2}', "canonical"),
        (b'{"b":1,"a":2}', "canonical"),
        (b'{"a":1,"a":1}', "canonical"),
        (b'{"a":1.0}', "canonical"),
        (b'{"a":"\\u0061"}', "canonical"),
        (b"{}", "the entry's id is None"),
        (b"\xff", "not JSON"),
        (b"[" * 10_000 + b"]" * 10_000, "not JSON"),
    ],
)
def test_what_no_append_writes_is_told(entry: bytes, said: str) -> None:
    with pytest.raises(Unsound, match=said):
        examined(EventRow(1, bytes(16), "noted.v1", entry, bytes(32)), "test")
