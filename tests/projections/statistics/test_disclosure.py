from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.statistics.disclosure import (
    EVERYBODY,
    Key,
    Protected,
    Table,
    TablesUnfit,
    Why,
    changed,
    may_release,
    may_show_mean,
    protect,
)

K = 5
ROWS, COLUMNS, THIRD = ("a", "b", "c"), ("x", "y", "z"), ("p", "q")


def table(*counts: tuple[int, ...], names: tuple[str, str] = ("row", "column")) -> Table:
    cells: dict[tuple[str, ...], int] = {
        (ROWS[i], COLUMNS[j]): count for i, row in enumerate(counts) for j, count in enumerate(row)
    }
    return Table(names, cells)


def hidden(protected: Protected) -> set[Key]:
    return {key for key, count in protected.cells.items() if count is None}


def cell(**categories: str) -> Key:
    return frozenset(categories.items())


def test_a_table_of_large_counts_is_shown_whole_with_its_margins() -> None:
    protected = protect([table((10, 20), (30, 40))], K)
    assert not hidden(protected)
    assert protected.shown() == 100
    assert protected.shown(row="a") == 30
    assert protected.shown(row="b", column="y") == 40


def test_a_small_count_is_hidden_and_three_others_with_it() -> None:
    protected = protect([table((3, 20, 30), (40, 50, 60), (70, 80, 90))], K)
    assert protected.hidden[cell(row="a", column="x")] is Why.SMALL
    assert hidden(protected) == {cell(row=row, column=column) for row in "ab" for column in "xy"}
    assert protected.shown() == 443


def test_a_zero_is_shown_in_a_large_margin_alone() -> None:
    large = protect([table((0, 20), (30, 40))], K)
    assert large.shown(row="a", column="x") == 0
    small = protect([table((0, 4), (30, 40))], K)
    assert small.shown(row="a", column="x") is None
    assert small.hidden[cell(row="a", column="x")] is Why.ZERO_IN_SMALL_MARGIN


def test_a_count_that_leaves_a_small_rest_is_hidden_too() -> None:
    protected = protect([Table(("answer",), {("yes",): 97, ("no",): 1, ("unsure",): 1})], K)
    assert protected.hidden[cell(answer="yes")] is Why.REST_IS_SMALL


def test_a_table_of_few_shows_not_even_how_few() -> None:
    protected = protect([Table(("answer",), {("yes",): 2, ("no",): 2})], K)
    assert hidden(protected) == {EVERYBODY, cell(answer="yes"), cell(answer="no")}


def test_what_one_table_hides_does_not_follow_from_another() -> None:
    """Alone, each table could show one of the cells; together they would give the small ones away."""
    by_sex = Table(("answer", "sex"), {("yes", "K"): 3, ("yes", "M"): 9, ("no", "K"): 20, ("no", "M"): 30})
    by_area = Table(("answer", "area"), {("yes", "Boo"): 6, ("yes", "Fisk"): 6, ("no", "Boo"): 40, ("no", "Fisk"): 10})
    together = protect([by_sex, by_area], K)
    assert together.cells.keys() == protect([by_sex], K).cells.keys() | protect([by_area], K).cells.keys()
    assert exposed([by_sex, by_area], together) == set()


def test_tables_that_contradict_each_other_are_not_protected() -> None:
    with pytest.raises(TablesUnfit, match="row a"):
        protect([table((10, 20), (30, 40)), Table(("row",), {("a",): 31, ("b",): 69})], K)
    with pytest.raises(TablesUnfit, match="no cell"):
        protect([Table(("row",), {("a", "b"): 3})], K)
    with pytest.raises(TablesUnfit, match="make it smaller"):
        protect([Table(("a", "b"), {(str(i), str(i)): 9 for i in range(200)})], K)
    circle = [Table(pair, {(str(i), str(i)): 9 for i in range(30)}) for pair in (("a", "b"), ("b", "c"), ("a", "c"))]
    with pytest.raises(TablesUnfit, match="circle"):
        protect(circle, K)


