"""Suppression: from all that is shown, at least two numbers stay possible in every cell of too few."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.measures import suppression
from projections.measures.suppression import Cell, Counts, concealed, persons

WHOLE = Cell("", "", frozenset({0, 1, 2}))
A, B, C = (Cell("channel", key, frozenset({atom})) for atom, key in enumerate("abc"))


def test_a_small_cell_takes_the_next_smallest_with_it() -> None:
    assert concealed([WHOLE, A, B, C], Counts((5, 30, 40), (2, 10, 10))) == {A, B}


def test_two_small_cells_that_are_none_together_tell_on_each_other_so_a_third_is_hidden() -> None:
    assert concealed([WHOLE, A, B, C], Counts((5, 5, 40), (0, 0, 10))) == {A, B, C}


def test_nothing_is_hidden_where_all_are_many() -> None:
    assert concealed([WHOLE, A, B, C], Counts((20, 20, 20), (1, 0, 20))) == set()


def test_of_a_whole_that_met_nothing_the_small_parts_alone_are_hidden() -> None:
    assert concealed([WHOLE, A, B, C], Counts((5, 30, 40), (0, 0, 0))) == {A}


def test_where_one_breakdown_gives_away_what_another_hides_both_are_hidden() -> None:
    many = Cell("kind", "many", frozenset({1, 2}))
    hidden = concealed([WHOLE, A, B, C, many], Counts((5, 30, 40), (2, 10, 10)))
    # The whole less `many` is what is left in the small one.
    assert {A, many} <= hidden or {A, WHOLE} <= hidden


def test_a_whole_of_too_few_is_hidden_itself() -> None:
    whole = Cell("", "", frozenset({0}))
    assert concealed([whole], Counts((7,), (3,))) == {whole}


def test_with_too_many_cells_to_prove_anything_every_torn_breakdown_is_hidden_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = Cell("kind", "all", frozenset({0, 1, 2}))
    monkeypatch.setattr(suppression, "CELLS_MAX", 3)
    assert concealed([WHOLE, A, B, C, other], Counts((5, 30, 40), (2, 10, 10))) == {WHOLE, A, B, C}


@st.composite
def _tables(draw: st.DrawFn) -> tuple[list[Cell], Counts]:
    """Draw a few combinations of two attributes with their numbers, and all cells that are told of them."""
    number = draw(st.integers(1, 5))
    sizes = draw(st.lists(st.integers(1, 5), min_size=number, max_size=number))
    met = [draw(st.integers(0, size)) for size in sizes]
    codes = [(draw(st.sampled_from("ab")), draw(st.sampled_from("xyz"))) for _ in range(number)]
    cells: dict[tuple[str, str], set[int]] = {}
    for atom, (first, second) in enumerate(codes):
        for place in (("", ""), ("first", first), ("second", second)):
            cells.setdefault(place, set()).add(atom)
    return [Cell(*place, frozenset(atoms)) for place, atoms in cells.items()], Counts(sizes, met)


@given(_tables(), st.integers(2, 6))
@settings(max_examples=150, deadline=None)
def test_no_hidden_cell_can_be_worked_out(table: tuple[list[Cell], Counts], least: int) -> None:
    cells, counts = table
    hidden = concealed(cells, counts, least)
    small = {cell for cell in cells if 0 < counts.size(cell) < least}
    assert small <= hidden
    if not 0 < sum(counts.met) < sum(counts.sizes):
        return
    shown = [cell for cell in cells if cell not in hidden]
    possible = [
        numbers
        for numbers in product(*(range(size + 1) for size in counts.sizes))
        if all(sum(numbers[atom] for atom in cell.atoms) == counts.sum(cell) for cell in shown)
    ]
    for cell in small:
        assert len({sum(numbers[atom] for atom in cell.atoms) for numbers in possible}) > 1, cell


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 60)))
@settings(max_examples=60, deadline=None)
def test_persons_of_small_groups_are_never_alone_in_hiding(counts: dict[str, int]) -> None:
    shown = persons(counts)
    assert shown.keys() == counts.keys()
    assert all(number is None or number == 0 or number >= 20 for number in shown.values())
    hidden = [group for group, number in shown.items() if number is None]
    assert len(hidden) != 1 or sum(counts.values()) < 20
    assert all(number in {None, counts[group]} for group, number in shown.items())
