"""What follows from released tables: only what is true, and whatever is left over alone."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.surveys.solving import BASE, EVERYBODY, Cell, small_groups, told_of, worked_out
from ledger.surveys.solving import _sums as sums_of
from ledger.surveys.stated import StatedTable
from tests.ledger.survey_history import Q2

GROUPS, ANSWERS = ("young", "mid", "old"), ("yes", "no")
COUNTS = st.tuples(*(st.integers(0, 12) for _ in product(GROUPS, ANSWERS)))


def truth_of(counts: tuple[int, ...]) -> dict[tuple[str | None, str | None], int]:
    """Return the count of every group and answer, None for all of them."""
    cells = dict(zip(product(GROUPS, ANSWERS), counts, strict=True))
    return {
        (group, answer): sum(n for (g, a), n in cells.items() if group in {None, g} and answer in {None, a})
        for group in (None, *GROUPS)
        for answer in (None, *ANSWERS)
    }


def table(truth: dict[tuple[str | None, str | None], int], hidden: set[tuple[str | None, str | None]]) -> StatedTable:
    cells: list[dict[str, Any]] = [
        {"group": group, "answer": answer} | ({"suppressed": True} if (group, answer) in hidden else {"count": count})
        for (group, answer), count in truth.items()
    ]
    return StatedTable.model_validate({"table": "t", "kind": "count", "question": "q2", "by": "age", "cells": cells})


PLACES = tuple(truth_of((0,) * 6))


@given(counts=COUNTS, hidden=st.sets(st.sampled_from(PLACES)))
def test_whatever_is_worked_out_is_true(counts: tuple[int, ...], hidden: set[tuple[str | None, str | None]]) -> None:
    truth = truth_of(counts)
    told = told_of([table(truth, hidden)], (Q2,))
    found = worked_out(told.counts, sums_of(told, ANSWERS, has_rest=False))
    names = {
        Cell(0, EVERYBODY if group is None else ("age", group), answer or BASE): count
        for (group, answer), count in truth.items()
    }
    assert {cell: names[cell] for cell in found} == found


@given(counts=COUNTS, hidden=st.sampled_from([place for place in PLACES if None not in place]))
def test_a_small_cell_that_is_hidden_alone_is_found(counts: tuple[int, ...], hidden: tuple[str, str]) -> None:
    truth = truth_of(counts)
    assume(0 < truth[hidden] < 5)
    group, answer = hidden
    told = told_of([table(truth, {hidden})], (Q2,))
    assert Cell(0, ("age", group), answer) in small_groups(told, (Q2,), 5)


@given(counts=COUNTS)
def test_what_one_wording_counted_follows_from_both_less_the_other(counts: tuple[int, ...]) -> None:
    whole = sum(counts)
    assume(0 < counts[0] < 5)
    halves = (Q2, Q2.model_copy(update={"question_version": 2}))
    tables = [
        StatedTable.model_validate(
            {"table": f"t{version or 0}", "kind": "count", "question": "q2", "question_version": version, "cells": [{"count": n}]}
        )
        for version, n in ((None, whole), (2, whole - counts[0]))
    ]  # fmt: skip
    assert Cell(1, EVERYBODY, BASE) in small_groups(told_of(tables, halves), halves, 5)