# --- An exact solver, to hold ours against ----------------------------------------------------
def exposed(tables: list[Table], protected: Protected) -> set[Key]:
    """Return the small cells that only one value is possible in, by trying every table of everybody.

    The unknowns are the counts of all variables together, of which every shown cell is a sum. They are filled
    in one after the other; a branch ends where a shown sum is passed. Where the total is hidden, everybody may
    be up to two more than there are.
    """
    names = sorted({name for each in tables for name in each.variables})
    choices = {
        name: sorted({c[each.variables.index(name)] for each in tables if name in each.variables for c in each.counts})
        for name in names
    }
    joint = [frozenset(zip(names, chosen, strict=True)) for chosen in product(*(choices[name] for name in names))]
    total = max(sum(each.counts.values()) for each in tables)
    bounds = {key: count for key, count in protected.cells.items() if count is not None}
    seen: dict[Key, set[int]] = {key: set() for key in hidden(protected)}
    for found in possible(joint, bounds, total if EVERYBODY in bounds else total + 2):
        for key, values in seen.items():
            values.add(sum(count for whole, count in zip(joint, found, strict=True) if key <= whole))
    small = {key for key, why in protected.hidden.items() if why is not Why.PROTECTS_OTHERS}
    return {key for key in small if len(seen[key]) < 2}


def possible(joint: list[Key], bounds: dict[Key, int], most: int) -> Iterator[tuple[int, ...]]:
    last = {key: max(i for i, whole in enumerate(joint) if key <= whole) for key in bounds}

    def fill(i: int, so_far: tuple[int, ...], left: dict[Key, int], spare: int) -> Iterator[tuple[int, ...]]:
        if i == len(joint):
            yield so_far
            return
        concerned = [key for key in left if key <= joint[i]]
        for count in range(min([left[key] for key in concerned], default=spare) + 1 if concerned else spare + 1):
            after = left | {key: left[key] - count for key in concerned}
            if all(after[key] == 0 for key in concerned if last[key] == i):
                yield from fill(i + 1, (*so_far, count), after, spare - count)

    yield from fill(0, (), bounds, most)


SMALL = st.integers(0, 4)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(SMALL, SMALL, SMALL), min_size=2, max_size=3))
def test_no_small_cell_of_a_table_can_be_worked_out(counts: list[tuple[int, ...]]) -> None:
    tables = [table(*counts)]
    assert exposed(tables, protect(tables, 3)) == set()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_no_small_cell_of_tables_together_can_be_worked_out(joint: list[int]) -> None:
    """Three variables of two categories; each pair of variables is a table, so they overlap in a circle."""
    names = ("row", "column", "third")
    whole: dict[tuple[str, ...], int] = dict(zip(product(ROWS[:2], COLUMNS[:2], THIRD), joint, strict=True))
    tables = [margin(whole, names, pair) for pair in (("row", "column"), ("column", "third"), ("row", "third"))]
    assert exposed(tables, protect(tables, 3)) == set()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_no_small_cell_of_a_question_by_several_groups_can_be_worked_out(joint: list[int]) -> None:
    names = ("row", "column", "third")
    whole: dict[tuple[str, ...], int] = dict(zip(product(ROWS, COLUMNS[:2], THIRD), joint, strict=True))
    tables = [margin(whole, names, pair) for pair in (("row", "column"), ("row", "third"))]
    assert exposed(tables, protect(tables, 3)) == set()


def margin(whole: dict[tuple[str, ...], int], names: tuple[str, ...], kept: tuple[str, ...]) -> Table:
    counts: dict[tuple[str, ...], int] = {}
    for combination, count in whole.items():
        key = tuple(each for name, each in zip(names, combination, strict=True) if name in kept)
        counts[key] = counts.get(key, 0) + count
    return Table(tuple(name for name in names if name in kept), counts)


def test_the_exact_solver_finds_what_hiding_one_cell_gives_away() -> None:
    tables = [table((1, 7), (8, 9))]
    protected = protect(tables, 3)
    naive = Protected(
        {key: count if key != cell(row="a", column="x") else None for key, count in protect(tables, 1).cells.items()},
        {cell(row="a", column="x"): Why.SMALL},
    )
    assert exposed(tables, naive) == {cell(row="a", column="x")}
    assert exposed(tables, protected) == set()


# --- Means and releases -----------------------------------------------------------------------
def test_a_mean_needs_its_least_number_of_respondents() -> None:
    assert may_show_mean(20, 20)
    assert not may_show_mean(19, 20)


def test_a_table_is_released_again_when_enough_has_changed() -> None:
    before = {f"r{number}": "yes" for number in range(10)}
    withdrawn = {token: answer for token, answer in before.items() if token not in {"r0", "r1"}}
    revised = withdrawn | {"r2": "no"}
    assert (changed(before, before), changed(before, withdrawn), changed(before, revised)) == (0, 2, 3)
    assert may_release(before, before, 5)
    assert not may_release(before, revised, 5)
    assert may_release(before, revised | {"n1": "yes", "n2": "no"}, 5)
    assert may_release({}, before, 5)
