"""The account: contests of what was stated, and how good the stated reasons are."""

from __future__ import annotations

from ledger.dispositions.events import Change, ContestAnswered, DispositionContested, DispositionRevised
from ledger.inputs.events import AuthorKind
from ledger.messages import Event
from tests.projections.measures.asking import asked, cells, figures, of, parts
from tests.projections.town import SEALED, decided, disposed, received


def contested(input: str) -> DispositionContested:
    return DispositionContested(input=input, decision="d", author=f"author-of-{input}", text=SEALED, revision=1)


def settled(input: str, outcome: str) -> ContestAnswered:
    return ContestAnswered(input=input, decision="d", outcome=outcome, text=SEALED, revision=1)


TOWN: tuple[Event, ...] = (
    *(received(name) for name in "abcdef"),
    received("o", AuthorKind.OFFICIAL),
    decided("d"),
    disposed("d", "a", "adopted", changed=(Change(clause=1),)),
    disposed("d", "b", reason_codes=("cost",)),
    disposed("d", "c", reason_codes=("cost",)),
    disposed("d", "e", "out_of_scope", reason_codes=("other",), scope_clause="2"),
    disposed("d", "f", reason_codes=("not_stated",)),
    disposed("d", "o", reason_codes=("other",)),
)


def test_contested_answered_and_changed_are_each_a_part_of_the_one_before() -> None:
    events = (contested("a"), settled("a", "revised"), contested("b"), settled("b", "upheld"), contested("c"))
    found = figures(asked("contest_rate", *TOWN, *events))
    assert of(found["contest_rate"]) == (3, 5, "0.6000")
    assert of(found["contests_answered"]) == (2, 3, "0.6667")
    assert of(found["contests_changed"]) == (1, 2, "0.5000")


def test_a_line_contested_again_is_unanswered_until_that_is_answered_too() -> None:
    events = (contested("a"), settled("a", "upheld"), contested("a"))
    found = figures(asked("contest_rate", *TOWN, *events))
    assert (of(found["contest_rate"])[0], of(found["contests_answered"])[0]) == (1, 0)


def test_reasons_are_those_of_what_was_not_wholly_adopted_and_officials_are_left_out() -> None:
    shown = asked("reason_quality", *TOWN)
    found = figures(shown)
    assert of(found["reason_other"]) == (1, 4, "0.2500")
    assert of(found["reason_not_stated"]) == (1, 4, "0.2500")
    assert of(found["with_reference"]) == (1, 4, "0.2500")
    assert of(found["alike"]) == (2, 4, "0.5000")
    assert parts(shown) == {"cost": 2, "not_stated": 1, "other": 1}
    assert of(cells(shown, "disposition")["out_of_scope"]["with_reference"]) == (1, 1, "1.0000")


def test_whether_texts_are_the_same_is_not_on_record() -> None:
    shown = asked("reason_quality", *TOWN)
    assert figures(shown)["identical_texts"]["hidden"] == "not_on_record"
    assert shown["not_on_record"] == ["identical_texts"]


def test_the_latest_wording_counts_and_one_that_names_something_of_its_own_is_not_alike() -> None:
    revised = DispositionRevised(
        input="c", input_version=1, decision="d", code="considered_not_adopted", by_role="officer", text=SEALED,
        reason_codes=("cost", "conflicts_with_other_input"), conflicts_with="b", why=SEALED, revision=2,
    )  # fmt: skip
    found = figures(asked("reason_quality", *TOWN, revised))
    assert of(found["alike"])[0] == 0
    assert of(found["with_reference"])[0] == 2
