"""No free text ever enters an entry: for every event class with sealed fields, also in nested models."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.decisions import Clause, DecisionRecorded
from ledger.dispositions import DispositionRevised
from ledger.entries import decode, encode
from ledger.messages import Event, Sealed
from ledger.sealing import Words, sealed_of, seals, with_sealed, words_of
from tests.events import EVENTS, any_event

# Unlikely enough that no other field holds them by chance, yet with all that JSON must escape.
SECRETS = st.tuples(st.text('åß😀"\\\n\u2028', max_size=3), st.integers(10**20, 10**21)).map(
    lambda drawn: f"{drawn[1]}{drawn[0]}"
)
SEALING = [kind for kind in EVENTS if seals(kind)]
EXAMPLES = 1_500 // len(SEALING)
"""Of each class that seals; the fields are sealed alike."""


def test_the_classes_that_seal_are_found() -> None:
    assert {kind.topic for kind in SEALING} >= {"input-received", "decision-recorded", "response-given"}
    assert "vote-cast" not in {kind.topic for kind in SEALING}


@pytest.mark.parametrize("kind", SEALING, ids=lambda kind: kind.topic)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_no_word_of_an_event_is_in_its_entry(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(any_event(kind, SECRETS))
    words = words_of(event)
    sealed = {each.pointer: _sealed(each) for each in words}
    put_away = with_sealed(event, sealed)
    entry = encode(put_away, id="i", ledger="l", actor="a", time="t")
    for each in words:
        assert each.value[:21] not in entry.decode()
        assert json.dumps(each.value)[1:-1] not in entry.decode()
    # Everything is accounted for: as many commitments as words, each at its pointer, and no plain text left.
    assert words_of(put_away) == []
    read = decode(1, entry).event
    assert read == put_away
    assert [(each.pointer, each.sealing_class, each.key) for each in sealed_of(read)] == [each[:3] for each in words]
    assert {each.pointer: each.commit for each in sealed_of(read)} == {
        pointer: each.commit for pointer, each in sealed.items()
    }
    for each in words:
        assert _at(json.loads(entry)["data"], each.pointer)["class"] == each.sealing_class


@pytest.mark.parametrize("kind", SEALING, ids=lambda kind: kind.topic)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_key_names_its_owner_and_class(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(any_event(kind, SECRETS))
    for each in words_of(event):
        owner, _, sealing_class = each.key.rpartition("|")
        assert sealing_class == each.sealing_class
        assert "{" not in owner.split(":", 1)[0]
        assert "None" not in owner.split(":", 1)[1] or "None" in str(event)


def test_pointers_reach_into_tuples_of_models() -> None:
    clauses = (Clause(number=1, verb="note", text="ett"), Clause(number=2, verb="reject", text="två"))
    event = DecisionRecorded(
        decision="d", matter="m", body="b", title="t", force="decided", clauses=clauses, reasons="tre"
    )
    words = words_of(event)
    assert words == [
        Words("/clauses/0/text", "P", "matter:m|P", "ett"),
        Words("/clauses/1/text", "P", "matter:m|P", "två"),
        Words("/reasons", "P", "matter:m|P", "tre"),
    ]
    one = with_sealed(event, {"/clauses/1/text": _sealed(words[1])})
    assert [each.pointer for each in words_of(one)] == ["/clauses/0/text", "/reasons"]
    assert [each.pointer for each in sealed_of(one)] == ["/clauses/1/text"]


def test_nothing_to_seal_leaves_the_event_itself() -> None:
    event = DispositionRevised(
        input="i", decision="d", code="adopted", by_role="r", why=_sealed(Words("/why", "P", "k", "v")), revision=2
    )
    assert words_of(event) == []
    assert with_sealed(event, {}) is event


def _sealed(words: Words) -> Sealed:
    """Commit to the place alone: what would let a word through cannot hide behind a hash of it."""
    return Sealed.model_validate({"commit": f"commit-of{words.pointer}", "class": words.sealing_class})


def _at(value: object, pointer: str) -> dict[str, object]:
    """Follow an RFC 6901 pointer."""
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]  # type: ignore[index]
    assert isinstance(value, dict)
    return value
