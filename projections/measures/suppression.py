"""Which shares of a breakdown to hide beside the small ones, so that no hidden one can be worked out from those shown.

Cells are sets of inputs: the whole, and its parts by one attribute and another. How many there are of each combination of
attributes is known to everybody; how many of those were adopted is not. A hidden cell is safe when the shown cells leave
at least two numbers possible in it. Where none of the whole was adopted, or all of it, its parts follow from it: that is
what it says, and it is not hidden for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from projections.measures.measure import LEAST
from projections.statistics.disclosure import Table, TablesUnfit, protect

CELLS_MAX = 400
"""With more cells than this together nothing is proved, and every breakdown with a hidden cell is hidden whole."""


class Cell(NamedTuple):
    """One cell: its breakdown and code (both empty: the whole) and the combinations of attributes it is made of."""

    by: str
    key: str
    atoms: frozenset[int]


class Counts(NamedTuple):
    """How many inputs there are of each combination of attributes, and how many of them met what is counted."""

    sizes: Sequence[int]
    met: Sequence[int]

    def size(self, cell: Cell) -> int:
        """Return how many inputs a cell has."""
        return sum(self.sizes[atom] for atom in cell.atoms)

    def sum(self, cell: Cell) -> int:
        """Return how many inputs of a cell met what is counted."""
        return sum(self.met[atom] for atom in cell.atoms)


def concealed(cells: Iterable[Cell], counts: Counts, least: int = LEAST) -> set[Cell]:
    """Return the cells to hide: those of 1 to `least` - 1 inputs, and as many others as it takes to keep them hidden."""
    all_cells = list(cells)
    small = {cell for cell in all_cells if 0 < counts.size(cell) < least}
    if not small or not 0 < sum(counts.met) < sum(counts.sizes):
        return small
    if len(all_cells) > CELLS_MAX:
        torn = {cell.by for cell in small}
        return {cell for cell in all_cells if cell.by in torn or not cell.by}
    hidden, unproved = set(small), set(small)
    while unproved := _unproved(all_cells, counts, unproved, hidden):
        hidden.add(_next(all_cells, counts, hidden, min(unproved, key=_name)))
    return _pruned(all_cells, counts, small, hidden)


def _pruned(cells: Sequence[Cell], counts: Counts, small: set[Cell], hidden: set[Cell]) -> set[Cell]:
    """Return what is hidden without the cells that protect nobody, the largest tried first."""
    kept = set(hidden)
    for cell in sorted(hidden - small, key=lambda each: (-counts.size(each), _name(each))):
        if not _unproved(cells, counts, small, kept - {cell}):
            kept.discard(cell)
    return kept


def _unproved(cells: Sequence[Cell], counts: Counts, small: set[Cell], hidden: set[Cell]) -> set[Cell]:
    """Return the small cells of which no other possible number was found while the cells not hidden are shown."""
    shown = [cell for cell in cells if cell not in hidden]
    left = set(small)
    for cell in sorted(small, key=_name):
        for direction in (1, -1):
            if cell in left:
                left -= _differing(cell, direction, left, shown, counts)
    return left


def _next(cells: Sequence[Cell], counts: Counts, hidden: set[Cell], exposed: Cell) -> Cell:
    """Return the smallest shown part of an exposed cell's own breakdown, then of those that share inputs with it, then any.

    The whole comes last.
    """
    shown = [cell for cell in cells if cell not in hidden and counts.size(cell)]

    def rank(cell: Cell) -> tuple[bool, bool, bool, int, tuple[str, str]]:
        apart = cell.atoms.isdisjoint(exposed.atoms)
        return not cell.by, cell.by != exposed.by, apart, counts.size(cell), _name(cell)

    return min(shown, key=rank)


def _name(cell: Cell) -> tuple[str, str]:
    return cell.by, cell.key


def _differing(cell: Cell, direction: int, others: set[Cell], shown: Sequence[Cell], counts: Counts) -> set[Cell]:
    """Return the cells whose sum differs from the true one in other numbers that fit all that is shown.

    They are sought by making one cell as large, or as small, as can be. The solver only proposes: what it finds is
    checked in whole numbers before it is believed.
    """
    sums = [(each.atoms, counts.sum(each)) for each in shown]
    found = _pushed(cell.atoms, direction, sums, counts.sizes)
    if found is None or not _fits(found, sums, counts.sizes):
        return set()
    return {each for each in others if sum(found[atom] for atom in each.atoms) != counts.sum(each)}


def _fits(found: Sequence[int], sums: Iterable[tuple[frozenset[int], int]], sizes: Sequence[int]) -> bool:
    within = all(0 <= number <= size for number, size in zip(found, sizes, strict=True))
    return within and all(sum(found[atom] for atom in atoms) == total for atoms, total in sums)


def _pushed(
    atoms: frozenset[int], direction: int, sums: Sequence[tuple[frozenset[int], int]], sizes: Sequence[int]
) -> list[int] | None:
    """Return numbers that fit what is shown and make a cell as large (or as small) as can be; None where none is found."""
    import numpy as np  # noqa: PLC0415  most measures hide nothing beside the small, and scipy takes its time to load
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    goal = np.zeros(len(sizes))
    goal[list(atoms)] = -direction
    constraints: list[Any] = []
    if sums:
        matrix = np.zeros((len(sums), len(sizes)))
        for row, (held, _) in enumerate(sums):
            matrix[row, list(held)] = 1
        right = np.array([total for _, total in sums], dtype=np.float64)
        constraints.append(LinearConstraint(matrix, right, right))
    bounds = Bounds(0, np.array(sizes, dtype=np.float64))
    solved = milp(goal, constraints=constraints, integrality=np.ones(len(sizes), dtype=np.int64), bounds=bounds)
    return None if solved.x is None else [round(float(value)) for value in solved.x]


# --- Cells of persons -------------------------------------------------------------------------
def persons(counts: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """Return how many persons each group has, None where that must be hidden although the sum of all may be known."""
    if not counts:
        return {}
    try:
        shown = protect([Table(("group",), {(group,): number for group, number in counts.items()})], least)
    except TablesUnfit:
        return dict.fromkeys(counts)
    return {group: shown.shown(group=group) for group in counts}
