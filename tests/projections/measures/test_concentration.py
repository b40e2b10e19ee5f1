"""Concentration: 0 where all did as much, near 1 where one did all; nothing is told of fewer than twenty."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.inputs.events import AuthorKind, InputReceived, SupportGiven
from projections.measures.concentration import gini, spread
from tests.projections.measures.asking import asked, cells, figures, of, parts
from tests.projections.town import cast, opened, received


@pytest.mark.parametrize(
    "numbers, known",
    [([1, 1, 1, 1], "0"), ([0, 0, 0, 4], "3/4"), ([1, 2, 3, 4], "1/4"), ([1, 3], "1/4"), ([7], "0")],
)
def test_gini_by_hand(numbers: list[int], known: str) -> None:
    assert gini(numbers) == Fraction(known)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=25).filter(any))
def test_gini_is_half_the_mean_difference_by_the_mean(numbers: list[int]) -> None:
    ranked = sorted(numbers)
    n = len(ranked)
    differences = sum(abs(a - b) for a in ranked for b in ranked)
    assert gini(ranked) == Fraction(differences, 2 * n * sum(ranked))
    assert 0 <= gini(ranked) < 1


def test_the_top_decile_is_rounded_up_to_whole_participants() -> None:
    _, decile, largest = spread("votes", [1] * 19 + [3, 5], [])
    # Of 21 the top decile is three: 5, 3 and 1 of 27.
    assert (decile.numerator, decile.denominator, decile.value) == (9, 27, "0.3333")
    assert (largest.numerator, largest.value) == (5, "0.1852")


def by_author(author: str, input: str, kind: AuthorKind = AuthorKind.RESIDENT) -> InputReceived:
    return received(input, kind).model_copy(update={"author": author})


def test_inputs_are_counted_by_author_and_officials_are_left_out() -> None:
    one_each = [by_author(f"a{number}", f"i{number}") for number in range(19)]
    busy = [by_author("busy", f"b{number}") for number in range(11)]
    office = [by_author("office", f"o{number}", AuthorKind.OFFICIAL) for number in range(5)]
    found = figures(asked("concentration", *one_each, *busy, *office))
    assert of(found["largest_inputs"]) == (11, 30, "0.3667")
    assert found["gini_inputs"]["n"] == 20
    assert found["gini_support"]["hidden"] == "nothing_to_count"


def test_what_names_no_author_is_nobody_s_and_told_apart() -> None:
    shown = asked(
        "concentration", *[by_author(f"i{number}", f"i{number}") for number in range(30)], by_author("a", "x")
    )
    assert parts(shown) == {"author_told": 1, "author_not_told": 30}
    assert figures(shown)["gini_inputs"]["n"] == 1


def test_of_fewer_than_twenty_participants_nothing_is_told() -> None:
    found = figures(asked("concentration", *[by_author(f"a{number}", f"i{number}") for number in range(19)]))
    assert {found[name]["hidden"] for name in ("gini_inputs", "top_decile_inputs", "largest_inputs")} == {
        "fewer_than_20"
    }
    assert found["largest_inputs"]["numerator"] is None


def test_support_is_counted_by_supporter() -> None:
    given_by = [SupportGiven(input="i", supporter=f"s{number}", input_version=1) for number in range(20)]
    found = figures(asked("concentration", received("i"), *given_by))
    assert of(found["largest_support"]) == (1, 20, "0.0500")
    assert found["gini_support"]["value"] == "0.0000"


def test_votes_are_counted_by_participant_in_each_ballot_on_statements() -> None:
    votes = [cast(f"v{number:02}", "agree", statement="s1") for number in range(20)]
    votes += [cast("v00", "agree", statement=f"s{number}") for number in range(2, 7)]
    ballot = cells(asked("concentration", opened("b", "agree_disagree_pass", process="p1"), *votes), "ballot")["b"]
    assert of(ballot["largest_votes"]) == (6, 25, "0.2400")
    assert of(ballot["top_decile_votes"]) == (7, 25, "0.2800")
