"""Canonical JSON: the one byte form of a value (RFC 8785, JSON Canonicalization Scheme).

The record uses a subset on purpose: no floats, integers within ±(2^53 - 1), ASCII keys. Within it a
sorted, compact encoder that writes UTF-8 gives exactly the bytes of RFC 8785, which a test compares
with the package `rfc8785`.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticSerializationError, to_json

INTEGER_MAX = 2**53 - 1

Json = Any
"""None, bool, int, str, or lists and string-keyed dicts of them."""


class NotCanonical(ValueError):
    """The value has no canonical form in the record's subset of JSON."""


def canonical(value: Json) -> bytes:
    """Return the RFC 8785 bytes of `value`; raise NotCanonical for what lies outside the subset."""
    try:
        return to_json(_ordered(value))
    except PydanticSerializationError:
        raise NotCanonical("a text holds a lone surrogate and has no UTF-8 form") from None


def _ordered(value: Json) -> Json:
    """Copy `value` with every object's members in the order of RFC 8785 §3.2.3."""
    if isinstance(value, dict):
        for key in value:
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonical(f"member name {key!r} is not an ASCII text")
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and abs(value) <= INTEGER_MAX:
        return value
    # The value itself stays out of the message: it may be somebody's words.
    raise NotCanonical(f"a {type(value).__name__} is neither a text, a truth value nor an integer below 2^53")
