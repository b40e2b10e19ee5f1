"""JSON from strangers: read within limits, and with one meaning, or not at all (RFC 8259, RFC 7493 I-JSON).

Refused are deep nesting, a member twice in one object, numbers that are no integers below 2^53, and texts that have no
UTF-8 form. Depth is looked at before anything is parsed.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

DEPTH_MAX = 32
INTEGER_MAX = (1 << 53) - 1

_INTEGER_DIGITS = 17
_SIGNS_OF_DEPTH = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class NotStrict(ValueError):
    """The bytes are not JSON, or not in a form that is read here; the message is a clause."""


def read_json(raw: bytes) -> Any:
    """Return the value of JSON text whose length the caller has limited; raise `NotStrict`."""
    if _too_deep(raw):
        raise NotStrict(f"it is nested more than {DEPTH_MAX} deep")
    try:
        text = raw.decode()
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise NotStrict(f"it is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise NotStrict(f"it is not JSON at character {error.pos}") from error
    except RecursionError as error:
        raise NotStrict("it is nested too deep") from error
    if "\\u" in text and _has_surrogate(value):
        raise NotStrict("a text in it has no UTF-8 form")
    return value


def read_object(raw: bytes) -> dict[str, Any]:
    """Return the members of one JSON object; raise `NotStrict`."""
    value = read_json(raw)
    if not isinstance(value, dict):
        raise NotStrict("it is not a JSON object")
    return value


def _too_deep(raw: bytes) -> bool:
    if raw.count(b"{") + raw.count(b"[") <= DEPTH_MAX:
        return False
    depth, in_text = 0, False
    for found in _SIGNS_OF_DEPTH.finditer(raw):
        sign = found[0]
        if sign == b'"':
            in_text = not in_text
        elif not in_text and len(sign) == 1:
            depth += 1 if sign in b"[{" else -1
            if depth > DEPTH_MAX:
                return True
    return False


def _has_surrogate(value: Any) -> bool:
    if isinstance(value, str):
        return _SURROGATE.search(value) is not None
    if isinstance(value, dict):
        return any(_has_surrogate(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(map(_has_surrogate, value))


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("an object in it has a member twice")
    return found


def _integer(digits: str) -> int:
    # The length first: reading a number of a million digits takes long.
    if len(digits) > _INTEGER_DIGITS or abs(int(digits)) > INTEGER_MAX:
        raise NotStrict("a number in it lies beyond 2^53 - 1")
    return int(digits)


def _no_number(_: str) -> NoReturn:
    raise NotStrict("a number in it is no integer")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_no_number, parse_constant=_no_number
)
