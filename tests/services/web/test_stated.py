"""The same words read at another position are the same answer."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projections.rows.memory import MemoryRows
from projections.views.answer import page_token
from services.web.moments import NOW
from services.web.stated import Here, MarkedRows, NotingSeen, digest, holds_words, own, placed

POSITIONS = st.integers(0, 2**53)
ANSWERS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 20), st.text(max_size=5), st.just("HERE"), st.just("TOKEN")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["a", "position", "next_page_token", "pointer"]), inner, max_size=3),
    ),
    max_leaves=12,
)


def _at(value: Any, position: int, name: str = "") -> Any:
    """Return an answer as it is made at a position."""
    if isinstance(value, dict):
        return {key: _at(member, position, key) for key, member in value.items()}
    if isinstance(value, list):
        return [_at(member, position, name) for member in value]
    if value == "TOKEN" and name == "next_page_token":
        return page_token(position, "k")
    return Here(position) if value == "HERE" else value


@given(ANSWERS, POSITIONS, POSITIONS)
def test_where_it_was_read_is_no_difference(value: Any, one: int, other: int) -> None:
    answers = [{"shown": _at(value, position)} for position in (one, other)]
    assert digest(answers[0]) == digest(answers[1])
    assert digest(answers[0]) != digest(answers[0], "late")


@given(ANSWERS, POSITIONS, st.text(max_size=3))
def test_anything_else_is(value: Any, position: int, word: str) -> None:
    shown = _at(value, position)
    assert digest({"shown": shown, "word": word}) != digest({"shown": shown, "word": word + "."})
    assert digest({"shown": shown, "n": 0}) != digest({"shown": shown, "n": 1})


@given(ANSWERS, POSITIONS, POSITIONS)
def test_a_copy_states_the_position_it_is_given_and_leaves_the_other(value: Any, made: int, given_: int) -> None:
    answer = {"shown": _at(value, made)}
    before = repr(answer)
    copy = placed(answer, given_)
    own(answer)["shown"] = None
    assert repr(answer) == before
    assert "Here" not in str(type(copy["shown"]))


def test_a_page_that_looks_at_the_day_is_known_by_it() -> None:
    rows = MarkedRows(MemoryRows([]))
    seen = NotingSeen("o", rows, None, NOW, "2026-01-01", {}, {})
    assert not seen.judged and seen.origin == "o"
    assert seen.on == "2026-01-01" and seen.judged


def test_words_are_found_wherever_they_stand() -> None:
    assert holds_words({"a": [{"b": {"position": 1, "pointer": "/text", "withheld": "erased"}}]})
    assert not holds_words({"a": [{"b": 1}, "pointer"]})
