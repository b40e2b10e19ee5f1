"""JSON from strangers has one meaning or is refused, and costs no more than its length."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.offline.strict import INTEGER_MAX, NotStrict, read_json, read_object

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-INTEGER_MAX, INTEGER_MAX)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_what_json_writes_is_read(value: object, ascii_only: bool) -> None:
    try:
        raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:
        return
    assert read_json(raw) == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"a":1,"a":2}', "a member twice"),
        (b'{"a":{"b":1,"b":1}}', "a member twice"),
        (b"9007199254740992", "beyond"),
        (b"1" * 60_000, "beyond"),
        (b"1.0", "no integer"),
        (b"1e400", "no integer"),
        (b"NaN", "no integer"),
        (b"[-Infinity]", "no integer"),
        (b'"\\ud800"', "no UTF-8 form"),
        (b'{"\\udfff":1}', "no UTF-8 form"),
        (b'"\xff"', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"", "not JSON"),
        (b"{} {}", "not JSON"),
        (b'"\n"', "not JSON"),
        (b"[" * 33 + b"]" * 33, "deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "deep"),
        (b"[" * 5_000_000, "deep"),
        (b"[" * 33 + b'"' + b'\\"' * 1_000_000, "deep"),
        (b'"' + b'\\"[' * 1_000_000, "not JSON"),
    ],
)
def test_what_has_no_one_meaning_is_refused(raw: bytes, reason: str) -> None:
    began = time.process_time()
    with pytest.raises(NotStrict, match=reason):
        read_json(raw)
    assert time.process_time() - began < 5


def test_many_brackets_in_texts_and_beside_each_other_are_not_deep() -> None:
    assert read_json(b'"' + b"[{" * 100 + b'"') == "[{" * 100
    assert read_json(b"[" + b",".join([b"[]"] * 100) + b"]") == [[]] * 100
    assert read_json(b'["\\"[", ' + b",".join([b'"[\\\\"'] * 100) + b"]")


@pytest.mark.parametrize("raw", [b"[]", b"1", b"null"])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(NotStrict, match="not"):
        read_object(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value = read_json(raw)
    except NotStrict:
        return
    assert value == json.loads(raw)
